#include "base/vt.h"
#include "people/export.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_export.h"

#define SECTION "exports"

static const char *dataset_name(struct vt_ctx *ctx, int dataset)
{
	return locale_text(ctx, arena_printf(ctx->arena, "export.%s", export_key((enum export)dataset)), NULL);
}

static const char *format_name(struct vt_ctx *ctx, int format)
{
	return locale_text(ctx, arena_printf(ctx->arena, "exports.format.%s",
					     export_format_key((enum export_format)format)), NULL);
}

static void cells(struct vt_ctx *ctx, const char *text, struct t_node *item)
{
	struct export_rule rules[EXPORT_MAX];

	export_rules_read(text, rules);
	for (int i = 0; i < EXPORT_MAX; i++) {
		struct t_node *cell = t_item(t_child(item, "cells"));
		for (int format = 0; format < EXPORT_FORMAT_MAX; format++) {
			if (rules[i].formats & export_formats((enum export)i) & EXPORT_BIT(format))
				t_set(t_item(t_child(cell, "formats")), "name", format_name(ctx, format));
		}
		t_set_bool(cell, "masked", rules[i].masked);
		t_set_bool(cell, "reason", rules[i].reason_required);
		t_set_bool(cell, "internal", rules[i].internal);
		if (rules[i].rows_max)
			t_set(cell, "rows", format_number(ctx, rules[i].rows_max));
	}
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
		t_set(t_item(t_child(page, "columns")), "name", dataset_name(ctx, i));
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(results[1], row, "role_id"));
		t_set(item, "name", db_text(results[1], row, "name"));
		cells(ctx, db_text(results[1], row, "rules"), item);
	}
	return staff_render(ctx, request, response, "exports/page.cs", NULL, page);
}

static const char *field(struct vt_ctx *ctx, enum export dataset, const char *what)
{
	return arena_printf(ctx->arena, "%s_%s", export_key(dataset), what);
}

/* A switch below the data set: its field's name, what it says, and whether it is on. */
static void check(struct vt_ctx *ctx, const struct request *request, enum export dataset, const char *what,
		  const char *label, bool stored, struct t_node *item)
{
	const char *name = field(ctx, dataset, what);
	struct t_node *node = t_item(t_child(item, "checks"));

	t_set(node, "name", name);
	t_set(node, "label", label);
	t_set_bool(node, "on", admin_sent(request) ? form_checked(request, name) : stored);
}

static void dataset_fill(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 const struct export_rule *rule, struct t_node *item)
{
	const char *rows = field(ctx, dataset, "rows");
	bool document = export_formats(dataset) == EXPORT_DOCUMENT;

	t_set(item, "name", dataset_name(ctx, (int)dataset));
	t_set(item, "rows_key", rows);
	t_set(item, "rows_label", locale_text(ctx, document ? "exports.messages" : "exports.rows", NULL));
	if (admin_sent(request))
		t_set(item, "rows", request_form(request, rows));
	else
		t_set_i64(item, "rows", rule->rows_max);
	for (int format = 0; format < EXPORT_FORMAT_MAX; format++) {
		if (export_formats(dataset) & EXPORT_BIT(format))
			check(ctx, request, dataset, export_format_key((enum export_format)format),
			      locale_text(ctx, "exports.may", format_name(ctx, format), NULL),
			      rule->formats & EXPORT_BIT(format), item);
	}
	check(ctx, request, dataset, "masked", locale_text(ctx, "exports.mask", NULL), rule->masked, item);
	check(ctx, request, dataset, "reason", locale_text(ctx, "exports.ask_reason", NULL), rule->reason_required,
	      item);
	if (document)
		check(ctx, request, dataset, "internal", locale_text(ctx, "exports.internal", NULL), rule->internal,
		      item);
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
	export_rules_read(db_text(results[1], 0, "rules"), rules);
	for (int i = 0; i < EXPORT_MAX; i++)
		dataset_fill(ctx, request, (enum export)i, &rules[i], t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "exports/form.cs", "exports/_form.cs", page);
}

static int rule_read(struct vt_ctx *ctx, const struct request *request, enum export dataset,
		     struct export_rule *rule)
{
	*rule = (struct export_rule){
		.masked = form_checked(request, field(ctx, dataset, "masked")),
		.reason_required = form_checked(request, field(ctx, dataset, "reason")),
		.internal = form_checked(request, field(ctx, dataset, "internal")),
	};
	for (int format = 0; format < EXPORT_FORMAT_MAX; format++) {
		if (form_checked(request, field(ctx, dataset, export_format_key((enum export_format)format))))
			rule->formats |= EXPORT_BIT(format);
	}
	return form_i64(ctx, request, field(ctx, dataset, "rows"), 0, EXPORT_ROWS_MAX, FORM_OPTIONAL,
			&rule->rows_max);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct export_rule rules[EXPORT_MAX];

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role");
	for (int i = 0; i < EXPORT_MAX; i++) {
		if (rule_read(ctx, request, (enum export)i, &rules[i]) < 0)
			return -1;
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
