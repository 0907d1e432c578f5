#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "routing/supervise.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_supervise.h"

static const char *case_path(struct vt_ctx *ctx, int64_t id)
{
	return arena_printf(ctx->arena, "/desk/%" PRId64, id);
}

/* --- Speaking in a case ---------------------------------------------------------------------- */

/* What was wrong with the composer's form stands beside it, and what was written is still there. */
static int refused(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id)
{
	if ((ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_CONFLICT) || request->wants_json)
		return -1;
	struct t_node *page = t_new(ctx);
	staff_form_error(ctx, response, page);
	t_set(page, "draft", request_form(request, "text"));
	return desk_render(ctx, request, response, id, page);
}

static int read_say(struct vt_ctx *ctx, const struct request *request, const char **text, const char **once)
{
	return form_once(ctx, request, once) < 0
		? -1 : form_text(ctx, request, "text", SUPERVISE_TEXT_MAX, FORM_RAW, text);
}

int supervise_say_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *mode = request_form(request, "mode"), *text, *once;
	bool whisper = !strcmp(mode, "whisper");
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	/* To whom is never guessed. */
	if (!whisper && strcmp(mode, "contact") != 0)
		return vt_fail_field(ctx, "mode", "error.supervise.mode", "neither to the contact nor a whisper");
	if (read_say(ctx, request, &text, &once) < 0 ||
	    supervise_say(ctx, request->session, id, text, whisper, once, &seq) < 0)
		return refused(ctx, request, response, id);
	if (request->wants_json)
		response_json(response, arena_printf(ctx->arena, "{\"seq\":%d}", seq));
	else
		response_redirect(response, case_path(ctx, id));
	return 0;
}

/* The operator's form for a word back: a dialog, or a page. */
int whisper_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SUPERVISE_OWN, "ii", request->session->user_id, id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[1]))
		return desk_absent(ctx, id);
	shell_fill(ctx, request, parts[0], "desk", page);
	t_set(page, "case", case_path(ctx, id));
	t_set(page, "name", desk_contact_name(ctx, request->session, db_text(parts[1], 0, "contact_name"),
					      db_i64(parts[1], 0, "contact_id")));
	t_set(page, "once", staff_once(ctx));
	return staff_render(ctx, request, response, "supervise/whisper.cs", "supervise/_whisper.cs", page);
}

int whisper_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *text, *once;
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0 || read_say(ctx, request, &text, &once) < 0 ||
	    supervise_answer(ctx, request->session, id, text, once, &seq) < 0)
		return -1;
	staff_told(ctx, request, response, locale_text(ctx, "supervise.answered", (const char *)NULL), case_path(ctx, id));
	return 0;
}

/* --- Taking a case over ---------------------------------------------------------------------- */

int supervise_take_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct supervise_case which;
	const char *once;

	if (request_route_id(ctx, request, "id", &which.conversation_id) < 0 ||
	    form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "segment", 1, INT32_MAX, 0, &which.segment_seq) < 0 ||
	    supervise_take(ctx, request->session, &which, once) < 0)
		return -1;
	staff_told(ctx, request, response, locale_text(ctx, "supervise.taken", (const char *)NULL),
	     case_path(ctx, which.conversation_id));
	return 0;
}
