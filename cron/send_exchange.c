/*
 * What was said to providers and what they said, on record: noted as each answer is judged, written in the transaction that
 * notes the ends of rows, all in one statement. People and secrets are masked before anything is kept.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/mask.h"
#include "cron/send.h"
#include "db/db.h"
#include "net/http.h"
#include "sql_send.h"

#define NOTED_MAX 256
#define SNIPPET_MAX 600                /* characters */
#define ERROR_MAX 200

static struct noted {
	int64_t channel_id, outbox_id, at, status, ms, outcome, code;
	const char *kind, *method, *path, *error, *sent, *said;
} noted[NOTED_MAX];
static size_t noted_count;
static struct vt_ctx keep;             /* arena of their texts */

static int64_t outcome_of(const struct send_verdict *verdict)
{
	if (verdict->next)
		return EXCHANGE_GOES_ON;
	switch (verdict->state) {
	case OUTBOX_SENT: return EXCHANGE_ACCEPTED;
	case OUTBOX_WAITING: return EXCHANGE_LATER;
	case OUTBOX_UNKNOWN: return EXCHANGE_UNKNOWN;
	default: return EXCHANGE_REFUSED;
	}
}

static const char *body_of(const struct channel_request *call)
{
	if (call->mail_to)
		return arena_printf(keep.arena, "•%zu", call->body_size);
	return mask_body(&keep, call->body ? call->body : "", call->body ? call->body_size : 0, false, SNIPPET_MAX);
}

void send_exchange_note(struct vt_ctx *ctx, const struct http_result *answer, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;
	const struct channel_request *call = &item->request;
	const struct http_response *response = &answer->response;
	struct noted *one = &noted[noted_count];

	if (noted_count == NOTED_MAX)
		return;
	if (!keep.arena)
		vt_ctx_init(&keep, arena_new(), "exchange");
	noted_count++;
	*one = (struct noted){
		.channel_id = item->channel_id, .outbox_id = item->outbox_id, .at = ctx->now_us,
		.status = answer->error.code == VT_OK ? response->status : 0,
		.ms = (clock_monotonic_us() - item->called_us) / 1000, .outcome = outcome_of(verdict), .code = verdict->error_code,
		.kind = arena_strdup(keep.arena, item->message.kind),
		.method = arena_strdup(keep.arena, call->mail_to ? "SMTP" : call->method ? call->method : call->body ? "POST" : "GET"),
		.path = call->mail_to ? "/" : mask_path(&keep, call->url),
		.error = verdict->error ? mask_words(&keep, verdict->error, ERROR_MAX) : NULL,
		.sent = body_of(call),
		.said = call->saves ? "" : mask_body(&keep, response->body ? response->body : "", response->body_size,
						     response->status >= 400, SNIPPET_MAX),
	};
}

bool send_exchange_waits(void)
{
	return noted_count > 0;
}

void send_exchange_forget(void)
{
	noted_count = 0;
	if (keep.arena)
		arena_reset(keep.arena);
}

static int add(struct vt_ctx *ctx, const int64_t *const numbers[7], const char **const texts[6], size_t size)
{
	return db_pipe_add(ctx, 0, &SQL_SEND_EXCHANGES, "TIIIIIISSSSSS", numbers[0], size, numbers[1], size, numbers[2], size,
			   numbers[3], size, numbers[4], size, numbers[5], size, numbers[6], size, texts[0], size,
			   texts[1], size, texts[2], size, texts[3], size, texts[4], size, texts[5], size);
}

int send_exchange_put(struct vt_ctx *ctx)
{
	int64_t *numbers[7];
	const char **texts[6];

	if (!noted_count)
		return 0;
	for (size_t i = 0; i < VT_COUNT(numbers); i++)
		numbers[i] = arena_calloc(ctx->arena, noted_count, sizeof(int64_t));
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		texts[i] = arena_calloc(ctx->arena, noted_count, sizeof(char *));
	for (size_t i = 0; i < noted_count; i++) {
		const struct noted *one = &noted[i];
		const int64_t figures[] = { one->at, one->channel_id, one->outbox_id, one->status, one->ms, one->outcome, one->code };
		const char *const words[] = { one->kind, one->method, one->path, one->error, one->sent, one->said };

		for (size_t j = 0; j < VT_COUNT(numbers); j++)
			numbers[j][i] = figures[j];
		for (size_t j = 0; j < VT_COUNT(texts); j++)
			texts[j][i] = words[j];
	}
	return add(ctx, (const int64_t *const *)numbers, (const char **const *)texts, noted_count);
}
