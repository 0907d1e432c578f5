#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "conversation/attend.h"
#include "conversation/file.h"
#include "db/wake.h"
#include "web/form.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

#define ONCE_BASE_MAX 60        /* with "-9" after it, still an id */

static const char *thread_path(struct vt_ctx *ctx, int64_t id)
{
	return arena_printf(ctx->arena, "/desk/%" PRId64, id);
}

/* A script learns the message's place; without one the page comes anew. */
static void sent(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 int64_t id, int seq)
{
	if (request->wants_json)
		response_json(response, arena_printf(ctx->arena, "{\"seq\":%d}", seq));
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

int desk_reply(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct attend_message message = { .note = form_checked(request, "note") };
	const char *once;
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (message_text(ctx, request, 0, &message.text) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "reply", 1, INT64_MAX, FORM_OPTIONAL,
		     &message.canned_reply_id) < 0 ||
	    attend_reply(ctx, request->session, id, &message, once, &seq) < 0)
		return refused(ctx, request, response, id);
	sent(ctx, request, response, id, seq);
	return 0;
}

/* Is the case the viewer's to write in? Before bytes are stored, and for signs that have no row.
 * once: a form that was taken before the case went away is answered as it was; or NULL. */
static int require_mine(struct vt_ctx *ctx, const struct session *session, int64_t id,
			const char *once, int64_t *visitor_id)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_DESK_MINE, "ibbis", STAFF_VIEWER(session), id, once) < 0)
		return -1;
	*visitor_id = db_i64(row, 0, "visitor_id");
	return db_bool(row, 0, "mine") ? 0 : desk_not_theirs(ctx, id, (int)db_i64(row, 0, "state"));
}

/* Each file is a message of its own; the first carries the text. */
static int send_files(struct vt_ctx *ctx, const struct request *request, int64_t id,
		      const char *caption, const char *once, int *seq)
{
	const char *directory = program_config()->files_directory;

	if (!request->upload_count || !*request->uploads[0].filename)
		return vt_fail_field(ctx, "file", "error.file.none", "no file in the form");
	for (size_t i = 0; i < request->upload_count; i++) {
		const struct upload *upload = &request->uploads[i];
		const char *each = once;
		struct attend_message message = { .text = i ? "" : caption,
						  .file_name = upload->filename };
		const char *type;

		if (i)
			each = arena_printf(ctx->arena, "%.*s-%zu", ONCE_BASE_MAX, once, i);
		if (file_store(ctx, directory, upload->data, upload->size, &message.file_id,
			       &type) < 0 ||
		    attend_file(ctx, request->session, id, &message, each, seq) < 0)
			return -1;
	}
	return 0;
}

int desk_files(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *caption, *once;
	int64_t id, visitor_id;
	int seq = 0;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (message_text(ctx, request, FORM_OPTIONAL, &caption) < 0 ||
	    form_once(ctx, request, &once) < 0 ||
	    require_mine(ctx, request->session, id, once, &visitor_id) < 0 ||
	    send_files(ctx, request, id, caption, once, &seq) < 0)
		return refused(ctx, request, response, id);
	sent(ctx, request, response, id, seq);
	return 0;
}

/* A canned reply that has a file, or a sticker; the text is what the operator made of it. */
int desk_canned(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct attend_message message = { 0 };
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
	if (attend_file(ctx, request->session, id, &message, once, &seq) < 0)
		return -1;
	sent(ctx, request, response, id, seq);
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

int desk_typing(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id, visitor_id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    require_mine(ctx, request->session, id, NULL, &visitor_id) < 0)
		return -1;
	wake_typing(ctx, id, visitor_id, 'a');
	response_json(response, "{}");
	return 0;
}
