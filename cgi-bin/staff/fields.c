#include "base/vt.h"
#include "people/field.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_contact_field.h"
#include "sql_field.h"

#define SECTION "fields"

static const char *field_name(struct vt_ctx *ctx, enum field field)
{
	return locale_text(ctx, arena_printf(ctx->arena, "visible.%s", field_key(field)), NULL);
}

static const char *own_key(struct vt_ctx *ctx, int64_t contact_field_id)
{
	return arena_printf(ctx->arena, "x%" PRId64, contact_field_id);
}

static void cell(struct t_node *item, int shows, bool exports)
{
	struct t_node *node = t_item(t_child(item, "cells"));

	t_set(node, "shows", code_name("field_shows", shows));
	t_set_bool(node, "exports", exports);
}

int fields_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_FIELD_LIST, "i", (int64_t)0) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_FIELD_LIST, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	for (int i = 0; i < FIELD_MAX; i++)
		t_set(t_item(t_child(page, "columns")), "name", field_name(ctx, (enum field)i));
	for (size_t i = 0; i < db_rows(results[2]); i++)
		t_set(t_item(t_child(page, "columns")), "name", db_text(results[2], i, "name"));
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		struct field_sight sight;
		field_sight_read(&sight, db_text(results[1], row, "sight"));
		t_set(item, "id", db_text(results[1], row, "role_id"));
		t_set(item, "name", db_text(results[1], row, "name"));
		for (int i = 0; i < FIELD_MAX; i++)
			cell(item, sight.shows[i], sight.exports[i]);
		for (size_t i = 0; i < db_rows(results[2]); i++) {
			struct field_own own;
			field_own_read(&sight, db_i64(results[2], i, "contact_field_id"), &own);
			cell(item, own.shows, own.exports);
		}
	}
	return staff_render(ctx, request, response, "fields/page.cs", NULL, page);
}

/* A field's two parts of the form, as stored or as sent. */
static void field_fill(struct vt_ctx *ctx, const struct request *request, const char *key,
		       const char *name, const struct field_own *stored, struct t_node *item)
{
	const char *exports_key = arena_printf(ctx->arena, "%s_exports", key);

	t_set(item, "key", key);
	t_set(item, "name", name);
	t_set(item, "exports_key", exports_key);
	for (int shows = FIELD_SEEN; shows >= FIELD_HIDDEN; shows--) {
		const char *code = code_name("field_shows", shows);
		admin_option(request, t_child(item, "options"), key, arena_printf(ctx->arena, "%d", shows),
			     locale_text(ctx, arena_printf(ctx->arena, "fields.shows.%s", code), NULL),
			     stored->shows == shows);
	}
	t_set_bool(item, "exports", admin_sent(request) ? form_checked(request, exports_key)
		   : stored->exports);
}

static void fields_fill(struct vt_ctx *ctx, const struct request *request,
			const struct field_sight *sight, const struct db_result *own, struct t_node *page)
{
	for (int i = 0; i < FIELD_MAX; i++) {
		const struct field_own stored = { 0, sight->shows[i], sight->exports[i] };
		field_fill(ctx, request, field_key((enum field)i), field_name(ctx, (enum field)i), &stored,
			   t_item(t_child(page, "items")));
	}
	for (size_t row = 0; row < db_rows(own); row++) {
		struct field_own stored;
		field_own_read(sight, db_i64(own, row, "contact_field_id"), &stored);
		field_fill(ctx, request, own_key(ctx, stored.contact_field_id), db_text(own, row, "name"),
			   &stored, t_item(t_child(page, "items")));
	}
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **results;
	struct field_sight sight;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_FIELD_LIST, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_FIELD_LIST, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	if (!id || !db_rows(results[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	t_set(page, "form.id", db_text(results[1], 0, "role_id"));
	t_set(page, "form.name", db_text(results[1], 0, "name"));
	t_set(page, "form.revision", db_text(results[1], 0, "revision"));
	field_sight_read(&sight, db_text(results[1], 0, "sight"));
	fields_fill(ctx, request, &sight, results[2], page);
	return staff_render(ctx, request, response, "fields/form.cs", "fields/_form.cs", page);
}

/* One field of the form. */
static int read_field(struct vt_ctx *ctx, const struct request *request, const char *key,
		      struct field_own *out)
{
	int64_t shows;

	if (form_i64(ctx, request, key, FIELD_HIDDEN, FIELD_SEEN, 0, &shows) < 0)
		return -1;
	out->shows = (int)shows;
	out->exports = form_checked(request, arena_printf(ctx->arena, "%s_exports", key));
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct db_result *rows;
	struct field_sight sight = { .text = NULL };
	struct field_own one = { 0 };
	size_t count = 0;

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role");
	for (int i = 0; i < FIELD_MAX; i++) {
		if (read_field(ctx, request, field_key((enum field)i), &one) < 0)
			return -1;
		sight.shows[i] = one.shows;
		sight.exports[i] = one.exports;
	}
	if (db_query(ctx, &rows, &SQL_CONTACT_FIELD_LIST, "") < 0)
		return -1;
	struct field_own *own = arena_calloc(ctx->arena, db_rows(rows) + 1, sizeof(*own));
	/* One that was made meanwhile is not in the form, and stays as it is. */
	for (size_t row = 0; row < db_rows(rows); row++) {
		own[count].contact_field_id = db_i64(rows, row, "contact_field_id");
		const char *key = own_key(ctx, own[count].contact_field_id);
		if (!*request_form(request, key))
			continue;
		if (read_field(ctx, request, key, &own[count]) < 0)
			return -1;
		count++;
	}
	return field_save(ctx, edit, &sight, own, count);
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
