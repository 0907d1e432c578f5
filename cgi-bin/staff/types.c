#include "base/vt.h"
#include "conversation/conversation_type.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_type.h"

#define SECTION "types"
#define POSITION_MAX 9999

int types_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TYPE_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set_i64(item, "id", db_i64(rows, row, "conversation_type_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "description", db_text(rows, row, "description"));
		t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
	}
	return staff_render(ctx, request, response, "types/page.cs", NULL, page);
}

/* The form of type id, 0 for a new one; page may bring an error. */
static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TYPE_GET, "i", id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = results[1];
	bool there = db_rows(row);
	if (id && !there)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no type %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	if (id) {
		t_set_i64(fields, "id", id);
		t_set_i64(fields, "revision", db_i64(row, 0, "revision"));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field(request, fields, "description", there ? db_text(row, 0, "description") : "");
	admin_field_i64(request, fields, "position", there ? db_i64(row, 0, "position") : 0);
	admin_check(request, fields, "enabled", !there || db_bool(row, 0, "enabled"));
	return staff_render(ctx, request, response, "types/form.cs", "types/_form.cs", page);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct conversation_type type = { .enabled = form_checked(request, "enabled") };

	if (form_text(ctx, request, "name", CONVERSATION_TYPE_NAME_MAX, 0, &type.name) < 0 ||
	    form_text(ctx, request, "description", CONVERSATION_TYPE_DESCRIPTION_MAX, FORM_OPTIONAL,
		      &type.description) < 0 ||
	    form_i64(ctx, request, "position", 0, POSITION_MAX, FORM_OPTIONAL, &type.position) < 0)
		return -1;
	return conversation_type_save(ctx, edit, &type);
}

static const struct admin_form form = { SECTION, "type", render, save, conversation_type_remove };

int type_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int type_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int type_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
