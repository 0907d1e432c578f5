#include "base/vt.h"
#include "base/id.h"
#include "people/role.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_role.h"

#define SECTION "roles"

/* Every permission there is, module after module. give(permission) says what the row gets. */
static struct t_node *module_of(struct t_node *list, const char *key, char last[40])
{
	char name[40];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(key, "."), key);
	if (!strcmp(name, last))
		return NULL;
	memcpy(last, name, sizeof(name));
	struct t_node *module = t_item(list);
	t_set(module, "key", last);
	return module;
}

static const char *permission_name(struct vt_ctx *ctx, enum permission permission)
{
	return locale_text(ctx, arena_printf(ctx->arena, "permission.%s", permission_key(permission)),
			   NULL);
}

/* permissions: keys with a space between them. */
static bool has_permission(const char *permissions, enum permission permission)
{
	const char *key = permission_key(permission);
	size_t size = strlen(key);

	for (const char *at = strstr(permissions, key); at; at = strstr(at + 1, key)) {
		if ((at == permissions || at[-1] == ' ') && (!at[size] || at[size] == ' '))
			return true;
	}
	return false;
}

static void matrix_fill(struct vt_ctx *ctx, const struct db_result *roles, struct t_node *page)
{
	struct t_node *module = NULL;
	char last[40] = "";

	for (int i = PERM_SESSION + 1; i < PERM_MAX; i++) {
		const char *key = permission_key((enum permission)i);
		struct t_node *next = module_of(t_child(page, "modules"), key, last);
		if (next)
			module = next;
		struct t_node *row = t_item(t_child(module, "rows"));
		t_set(row, "name", permission_name(ctx, (enum permission)i));
		for (size_t role = 0; role < db_rows(roles); role++) {
			struct t_node *cell = t_item(t_child(row, "cells"));
			t_set_bool(cell, "may", has_permission(db_text(roles, role, "permissions"),
							       (enum permission)i));
			t_set(cell, "role", db_text(roles, role, "name"));
		}
	}
}

int roles_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROLE_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	const struct db_result *roles = results[1];
	for (size_t row = 0; row < db_rows(roles); row++) {
		struct t_node *item = t_item(t_child(page, "roles"));
		t_set(item, "id", db_text(roles, row, "role_id"));
		t_set(item, "name", db_text(roles, row, "name"));
		t_set_i64(item, "users", db_i64(roles, row, "users"));
		t_set_bool(item, "one", db_i64(roles, row, "users") == 1);
	}
	matrix_fill(ctx, roles, page);
	return staff_render(ctx, request, response, "roles/page.cs", NULL, page);
}

static void permissions_fill(struct vt_ctx *ctx, const struct request *request,
			     const char *permissions, struct t_node *page)
{
	struct t_node *module = NULL;
	char last[40] = "";

	for (int i = PERM_SESSION + 1; i < PERM_MAX; i++) {
		const char *key = permission_key((enum permission)i);
		struct t_node *next = module_of(t_child(page, "modules"), key, last);
		if (next)
			module = next;
		admin_option(request, t_child(module, "options"), "permissions", key,
			     permission_name(ctx, (enum permission)i),
			     has_permission(permissions, (enum permission)i));
	}
}

/* A new role may begin as a copy of another: ?from=id. */
static int64_t template_of(const struct request *request, int64_t id)
{
	int64_t from = id;

	if (!id && id_parse(request_query(request, "from"), 1, INT64_MAX, &from) < 0)
		return 0;
	return from;
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROLE_GET, "i", template_of(request, id)) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = results[1];
	bool there = db_rows(row);
	if (id && !there)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	if (id) {
		t_set(fields, "id", db_text(row, 0, "role_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set_bool(fields, "builtin", db_bool(row, 0, "builtin"));
	}
	admin_field(request, fields, "name", id ? db_text(row, 0, "name") : "");
	admin_field(request, fields, "description", id ? db_text(row, 0, "description") : "");
	admin_check(request, fields, "factor_required", there && db_bool(row, 0, "factor_required"));
	permissions_fill(ctx, request, there ? db_text(row, 0, "permissions") : "", page);
	return staff_render(ctx, request, response, "roles/form.cs", NULL, page);
}

static int permissions_read(struct vt_ctx *ctx, const struct request *request, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		if (strcmp(request->form.items[i].name, "permissions") != 0)
			continue;
		int permission = permission_by_key(request->form.items[i].value);
		if (permission <= PERM_SESSION)
			return vt_fail_field(ctx, "permissions", "error.invalid", "no permission");
		*out |= UINT64_C(1) << permission;
	}
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct role role = { .factor_required = form_checked(request, "factor_required") };

	if (form_text(ctx, request, "name", ROLE_NAME_MAX, 0, &role.name) < 0 ||
	    form_text(ctx, request, "description", ROLE_DESCRIPTION_MAX, FORM_OPTIONAL,
		      &role.description) < 0 ||
	    permissions_read(ctx, request, &role.permissions) < 0)
		return -1;
	return role_save(ctx, edit, &role);
}

static const struct admin_form form = { SECTION, "role", render, save, role_remove };

int role_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int role_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int role_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}

int role_view(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    role_view_as(ctx, request->session, id) < 0)
		return -1;
	staff_done(ctx, request, response, "/");
	return 0;
}

int role_view_end(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (role_view_as(ctx, request->session, 0) < 0)
		return -1;
	staff_done(ctx, request, response, "/admin/roles");
	return 0;
}
