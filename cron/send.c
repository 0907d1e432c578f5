/*
 * The claim commits before the call, the result in a transaction of its own:
 * a row whose worker was lost in between is unknown, and nobody sends it again
 * without knowing.
 */
#include "base/vt.h"
#include "base/codes.h"
#include "base/log.h"
#include "conversation/saying.h"
#include "cron/command.h"
#include "cron/send.h"
#include "db/db.h"
#include "db/wake.h"
#include "net/guard.h"
#include "net/http.h"
#include "sql_send.h"

#define SEND_AT_ONCE 32
#define SEND_ATTEMPTS 8
#define LATER_MAX_S 600

struct send {
	struct http_multi *multi;
	struct send_item items[SEND_AT_ONCE];
	uint8_t key[SECRET_KEY_SIZE];
	struct vt_ctx guard_ctx;        /* arena of the guard */
	struct guard *guard;
};

static int load_guard(struct vt_ctx *ctx, struct send *send)
{
	struct db_result *result;
	const char *list;

	if (db_query(ctx, &result, &SQL_SEND_PERMITTED, "") < 0)
		return -1;
	list = db_rows(result) ? db_text(result, 0, "list") : "";
	vt_ctx_reset(&send->guard_ctx);
	send->guard = NULL;
	if (guard_parse(&send->guard_ctx, list, &send->guard) < 0)
		log_error(&send->guard_ctx, "guard");
	return 0;
}

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;

	if (!send) {
		relay->state = send = calloc(1, sizeof(*send));
		VT_BUG_ON(!send);
		vt_ctx_init(&send->guard_ctx, arena_new(), "send");
		send->multi = http_multi_new();
	}
	if (secret_key_load(ctx, relay->config->key_file, send->key) < 0)
		return -1;
	return load_guard(ctx, send);
}

/* What the shift before left claimed. */
static int settle_lost(struct vt_ctx *ctx, void *data)
{
	const struct relay *relay = data;
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_SEND_LOST, "i", (int64_t)relay->lane) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		log_event(ctx, LOG_LEVEL_WARN, "send.lost", "outbox=%" PRId64,
			  db_i64(result, i, "outbox_id"));
		if (db_i64(result, i, "conversation_id"))
			wake_add(ctx, 'c', db_i64(result, i, "conversation_id"));
	}
	return 0;
}

static int begin(struct vt_ctx *ctx, struct relay *relay)
{
	return db_transaction(ctx, settle_lost, relay);
}

static int add_verdict(struct vt_ctx *ctx, const struct relay *relay,
		       const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;

	if (item->conversation_id)
		wake_add(ctx, 'c', item->conversation_id);
	if (verdict->state == OUTBOX_WAITING)
		return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_LATER, "iitis",
				   (int64_t)relay->lane, item->outbox_id, item->created_at,
				   (int64_t)verdict->later_s, verdict->error);
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_DONE, "iitiss", (int64_t)relay->lane,
			   item->outbox_id, item->created_at, (int64_t)verdict->state,
			   verdict->provider_id, verdict->error);
}

/* Commit how the items ended, and free their places. */
static int settle(struct vt_ctx *ctx, struct relay *relay, const struct send_verdict *verdicts,
		  size_t count)
{
	struct send *send = relay->state;

	if (!count)
		return 0;
	if (db_pipe_begin(ctx) < 0 || db_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (add_verdict(ctx, relay, &verdicts[i]) < 0)
			return -1;
	}
	if (db_commit(ctx) < 0 || db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		send->items[verdicts[i].item - send->items].outbox_id = 0;
	relay->done += (int64_t)count;
	return 0;
}

static void try_later(struct send_verdict *verdict, int asked_s)
{
	int attempts = verdict->item->attempts;

	if (attempts >= SEND_ATTEMPTS) {
		verdict->state = OUTBOX_FAILED;
		return;
	}
	verdict->state = OUTBOX_WAITING;
	verdict->later_s = asked_s > 0 ? asked_s : 1 << attempts;
	if (verdict->later_s > LATER_MAX_S)
		verdict->later_s = LATER_MAX_S;
}

/* No answer. Only what surely never left may be sent again. */
static void judge_error(struct send_verdict *verdict, const struct http_result *answer)
{
	verdict->error = answer->error.message;
	if (answer->response.begun)
		verdict->state = OUTBOX_UNKNOWN;
	else if (answer->error.code == VT_E_UNAVAILABLE)
		try_later(verdict, 0);
	else
		verdict->state = OUTBOX_FAILED;
}

static const char *answer_header(void *data, const char *name)
{
	return http_header(data, name);
}

static void judge_answer(struct vt_ctx *ctx, struct send_verdict *verdict,
			 const struct http_response *response)
{
	const struct channel_message message = {
		.reference = send_reference(ctx, verdict->item->outbox_id, verdict->item->created_at),
	};
	const struct channel_answer answer = {
		.status = response->status, .body = response->body, .size = response->body_size,
		.header = answer_header, .data = (void *)response,
	};
	struct channel_result result = { 0 };

	if (verdict->item->network->result(ctx, &message, &answer, &result) < 0) {
		verdict->state = OUTBOX_UNKNOWN;
		verdict->error = arena_strdup(ctx->arena, ctx->error.message);
		vt_error_clear(ctx);
		return;
	}
	verdict->provider_id = result.provider_id;
	verdict->error = result.error;
	if (result.outcome == CHANNEL_SENT)
		verdict->state = OUTBOX_SENT;
	else if (result.outcome == CHANNEL_REFUSED)
		verdict->state = OUTBOX_FAILED;
	else
		try_later(verdict, result.retry_after_s);
}

static int take_answers(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;
	struct send_verdict verdicts[SEND_AT_ONCE];
	size_t count = 0;

	for (; count < SEND_AT_ONCE; count++) {
		struct send_verdict *verdict = &verdicts[count];
		struct http_result *answer = arena_alloc(ctx->arena, sizeof(*answer));

		if (!http_multi_take(ctx, send->multi, answer))
			break;
		*verdict = (struct send_verdict){ .item = &send->items[answer->tag] };
		if (answer->error.code == VT_OK)
			judge_answer(ctx, verdict, &answer->response);
		else
			judge_error(verdict, answer);
	}
	return settle(ctx, relay, verdicts, count);
}

static size_t free_places(const struct send *send)
{
	size_t count = 0;

	for (size_t i = 0; i < SEND_AT_ONCE; i++)
		count += !send->items[i].outbox_id;
	return count;
}

static struct send_item *item_from_row(struct send *send, const struct db_result *claim, size_t row)
{
	struct send_item *item = send->items;

	while (item->outbox_id)
		item++;
	*item = (struct send_item){
		.outbox_id = db_i64(claim, row, "outbox_id"),
		.created_at = db_time_us(claim, row, "created_at"),
		.conversation_id = db_i64(claim, row, "conversation_id"),
		.channel_id = db_i64(claim, row, "channel_id"),
		.attempts = (int)db_i64(claim, row, "attempts"),
		.network = channel_by_messenger((int)db_i64(claim, row, "messenger")),
	};
	return item;
}

static int start(struct vt_ctx *ctx, struct send *send, const struct send_item *item,
		 const struct db_result *claim, size_t row, struct send_secrets *secrets)
{
	struct channel_request call;

	if (send_build(ctx, item, claim, row, secrets, &call) < 0)
		return -1;
	const struct http_request request = {
		.method = call.method, .url = call.url, .headers = call.headers,
		.body = call.body, .body_size = call.body_size, .guard = send->guard,
	};
	return http_multi_add(ctx, send->multi, &request, item - send->items);
}

static int load_secrets(struct vt_ctx *ctx, const struct send *send, const struct db_result *claim,
			struct send_secrets *secrets)
{
	int64_t *channels = arena_calloc(ctx->arena, db_rows(claim), sizeof(*channels));
	struct db_result *rows;

	for (size_t i = 0; i < db_rows(claim); i++)
		channels[i] = db_i64(claim, i, "channel_id");
	if (db_query(ctx, &rows, &SQL_SEND_SECRETS, "I", channels, db_rows(claim)) < 0)
		return -1;
	*secrets = (struct send_secrets){ .ctx = ctx, .key = send->key, .rows = rows };
	return 0;
}

/* Claim what fits, and call. What cannot be called is refused at once. */
static int claim(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;
	struct send_verdict refused[SEND_AT_ONCE];
	struct send_secrets secrets;
	struct db_result *rows;
	size_t count = 0;

	if (db_query(ctx, &rows, &SQL_SEND_CLAIM, "ii", (int64_t)relay->lane,
		     (int64_t)free_places(send)) < 0)
		return -1;
	if (!db_rows(rows))
		return 0;
	if (load_secrets(ctx, send, rows, &secrets) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		struct send_item *item = item_from_row(send, rows, i);

		if (start(ctx, send, item, rows, i, &secrets) == 0)
			continue;
		refused[count++] = (struct send_verdict){
			.item = item, .state = OUTBOX_FAILED,
			.error = arena_strdup(ctx->arena, ctx->error.message),
		};
		log_error(ctx, "send.build");
		vt_error_clear(ctx);
	}
	if (settle(ctx, relay, refused, count) < 0)
		return -1;
	return count > 0;
}

/* What operators said becomes messages when it cannot be undone any more; then it may go out. */
static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t said;

	if (take_answers(ctx, relay) < 0)
		return -1;
	if (relay->leaving)
		return 0;
	if (saying_pass(ctx, &said) < 0)
		return -1;
	relay->done += said;
	return claim(ctx, relay);
}

static bool busy(const struct relay *relay)
{
	const struct send *send = relay->state;

	return free_places(send) < SEND_AT_ONCE;
}

static void wait_for_answers(struct relay *relay, int wake_socket, int timeout_ms)
{
	const struct send *send = relay->state;

	http_multi_poll(send->multi, wake_socket, timeout_ms, NULL);
}

/* The calls under way belonged to a lane that is not ours any more. */
static void end(struct relay *relay)
{
	struct send *send = relay->state;

	if (!send)
		return;
	http_multi_free(send->multi);
	send->multi = http_multi_new();
	memset(send->items, 0, sizeof(send->items));
}

static void release(struct relay *relay)
{
	struct send *send = relay->state;

	if (!send)
		return;
	http_multi_free(send->multi);
	arena_free(send->guard_ctx.arena);
	secret_wipe(send->key, sizeof(send->key));
	free(send);
}

const struct relay_job send_job = {
	.prepare = prepare, .begin = begin, .turn = turn, .busy = busy, .wait = wait_for_answers, .end = end,
	.release = release,
};
