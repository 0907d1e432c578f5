/* What an answer, or none, means for the row. */
#include "base/vt.h"
#include "base/codes.h"
#include "campaign/template.h"
#include "cron/send.h"
#include "net/http.h"

#define DAY_S (24 * 60 * 60)
#define RECIPIENT_PAUSE_S 6            /* WhatsApp: a message each six seconds to one person */

static void try_later(struct send_verdict *verdict, int asked_s)
{
	int attempts = verdict->item->attempts;

	if (attempts >= SEND_ATTEMPTS && !verdict->blameless) {
		verdict->state = OUTBOX_FAILED;
		return;
	}
	verdict->state = OUTBOX_WAITING;
	verdict->later_s = asked_s > 0 ? asked_s : 1 << (attempts < 16 ? attempts : 16);
	if (verdict->later_s > SEND_LATER_MAX_S && asked_s <= 0)
		verdict->later_s = SEND_LATER_MAX_S;
}

/* Done twice it is as done once: it only asks, shows nothing, or says the same of something said. */
static bool may_repeat(const struct send_item *item)
{
	static const char *const kinds[] = { "check", "edit", "delete", "reaction", "read" };

	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(item->message.kind, kinds[i]))
			return true;
	}
	return item->request.saves || item->request.quiet ||
		(item->request.method && !strcmp(item->request.method, "GET"));
}

/* No answer. Only what surely never left may be sent again. */
static void judge_error(struct send_verdict *verdict, const struct http_result *answer)
{
	verdict->error = answer->error.message;
	verdict->fault = CHANNEL_FAULT_SERVER;
	if (answer->response.begun && !may_repeat(verdict->item))
		verdict->state = OUTBOX_UNKNOWN;
	else if (answer->error.code == VT_E_UNAVAILABLE || answer->error.code == VT_E_PROVIDER)
		try_later(verdict, 0);
	else if (answer->error.code == VT_E_FORBIDDEN && !verdict->item->request.saves) {
		/* The line's own address: whoever set it, or what is permitted, mends that. */
		verdict->fault = CHANNEL_FAULT_LINE;
		verdict->blameless = true;
		try_later(verdict, 1);
	} else
		verdict->state = OUTBOX_FAILED;
	if (answer->error.code == VT_E_TOO_LARGE)
		verdict->fault = CHANNEL_FAULT_MEDIA;
}

static const char *answer_header(void *data, const char *name)
{
	return http_header(data, name);
}

/* A line that is wrong or asked to slow down waits as a whole (send_line.c), and this row with it. */
static void judge_retry(struct send_verdict *verdict, int asked_s)
{
	verdict->blameless = verdict->fault == CHANNEL_FAULT_RATE || verdict->fault == CHANNEL_FAULT_LINE ||
		verdict->fault == CHANNEL_FAULT_RECIPIENT_RATE;
	if (verdict->fault == CHANNEL_FAULT_RECIPIENT_RATE && asked_s < RECIPIENT_PAUSE_S)
		asked_s = RECIPIENT_PAUSE_S;
	else if (verdict->fault == CHANNEL_FAULT_LATER && asked_s < DAY_S)
		asked_s = DAY_S;
	try_later(verdict, asked_s);
}

/* An upload's name that is good for more than this message. */
static void keep_media(struct send_item *item, const struct channel_result *result)
{
	if (!result->media_id || !result->media_s)
		return;
	item->media_id = arena_strdup(item->ctx.arena, result->media_id);
	item->media_s = result->media_s;
}

static void judge_next(struct send_verdict *verdict, const struct channel_result *result)
{
	struct send_item *item = verdict->item;

	if (result->media_id)
		item->message.media_id = arena_strdup(item->ctx.arena, result->media_id);
	item->message.memory = result->memory ? arena_strdup(item->ctx.arena, result->memory) : NULL;
	item->message.step++;
	verdict->next = true;
}

/* The upload that was kept is not there any more: once more, from the file. */
static bool upload_again(struct send_verdict *verdict)
{
	struct send_item *item = verdict->item;

	if (verdict->fault != CHANNEL_FAULT_MEDIA || !item->message.media_id || item->media_id ||
	    (item->message.step && !item->resumed))
		return false;
	item->resumed = false;
	item->message.media_id = item->message.memory = NULL;
	item->message.step = 0;
	verdict->next = true;
	return true;
}

static void judge_answer(struct vt_ctx *ctx, struct send_verdict *verdict, const struct http_response *response)
{
	const struct channel_answer answer = {
		.status = response->status, .body = response->body, .size = response->body_size,
		.header = answer_header, .data = (void *)response,
	};
	struct channel_result result = { 0 };

	if (verdict->item->network->result(ctx, &verdict->item->message, &answer, &result) < 0) {
		verdict->state = OUTBOX_UNKNOWN;
		verdict->error = arena_strdup(ctx->arena, ctx->error.message);
		verdict->fault = CHANNEL_FAULT_SERVER;
		vt_error_clear(ctx);
		if (may_repeat(verdict->item))
			try_later(verdict, 0);
		return;
	}
	verdict->provider_id = result.provider_id;
	verdict->error = result.error;
	verdict->error_code = result.error_code;
	verdict->fault = result.fault;
	verdict->found = result.found;
	keep_media(verdict->item, &result);
	if (result.outcome == CHANNEL_NEXT)
		judge_next(verdict, &result);
	else if (result.outcome == CHANNEL_SENT)
		verdict->state = OUTBOX_SENT;
	else if (result.outcome == CHANNEL_REFUSED && result.fault != CHANNEL_FAULT_LINE)
		verdict->state = OUTBOX_FAILED;
	else
		judge_retry(verdict, result.retry_after_s);
	if (verdict->state == OUTBOX_FAILED && !verdict->next)
		upload_again(verdict);
}

void send_judge(struct vt_ctx *ctx, const struct http_result *answer, struct send_verdict *verdict)
{
	if (answer->error.code == VT_OK)
		judge_answer(ctx, verdict, &answer->response);
	else
		judge_error(verdict, answer);
	/* Who may not manage templates may send: that is no reason for the line to stop. */
	if (template_is_call(verdict->item->message.kind) && verdict->fault == CHANNEL_FAULT_LINE && !verdict->next)
		verdict->state = OUTBOX_FAILED;
	/* Somebody waits for what a test says: it is the answer, whatever it is. */
	if (!strcmp(verdict->item->message.kind, "check") && !verdict->next && verdict->state != OUTBOX_SENT)
		verdict->state = OUTBOX_FAILED;
}
