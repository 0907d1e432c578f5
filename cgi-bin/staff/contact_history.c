#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "contact/contact_edit.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_contact_desk.h"

#define HISTORY_PAGE 20
#define SEARCH_MAX 100

/* What is searched for is text, not a pattern. */
static const char *pattern(struct vt_ctx *ctx, const char *text)
{
	char *out = arena_alloc(ctx->arena, 2 * strlen(text) + 1), *to = out;

	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
	return out;
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	const char *subject = db_text(rows, row, "typification");

	t_set(item, "href", arena_printf(ctx->arena, "/desk/%s", db_text(rows, row, "conversation_id")));
	t_set(item, "number", db_text(rows, row, "conversation_id"));
	t_set(item, "messenger", code_name("messenger", (int)db_i64(rows, row, "messenger")));
	t_set(item, "subject", *subject ? subject : db_text_or_null(rows, row, "queue_name"));
	t_set(item, "day", format_date_time(ctx, db_time_us(rows, row, "opened_at")));
	t_set(item, "state", code_name("conversation_state", (int)db_i64(rows, row, "state")));
	t_set(item, "user", db_text_or_null(rows, row, "user_name"));
}

int contact_history(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	const char *wanted = request_query(request, "q"), *before = request_query(request, "before");
	struct t_node *page = t_new(ctx);
	struct db_result *row, **parts;
	int64_t id, from = 0;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (*before && id_parse(before, 1, INT64_MAX, &from) < 0)
		return vt_fail_field(ctx, "before", "error.number", "no conversation");
	if (strlen(wanted) > SEARCH_MAX)
		return vt_fail_field(ctx, "q", "error.too_long", "a long search");
	if (contact_find(ctx, session, id, &row) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_HISTORY, "ibbisi", STAFF_VIEWER(session), id,
			pattern(ctx, wanted), from) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *rows = parts[1];
	size_t count = db_rows(rows) > HISTORY_PAGE ? HISTORY_PAGE : db_rows(rows);
	shell_fill(ctx, request, parts[0], "desk", page);
	t_set(page, "href", arena_printf(ctx->arena, "/contacts/%" PRId64 "/history", id));
	t_set(page, "q", wanted);
	t_set(page, "name", desk_contact_name(ctx, session, db_text(row, 0, "name"), id));
	for (size_t i = 0; i < count; i++)
		row_fill(ctx, rows, i, t_item(t_child(page, "history")));
	if (db_rows(rows) > HISTORY_PAGE)
		t_set(page, "before", db_text(rows, count - 1, "conversation_id"));
	return staff_render(ctx, request, response, "contact/history.cs", "contact/_history.cs", page);
}
