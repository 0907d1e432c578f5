#include "base/vt.h"
#include "people/audit.h"
#include "web/format.h"
#include "cgi-bin/staff/audit.h"
#include "cgi-bin/staff/contact.h"
#include "sql_audit.h"
#include "sql_contact_desk.h"

#define SECTION "audit"
#define PAGE_ROWS 50

enum part { PART_SHELL, PART_PEOPLE, PART_ROLES, PART_SEAL, PART_MAX };

/* What somebody looked at is on record too; entity_id: one row of the audit, 0 for a search. */
static int record_reading(struct vt_ctx *ctx, int64_t entity_id, const char *filter)
{
	const struct audit audit = {
		.action = "audit.read", .entity = entity_id ? "audit" : NULL, .entity_id = entity_id,
		.after = filter,
	};

	return audit_write(ctx, &audit);
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	const char *action = db_text(rows, row, "action"), *entity = db_text(rows, row, "entity");

	t_set(item, "id", db_text(rows, row, "audit_id"));
	t_set(item, "at", format_date_time_long(ctx, db_time_us(rows, row, "at")));
	t_set(item, "actor", db_text(rows, row, "actor_name"));
	t_set(item, "action", audit_action_name(ctx, action));
	t_set(item, "module", audit_module_name(ctx, audit_module(ctx, action)));
	t_set(item, "program", audit_program_name(ctx, db_text(rows, row, "program")));
	t_set(item, "address", db_text(rows, row, "address"));
	if (*entity) {
		t_set(item, "entity", audit_entity_name(ctx, entity));
		t_set(item, "entity_id", db_text(rows, row, "entity_id"));
	}
	t_set(item, "conversation", db_text_or_null(rows, row, "conversation_id"));
}

/* --- The list ---------------------------------------------------------------------------------- */

static void option(struct t_node *list, const char *key, const char *label, const char *chosen)
{
	struct t_node *item = t_item(list);

	t_set(item, "key", key);
	t_set(item, "label", label);
	t_set_bool(item, "chosen", !strcmp(key, chosen));
}

static void action_options(struct vt_ctx *ctx, const struct request *request, struct t_node *form)
{
	size_t count;
	const char *const *actions = audit_catalogue(ctx, &count);
	const char *last = "";

	for (size_t i = 0; i < count; i++) {
		const char *module = audit_module(ctx, actions[i]);
		const char *module_name = audit_module_name(ctx, module);
		if (strcmp(module, last) != 0)
			option(t_child(form, "modules"), module, module_name, request_query(request, "module"));
		last = module;
		option(t_child(form, "actions"), actions[i], arena_printf(ctx->arena, "%s: %s", module_name,
			audit_action_name(ctx, actions[i])), request_query(request, "action"));
	}
}

static void people_options(struct vt_ctx *ctx, const struct request *request,
			   const struct db_result *people, const struct db_result *roles, struct t_node *form)
{
	const char *user = request_query(request, "user"), *role = request_query(request, "role");

	option(t_child(form, "users"), "0", locale_text(ctx, "audit.system", NULL), user);
	for (size_t row = 0; row < db_rows(people); row++)
		option(t_child(form, "users"), db_text(people, row, "user_id"),
		       arena_printf(ctx->arena, "%s (%s)", db_text(people, row, "name"),
				    db_text(people, row, "login")), user);
	for (size_t row = 0; row < db_rows(roles); row++)
		option(t_child(form, "roles"), db_text(roles, row, "role_id"), db_text(roles, row, "name"), role);
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		      struct t_node *form)
{
	static const char *const texts[] = { "from", "to", "entity_id", "conversation", "address" };
	const char *const *entities = template_locale_keys(ctx, "audit_entity");

	for (size_t i = 0; i < VT_COUNT(texts); i++)
		t_set(form, texts[i], request_query(request, texts[i]));
	for (; *entities; entities++)
		option(t_child(form, "entities"), *entities, audit_entity_name(ctx, *entities),
		       request_query(request, "entity"));
	t_set_bool(form, "more", *request_query(request, "role") || *request_query(request, "entity") ||
		   *request_query(request, "entity_id") || *request_query(request, "conversation"));
	people_options(ctx, request, parts[PART_PEOPLE], parts[PART_ROLES], form);
	action_options(ctx, request, form);
}

/* The rows, at most PAGE_ROWS of them, and where the next page goes on. */
static void rows_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
		      struct t_node *page)
{
	const char *query = audit_filter_query(ctx, &request->query);
	size_t count = db_rows(rows) < PAGE_ROWS ? db_rows(rows) : PAGE_ROWS;

	for (size_t row = 0; row < count; row++)
		row_fill(ctx, rows, row, t_item(t_child(page, "items")));
	if (db_rows(rows) > PAGE_ROWS)
		t_set(page, "next", arena_printf(ctx->arena, "/admin/audit?%s%sbefore=%" PRId64 "-%s", query,
			*query ? "&" : "", db_time_us(rows, count - 1, "at"),
			db_text(rows, count - 1, "audit_id")));
	if (*request_query(request, "before"))
		t_set(page, "first", arena_printf(ctx->arena, "/admin/audit?%s", query));
}

/* The pieces around the list come first: a role's people decide what is searched. */
static int search(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		  struct db_result ***found)
{
	struct audit_filter filter;

	if (audit_filter_read(ctx, &request->query, parts[PART_ROLES], &filter) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 || audit_search_ask(ctx, &filter, PAGE_ROWS + 1) < 0 ||
	    record_reading(ctx, 0, audit_filter_json(ctx, &request->query)) < 0)
		return -1;
	return db_pipe_run(ctx, found, NULL, NULL);
}

int audit_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts, **found;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AUDIT_PEOPLE, "") < 0 || db_pipe_add(ctx, 0, &SQL_AUDIT_ROLES, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AUDIT_LAST_SEAL, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (search(ctx, request, parts, &found) == 0) {
		rows_fill(ctx, request, found[0], page);
	} else if (ctx->error.code == VT_E_INVALID && !request->wants_json) {
		staff_form_error(ctx, response, page);
	} else {
		return -1;
	}
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts, t_child(page, "form"));
	t_set(page, "query", audit_filter_query(ctx, &request->query));
	if (db_rows(parts[PART_SEAL]))
		t_set(page, "sealed", format_date_time_long(ctx, db_time_us(parts[PART_SEAL], 0, "sealed_at")));
	return staff_render(ctx, request, response, "audit/page.cs", NULL, page);
}

/* --- One row ----------------------------------------------------------------------------------- */

/* What was before and after; of a contact's data what this viewer sees of a contact. */
static int change_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *row,
		       struct t_node *item)
{
	const char *before = db_text_or_null(row, 0, "before"), *after = db_text_or_null(row, 0, "after");
	struct db_result *fields;

	if (!strcmp(db_text(row, 0, "action"), "contact.save") &&
	    (db_query(ctx, &fields, &SQL_CONTACT_FIELDS, "i", INT64_C(0)) < 0 ||
	     contact_visible(ctx, session, fields, before, &before) < 0 ||
	     contact_visible(ctx, session, fields, after, &after) < 0))
		return -1;
	return admin_difference(ctx, db_text(row, 0, "entity"), before, after, item);
}

static int detail_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *row,
		       struct t_node *page)
{
	struct t_node *item = t_child(page, "row");

	row_fill(ctx, row, 0, item);
	t_set(item, "key", db_text(row, 0, "action"));
	t_set(item, "session", db_text_or_null(row, 0, "session_id"));
	t_set(item, "user_agent", db_text_or_null(row, 0, "user_agent"));
	t_set(item, "request_id", db_text_or_null(row, 0, "request_id"));
	if (!db_is_null(row, 0, "seal_id")) {
		t_set(item, "seal", format_number(ctx, db_i64(row, 0, "seal_id")));
		t_set(item, "sealed_at", format_date_time_long(ctx, db_time_us(row, 0, "sealed_at")));
	}
	return change_fill(ctx, session, row, item);
}

int audit_row_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AUDIT_GET, "i", id) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no row %" PRId64 " of the audit", id);
	admin_fill(ctx, request, parts[0], SECTION, page);
	if (detail_fill(ctx, request->session, parts[1], page) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 || record_reading(ctx, id, NULL) < 0 ||
	    db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	return staff_render(ctx, request, response, "audit/row.cs", "audit/_row.cs", page);
}
