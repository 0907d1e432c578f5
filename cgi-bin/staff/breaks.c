#include "base/vt.h"
#include "base/codes.h"
#include "people/break_type.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_break.h"

#define SECTION "breaks"
#define MINUTE_S 60
#define LIMIT_MAX 999
#define POSITION_MAX 9999

enum part { PART_SHELL, PART_BREAK, PART_PEOPLE, PART_GROUPS };

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	int64_t allowance_s = db_i64(rows, row, "allowance_s");
	int64_t longest_s = db_i64(rows, row, "longest_s");

	t_set(item, "id", db_text(rows, row, "break_type_id"));
	t_set(item, "name", db_text(rows, row, "name"));
	if (allowance_s)
		t_set(item, "allowance", format_duration(ctx, allowance_s));
	if (longest_s)
		t_set(item, "longest", format_duration(ctx, longest_s));
	t_set_bool(item, "everybody", db_bool(rows, row, "everybody"));
	t_set_i64(item, "users", db_i64(rows, row, "user_count"));
	t_set_bool(item, "by_oneself", db_bool(rows, row, "by_oneself"));
	t_set(item, "shows", code_name("break_shows", (int)db_i64(rows, row, "shows")));
	t_set(item, "over", code_name("break_over", (int)db_i64(rows, row, "over")));
	t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
	if (db_i64(rows, row, "now_count"))
		t_set_i64(item, "now", db_i64(rows, row, "now_count"));
}

int breaks_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_BREAK_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	for (size_t row = 0; row < db_rows(results[1]); row++)
		row_fill(ctx, results[1], row, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "breaks/page.cs", NULL, page);
}

static void code_options(struct vt_ctx *ctx, const struct request *request, struct t_node *fields,
			 const char *field, const char *list, int last, int stored)
{
	for (int value = 0; value <= last; value++) {
		const char *name = code_name(list, value);
		const char *label = locale_text(ctx, arena_printf(ctx->arena, "breaks.%s.%s", field, name),
						NULL);
		admin_option(request, t_child(fields, field), field, arena_printf(ctx->arena, "%d", value),
			     label, value == stored);
	}
}

/* row: the stored break, or no row for a new one. */
static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      struct t_node *fields)
{
	bool there = db_rows(row);

	if (there) {
		t_set(fields, "id", db_text(row, 0, "break_type_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field_i64(request, fields, "allowance",
			there ? db_i64(row, 0, "allowance_s") / MINUTE_S : 30);
	admin_field_i64(request, fields, "longest", there ? db_i64(row, 0, "longest_s") / MINUTE_S : 0);
	admin_field_i64(request, fields, "at_once", there ? db_i64(row, 0, "at_once") : 0);
	admin_field_i64(request, fields, "waiting_max", there ? db_i64(row, 0, "waiting_max") : 0);
	admin_field_i64(request, fields, "position", there ? db_i64(row, 0, "position") : 0);
	admin_check(request, fields, "some", there && !db_bool(row, 0, "everybody"));
	admin_check(request, fields, "by_oneself", !there || db_bool(row, 0, "by_oneself"));
	admin_check(request, fields, "enabled", !there || db_bool(row, 0, "enabled"));
	code_options(ctx, request, fields, "shows", "break_shows", BREAK_SHOWS_BOTH,
		     there ? (int)db_i64(row, 0, "shows") : BREAK_SHOWS_BOTH);
	code_options(ctx, request, fields, "over", "break_over", BREAK_OVER_RETURN,
		     there ? (int)db_i64(row, 0, "over") : BREAK_OVER_COUNT);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_BREAK_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_BREAK_PEOPLE, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_BREAK_GROUPS, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_BREAK]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no break %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts[PART_BREAK], fields);
	const struct db_result *people = parts[PART_PEOPLE];
	for (size_t row = 0; row < db_rows(people); row++)
		admin_option(request, t_child(fields, "users"), "users", db_text(people, row, "user_id"),
			     arena_printf(ctx->arena, "%s (%s)", db_text(people, row, "name"),
					  db_text(people, row, "login")), db_bool(people, row, "chosen"));
	const struct db_result *groups = parts[PART_GROUPS];
	for (size_t row = 0; row < db_rows(groups); row++)
		admin_option(request, t_child(fields, "groups"), "groups", db_text(groups, row, "user_group_id"),
			     db_text(groups, row, "name"), db_bool(groups, row, "chosen"));
	return staff_render(ctx, request, response, "breaks/form.cs", "breaks/_form.cs", page);
}

static int minutes(struct vt_ctx *ctx, const struct request *request, const char *field, int64_t *out_s)
{
	int64_t value = 0;

	if (form_i64(ctx, request, field, 0, BREAK_MINUTES_MAX, FORM_OPTIONAL, &value) < 0)
		return -1;
	*out_s = value * MINUTE_S;
	return 0;
}

static int read_form(struct vt_ctx *ctx, const struct request *request, struct break_type *type)
{
	int64_t *ids = arena_calloc(ctx->arena, BREAK_USERS_MAX, sizeof(*ids));
	int64_t *groups = arena_calloc(ctx->arena, BREAK_GROUPS_MAX, sizeof(*groups));

	type->everybody = !form_checked(request, "some");
	type->by_oneself = form_checked(request, "by_oneself");
	type->enabled = form_checked(request, "enabled");
	type->user_ids = ids;
	type->group_ids = groups;
	if (form_text(ctx, request, "name", BREAK_NAME_MAX, 0, &type->name) < 0 ||
	    minutes(ctx, request, "allowance", &type->allowance_s) < 0 ||
	    minutes(ctx, request, "longest", &type->longest_s) < 0 ||
	    form_i64(ctx, request, "at_once", 0, LIMIT_MAX, FORM_OPTIONAL, &type->at_once) < 0 ||
	    form_i64(ctx, request, "waiting_max", 0, LIMIT_MAX, FORM_OPTIONAL,
		     &type->waiting_max) < 0 ||
	    form_i64(ctx, request, "shows", 0, BREAK_SHOWS_BOTH, 0, &type->shows) < 0 ||
	    form_i64(ctx, request, "over", 0, BREAK_OVER_RETURN, 0, &type->over) < 0 ||
	    form_i64(ctx, request, "position", 0, POSITION_MAX, FORM_OPTIONAL, &type->position) < 0 ||
	    admin_ids(ctx, request, "users", BREAK_USERS_MAX, ids, &type->user_count) < 0 ||
	    admin_ids(ctx, request, "groups", BREAK_GROUPS_MAX, groups, &type->group_count) < 0)
		return -1;
	if (type->over == BREAK_OVER_RETURN && !type->longest_s)
		return vt_fail_field(ctx, "longest", "error.break.longest", "it would never end");
	if (!type->everybody && !type->user_count && !type->group_count)
		return vt_fail_field(ctx, "users", "error.break.users", "nobody may take it");
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct break_type type = { 0 };

	if (read_form(ctx, request, &type) < 0)
		return -1;
	return break_type_save(ctx, edit, &type);
}

static const struct admin_form form = { SECTION, "break", render, save, break_type_remove };

int break_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int break_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int break_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
