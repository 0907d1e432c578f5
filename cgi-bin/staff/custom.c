#include "base/vt.h"
#include "contact/contact_field.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_contact_field.h"

#define SECTION "custom"
#define OPTIONS_TEXT_MAX (CONTACT_FIELD_OPTIONS_MAX * (CONTACT_FIELD_OPTION_MAX + 1))

static const char *kind_name(struct vt_ctx *ctx, int kind)
{
	return locale_text(ctx, arena_printf(ctx->arena, "custom.kind.%s",
					     code_name("contact_field_kind", kind)), NULL);
}

int customs_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_FIELD_LIST, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(rows, row, "contact_field_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "kind", kind_name(ctx, (int)db_i64(rows, row, "kind")));
		t_set_bool(item, "required", db_bool(rows, row, "required"));
		t_set(item, "used", db_text(rows, row, "used"));
	}
	return staff_render(ctx, request, response, "custom/page.cs", NULL, page);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_FIELD_GET, "i", id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = results[1];
	bool there = db_rows(row);
	if (id && !there)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no field %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	if (there) {
		t_set_i64(fields, "id", id);
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "kind_name", kind_name(ctx, (int)db_i64(row, 0, "kind")));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field(request, fields, "options", there ? db_text(row, 0, "options") : "");
	admin_field_i64(request, fields, "position", there ? db_i64(row, 0, "position") : 0);
	admin_check(request, fields, "required", there && db_bool(row, 0, "required"));
	for (int kind = CONTACT_FIELD_TEXT; kind <= CONTACT_FIELD_YES_NO; kind++)
		admin_option(request, t_child(fields, "kind"), "kind", arena_printf(ctx->arena, "%d", kind),
			     kind_name(ctx, kind), there ? db_i64(row, 0, "kind") == kind
							 : kind == CONTACT_FIELD_TEXT);
	return staff_render(ctx, request, response, "custom/form.cs", "custom/_form.cs", page);
}

/* The kind of one that is there stays what it was: values were written as it. */
static int read_kind(struct vt_ctx *ctx, const struct request *request, const struct edit *edit,
		     int64_t *kind)
{
	struct db_result *row;

	if (!edit->id)
		return form_i64(ctx, request, "kind", CONTACT_FIELD_TEXT, CONTACT_FIELD_YES_NO, 0, kind);
	if (db_one(ctx, &row, &SQL_CONTACT_FIELD_GET, "i", edit->id) < 0)
		return -1;
	*kind = db_i64(row, 0, "kind");
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct contact_field field = { .required = form_checked(request, "required") };
	const char *options;

	if (form_text(ctx, request, "name", CONTACT_FIELD_NAME_MAX, 0, &field.name) < 0 ||
	    read_kind(ctx, request, edit, &field.kind) < 0 ||
	    form_text(ctx, request, "options", OPTIONS_TEXT_MAX, FORM_OPTIONAL, &options) < 0 ||
	    form_i64(ctx, request, "position", 0, CONTACT_FIELD_POSITION_MAX, FORM_OPTIONAL,
		     &field.position) < 0)
		return -1;
	if (field.kind == CONTACT_FIELD_LIST)
		field.options = contact_field_options(ctx, options, &field.option_count);
	if (field.kind == CONTACT_FIELD_LIST && !field.options)
		return vt_fail_field(ctx, "options", "error.contact.options_many", "too many or too long");
	return contact_field_save(ctx, edit, &field);
}

static const struct admin_form form = { SECTION, "custom", render, save, contact_field_remove };

int custom_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int custom_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int custom_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
