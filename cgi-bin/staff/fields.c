#include "base/vt.h"
#include "people/field.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_field.h"

#define SECTION "fields"

static const char *field_name(struct vt_ctx *ctx, enum field field)
{
	return locale_text(ctx, arena_printf(ctx->arena, "visible.%s", field_key(field)), NULL);
}

int fields_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_FIELD_LIST, "i", (int64_t)0) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	for (int i = 0; i < FIELD_MAX; i++)
		t_set(t_item(t_child(page, "columns")), "name", field_name(ctx, (enum field)i));
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		struct field_sight sight;
		field_sight_read(&sight, db_text(results[1], row, "sight"));
		t_set(item, "id", db_text(results[1], row, "role_id"));
		t_set(item, "name", db_text(results[1], row, "name"));
		for (int i = 0; i < FIELD_MAX; i++) {
			struct t_node *cell = t_item(t_child(item, "cells"));
			t_set(cell, "shows", code_name("field_shows", sight.shows[i]));
			t_set_bool(cell, "exports", sight.exports[i]);
		}
	}
	return staff_render(ctx, request, response, "fields/page.cs", NULL, page);
}

static void field_fill(struct vt_ctx *ctx, const struct request *request, enum field field,
		       const struct field_sight *sight, struct t_node *item)
{
	const char *key = field_key(field);

	t_set(item, "key", key);
	t_set(item, "name", field_name(ctx, field));
	t_set(item, "exports_key", arena_printf(ctx->arena, "%s_exports", key));
	for (int shows = FIELD_SEEN; shows >= FIELD_HIDDEN; shows--) {
		const char *name = code_name("field_shows", shows);
		admin_option(request, t_child(item, "options"), key, arena_printf(ctx->arena, "%d", shows),
			     locale_text(ctx, arena_printf(ctx->arena, "fields.shows.%s", name), NULL),
			     sight->shows[field] == shows);
	}
	t_set_bool(item, "exports", admin_sent(request)
		? form_checked(request, arena_printf(ctx->arena, "%s_exports", key)) : sight->exports[field]);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **results;
	struct field_sight sight;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_FIELD_LIST, "i", id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	if (!id || !db_rows(results[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	t_set(page, "form.id", db_text(results[1], 0, "role_id"));
	t_set(page, "form.name", db_text(results[1], 0, "name"));
	t_set(page, "form.revision", db_text(results[1], 0, "revision"));
	field_sight_read(&sight, db_text(results[1], 0, "sight"));
	for (int i = 0; i < FIELD_MAX; i++)
		field_fill(ctx, request, (enum field)i, &sight, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "fields/form.cs", "fields/_form.cs", page);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct field_sight sight;
	int64_t shows;

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role");
	for (int i = 0; i < FIELD_MAX; i++) {
		const char *key = field_key((enum field)i);
		if (form_i64(ctx, request, key, FIELD_HIDDEN, FIELD_SEEN, 0, &shows) < 0)
			return -1;
		sight.shows[i] = (int)shows;
		sight.exports[i] = form_checked(request, arena_printf(ctx->arena, "%s_exports", key));
	}
	return field_save(ctx, edit, &sight);
}

static const struct admin_form form = { SECTION, "field", render, save, NULL };

int field_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int field_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}
