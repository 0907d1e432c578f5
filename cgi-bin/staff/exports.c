#include "base/vt.h"
#include "people/export.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_export.h"

#define SECTION "exports"

static const char *dataset_name(struct vt_ctx *ctx, enum export dataset)
{
	return locale_text(ctx, arena_printf(ctx->arena, "export.%s", export_key(dataset)), NULL);
}

/* "audit:0:1:0:1 ..." as export_rules gives them; what has no rule is not allowed. */
static void rules_read(const char *text, struct export_rule rules[EXPORT_MAX])
{
	for (int i = 0; i < EXPORT_MAX; i++)
		rules[i] = (struct export_rule){ .reason_required = true };
	for (; *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, ":");
		for (int i = 0; i < EXPORT_MAX; i++) {
			int masked, reason, allowed;
			if (strlen(export_key((enum export)i)) == size && !strncmp(text, export_key((enum export)i), size) &&
			    sscanf(text + size, ":%" SCNd64 ":%d:%d:%d", &rules[i].rows_max, &masked, &reason,
				   &allowed) == 4) {
				rules[i].masked = masked;
				rules[i].reason_required = reason;
				rules[i].allowed = allowed;
			}
		}
		text += strcspn(text, " ");
	}
}

static void rule_fill(struct vt_ctx *ctx, const struct export_rule *rule, struct t_node *cell)
{
	t_set_bool(cell, "allowed", rule->allowed);
	t_set_bool(cell, "masked", rule->masked);
	t_set_bool(cell, "reason", rule->reason_required);
	if (rule->rows_max)
		t_set(cell, "rows", format_number(ctx, rule->rows_max));
}

int exports_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXPORT_RULES, "i", (int64_t)0) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	t_set_bool(page, "may_audit", staff_may(request->session, PERM_AUDIT_VIEW));
	for (int i = 0; i < EXPORT_MAX; i++)
		t_set(t_item(t_child(page, "columns")), "name", dataset_name(ctx, (enum export)i));
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		struct export_rule rules[EXPORT_MAX];
		rules_read(db_text(results[1], row, "rules"), rules);
		t_set(item, "id", db_text(results[1], row, "role_id"));
		t_set(item, "name", db_text(results[1], row, "name"));
		for (int i = 0; i < EXPORT_MAX; i++)
			rule_fill(ctx, &rules[i], t_item(t_child(item, "cells")));
	}
	return staff_render(ctx, request, response, "exports/page.cs", NULL, page);
}

static const char *field(struct vt_ctx *ctx, enum export dataset, const char *what)
{
	return arena_printf(ctx->arena, "%s_%s", export_key(dataset), what);
}

static void check(struct vt_ctx *ctx, const struct request *request, enum export dataset, const char *what,
		  bool stored, struct t_node *item)
{
	const char *name = field(ctx, dataset, what);

	t_set(item, arena_printf(ctx->arena, "%s_key", what), name);
	t_set_bool(item, what, admin_sent(request) ? form_checked(request, name) : stored);
}

static void dataset_fill(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 const struct export_rule *rule, struct t_node *item)
{
	const char *rows = field(ctx, dataset, "rows");

	t_set(item, "name", dataset_name(ctx, dataset));
	t_set(item, "rows_key", rows);
	if (admin_sent(request))
		t_set(item, "rows", request_form(request, rows));
	else
		t_set_i64(item, "rows", rule->rows_max);
	check(ctx, request, dataset, "csv", rule->allowed, item);
	check(ctx, request, dataset, "masked", rule->masked, item);
	check(ctx, request, dataset, "reason", rule->reason_required, item);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	struct export_rule rules[EXPORT_MAX];
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXPORT_RULES, "i", id) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	if (!id || !db_rows(results[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, results[0], SECTION, page);
	t_set(page, "form.id", db_text(results[1], 0, "role_id"));
	t_set(page, "form.name", db_text(results[1], 0, "name"));
	t_set(page, "form.revision", db_text(results[1], 0, "revision"));
	rules_read(db_text(results[1], 0, "rules"), rules);
	for (int i = 0; i < EXPORT_MAX; i++)
		dataset_fill(ctx, request, (enum export)i, &rules[i], t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "exports/form.cs", "exports/_form.cs", page);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct export_rule rules[EXPORT_MAX] = { 0 };

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role");
	for (int i = 0; i < EXPORT_MAX; i++) {
		enum export dataset = (enum export)i;
		if (form_i64(ctx, request, field(ctx, dataset, "rows"), 0, EXPORT_ROWS_MAX, FORM_OPTIONAL,
			     &rules[i].rows_max) < 0)
			return -1;
		rules[i].allowed = form_checked(request, field(ctx, dataset, "csv"));
		rules[i].masked = form_checked(request, field(ctx, dataset, "masked"));
		rules[i].reason_required = form_checked(request, field(ctx, dataset, "reason"));
	}
	return export_rules_save(ctx, edit, rules);
}

static const struct admin_form form = { SECTION, "export", render, save, NULL };

int export_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int export_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}
