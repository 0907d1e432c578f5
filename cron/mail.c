/*
 * Every mailbox goes its own way: one that does not answer holds up none but
 * itself. Whatever ends this process, a mail is on record together with its
 * number or not at all.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "cron/command.h"
#include "cron/mail.h"
#include "db/db.h"
#include "net/guard.h"
#include "sql_mail.h"
#include "sql_send.h"

#define LOAD_EVERY_US (3 * CLOCK_SECOND)
#define BOXES_MAX 1000
#define AT_ONCE 64
#define BYTES_AT_ONCE (64 * 1024 * 1024)
#define ANSWERS_A_TURN 20
#define DUE_EVERY_MS 200

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	struct mail *mail = relay->state;

	if (!mail) {
		relay->state = mail = calloc(1, sizeof(*mail));
		VT_BUG_ON(!mail);
		vt_ctx_init(&mail->world, arena_new(), "mail");
		mail->multi = http_multi_new();
	}
	return secret_key_load(ctx, relay->config->key_file, mail->key);
}

/* Requests under way keep what they began with. */
static int load_world(struct vt_ctx *ctx, struct mail *mail)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_SEND_PERMITTED, "") < 0)
		return -1;
	const char *permitted = db_text(row, 0, "list"), *ca = db_text(row, 0, "authorities");
	if (mail->permitted && !strcmp(permitted, mail->permitted) && !strcmp(ca, mail->ca))
		return 0;
	mail->permitted = arena_strdup(mail->world.arena, permitted);
	mail->ca = arena_strdup(mail->world.arena, ca);
	mail->guard = NULL;
	if (guard_parse(&mail->world, mail->permitted, &mail->guard) < 0) {
		log_error(&mail->world, "guard");
		vt_error_clear(&mail->world);
	}
	for (size_t i = 0; i < mail->count; i++) {
		mail->boxes[i]->mailbox.guard = mail->guard;
		mail->boxes[i]->mailbox.ca_pem = mail->ca;
		mail->boxes[i]->next_at = 0;
	}
	return 0;
}

static struct mail_box *box_of(struct mail *mail, int64_t channel_id)
{
	for (size_t i = 0; i < mail->count; i++) {
		if (mail->boxes[i]->channel_id == channel_id)
			return mail->boxes[i];
	}
	if (mail->count == BOXES_MAX)
		return NULL;
	if (mail->count == mail->room) {
		mail->room = mail->room ? mail->room * 2 : 16;
		mail->boxes = realloc(mail->boxes, mail->room * sizeof(struct mail_box *));
		VT_BUG_ON(!mail->boxes);
	}
	struct mail_box *box = calloc(1, sizeof(*box));
	VT_BUG_ON(!box);
	box->channel_id = channel_id;
	mail->boxes[mail->count++] = box;
	return box;
}

/* Those that nobody reads any more. */
static void drop_boxes(struct mail *mail)
{
	size_t kept = 0;

	for (size_t i = 0; i < mail->count; i++) {
		struct mail_box *box = mail->boxes[i];
		if (box->listed || box->asking)
			mail->boxes[kept++] = box;
		else
			mail_box_free(box);
	}
	mail->count = kept;
}

static int load(struct vt_ctx *ctx, const struct relay *relay, struct mail *mail)
{
	struct db_result *rows;
	int64_t now = clock_monotonic_us();

	if (mail->loaded_at && now - mail->loaded_at < config_period(relay->config, LOAD_EVERY_US))
		return db_query(ctx, NULL, &SQL_MAIL_IDLE, "");
	if (load_world(ctx, mail) < 0 || db_query(ctx, &rows, &SQL_MAIL_BOXES, "") < 0)
		return -1;
	for (size_t i = 0; i < mail->count; i++)
		mail->boxes[i]->listed = false;
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct mail_box *box = box_of(mail, db_i64(rows, row, "channel_id"));
		if (!box)
			break;
		box->listed = true;
		if (!box->asking && (!box->line.arena || box->revision != db_i64(rows, row, "revision") ||
				     box->secrets_revision != db_i64(rows, row, "secrets_revision")))
			mail_box_read(mail, box, rows, row);
	}
	drop_boxes(mail);
	mail->loaded_at = now;
	return 0;
}

static int take_answers(struct vt_ctx *ctx, struct relay *relay, struct mail *mail, int *taken)
{
	for (*taken = 0; *taken < ANSWERS_A_TURN; (*taken)++) {
		struct http_result *answer = arena_alloc(ctx->arena, sizeof(*answer));
		if (!http_multi_take(ctx, mail->multi, answer))
			return 0;
		struct mail_box *box = box_of(mail, answer->tag);
		box->asking = false;
		mail->bytes -= mail_box_brings(box);
		if (mail_box_answer(ctx, relay, box, answer) < 0)
			return -1;
	}
	return 0;
}

static int ask(struct vt_ctx *ctx, struct relay *relay, struct mail *mail, struct mail_box *box)
{
	struct http_request request;

	if (mail_box_ask(ctx, box, &request) < 0 || http_multi_add(ctx, mail->multi, &request, box->channel_id) < 0) {
		const char *why = arena_strdup(ctx->arena, ctx->error.message);
		vt_error_clear(ctx);
		return mail_box_fails(ctx, relay, box, MAIL_FAULT_BROKEN, why);
	}
	box->asking = true;
	mail->bytes += mail_box_brings(box);
	return 0;
}

/* Whoever waited longest first. */
static int start_due(struct vt_ctx *ctx, struct relay *relay, struct mail *mail)
{
	int64_t now = clock_monotonic_us();

	while (http_multi_count(mail->multi) < AT_ONCE) {
		struct mail_box *next = NULL;
		for (size_t i = 0; i < mail->count; i++) {
			struct mail_box *box = mail->boxes[i];
			if (!box->asking && box->listed && box->next_at <= now && (!next || box->next_at < next->next_at) &&
			    (!mail->bytes || mail->bytes + mail_box_brings(box) <= BYTES_AT_ONCE))
				next = box;
		}
		if (!next)
			return 0;
		if (ask(ctx, relay, mail, next) < 0)
			return -1;
	}
	return 0;
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	struct mail *mail = relay->state;
	int taken;

	if (take_answers(ctx, relay, mail, &taken) < 0 || load(ctx, relay, mail) < 0)
		return -1;
	if (!relay->leaving && start_due(ctx, relay, mail) < 0)
		return -1;
	return taken == ANSWERS_A_TURN;
}

static bool busy(const struct relay *relay)
{
	const struct mail *mail = relay->state;

	return http_multi_count(mail->multi) > 0;
}

static void wait_for_answers(struct relay *relay, int wake_socket, int timeout_ms)
{
	const struct mail *mail = relay->state;

	http_multi_poll(mail->multi, wake_socket, timeout_ms < DUE_EVERY_MS ? timeout_ms : DUE_EVERY_MS, NULL);
}

/* What was under way belonged to a lane that is not ours any more. */
static void forget(struct mail *mail)
{
	http_multi_free(mail->multi);
	for (size_t i = 0; i < mail->count; i++)
		mail_box_free(mail->boxes[i]);
	mail->count = 0;
	mail->bytes = mail->loaded_at = 0;
}

static void end(struct relay *relay)
{
	struct mail *mail = relay->state;

	if (!mail)
		return;
	forget(mail);
	mail->multi = http_multi_new();
}

static void release(struct relay *relay)
{
	struct mail *mail = relay->state;

	if (!mail)
		return;
	forget(mail);
	free(mail->boxes);
	arena_free(mail->world.arena);
	secret_wipe(mail->key, sizeof(mail->key));
	free(mail);
}

const struct relay_job mail_job = {
	.prepare = prepare, .turn = turn, .busy = busy, .wait = wait_for_answers, .end = end, .release = release,
};
