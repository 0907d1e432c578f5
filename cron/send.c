/*
 * The claim commits before the call, the result in a transaction of its own:
 * a row whose worker was lost in between is unknown, and nobody sends it again
 * without knowing.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/log.h"
#include "campaign/template.h"
#include "conversation/file.h"
#include "conversation/saying.h"
#include "cron/command.h"
#include "contact/contact_wish.h"
#include "cron/send.h"
#include "cron/send_meter.h"
#include "db/db.h"
#include "db/wake.h"
#include "net/guard.h"
#include "net/http.h"
#include "sql_send.h"

#define SEND_AT_ONCE 64
#define FILE_TIMEOUT_MS 120000
#define FILE_BYTES_MS 256               /* of a large one: a quarter of a megabyte a second at the least */
#define FILE_LARGE (4 * 1024 * 1024)
#define DUE_EVERY_MS 100
#define PACE_EVERY_MS 50
#define GUARD_AGE_US (3 * CLOCK_SECOND)
#define SCAN_LATER_S 2

struct send {
	struct http_multi *multi;
	struct send_meter *meter;
	struct send_item items[SEND_AT_ONCE];
	uint8_t key[SECRET_KEY_SIZE];
	struct vt_ctx guard_ctx;        /* arena of the guard, and of those before it in this shift */
	struct guard *guard;
	const char *guard_list;
	const char *authorities;        /* trusted besides the system's, PEM */
	int64_t guard_at;               /* monotonic us */
};

/* kept, when it says the same as text. */
static const char *keep(struct send *send, const char *kept, const char *text)
{
	return kept && !strcmp(kept, text) ? kept : arena_strdup(send->guard_ctx.arena, text);
}

/* Calls under way keep the guard they began with. */
static int load_guard(struct vt_ctx *ctx, struct send *send)
{
	const char *before = send->guard_list;
	struct db_result *result;

	send->guard_at = clock_monotonic_us();
	if (db_one(ctx, &result, &SQL_SEND_PERMITTED, "") < 0)
		return -1;
	send->authorities = keep(send, send->authorities, db_text(result, 0, "authorities"));
	send->guard_list = keep(send, send->guard_list, db_text(result, 0, "list"));
	if (send->guard_list == before)
		return 0;
	send->guard = NULL;
	if (guard_parse(&send->guard_ctx, send->guard_list, &send->guard) < 0) {
		log_error(&send->guard_ctx, "guard");
		vt_error_clear(&send->guard_ctx);
	}
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
		send->meter = send_meter_new();
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
	struct send *send = relay->state;

	return db_transaction(ctx, settle_lost, relay) < 0 ? -1 : send_meter_load(ctx, send->meter);
}

static int add_later(struct vt_ctx *ctx, const struct relay *relay, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;

	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_LATER, "iitisb", (int64_t)relay->lane, item->outbox_id,
			   item->created_at, (int64_t)verdict->later_s, verdict->error, (int)verdict->blameless);
}

/* What a refusal says of the person that it was for. */
static int add_wish(struct vt_ctx *ctx, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;
	const struct contact_identity who = {
		.channel_id = item->channel_id, .kind = json_str(item->message.payload, "to.kind", ""),
		.value = json_str(item->message.payload, "to.value", ""),
	};
	const struct contact_wish wish = {
		.wish = verdict->fault == CHANNEL_FAULT_BLOCKED ? WISH_BLOCKED : WISH_OPTED_OUT,
		.source = WISH_BY_REFUSAL, .at = ctx->now_us,
	};

	if (verdict->state != OUTBOX_FAILED ||
	    (verdict->fault != CHANNEL_FAULT_BLOCKED && verdict->fault != CHANNEL_FAULT_OPT_OUT))
		return 0;
	return contact_wish_add(ctx, item->outbox_id, &who, &wish);
}

/* What goes beside the end of an item: an upload that is kept, a name, what came of a template, the result of a test. */
static int add_beside(struct vt_ctx *ctx, const struct relay *relay, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;
	const struct send *send = relay->state;
	bool sent = verdict->state == OUTBOX_SENT;

	if (send_is_token(item))
		return send_token_note(ctx, send->key, verdict);

	if (item->media_id && item->file_id &&
	    db_pipe_add(ctx, item->outbox_id, &SQL_SEND_MEDIA, "iisi", item->channel_id, item->file_id,
			item->media_id, item->media_s) < 0)
		return -1;
	const char *name = json_str(verdict->found, "name", NULL);
	if (sent && name && !strcmp(item->message.kind, "profile"))
		return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_PROFILE, "isss", item->channel_id,
				   json_str(item->message.payload, "to.kind", ""),
				   json_str(item->message.payload, "to.value", ""), name);
	if (template_is_call(item->message.kind))
		return template_answered(ctx, &(struct template_answer){
			.kind = item->message.kind, .channel_id = item->channel_id, .outbox_id = item->outbox_id,
			.asked_at = item->created_at, .payload = item->message.payload, .done = sent,
			.unknown = verdict->state == OUTBOX_UNKNOWN, .found = verdict->found, .error = verdict->error });
	if (strcmp(item->message.kind, "check") != 0)
		return 0;
	wake_add(ctx, 'l', 0);
	struct json *line = sent ? json_at(verdict->found, "line") : NULL;
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_CHECKED, "ibsj", item->channel_id, (int)sent,
			   sent ? json_str(verdict->found, "text", NULL) : verdict->error, line ? json_text(ctx, line) : NULL);
}

/* What a gateway refused is not paid for. */
static int64_t segments_of(const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;

	return item->segments + (verdict->state == OUTBOX_FAILED ? 0 : item->request.segments);
}

/* Those that ended, in one statement. */
static int add_done(struct vt_ctx *ctx, const struct relay *relay, const struct send_verdict *verdicts, size_t count)
{
	int64_t *ids = arena_calloc(ctx->arena, count, sizeof(*ids));
	int64_t *created = arena_calloc(ctx->arena, count, sizeof(*created));
	int64_t *states = arena_calloc(ctx->arena, count, sizeof(*states));
	int64_t *codes = arena_calloc(ctx->arena, count, sizeof(*codes));
	int64_t *faults = arena_calloc(ctx->arena, count, sizeof(*faults));
	int64_t *segments = arena_calloc(ctx->arena, count, sizeof(*segments));
	const char **names = arena_calloc(ctx->arena, count, sizeof(*names));
	const char **known = arena_calloc(ctx->arena, count, sizeof(*known));
	const char **errors = arena_calloc(ctx->arena, count, sizeof(*errors));
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		const struct send_verdict *verdict = &verdicts[i];

		if (verdict->state == OUTBOX_WAITING)
			continue;
		ids[done] = verdict->item->outbox_id;
		created[done] = verdict->item->created_at;
		states[done] = verdict->state;
		codes[done] = verdict->error_code;
		faults[done] = (int64_t)verdict->fault;
		segments[done] = segments_of(verdict);
		names[done] = verdict->provider_id;
		known[done] = verdict->provider_id ? send_known_as(ctx, verdict->item, verdict->provider_id) : NULL;
		errors[done++] = verdict->error;
	}
	if (!done)
		return 0;
	return db_pipe_add(ctx, 0, &SQL_SEND_DONE, "iIIISSIISI", (int64_t)relay->lane, ids, done, created, done, states,
			   done, names, done, errors, done, codes, done, faults, done, known, done,
			   segments, done);
}

static int add_verdict(struct vt_ctx *ctx, const struct relay *relay, const struct send_verdict *verdict)
{
	struct send *send = relay->state;

	if (verdict->item->conversation_id)
		wake_add(ctx, 'c', verdict->item->conversation_id);
	if (send_part_put(ctx, verdict->item) < 0 || send_line_note(ctx, verdict) < 0 || add_wish(ctx, verdict) < 0 ||
	    send_file_note(ctx, verdict) < 0 ||
	    send_meter_note(ctx, send->meter, verdict->item) < 0)
		return -1;
	return verdict->state == OUTBOX_WAITING ? add_later(ctx, relay, verdict) : add_beside(ctx, relay, verdict);
}

static int by_id(const void *a, const void *b)
{
	const struct send_verdict *one = a, *other = b;

	return one->item->outbox_id < other->item->outbox_id ? -1 : one->item->outbox_id > other->item->outbox_id;
}

/* How the items ended. Rows in the order of their ids, as intake takes
 * them with delivery reports. */
static int commit(struct vt_ctx *ctx, struct relay *relay, struct send_verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (send_file_take(ctx, relay->config->files_directory, &verdicts[i]) < 0)
			return -1;
	}
	qsort(verdicts, count, sizeof(*verdicts), by_id);
	if (db_pipe_begin(ctx) < 0 || db_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (add_verdict(ctx, relay, &verdicts[i]) < 0)
			return -1;
	}
	if (add_done(ctx, relay, verdicts, count) < 0 || send_exchange_put(ctx) < 0 || db_commit(ctx) < 0 ||
	    db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	send_exchange_forget();
	relay->done += (int64_t)count;
	return 0;
}

/* The places are free whatever becomes of it: rows that could not be settled are still claimed, and the
 * next shift settles them as lost. */
static int settle(struct vt_ctx *ctx, struct relay *relay, struct send_verdict *verdicts, size_t count)
{
	int result = count || send_exchange_waits() ? commit(ctx, relay, verdicts, count) : 0;

	for (size_t i = 0; i < count; i++)
		send_item_end(verdicts[i].item);
	return result;
}

static int on_saved(void *arg, const void *data, size_t size)
{
	struct send_item *item = arg;

	strbuf_add(&item->saved, data, size);
	return 0;
}

/* A file has as long as it is large. */
static int timeout_of(const struct send_item *item)
{
	int64_t ms = item->request.with_file ? item->stream.file_size / FILE_BYTES_MS : 0;

	if (!item->request.saves && !item->request.with_file)
		return 0;
	return ms > FILE_TIMEOUT_MS ? (int)ms : FILE_TIMEOUT_MS;
}

/* The call of an item that was built. */
static int start(struct vt_ctx *ctx, struct send *send, struct send_item *item)
{
	const struct channel_request *call = &item->request;
	bool streams = call->with_file && !call->file_base64;
	const struct http_request request = {
		.method = call->method, .url = call->url, .headers = call->headers,
		.body = streams ? NULL : call->body, .body_lives = call->with_file,
		.body_size = streams ? send_stream_size(&item->stream) : call->body_size,
		.body_at = streams ? send_stream_at : NULL, .body_arg = &item->stream,
		.mail_from = call->mail_from, .mail_to = call->mail_to, .user = call->user,
		.password = call->user ? item->message.secret(item->message.secrets, "password") : NULL,
		.bearer = call->user ? item->message.secret(item->message.secrets, "token") : NULL,
		.imap_command = call->imap_command, .imap_anew = call->imap_command, .imap_last = call->imap_command,
		.guard = send->guard, .ca_pem = send->authorities, .sink = call->saves ? on_saved : NULL, .sink_arg = item,
		.response_max = call->saves ? FILE_SIZE_MAX : 0,
		.timeout_ms = timeout_of(item),
	};

	strbuf_truncate(&item->saved, 0);
	if (http_multi_add(ctx, send->multi, &request, item - send->items) < 0)
		return -1;
	item->not_before_us = -1;
	item->ends_by_us = streams && item->stream.file_size > FILE_LARGE
		? clock_monotonic_us() + (int64_t)request.timeout_ms * 1000 : 0;
	item->called_us = clock_monotonic_us();
	return 0;
}

/* Build the item's next call; it starts now, or once it is noted and its network wants it to (start_due). */
static int go_on(struct vt_ctx *ctx, struct send *send, struct send_item *item, bool goes_on)
{
	if (send_item_call(item, ctx->now_us) < 0) {
		ctx->error = item->ctx.error;
		return -1;
	}
	int64_t wait_us = send_meter_take(send->meter, item, ctx->now_us);
	/* What was just claimed has its turn now: rooms and the person were looked at. */
	item->held = goes_on && wait_us > 0;
	wait_us = item->held ? wait_us : (int64_t)item->request.wait_ms * 1000;
	item->not_before_us = clock_monotonic_us() + wait_us;
	item->to_note = send_progress_due(ctx, item);
	return item->to_note || wait_us ? 0 : start(ctx, send, item);
}

/* The network takes no such file, or it is not there. */
static bool is_of_file(const struct vt_ctx *ctx, const struct send_item *item)
{
	return item->file_path && (ctx->error.code == VT_E_NOT_FOUND ||
				   !strcmp(ctx->error.key, "error.channel.unable") ||
				   !strcmp(ctx->error.key, "error.too_large"));
}

static struct send_verdict refusal(struct vt_ctx *ctx, struct send_item *item)
{
	const struct send_verdict verdict = {
		.item = item, .state = OUTBOX_FAILED, .error = arena_strdup(ctx->arena, ctx->error.message),
		.fault = is_of_file(ctx, item) ? CHANNEL_FAULT_MEDIA : CHANNEL_FAULT_MESSAGE,
	};

	/* Signs that a network does not have are nobody's fault. */
	if (strcmp(ctx->error.key, "error.channel.unable") != 0)
		log_error(ctx, "send.build");
	vt_error_clear(ctx);
	return verdict;
}

/* The rest of what the item says, or its next step. false: it ended, and *verdict says how. */
static bool continues(struct vt_ctx *ctx, struct send *send, struct send_verdict *verdict)
{
	struct send_item *item = verdict->item;

	if (!verdict->next && !(verdict->state == OUTBOX_SENT && send_item_more(item)))
		return false;
	send_part_out(item, verdict);
	if (!verdict->next)
		send_item_rest(item);
	if (go_on(ctx, send, item, true) == 0)
		return true;
	*verdict = refusal(ctx, item);
	return false;
}

static int take_answers(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;
	struct send_verdict verdicts[SEND_AT_ONCE];
	size_t count = 0;

	while (count < SEND_AT_ONCE) {
		struct http_result *answer = arena_alloc(ctx->arena, sizeof(*answer));
		struct send_verdict *verdict = &verdicts[count];

		if (!http_multi_take(ctx, send->multi, answer))
			break;
		*verdict = (struct send_verdict){ .item = &send->items[answer->tag] };
		send_judge(ctx, answer, verdict);
		send_exchange_note(ctx, answer, verdict);
		if (!continues(ctx, send, verdict))
			count++;
	}
	return settle(ctx, relay, verdicts, count);
}

/* Those whose turn has come show something from now on. */
static void release_held(struct vt_ctx *ctx, struct send *send, int64_t now)
{
	for (size_t i = 0; i < SEND_AT_ONCE; i++) {
		struct send_item *item = &send->items[i];

		if (!item->outbox_id || !item->held || item->to_note || item->not_before_us > now)
			continue;
		item->held = false;
		item->to_note = send_progress_due(ctx, item);
	}
}

/* Calls whose time has come, and those that had to be noted. */
static int start_due(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;
	int64_t now = clock_monotonic_us();
	struct send_verdict refused[SEND_AT_ONCE];
	size_t count = 0;

	release_held(ctx, send, now);
	if (send_progress_note(ctx, relay->lane, send->items, SEND_AT_ONCE) < 0)
		return -1;
	for (size_t i = 0; i < SEND_AT_ONCE; i++) {
		struct send_item *item = &send->items[i];

		if (!item->outbox_id || item->held || item->not_before_us < 0 || item->not_before_us > now)
			continue;
		if (start(ctx, send, item) < 0)
			refused[count++] = refusal(ctx, item);
	}
	return settle(ctx, relay, refused, count);
}

static size_t free_places(const struct send *send)
{
	size_t count = 0;

	for (size_t i = 0; i < SEND_AT_ONCE; i++)
		count += !send->items[i].outbox_id;
	return count;
}

static struct send_item *free_item(struct send *send)
{
	struct send_item *item = send->items;

	while (item->outbox_id)
		item++;
	return item;
}

/* Who has just got a lot: the row waits in the queue, where it is in nobody's way. */
static struct send_verdict not_yet(struct vt_ctx *ctx, const struct send *send, struct send_item *item)
{
	int64_t wait_us = send_meter_wait(send->meter, item, ctx->now_us);

	return (struct send_verdict){
		.item = item, .state = OUTBOX_WAITING, .blameless = true, .error = "the person has just got a lot",
		.later_s = (int)((wait_us + CLOCK_SECOND - 1) / CLOCK_SECOND),
	};
}

/* Claim what fits, and call. What cannot be called is refused at once. */
static int claim(struct vt_ctx *ctx, struct relay *relay)
{
	struct send *send = relay->state;
	struct send_verdict refused[SEND_AT_ONCE];
	struct db_result *rows;
	const int64_t *lines, *rooms;
	size_t count = 0, line_count;

	if (clock_monotonic_us() - send->guard_at > config_period(relay->config, GUARD_AGE_US) &&
	    (load_guard(ctx, send) < 0 || send_meter_load(ctx, send->meter) < 0))
		return -1;
	if (send_meter_rooms(ctx, send->meter, send->items, SEND_AT_ONCE, &lines, &rooms, &line_count) < 0 ||
	    db_query(ctx, &rows, &SQL_SEND_CLAIM, "iiII", (int64_t)relay->lane, (int64_t)free_places(send),
		     lines, line_count, rooms, line_count) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		struct send_item *item = free_item(send);

		if (send_item_read(item, rows, i, send->key, relay->config->files_directory) < 0)
			ctx->error = item->ctx.error;
		else if (db_i64(rows, i, "file_held")) {
			refused[count++] = (struct send_verdict){
				.item = item, .state = OUTBOX_WAITING, .blameless = true, .later_s = SCAN_LATER_S,
				.error = "the antivirus has not looked at the file yet",
			};
			continue;
		} else if (send_meter_wait(send->meter, item, ctx->now_us)) {
			refused[count++] = not_yet(ctx, send, item);
			continue;
		} else if (go_on(ctx, send, item, false) == 0)
			continue;
		refused[count++] = refusal(ctx, item);
	}
	if (settle(ctx, relay, refused, count) < 0 || start_due(ctx, relay) < 0)
		return -1;
	return count > 0;
}

/* A shift does not end over a file that takes longer than the next one would wait for it. */
static void hold_shift(struct relay *relay)
{
	const struct send *send = relay->state;

	relay->hold_until = 0;
	for (size_t i = 0; i < SEND_AT_ONCE; i++) {
		if (send->items[i].outbox_id && send->items[i].ends_by_us > relay->hold_until)
			relay->hold_until = send->items[i].ends_by_us;
	}
}

/* What operators said becomes messages when it cannot be undone any more; then it may go out. */
static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t said;

	if (take_answers(ctx, relay) < 0 || start_due(ctx, relay) < 0)
		return -1;
	if (relay->leaving)
		return 0;
	if (saying_pass(ctx, &said) < 0)
		return -1;
	relay->done += said;
	hold_shift(relay);
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

	/* What waits for its time is looked at ten times a second. */
	if (http_multi_count(send->multi) + free_places(send) < SEND_AT_ONCE && timeout_ms > DUE_EVERY_MS)
		timeout_ms = DUE_EVERY_MS;
	if (send_meter_soon(send->meter) && timeout_ms > PACE_EVERY_MS)
		timeout_ms = PACE_EVERY_MS;
	http_multi_poll(send->multi, wake_socket, timeout_ms, NULL);
}

static void end_items(struct send *send)
{
	for (size_t i = 0; i < SEND_AT_ONCE; i++) {
		if (send->items[i].outbox_id)
			send_item_end(&send->items[i]);
	}
}

/* The calls under way belonged to a lane that is not ours any more. */
static void end(struct relay *relay)
{
	struct send *send = relay->state;

	if (!send)
		return;
	http_multi_free(send->multi);
	send->multi = http_multi_new();
	end_items(send);
}

static void release(struct relay *relay)
{
	struct send *send = relay->state;

	if (!send)
		return;
	http_multi_free(send->multi);
	end_items(send);
	send_meter_free(send->meter);
	arena_free(send->guard_ctx.arena);
	secret_wipe(send->key, sizeof(send->key));
	free(send);
}

const struct relay_job send_job = {
	.prepare = prepare, .begin = begin, .turn = turn, .busy = busy, .wait = wait_for_answers, .end = end,
	.release = release,
};
