/* What several screens are: a table with a row for each role, and the form of one of them. */
#include "base/vt.h"
#include "cgi-bin/staff/admin.h"

static int ask(struct vt_ctx *ctx, const struct request *request, const struct admin_role_table *table,
	       int64_t id, struct db_result ***results)
{
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, table->statement, "i", id) < 0)
		return -1;
	return db_pipe_run(ctx, results, NULL, NULL);
}

int admin_role_table(struct vt_ctx *ctx, const struct request *request, struct response *response,
		     const struct admin_role_table *table, struct t_node *page)
{
	struct db_result **results;

	if (ask(ctx, request, table, 0, &results) < 0)
		return -1;
	admin_fill(ctx, request, results[0], table->section, page);
	for (int column = 0; column < table->columns; column++)
		t_set(t_item(t_child(page, "columns")), "name", table->name(ctx, column));
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(results[1], row, "role_id"));
		t_set(item, "name", db_text(results[1], row, "name"));
		table->cells(ctx, db_text(results[1], row, table->rules), item);
	}
	return staff_render(ctx, request, response, table->template, NULL, page);
}

int admin_role_form(struct vt_ctx *ctx, const struct request *request, const struct admin_role_table *table,
		    int64_t id, struct t_node *page, const char **rules)
{
	struct db_result **results;

	if (ask(ctx, request, table, id, &results) < 0)
		return -1;
	const struct db_result *row = results[1];
	if (!id || !db_rows(row))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, results[0], table->section, page);
	t_set(page, "form.id", db_text(row, 0, "role_id"));
	t_set(page, "form.name", db_text(row, 0, "name"));
	t_set(page, "form.revision", db_text(row, 0, "revision"));
	*rules = db_text(row, 0, table->rules);
	return 0;
}
