#include "base/vt.h"
#include "base/json.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "conversation/saying.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/session.h"
#include "sql_conversation.h"
#include "sql_saying.h"

#define QUOTE_SIZE_MAX 4096
#define FURTHER_SIZE_MAX ((size_t)64 * 1024)

/* What stands beside words without a file; NULL: nothing. */
static const char *data_of(struct vt_ctx *ctx, const struct saying *saying)
{
	struct strbuf data;

	if (saying->template)
		return saying->template->data;
	if (!saying->quote && !saying->subject)
		return NULL;
	strbuf_init(&data, ctx->arena, 256);
	if (saying->quote)
		strbuf_printf(&data, "{\"quote\":%s", saying->quote);
	if (saying->subject) {
		strbuf_puts(&data, saying->quote ? ",\"subject\":\"" : "{\"subject\":\"");
		strbuf_json(&data, saying->subject);
		strbuf_putc(&data, '"');
	}
	strbuf_putc(&data, '}');
	return data.data;
}

int saying_now(struct vt_ctx *ctx, struct conversation *conversation, const struct saying *saying)
{
	const struct message message = {
		.author = AUTHOR_AGENT, .kind = MESSAGE_TEXT, .user_version_id = saying->user_version_id,
		.provider_id = saying->once, .body = saying->text, .sticker = saying->sticker,
		.quote = saying->quote, .subject = saying->subject, .data = data_of(ctx, saying),
		.further = saying->further, .further_count = saying->further_count,
		.template = saying->template ? saying->template->row : NULL,
	};
	int said = saying->file_id
		? conversation_file(ctx, conversation, &message, saying->attachment_id, saying->file,
				    saying->file_name)
		: conversation_message(ctx, conversation, &message);

	if (said < 0)
		return -1;
	if (saying->canned_reply_id &&
	    db_pipe_add(ctx, 0, &SQL_CANNED_USED, "ii", saying->canned_reply_id, saying->user_id) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_AGENT_INTERACTED, "it", saying->user_id, ctx->now_us);
}

/* [{"file_id","name"}] of those beside the first; NULL: there are none. */
static const char *further_text(struct vt_ctx *ctx, const struct saying *saying)
{
	struct json *list = json_new_array(ctx);

	for (size_t i = 0; i < saying->further_count; i++) {
		struct json *file = json_new_object(ctx);
		json_set_i64(file, "file_id", db_i64(saying->further[i].file, 0, "file_id"));
		json_set_str(file, "name", saying->further[i].name);
		json_append_node(list, file);
	}
	return saying->further_count ? json_text(ctx, list) : NULL;
}

/* NULL: it is none. */
static const char *template_text(struct vt_ctx *ctx, const struct saying_template *template)
{
	if (!template)
		return NULL;
	return arena_printf(ctx->arena, "{\"row\":%s,\"data\":%s,\"form\":%s}", template->row, template->data,
			    template->form);
}

int saying_hold(struct vt_ctx *ctx, const struct conversation *conversation,
		const struct saying *saying, int64_t hold_s)
{
	wake_add(ctx, 'c', conversation->conversation_id);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_HELD_ADD, "iiissjiisbtisjj",
			   conversation->conversation_id, saying->user_id, saying->user_version_id,
			   saying->once, saying->text, saying->quote, saying->canned_reply_id,
			   saying->file_id, saying->file_name, (int)saying->sticker, ctx->now_us,
			   hold_s, saying->subject, further_text(ctx, saying), template_text(ctx, saying->template));
}

static int read_further(struct vt_ctx *ctx, const char *text, struct saying *out)
{
	struct message_file *files;
	struct db_result *file, *id;
	struct json *list;

	if (!*text)
		return 0;
	if (json_parse(ctx, text, strlen(text), FURTHER_SIZE_MAX, &list) < 0)
		return -1;
	out->further = files = arena_calloc(ctx->arena, json_array_size(list) + 1, sizeof(*files));
	for (out->further_count = 0; out->further_count < json_array_size(list); out->further_count++) {
		struct json *each = json_array_at(list, out->further_count);
		if (db_one(ctx, &file, &SQL_FILE_GET, "i", json_i64(each, "file_id", 0)) < 0 ||
		    db_one(ctx, &id, &SQL_ATTACHMENT_NEXT, "") < 0)
			return -1;
		files[out->further_count] = (struct message_file){
			db_i64(id, 0, "attachment_id"), file, json_str(each, "name", ""),
		};
	}
	return 0;
}

static const struct saying_template *read_template(struct vt_ctx *ctx, const struct db_result *rows, size_t row)
{
	struct saying_template *out;

	if (db_is_null(rows, row, "template_row"))
		return NULL;
	out = arena_calloc(ctx->arena, 1, sizeof(*out));
	out->row = db_text(rows, row, "template_row");
	out->data = db_text(rows, row, "template_data");
	return out;
}

static int read_held(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct saying *out)
{
	struct db_result *file = NULL;
	int64_t file_id = db_i64(rows, row, "file_id");

	if (file_id && db_one(ctx, &file, &SQL_FILE_GET, "i", file_id) < 0)
		return -1;
	*out = (struct saying){
		.user_id = db_i64(rows, row, "user_id"),
		.user_version_id = db_i64(rows, row, "user_version_id"),
		.once = db_text(rows, row, "once"), .text = db_text(rows, row, "body"),
		.quote = db_text_or_null(rows, row, "quote"),
		.canned_reply_id = db_i64(rows, row, "canned_reply_id"), .file_id = file_id,
		.file_name = db_text_or_null(rows, row, "file_name"),
		.sticker = db_bool(rows, row, "sticker"),
		.attachment_id = db_i64(rows, row, "attachment_id"), .file = file,
		.subject = db_text_or_null(rows, row, "subject"), .template = read_template(ctx, rows, row),
	};
	return read_further(ctx, db_text(rows, row, "further"), out);
}

/* due: what is not due yet may wait on. */
static int say_held(struct vt_ctx *ctx, struct conversation *conversation, bool due, int64_t *said)
{
	struct db_result *rows;
	struct saying *sayings;

	if (db_query(ctx, &rows, &SQL_HELD_OF, "ib", conversation->conversation_id, !due) < 0)
		return -1;
	*said = (int64_t)db_rows(rows);
	if (!*said)
		return 0;
	sayings = arena_calloc(ctx->arena, db_rows(rows), sizeof(*sayings));
	for (size_t row = 0; row < db_rows(rows); row++) {
		if (read_held(ctx, rows, row, &sayings[row]) < 0)
			return -1;
	}
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		if (saying_now(ctx, conversation, &sayings[row]) < 0 ||
		    db_pipe_add(ctx, 0, &SQL_HELD_SAID, "i", db_i64(rows, row, "held_message_id")) < 0)
			return -1;
	}
	if (conversation_save(ctx, conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int saying_all(struct vt_ctx *ctx, struct conversation *conversation)
{
	int64_t said;

	return say_held(ctx, conversation, false, &said);
}

struct undo {
	const struct session *session;
	int64_t conversation_id;
	const char *message;
	struct saying_undone *out;
};

static int undo(struct vt_ctx *ctx, void *arg)
{
	const struct undo *undo = arg;
	const struct audit audit = { .action = "conversation.undo", .entity = "conversation",
				     .entity_id = undo->conversation_id,
				     .conversation_id = undo->conversation_id };
	int64_t user_id = undo->session->user_id;
	struct conversation conversation;
	struct db_result *row, *known;
	struct json *quote;

	if (conversation_lock(ctx, undo->conversation_id, &conversation) < 0 ||
	    db_query(ctx, &row, &SQL_HELD_UNDO, "iis", undo->conversation_id, user_id, undo->message) < 0)
		return -1;
	if (!db_rows(row)) {
		if (db_one(ctx, &known, &SQL_HELD_KNOWN, "iis", undo->conversation_id, user_id,
			   undo->message) < 0)
			return -1;
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.message.said", "said or undone meanwhile");
	}
	undo->out->text = db_text(row, 0, "body");
	undo->out->file_name = db_text_or_null(row, 0, "file_name");
	undo->out->template = db_text_or_null(row, 0, "form");
	undo->out->quote_seq = 0;
	if (!db_is_null(row, 0, "quote")) {
		const char *text = db_text(row, 0, "quote");
		if (json_parse(ctx, text, strlen(text), QUOTE_SIZE_MAX, &quote) < 0)
			return -1;
		undo->out->quote_seq = json_i64(quote, "seq", 0);
	}
	wake_add(ctx, 'c', undo->conversation_id);
	if (db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int saying_undo(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		const char *message, struct saying_undone *out)
{
	struct undo data = { session, conversation_id, message, out };

	return db_transaction(ctx, undo, &data);
}

struct pass { int64_t conversation_id, said; };

static int say_due(struct vt_ctx *ctx, void *arg)
{
	struct pass *pass = arg;
	struct conversation conversation;

	pass->said = 0;
	if (conversation_lock(ctx, pass->conversation_id, &conversation) < 0)
		return -1;
	if (conversation.state != CONVERSATION_CLOSED)
		return say_held(ctx, &conversation, true, &pass->said);
	wake_add(ctx, 'c', pass->conversation_id);
	return db_exec(ctx, NULL, &SQL_HELD_REFUSED, "i", pass->conversation_id);
}

int saying_pass(struct vt_ctx *ctx, int64_t *said)
{
	struct db_result *rows;

	*said = 0;
	if (db_query(ctx, &rows, &SQL_HELD_DUE, "") < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct pass pass = { .conversation_id = db_i64(rows, row, "conversation_id") };
		if (db_transaction(ctx, say_due, &pass) < 0) {
			/* One that fails must not stop the others; it is tried again. */
			if (ctx->error.code == VT_E_UNAVAILABLE)
				return -1;
			log_error(ctx, "saying");
			vt_error_clear(ctx);
		}
		*said += pass.said;
	}
	return 0;
}
