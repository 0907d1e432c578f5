#include "base/vt.h"
#include "base/id.h"
#include "base/codes.h"
#include "conversation/attend.h"
#include "routing/supervise.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

#define TYPIFICATIONS_MAX 20

struct branch { int64_t id; struct t_node *node; };

static struct t_node *branch_find(const struct branch *branches, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (branches[i].id == id)
			return branches[i].node;
	}
	return NULL;
}

static bool form_has(const struct request *request, const char *id)
{
	for (size_t i = 0; i < request->form.count; i++) {
		if (!strcmp(request->form.items[i].name, "typification") &&
		    !strcmp(request->form.items[i].value, id))
			return true;
	}
	return false;
}

/* Does anything below row still have to be offered? Its children come after it. */
static bool leads_somewhere(const struct db_result *rows, size_t row)
{
	if (db_bool(rows, row, "offered"))
		return true;
	for (size_t i = row + 1; i < db_rows(rows); i++) {
		if (db_i64(rows, i, "parent_id") == db_i64(rows, row, "typification_id") &&
		    leads_somewhere(rows, i))
			return true;
	}
	return false;
}

static void tree_fill(struct vt_ctx *ctx, const struct request *request,
		      const struct db_result *rows, struct t_node *page)
{
	struct branch *branches = arena_calloc(ctx->arena, db_rows(rows) + 1, sizeof(*branches));
	bool again = !strcmp(request->method, "POST");
	size_t count = 0;

	for (size_t row = 0; row < db_rows(rows); row++) {
		int64_t parent_id = db_i64(rows, row, "parent_id");
		struct t_node *parent = parent_id ? branch_find(branches, count, parent_id) : page;
		if (!parent || !leads_somewhere(rows, row))
			continue;
		const char *id = db_text(rows, row, "typification_id");
		struct t_node *node = t_item(t_child(parent, "tree"));
		branches[count++] = (struct branch){ db_i64(rows, row, "typification_id"), node };
		t_set(node, "name", db_text(rows, row, "name"));
		if (!db_bool(rows, row, "offered"))
			continue;
		t_set(node, "id", id);
		t_set_bool(node, "chosen", again ? form_has(request, id)
			   : db_bool(rows, row, "chosen"));
	}
}

/* What the queue suggests to say, to be changed or left out; or what was made of it. */
static void farewell_fill(struct vt_ctx *ctx, const struct request *request,
			  const struct db_result *row, struct t_node *page)
{
	bool again = !strcmp(request->method, "POST");
	struct words words;

	if (db_is_null(row, 0, "farewell"))
		return;
	desk_words(ctx, request->session, row, 0, &words);
	t_set_bool(page, "suggests", true);
	t_set(page, "farewell", again ? request_form(request, "farewell")
	      : words_fill(ctx, db_text(row, 0, "farewell"), &words));
}

/* Whose form it is: the operator's own, or (supervises) one of supervision's. */
static bool may_close(const struct request *request, const struct db_result *row, bool supervises)
{
	if (!supervises)
		return db_bool(row, 0, "mine");
	return db_i64(row, 0, "access") >= 3 && db_i64(row, 0, "state") != CONVERSATION_CLOSED &&
	       staff_may(request->session, PERM_CONVERSATION_SUPERVISE);
}

static int close_render(struct vt_ctx *ctx, struct request *request, struct response *response,
			int64_t id, bool supervises, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CLOSE_CASE, "ibbi", STAFF_VIEWER(request->session), id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CLOSE_TYPIFICATIONS, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = parts[1];
	if (!db_rows(row) || (supervises && db_i64(row, 0, "access") < 3))
		return desk_absent(ctx, id);
	if (!may_close(request, row, supervises))
		return desk_not_theirs(ctx, id, (int)db_i64(row, 0, "state"));
	struct t_node *thread = t_child(page, "thread");
	shell_fill(ctx, request, parts[0], supervises ? "board" : "desk", page);
	t_set_bool(thread, "supervise", supervises);
	t_set_i64(thread, "id", id);
	t_set(thread, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(thread, "name", desk_contact_name(ctx, request->session,
						db_text(row, 0, "contact_name"),
						db_i64(row, 0, "contact_id")));
	t_set(thread, "queue", db_text(row, 0, "queue_name"));
	if (db_i64(row, 0, "state") == CONVERSATION_ACTIVE)
		t_set(thread, "with_agent", format_duration(ctx, staff_seconds_since(ctx,
							    db_time_us(row, 0, "assigned_at"))));
	t_set_bool(thread, "required", db_bool(row, 0, "required"));
	t_set(page, "once", staff_once(ctx));
	t_set(page, "main", request_form(request, "main"));
	if (!supervises)
		farewell_fill(ctx, request, row, page);
	tree_fill(ctx, request, parts[2], page);
	return staff_render(ctx, request, response, "desk/close.cs", "desk/_close.cs", page);
}

int close_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return close_render(ctx, request, response, id, false, t_new(ctx));
}

int supervise_close_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return close_render(ctx, request, response, id, true, t_new(ctx));
}

/* The one that was said to be the main one comes first. */
static void main_first(const struct request *request, int64_t *ids, size_t count)
{
	int64_t main;

	if (id_parse(request_form(request, "main"), 1, INT64_MAX, &main) < 0)
		return;
	for (size_t i = 1; i < count; i++) {
		if (ids[i] != main)
			continue;
		ids[i] = ids[0];
		ids[0] = main;
	}
}

static int chosen(struct vt_ctx *ctx, const struct request *request, int64_t *ids, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		if (strcmp(request->form.items[i].name, "typification") != 0)
			continue;
		if (*count == TYPIFICATIONS_MAX ||
		    id_parse(request->form.items[i].value, 1, INT64_MAX, &ids[*count]) < 0)
			return vt_fail_field(ctx, "typification", "error.typification.unknown",
					     "no list of tipificaciones");
		(*count)++;
	}
	main_first(request, ids, *count);
	return 0;
}

/* The form once more, with what is wrong in it; other faults are for the error's page. */
static int again(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		 bool supervises)
{
	struct t_node *page = t_new(ctx);

	if (ctx->error.code != VT_E_INVALID || request->wants_json)
		return -1;
	staff_form_error(ctx, response, page);
	return close_render(ctx, request, response, id, supervises, page);
}

int close_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t ids[TYPIFICATIONS_MAX];
	struct attend_closing closing = { .typification_ids = ids };
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || chosen(ctx, request, ids, &closing.typification_count) < 0 ||
	    form_text(ctx, request, "farewell", ATTEND_TEXT_MAX, FORM_OPTIONAL, &closing.farewell) < 0 ||
	    attend_close(ctx, request->session, id, &closing, once) < 0)
		return again(ctx, request, response, id, false);
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/desk/%" PRId64, id));
	return 0;
}

int supervise_close_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t ids[TYPIFICATIONS_MAX];
	struct supervise_closing closing = { .typification_ids = ids };
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || chosen(ctx, request, ids, &closing.typification_count) < 0 ||
	    supervise_close(ctx, request->session, id, &closing, once) < 0)
		return again(ctx, request, response, id, true);
	staff_told(ctx, request, response, locale_text(ctx, "supervise.closed", (const char *)NULL),
		   arena_printf(ctx->arena, "/desk/%" PRId64, id));
	return 0;
}
