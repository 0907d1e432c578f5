/* A conversation taken along as a document, or sent to the contact. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/secret.h"
#include "conversation/attend.h"
#include "conversation/file.h"
#include "conversation/scan.h"
#include "web/form.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/export.h"
#include "cgi-bin/staff/transcript.h"
#include "sql_export.h"
#include "sql_transcript.h"

enum part { PART_SHELL, PART_CONVERSATION, PART_OFFERED };

/* The formats that the person may have, the first chosen; whether a reason is asked for, and notes may be in it. */
static void offered_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
			 struct t_node *page)
{
	const char *sent = request_form(request, "format");
	bool reason = false, internal = false, pdf = false;

	for (int format = 0; format < EXPORT_FORMAT_MAX; format++) {
		const char *key = export_format_key((enum export_format)format);
		for (size_t row = 0; row < db_rows(rows); row++) {
			if (strcmp(db_text(rows, row, "format"), key) != 0)
				continue;
			struct t_node *item = t_item(t_child(page, "formats"));
			t_set(item, "key", key);
			t_set(item, "label", locale_text(ctx, arena_printf(ctx->arena, "exports.format.%s", key), NULL));
			t_set_bool(item, "chosen", *sent ? !strcmp(sent, key) : !pdf && format == EXPORT_PDF);
			pdf |= format == EXPORT_PDF;
			reason |= db_bool(rows, row, "reason_required");
			internal |= db_bool(rows, row, "internal");
		}
	}
	t_set_bool(page, "asks_reason", reason);
	t_set_bool(page, "may_internal", internal);
	t_set_bool(page, "pdf", pdf);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TRANSCRIPT_CONVERSATION, "ibbis", STAFF_VIEWER(request->session), id, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXPORT_OFFERED, "is", ctx->user_id, export_key(EXPORT_TRANSCRIPT)) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = parts[PART_CONVERSATION];
	if (!db_rows(row))
		return desk_absent(ctx, id);
	shell_fill(ctx, request, parts[PART_SHELL], "desk", page);
	offered_fill(ctx, request, parts[PART_OFFERED], page);
	t_set_i64(page, "thread.id", id);
	t_set(page, "thread.href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(page, "thread.name", desk_contact_name(ctx, request->session, db_text(row, 0, "contact_name"),
						     db_i64(row, 0, "contact_id")));
	t_set_bool(page, "may_send", db_bool(row, 0, "mine"));
	t_set(page, "once", staff_once(ctx));
	t_set(page, "reason", request_form(request, "reason"));
	t_set_bool(page, "internal", form_checked(request, "internal"));
	return staff_render(ctx, request, response, "transcript/page.cs", "transcript/_form.cs", page);
}

int transcript_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, t_new(ctx));
}

/* --- Taken ----------------------------------------------------------------------------------------- */

struct making {
	int64_t id;
	struct export_rule rule;
	struct transcript_wish wish;
	struct transcript transcript;
	enum export_format format;
	const char *reason;
	char digest[TRANSCRIPT_DIGEST_TEXT];
	struct strbuf bytes;
};

/* Which conversation comes first: what is not theirs is not there, whatever else they ask. */
static int ask(struct vt_ctx *ctx, const struct request *request, struct making *making, const char *once,
	       struct db_result **conversation)
{
	if (request_route_id(ctx, request, "id", &making->id) < 0 ||
	    db_query(ctx, conversation, &SQL_TRANSCRIPT_CONVERSATION, "ibbis", STAFF_VIEWER(request->session),
		     making->id, once) < 0)
		return -1;
	if (!db_rows(*conversation))
		return desk_absent(ctx, making->id);
	making->wish.conversation = *conversation;
	making->wish.rule = &making->rule;
	return 0;
}

static int make(struct vt_ctx *ctx, const struct request *request, struct making *making)
{
	if (form_text(ctx, request, "reason", EXPORT_REASON_MAX, FORM_OPTIONAL, &making->reason) < 0 ||
	    export_allowed(ctx, EXPORT_TRANSCRIPT, making->format, making->reason, &making->rule) < 0)
		return -1;
	if (making->wish.internal && !making->rule.internal)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.export.internal", "notes are not theirs to take");
	strbuf_init(&making->bytes, ctx->arena, 64 * 1024);
	if (transcript_read(ctx, request, &making->wish, &making->transcript) < 0)
		return -1;
	return transcript_write(ctx, &making->transcript, making->format, &making->bytes, making->digest);
}

static int record(struct vt_ctx *ctx, const struct making *making, const char *action)
{
	const char *internal = making->wish.internal ? "true" : "false";
	struct export_taken taken = {
		.action = action, .dataset = EXPORT_TRANSCRIPT, .format = making->format, .rule = &making->rule,
		.rows = (int64_t)making->transcript.entry_count, .reason = making->reason,
		.conversation_id = making->id,
		.filter = arena_printf(ctx->arena, "{\"internal\":%s,\"content\":\"%s\"}", internal, making->digest),
	};
	uint8_t digest[SECRET_HASH_SIZE];

	secret_sha256(making->bytes.data, making->bytes.size, digest);
	taken.sha256 = secret_hex(ctx->arena, digest, sizeof(digest));
	return export_record(ctx, &taken);
}

/* What was wrong stands in the form again. */
static int refused(struct vt_ctx *ctx, const struct request *request, struct response *response, int64_t id)
{
	struct t_node *page = t_new(ctx);

	if (staff_form_again(ctx, request, response, page) < 0)
		return -1;
	return render(ctx, request, response, id, page);
}

static const char *name_of(struct vt_ctx *ctx, const struct making *making)
{
	return arena_printf(ctx->arena, "%s-%" PRId64 ".%s", locale_text(ctx, "transcript.file_name", NULL),
			    making->id, export_format_key(making->format));
}

int transcript_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct making making = { .wish.internal = form_checked(request, "internal") };
	struct db_result *conversation;

	if (ask(ctx, request, &making, "", &conversation) < 0)
		return -1;
	if (export_format_read(ctx, EXPORT_TRANSCRIPT, request_form(request, "format"), &making.format) < 0 ||
	    make(ctx, request, &making) < 0 || record(ctx, &making, NULL) < 0)
		return refused(ctx, request, response, making.id);
	response->content_type = export_media_type(making.format);
	response_disposition(response, true, name_of(ctx, &making));
	response->body = making.bytes;
	return 0;
}

/* --- Sent to the contact --------------------------------------------------------------------------- */

static int send(struct vt_ctx *ctx, const struct request *request, struct making *making, const char *once)
{
	struct attend_message message = { .text = "", .file_name = name_of(ctx, making) };
	const char *type;
	int seq;

	if (make(ctx, request, making) < 0 ||
	    file_store(ctx, program_config()->files_directory, making->bytes.data, making->bytes.size,
		       &message.file_id, &type) < 0 || scan_await(ctx, &message.file_id, 1) < 0 ||
	    attend_file(ctx, request->session, making->id, &message, once, &seq) < 0)
		return -1;
	return record(ctx, making, "transcript.send");
}

int transcript_send(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct making making = { .format = EXPORT_PDF, .wish.for_contact = true };
	struct db_result *conversation;
	const char *once;

	if (form_once(ctx, request, &once) < 0 || ask(ctx, request, &making, once, &conversation) < 0)
		return -1;
	if (!db_bool(conversation, 0, "mine"))
		return desk_not_theirs(ctx, making.id, (int)db_i64(conversation, 0, "state"));
	if (!db_bool(conversation, 0, "sent") && send(ctx, request, &making, once) < 0)
		return refused(ctx, request, response, making.id);
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/desk/%" PRId64, making.id));
	return 0;
}
