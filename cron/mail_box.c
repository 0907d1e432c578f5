/* One mailbox: what it is asked next, and what its answers mean. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "channel/email/mime.h"
#include "cron/mail.h"
#include "cron/relay.h"
#include "db/db.h"
#include "sql_mail.h"

#define READ_EVERY_US (15 * CLOCK_SECOND)
#define REST_MAX_US (5 * CLOCK_MINUTE)
#define NOTE_EVERY_US CLOCK_MINUTE
#define WINDOW 2000                    /* numbers that are asked about at once */
#define HEAD_MAX (16 * 1024)           /* of a mail that is too large */
#define FEW_BYTES (64 * 1024)
#define TELL_AFTER 3                   /* failures in a row */
#define SETTINGS_MAX ((size_t)256 * 1024)

static const char *secret(struct mail *mail, struct mail_box *box, struct json *boxed, const char *name)
{
	const char *text = json_str(boxed, name, NULL);
	char *out;

	if (!text)
		return NULL;
	if (secret_decrypt(&box->line, mail->key, text, &out) == 0)
		return out;
	vt_error_clear(&box->line);
	return NULL;
}

static void read_settings(struct mail *mail, struct mail_box *box, const struct db_result *rows, size_t row)
{
	const char *text = db_text(rows, row, "settings"), *boxed = db_text(rows, row, "secrets");
	struct json *secrets = NULL;

	if (json_parse(&box->line, text, strlen(text), SETTINGS_MAX, &box->settings) < 0 ||
	    json_parse(&box->line, boxed, strlen(boxed), SETTINGS_MAX, &secrets) < 0) {
		log_error(&box->line, "mail.settings");
		vt_error_clear(&box->line);
	}
	const char *folder = json_str(box->settings, "folder", ""), *user = json_str(box->settings, "user", "");
	box->mailbox = (struct imap_mailbox){
		.url = json_str(box->settings, "imap", ""), .folder = *folder ? folder : "INBOX",
		.user = *user ? user : json_str(box->settings, "account", ""),
		.password = secret(mail, box, secrets, "password"), .bearer = secret(mail, box, secrets, "token"),
		.guard = mail->guard, .ca_pem = mail->ca,
	};
	box->renews = json_str(secrets, "refresh_token", NULL) != NULL;
	box->place = arena_printf(box->line.arena, "%s %s %s", box->mailbox.url, box->mailbox.user, box->mailbox.folder);
}

void mail_box_read(struct mail *mail, struct mail_box *box, const struct db_result *rows, size_t row)
{
	struct vt_ctx *arenas[] = { &box->line, &box->round, &box->mail };

	for (size_t i = 0; i < VT_COUNT(arenas); i++) {
		if (!arenas[i]->arena)
			vt_ctx_init(arenas[i], arena_new(), "mail");
		vt_ctx_reset(arenas[i]);
	}
	read_settings(mail, box, rows, row);
	strbuf_init(&box->bytes, box->mail.arena, 0);
	if (box->revision != db_i64(rows, row, "revision"))
		box->failures = 0;
	box->revision = db_i64(rows, row, "revision");
	box->secrets_revision = db_i64(rows, row, "secrets_revision");
	box->known = !strcmp(box->place, db_text(rows, row, "place"));
	box->uid_validity = db_i64(rows, row, "uid_validity");
	box->last_uid = db_i64(rows, row, "last_uid");
	box->since_s = db_time_us(rows, row, "since") / CLOCK_SECOND;
	box->step = MAIL_STATUS;
	/* Before its first token there is nothing to log in with; then it is read anew. */
	box->next_at = box->renews && !box->mailbox.bearer ? INT64_MAX : 0;
	box->well = false;
}

void mail_box_free(struct mail_box *box)
{
	if (box->line.arena) {
		arena_free(box->line.arena);
		arena_free(box->round.arena);
		arena_free(box->mail.arena);
	}
	free(box);
}

/* --- asking ----------------------------------------------------------------------- */

static const struct imap_entry *entry_of(const struct mail_box *box)
{
	return &box->entries[box->entry];
}

static bool too_large(const struct imap_entry *entry)
{
	return (uint64_t)entry->size > MIME_SIZE_MAX;
}

int64_t mail_box_brings(const struct mail_box *box)
{
	if (box->step != MAIL_FETCH || too_large(entry_of(box)))
		return 0;
	return entry_of(box)->size > FEW_BYTES ? entry_of(box)->size : 0;
}

static int on_bytes(void *arg, const void *data, size_t size)
{
	struct mail_box *box = arg;

	strbuf_add(&box->bytes, data, size);
	return 0;
}

int mail_box_ask(struct vt_ctx *ctx, struct mail_box *box, struct http_request *out)
{
	if (box->step == MAIL_STATUS) {
		vt_ctx_reset(&box->round);
		return imap_ask_status(ctx, &box->mailbox, out);
	}
	if (box->step == MAIL_LIST) {
		int64_t last = box->status.uid_next - 1;
		box->window_end = last - box->last_uid > WINDOW ? box->last_uid + WINDOW : last;
		return imap_ask_list(ctx, &box->mailbox, box->last_uid + 1, box->window_end, out);
	}
	bool head = too_large(entry_of(box));
	if (imap_ask_mail(ctx, &box->mailbox, &box->status, entry_of(box)->uid, head ? HEAD_MAX : 0, box->anew, out) < 0)
		return -1;
	vt_ctx_reset(&box->mail);
	strbuf_init(&box->bytes, box->mail.arena, 0);
	out->sink = on_bytes;
	out->sink_arg = box;
	out->response_max = head ? HEAD_MAX + 1 : MIME_SIZE_MAX + 1;
	return 0;
}

/* --- how it does ------------------------------------------------------------------- */

static void rest(const struct relay *relay, struct mail_box *box, int64_t us)
{
	box->step = MAIL_STATUS;
	box->next_at = clock_monotonic_us() + config_period(relay->config, us);
}

int mail_box_fails(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, enum mail_fault fault,
		   const char *why)
{
	int64_t pause = READ_EVERY_US;
	/* A token that ran out is made anew first. */
	bool passing = fault == MAIL_FAULT_AWAY || (fault == MAIL_FAULT_LOGIN && box->renews);
	bool tell = !passing || box->failures + 1 >= TELL_AFTER;

	for (int i = 0; i < box->failures && pause < REST_MAX_US; i++)
		pause *= 2;
	box->failures++;
	box->well = false;
	/* A password that is wrong is not tried until the account is locked. */
	rest(relay, box, fault == MAIL_FAULT_LOGIN || pause > REST_MAX_US ? REST_MAX_US : pause);
	log_event(ctx, LOG_LEVEL_WARN, "mail.fails", "channel=%" PRId64 " fault=%d why=\"%s\"", box->channel_id, (int)fault, why);
	return db_query(ctx, NULL, &SQL_MAIL_FAILS, "iisb", box->channel_id, (int64_t)fault, why, (int)tell);
}

static int works(struct vt_ctx *ctx, const struct relay *relay, struct mail_box *box)
{
	if (!box->well && db_query(ctx, NULL, &SQL_MAIL_WORKS, "i", box->channel_id) < 0)
		return -1;
	box->well = true;
	box->failures = 0;
	rest(relay, box, READ_EVERY_US);
	return 0;
}

/* A server that has trouble refuses log-ins too, and says so (RFC 5530); past the log-in it is no log-in. */
static bool login_refused(const struct mail_box *box, int status, const char *told)
{
	static const char *const trouble[] = { "[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]" };

	for (size_t i = 0; i < VT_COUNT(trouble); i++) {
		if (!strcasecmp(told, trouble[i]))
			return false;
	}
	return status == IMAP_LOGIN_REFUSED && box->step == MAIL_STATUS;
}

static int refused(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, const struct http_result *answer)
{
	int status = answer->response.status;
	const char *told = answer->response.body ? answer->response.body : "";

	if (answer->error.code == VT_E_FORBIDDEN)
		return mail_box_fails(ctx, relay, box, MAIL_FAULT_ADDRESS, answer->error.message);
	if (answer->error.code)
		return mail_box_fails(ctx, relay, box, answer->error.code == VT_E_UNAVAILABLE ? MAIL_FAULT_AWAY
				      : MAIL_FAULT_BROKEN, answer->error.message);
	if (login_refused(box, status, told))
		return mail_box_fails(ctx, relay, box, MAIL_FAULT_LOGIN,
				      arena_printf(ctx->arena, "the mail server refused the log-in %s", told));
	if (status != IMAP_REFUSED || box->step != MAIL_STATUS)
		return mail_box_fails(ctx, relay, box, MAIL_FAULT_AWAY,
				      arena_printf(ctx->arena, "the mail server has trouble %s", told));
	return mail_box_fails(ctx, relay, box, MAIL_FAULT_FOLDER,
			      arena_printf(ctx->arena, "the mail server has no folder %s %s", box->mailbox.folder, told));
}

/* --- answers ------------------------------------------------------------------------ */

static int passed(struct vt_ctx *ctx, struct mail_box *box, int64_t uid)
{
	if (db_exec(ctx, NULL, &SQL_MAIL_PASSED, "iii", box->channel_id, box->uid_validity, uid) < 0)
		return -1;
	box->last_uid = uid;
	box->noted_at = clock_monotonic_us();
	return 0;
}

/* The next mail that is to be taken, the next window, or the end of this reading. */
static int go_on(struct vt_ctx *ctx, const struct relay *relay, struct mail_box *box)
{
	box->anew = false;
	box->step = MAIL_FETCH;
	for (; box->entry < box->entry_count; box->entry++) {
		if (!entry_of(box)->arrived_s || entry_of(box)->arrived_s >= box->since_s)
			return 0;
	}
	box->step = MAIL_LIST;
	if (passed(ctx, box, box->window_end) < 0)
		return -1;
	return box->last_uid + 1 < box->status.uid_next ? 0 : works(ctx, relay, box);
}

static int take_status(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, const struct http_response *response)
{
	struct db_result *row;

	if (imap_read_status(ctx, response, &box->status) < 0) {
		const char *why = arena_strdup(ctx->arena, ctx->error.message);
		vt_error_clear(ctx);
		return mail_box_fails(ctx, relay, box, MAIL_FAULT_BROKEN, why);
	}
	if (!box->known || box->uid_validity != box->status.uid_validity) {
		if (db_one(ctx, &row, &SQL_MAIL_BEGIN, "isi", box->channel_id, box->place, box->status.uid_validity) < 0)
			return -1;
		box->known = true;
		box->uid_validity = box->status.uid_validity;
		box->last_uid = 0;
		box->since_s = db_time_us(row, 0, "since") / CLOCK_SECOND;
	}
	box->entry = box->entry_count = 0;
	if (box->last_uid + 1 < box->status.uid_next) {
		box->step = MAIL_LIST;
		return 0;
	}
	if (clock_monotonic_us() - box->noted_at > NOTE_EVERY_US && passed(ctx, box, box->last_uid) < 0)
		return -1;
	return works(ctx, relay, box);
}

static int take_list(struct vt_ctx *ctx, const struct relay *relay, struct mail_box *box,
		     const struct http_response *response)
{
	box->entry_count = imap_read_list(&box->round, response, box->last_uid + 1, box->window_end, &box->entries);
	box->entry = 0;
	return go_on(ctx, relay, box);
}

/* Gone, or a connection that does not know it yet: once more on another before it is passed over. */
static int is_gone(struct vt_ctx *ctx, const struct relay *relay, struct mail_box *box)
{
	if (!box->anew) {
		box->anew = true;
		return 0;
	}
	box->entry++;
	return go_on(ctx, relay, box);
}

static int take_mail(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, bool over)
{
	const struct imap_entry *entry = entry_of(box);
	const char *why = NULL;

	if (too_large(entry) || over)
		why = arena_printf(ctx->arena, "a mail of %" PRId64 " bytes, more than %zu", entry->size, MIME_SIZE_MAX);
	if (mail_take(ctx, relay, box, entry->uid, why) < 0)
		return -1;
	box->last_uid = entry->uid;
	box->noted_at = clock_monotonic_us();
	box->entry++;
	return go_on(ctx, relay, box);
}

int mail_box_answer(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, const struct http_result *answer)
{
	bool over = answer->error.code == VT_E_TOO_LARGE && box->step == MAIL_FETCH;

	if (box->step == MAIL_FETCH && answer->response.status == IMAP_GONE && !answer->error.code)
		return is_gone(ctx, relay, box);
	if (!over && (answer->error.code || answer->response.status != 200))
		return refused(ctx, relay, box, answer);
	if (box->step == MAIL_STATUS)
		return take_status(ctx, relay, box, &answer->response);
	if (box->step == MAIL_LIST)
		return take_list(ctx, relay, box, &answer->response);
	return take_mail(ctx, relay, box, over);
}
