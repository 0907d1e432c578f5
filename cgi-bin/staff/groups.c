#include "base/vt.h"
#include "people/group.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_group.h"

#define SECTION "groups"

enum part { PART_SHELL, PART_GROUP, PART_PEOPLE };

int groups_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_GROUP_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(rows, row, "user_group_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "description", db_text(rows, row, "description"));
		t_set(item, "users", db_text(rows, row, "users"));
		t_set(item, "breaks", db_text(rows, row, "breaks"));
	}
	return staff_render(ctx, request, response, "groups/page.cs", NULL, page);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_GROUP_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_GROUP_PEOPLE, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = parts[PART_GROUP];
	bool there = db_rows(row);
	if (id && !there)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no group %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	if (there) {
		t_set_i64(fields, "id", id);
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "breaks", db_text_or_null(row, 0, "breaks"));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field(request, fields, "description", there ? db_text(row, 0, "description") : "");
	const struct db_result *people = parts[PART_PEOPLE];
	for (size_t i = 0; i < db_rows(people); i++)
		admin_option(request, t_child(fields, "users"), "users", db_text(people, i, "user_id"),
			     arena_printf(ctx->arena, "%s (%s)", db_text(people, i, "name"),
					  db_text(people, i, "login")), db_bool(people, i, "chosen"));
	return staff_render(ctx, request, response, "groups/form.cs", "groups/_form.cs", page);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	int64_t *ids = arena_calloc(ctx->arena, GROUP_USERS_MAX, sizeof(*ids));
	struct group group = { .user_ids = ids };

	if (form_text(ctx, request, "name", GROUP_NAME_MAX, 0, &group.name) < 0 ||
	    form_text(ctx, request, "description", GROUP_DESCRIPTION_MAX, FORM_OPTIONAL,
		      &group.description) < 0 ||
	    admin_ids(ctx, request, "users", GROUP_USERS_MAX, ids, &group.user_count) < 0)
		return -1;
	return group_save(ctx, edit, &group);
}

static const struct admin_form form = { SECTION, "group", render, save, group_remove };

int group_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int group_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int group_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
