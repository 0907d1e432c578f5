#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "channel/email/email.h"
#include "conversation/attend.h"
#include "conversation/file.h"
#include "conversation/outbox.h"
#include "conversation/reaction.h"
#include "conversation/saying.h"
#include "conversation/scan.h"
#include "db/wake.h"
#include "people/setting.h"
#include "web/form.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

#define ONCE_BASE_MAX 60        /* with "-9" after it, still an id */
#define SUBJECT_MAX 200
#define REACTION_MAX 20         /* characters; the longest emoji have ten */

static const char *thread_path(struct vt_ctx *ctx, int64_t id)
{
	return arena_printf(ctx->arena, "/desk/%" PRId64, id);
}

/* A script learns the message's place, or that it waits; without one the page comes anew. */
static void sent(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 int64_t id, int seq)
{
	if (request->wants_json)
		response_json(response, arena_printf(ctx->arena, "{\"seq\":%d%s}", seq,
						     seq ? "" : ",\"held\":true"));
	else
		response_redirect(response, thread_path(ctx, id));
}

/* The text as it was written: only the line ends of HTTP forms become the plain ones. */
static int message_text(struct vt_ctx *ctx, const struct request *request, unsigned flags,
			const char **out)
{
	const char *text;

	if (form_text(ctx, request, "text", ATTEND_TEXT_MAX, FORM_RAW | flags, &text) < 0)
		return -1;
	char *to = arena_strdup(ctx->arena, text);
	*out = to;
	for (const char *from = text; *from; from++) {
		if (*from != '\r' || from[1] != '\n')
			*to++ = *from;
	}
	*to = '\0';
	if (!(flags & FORM_OPTIONAL) && !(*out)[strspn(*out, " \t\n\r")])
		return vt_fail_field(ctx, "text", "error.message.empty", "blank message");
	return 0;
}

/* What was wrong with the composer's form stands beside it, and what was written is still there. */
static int refused(struct vt_ctx *ctx, struct request *request, struct response *response,
		   int64_t id)
{
	if ((ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_TOO_LARGE) ||
	    request->wants_json)
		return -1;
	struct t_node *page = t_new(ctx);
	staff_form_error(ctx, response, page);
	t_set(page, "draft", request_form(request, "text"));
	t_set_bool(page, "note", form_checked(request, "note"));
	return desk_render(ctx, request, response, id, page);
}

/* Is the case the viewer's to write in? once: a form that was taken before the case went away is
 * answered as it was; or NULL. *row of desk_mine. */
static int require_mine(struct vt_ctx *ctx, const struct session *session, int64_t id,
			const char *once, struct db_result **row)
{
	if (db_one(ctx, row, &SQL_DESK_MINE, "ibbis", STAFF_VIEWER(session), id, once) < 0)
		return -1;
	return db_bool(*row, 0, "mine") ? 0 : desk_not_theirs(ctx, id, (int)db_i64(*row, 0, "state"));
}

/* What cannot be sent is not taken, and says why. */
static int check_channel(struct vt_ctx *ctx, const struct db_result *row,
			 const struct attend_message *message, const struct channel **out)
{
	const struct channel *channel = *out = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	const char *refusal = channel_refusal(channel, db_time_us(row, 0, "last_contact_at"), ctx->now_us);

	if (refusal)
		return vt_fail_field(ctx, "text", refusal, "the channel takes nothing now");
	if (utf8_length(message->text) > (size_t)channel->text_max)
		return vt_fail_field(ctx, "text", "error.message.long", "longer than the channel takes");
	if (message->file_id && !channel_can(channel, CHANNEL_CAN_FILES))
		return vt_fail_field(ctx, "file", "error.channel.files", "the channel takes no files");
	return 0;
}

/* A mail's; what is nothing but "Re:" leaves it to the one before. */
static int read_subject(struct vt_ctx *ctx, const struct request *request, const struct channel *channel,
			struct attend_message *message)
{
	const char *subject;

	if (form_text(ctx, request, "subject", SUBJECT_MAX, FORM_OPTIONAL, &subject) < 0)
		return -1;
	subject = email_subject(ctx, subject);
	message->subject = channel && channel->one_mail && *subject ? subject : NULL;
	return 0;
}

/* What the form says beside its words, whether they may write in this case and its channel takes them
 * (before bytes are stored), and how long they wait. *channel: theirs, of what is no note. */
static int prepare(struct vt_ctx *ctx, const struct request *request, int64_t id, const char *once,
		   struct attend_message *message, const struct channel **channel)
{
	struct settings settings;
	struct db_result **parts;
	int64_t quote_seq = 0;

	if (form_i64(ctx, request, "quote", 1, INT32_MAX, FORM_OPTIONAL, &quote_seq) < 0 ||
	    db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_MINE, "ibbis", STAFF_VIEWER(request->session), id, once) < 0 ||
	    setting_ask(ctx) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]))
		return desk_absent(ctx, id);
	if (!db_bool(parts[0], 0, "mine"))
		return desk_not_theirs(ctx, id, (int)db_i64(parts[0], 0, "state"));
	*channel = channel_by_messenger((int)db_i64(parts[0], 0, "messenger"));
	setting_from_result(&settings, parts[1]);
	message->quote_seq = (int)quote_seq;
	message->hold_s = message->note ? 0 : setting_i64(&settings, SETTING_DESK_UNDO);
	if (message->note)
		return 0;
	if (check_channel(ctx, parts[0], message, channel) < 0)
		return -1;
	return read_subject(ctx, request, *channel, message);
}

int desk_reply(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct attend_message message = { .note = form_checked(request, "note") };
	const struct channel *channel;
	const char *once;
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (message_text(ctx, request, 0, &message.text) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "reply", 1, INT64_MAX, FORM_OPTIONAL,
		     &message.canned_reply_id) < 0 ||
	    prepare(ctx, request, id, once, &message, &channel) < 0 ||
	    attend_reply(ctx, request->session, id, &message, once, &seq) < 0)
		return refused(ctx, request, response, id);
	sent(ctx, request, response, id, seq);
	return 0;
}

static int check_file(struct vt_ctx *ctx, const struct channel *channel, const char *type, int64_t size)
{
	const char *refusal = channel_file_refusal(channel, type, size);

	return refusal ? vt_fail_field(ctx, "file", refusal, "the network takes no %s of %" PRId64 " bytes", type, size) : 0;
}

/* All of them, before any is sent: what the network does not take is said with what to do about it. */
static int store_files(struct vt_ctx *ctx, const struct request *request, const struct channel *channel,
		       int64_t *file_ids)
{
	const char *directory = program_config()->files_directory;

	if (!request->upload_count || !*request->uploads[0].filename)
		return vt_fail_field(ctx, "file", "error.file.none", "no file in the form");
	for (size_t i = 0; i < request->upload_count; i++) {
		const struct upload *upload = &request->uploads[i];
		int64_t max = channel->file_max < FILE_SIZE_MAX ? FILE_SIZE_MAX : channel->file_max;
		const char *type;

		if (max > FILE_SIZE_MAX && (int64_t)upload->size > max)
			return vt_fail_field(ctx, "file", "error.channel.file_size", "%zu bytes", upload->size);
		if (file_store_up_to(ctx, directory, upload->data, upload->size, max, &file_ids[i], &type) < 0 ||
		    check_file(ctx, channel, type, (int64_t)upload->size) < 0)
			return -1;
	}
	return scan_await(ctx, file_ids, request->upload_count);
}

/* Each file is a message of its own; the first carries the text. */
static int send_files(struct vt_ctx *ctx, const struct request *request, int64_t id, const struct channel *channel,
		      const struct attend_message *first, const char *once, int *seq)
{
	int64_t *file_ids = arena_calloc(ctx->arena, request->upload_count + 1, sizeof(*file_ids));

	if (store_files(ctx, request, channel, file_ids) < 0)
		return -1;
	for (size_t i = 0; i < request->upload_count; i++) {
		const struct upload *upload = &request->uploads[i];
		const char *each = once;
		struct attend_message message = { .text = "", .hold_s = first->hold_s };

		if (!i)
			message = *first;
		else
			each = arena_printf(ctx->arena, "%.*s-%zu", ONCE_BASE_MAX, once, i);
		message.file_name = upload->filename;
		message.file_id = file_ids[i];
		if (attend_file(ctx, request->session, id, &message, each, seq) < 0)
			return -1;
	}
	return 0;
}

/* The file of a canned reply goes in the same mail, after those that were chosen. */
static int with_canned(struct vt_ctx *ctx, const struct request *request, int64_t id, struct attend_message *message,
		       struct attend_file *out, size_t *count)
{
	struct db_result *row;

	if (form_i64(ctx, request, "reply", 1, INT64_MAX, FORM_OPTIONAL, &message->canned_reply_id) < 0)
		return -1;
	if (!message->canned_reply_id)
		return 0;
	if (db_query(ctx, &row, &SQL_DESK_CANNED, "ibbii", STAFF_VIEWER(request->session), id,
		     message->canned_reply_id) < 0)
		return -1;
	if (db_rows(row) && !db_is_null(row, 0, "file_id"))
		out[(*count)++] = (struct attend_file){ db_i64(row, 0, "file_id"), db_text(row, 0, "file_name") };
	return 0;
}

/* By mail all files go in one, with the text. */
static int send_together(struct vt_ctx *ctx, const struct request *request, int64_t id, const struct channel *channel,
			 struct attend_message *message, const char *once, int *seq)
{
	int64_t *file_ids = arena_calloc(ctx->arena, request->upload_count + 1, sizeof(*file_ids));
	struct attend_file files[ATTEND_FILES_MAX + 1];
	size_t count = 0, bytes = 0;

	for (size_t i = 0; i < request->upload_count; i++)
		bytes += request->uploads[i].size;
	if (request->upload_count > ATTEND_FILES_MAX || bytes > (size_t)channel->file_max)
		return vt_fail_field(ctx, "file", "error.file.mail", "%zu files of %zu bytes", request->upload_count, bytes);
	if (store_files(ctx, request, channel, file_ids) < 0)
		return -1;
	for (; count < request->upload_count; count++)
		files[count] = (struct attend_file){ file_ids[count], request->uploads[count].filename };
	if (with_canned(ctx, request, id, message, files, &count) < 0)
		return -1;
	message->file_id = files[0].file_id;
	message->file_name = files[0].name;
	message->further = files + 1;
	message->further_count = count - 1;
	return attend_file(ctx, request->session, id, message, once, seq);
}

int desk_files(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct attend_message message = { .file_id = -1 /* known when it is stored */ };
	const struct channel *channel;
	const char *once;
	int64_t id;
	int seq = 0;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (message_text(ctx, request, FORM_OPTIONAL, &message.text) < 0 ||
	    form_once(ctx, request, &once) < 0 || prepare(ctx, request, id, once, &message, &channel) < 0 ||
	    (channel->one_mail ? send_together(ctx, request, id, channel, &message, once, &seq)
			       : send_files(ctx, request, id, channel, &message, once, &seq)) < 0)
		return refused(ctx, request, response, id);
	sent(ctx, request, response, id, seq);
	return 0;
}

/* A canned reply that has a file, or a sticker; the text is what the operator made of it. */
int desk_canned(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct attend_message message = { 0 };
	const struct channel *channel;
	struct db_result *row;
	const char *once;
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    message_text(ctx, request, FORM_OPTIONAL, &message.text) < 0 ||
	    form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "reply", 1, INT64_MAX, 0, &message.canned_reply_id) < 0 ||
	    db_query(ctx, &row, &SQL_DESK_CANNED, "ibbii", STAFF_VIEWER(request->session), id,
		     message.canned_reply_id) < 0)
		return -1;
	if (!db_rows(row))
		return desk_absent(ctx, id);
	if (db_is_null(row, 0, "file_id"))
		return vt_fail_field(ctx, "reply", "error.canned.gone", "no such reply with a file");
	message.file_id = db_i64(row, 0, "file_id");
	message.file_name = db_text(row, 0, "file_name");
	message.sticker = db_i64(row, 0, "kind") == CANNED_STICKER;
	if (prepare(ctx, request, id, once, &message, &channel) < 0 ||
	    check_file(ctx, channel, db_text(row, 0, "media_type"), db_i64(row, 0, "size_bytes")) < 0 ||
	    attend_file(ctx, request->session, id, &message, once, &seq) < 0)
		return -1;
	sent(ctx, request, response, id, seq);
	return 0;
}

/* The words come back to whoever takes them back. */
int desk_undo(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct saying_undone undone;
	const char *message;
	struct strbuf out;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    form_text(ctx, request, "message", ONCE_BASE_MAX + 4, 0, &message) < 0 ||
	    saying_undo(ctx, request->session, id, message, &undone) < 0)
		return -1;
	if (!request->wants_json) {
		response_redirect(response, thread_path(ctx, id));
		return 0;
	}
	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, "{\"text\":\"");
	strbuf_json(&out, undone.text);
	strbuf_printf(&out, "\",\"quote\":%" PRId64 ",\"file\":\"", undone.quote_seq);
	strbuf_json(&out, undone.file_name ? undone.file_name : "");
	strbuf_putc(&out, '"');
	if (undone.template)
		strbuf_printf(&out, ",\"template\":%s", undone.template);
	strbuf_putc(&out, '}');
	response_json(response, out.data);
	return 0;
}

/* Another wording, or none: where the channel can, and while its time lasts. */
static int change(struct vt_ctx *ctx, struct request *request, struct response *response,
		  enum channel_capability capability, const char *text)
{
	struct attend_change change = { .text = text };
	struct db_result *row;
	const char *once;
	int64_t id, seq;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "seq", 1, INT32_MAX, 0, &seq) < 0 ||
	    require_mine(ctx, request->session, id, once, &row) < 0)
		return -1;
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	if (!channel_can(channel, capability))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.channel.change", "the network cannot");
	if (text && utf8_length(text) > (size_t)channel->text_max)
		return vt_fail_field(ctx, "text", "error.message.long", "longer than the channel takes");
	change.seq = (int)seq;
	change.window_s = channel->change_s;
	if (attend_revise(ctx, request->session, id, &change, once) < 0)
		return -1;
	staff_done(ctx, request, response, thread_path(ctx, id));
	return 0;
}

int desk_edit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *text;

	if (message_text(ctx, request, 0, &text) < 0)
		return -1;
	return change(ctx, request, response, CHANNEL_CAN_EDIT, text);
}

int desk_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return change(ctx, request, response, CHANNEL_CAN_DELETE, NULL);
}

/* "" takes back what is there. */
int desk_react(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once, *emoji, *refusal;
	struct db_result *row;
	int64_t id, seq;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "seq", 1, INT32_MAX, 0, &seq) < 0 ||
	    form_text(ctx, request, "emoji", REACTION_MAX, FORM_OPTIONAL, &emoji) < 0 ||
	    require_mine(ctx, request->session, id, once, &row) < 0)
		return -1;
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	refusal = channel_reaction_refusal(channel, emoji);
	if (!refusal)
		refusal = channel_refusal(channel, db_time_us(row, 0, "last_contact_at"), ctx->now_us);
	if (refusal)
		return vt_fail_field(ctx, "emoji", refusal, "the network takes no such reaction now");
	if (reaction_put(ctx, request->session, id, seq, emoji, once) < 0)
		return -1;
	staff_done(ctx, request, response, thread_path(ctx, id));
	return 0;
}

static int seen(struct vt_ctx *ctx, struct request *request, struct response *response,
		int (*mark)(struct vt_ctx *, const struct session *, int64_t, int))
{
	int64_t id, seq;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    form_i64(ctx, request, "seq", 1, INT32_MAX, 0, &seq) < 0 ||
	    mark(ctx, request->session, id, (int)seq) < 0)
		return -1;
	response_json(response, "{}");
	return 0;
}

int desk_delivered(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return seen(ctx, request, response, attend_delivered);
}

int desk_read(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return seen(ctx, request, response, attend_read);
}

struct typing {
	int64_t conversation_id;
	int lasts_s;
};

static int tell_typing(struct vt_ctx *ctx, void *arg)
{
	const struct typing *typing = arg;

	if (db_pipe_begin(ctx) < 0 || outbox_typing(ctx, typing->conversation_id, typing->lasts_s) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

/* On a network that shows it, where something can be said at all. */
static int typing_outwards(struct vt_ctx *ctx, int64_t id, const struct db_result *row)
{
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	struct typing typing = { .conversation_id = id, .lasts_s = channel ? channel->typing_s : 0 };

	if (!typing.lasts_s || channel_refusal(channel, db_time_us(row, 0, "last_contact_at"), ctx->now_us))
		return 0;
	return db_transaction(ctx, tell_typing, &typing);
}

int desk_typing(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *row;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    require_mine(ctx, request->session, id, NULL, &row) < 0 || typing_outwards(ctx, id, row) < 0)
		return -1;
	wake_typing(ctx, id, db_i64(row, 0, "visitor_id"), 'a');
	response_json(response, "{}");
	return 0;
}
