#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/export.h"
#include "sql_assignment.h"

#define REASON_SIZE_MAX (64 * 1024)
#define MINUTE_S 60

enum part { PART_SHELL, PART_LIST };

static struct json *parsed(struct vt_ctx *ctx, const char *text)
{
	struct json *value;

	if (json_parse(ctx, text, strlen(text), REASON_SIZE_MAX, &value) < 0) {
		vt_error_clear(ctx);
		return json_new_object(ctx);
	}
	return value;
}

static const char *minutes(struct vt_ctx *ctx, int64_t seconds)
{
	return arena_printf(ctx->arena, "%" PRId64 " min", seconds / MINUTE_S);
}

static const char *number(struct vt_ctx *ctx, int64_t n)
{
	return arena_printf(ctx->arena, "%" PRId64, n);
}

static void figures_of(struct json *object, int64_t figures[4])
{
	figures[0] = json_i64(object, "open_count", 0);
	figures[1] = json_i64(object, "capacity", 0);
	figures[2] = json_i64(object, "available_s", 0);
	figures[3] = json_i64(object, "closed_today", 0);
}

/* Who could have had it, and how they stood. */
struct candidate { const char *name; int64_t figures[4]; };

/* The first by name, the next by the names they have now (routing/reason.h). */
static struct candidate *candidates_read(struct vt_ctx *ctx, struct json *reason, struct json *names, size_t *count)
{
	struct json *named = json_at(reason, "candidates"), *others = json_at(reason, "others");
	size_t first = json_array_size(named);

	*count = first + json_array_size(others);
	struct candidate *list = arena_calloc(ctx->arena, *count + 1, sizeof(*list));
	for (size_t i = 0; i < first; i++) {
		struct json *one = json_array_at(named, i);
		figures_of(one, list[i].figures);
		list[i].name = json_str(one, "name", "");
	}
	for (size_t i = first; i < *count; i++) {
		struct json *one = json_array_at(others, i - first);
		const char *id = number(ctx, json_i64(json_array_at(one, 0), "", 0));
		for (size_t n = 0; n < VT_COUNT(list[i].figures); n++)
			list[i].figures[n] = json_i64(json_array_at(one, n + 1), "", 0);
		list[i].name = json_str(names, id, id);
	}
	return list;
}

static void candidates_fill(struct vt_ctx *ctx, struct json *reason, struct json *names, struct t_node *item)
{
	size_t count;
	const struct candidate *list = candidates_read(ctx, reason, names, &count);

	for (size_t i = 0; i < count; i++) {
		struct t_node *node = t_item(t_child(item, "candidates"));
		t_set(node, "name", list[i].name);
		t_set_i64(node, "open", list[i].figures[0]);
		t_set_i64(node, "capacity", list[i].figures[1]);
		t_set(node, "available", minutes(ctx, list[i].figures[2]));
		t_set_i64(node, "closed", list[i].figures[3]);
	}
	t_set_i64(item, "count", json_i64(reason, "candidate_count", 0));
}

static const char *rule_text(struct vt_ctx *ctx, struct json *reason)
{
	return locale_text(ctx, arena_printf(ctx->arena, "desk.rule.%s", json_str(reason, "rule", "")), (const char *)NULL);
}

/* "Asignada a López: 1 de 5 casos, 14 min disponible, regla: Menos conversaciones abiertas". */
static const char *sentence(struct vt_ctx *ctx, const char *name, struct json *reason)
{
	const char *by = json_str(reason, "by", "");
	int64_t figures[4];

	figures_of(reason, figures);
	if (*by)
		return locale_text(ctx, "assignments.by_hand", name, by, number(ctx, figures[0]),
				   number(ctx, figures[1]), (const char *)NULL);
	return locale_text(ctx, "assignments.line", name, number(ctx, figures[0]), number(ctx, figures[1]),
			   minutes(ctx, figures[2]), rule_text(ctx, reason), (const char *)NULL);
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	struct json *reason = parsed(ctx, db_text(rows, row, "reason"));
	int outcome = (int)db_i64(rows, row, "outcome");

	t_set_bool(item, "first", row == 0);
	t_set(item, "seq", db_text(rows, row, "assignment_seq"));
	t_set(item, "text", sentence(ctx, db_text(rows, row, "user_name"), reason));
	t_set(item, "queue", db_text_or_null(rows, row, "queue_name"));
	t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "assigned_at")));
	if (outcome) {
		t_set(item, "until", format_date_time(ctx, db_time_us(rows, row, "ended_at")));
		t_set(item, "outcome", code_name("outcome", outcome));
	}
	candidates_fill(ctx, reason, parsed(ctx, db_text(rows, row, "names")), item);
}

int assignments_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ASSIGNMENT_LIST, "ibbi", STAFF_VIEWER(request->session), id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *rows = parts[PART_LIST];
	if (!db_rows(rows))
		return desk_absent(ctx, id);
	shell_fill(ctx, request, parts[PART_SHELL], "desk", page);
	t_set(page, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set_i64(page, "id", id);
	t_set_bool(page, "exports", !db_is_null(rows, 0, "assignment_seq") &&
		   staff_may(request->session, PERM_CONVERSATION_SUPERVISE));
	t_set(page, "contact", desk_contact_name(ctx, request->session, db_text(rows, 0, "contact_name"),
						 db_i64(rows, 0, "contact_id")));
	for (size_t row = 0; row < db_rows(rows) && !db_is_null(rows, row, "assignment_seq"); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		row_fill(ctx, rows, row, item);
		if (row == 0 && staff_may(request->session, PERM_BOARD_VIEW))
			t_set(item, "try", arena_printf(ctx->arena, "/queues/%s/simulate",
							db_text(rows, row, "queue_id")));
	}
	return staff_render(ctx, request, response, "assignments/page.cs", "assignments/_list.cs", page);
}

/* --- As a file: a row for each who could, or one where nobody was compared ------------------------ */

static void export_row(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row,
		       struct json *reason, const struct candidate *candidate)
{
	const char *name = db_text(rows, row, "user_name"), *by = json_str(reason, "by", "");
	int outcome = (int)db_i64(rows, row, "outcome");

	export_cell_i64(file, db_i64(rows, row, "assignment_seq"));
	export_cell(file, db_text(rows, row, "queue_name"));
	export_cell(file, format_date_time_long(ctx, db_time_us(rows, row, "assigned_at")));
	export_cell(file, outcome ? format_date_time_long(ctx, db_time_us(rows, row, "ended_at")) : "");
	export_cell(file, outcome ? locale_text(ctx, arena_printf(ctx->arena, "assignments.outcome.%s",
								   code_name("outcome", outcome)), NULL) : "");
	export_cell_personal(ctx, file, FIELD_NAME, name);
	export_cell(file, *by ? "" : rule_text(ctx, reason));
	export_cell_personal(ctx, file, FIELD_NAME, by);
	export_cell_personal(ctx, file, FIELD_NAME, candidate->name);
	export_cell_i64(file, candidate->figures[0]);
	export_cell_i64(file, candidate->figures[1]);
	export_cell_i64(file, candidate->figures[2] / MINUTE_S);
	export_cell_i64(file, candidate->figures[3]);
	export_end_row(file);
}

static void export_rows(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row)
{
	struct json *reason = parsed(ctx, db_text(rows, row, "reason"));
	struct candidate alone = { .name = db_text(rows, row, "user_name") };
	size_t count;
	const struct candidate *list = candidates_read(ctx, reason, parsed(ctx, db_text(rows, row, "names")), &count);

	figures_of(reason, alone.figures);
	if (!count)
		export_row(ctx, file, rows, row, reason, &alone);
	for (size_t i = 0; i < count && !file->full; i++)
		export_row(ctx, file, rows, row, reason, &list[i]);
}

int assignments_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "seq", "queue", "at", "until", "outcome", "operator", "rule", "by", "candidate",
					       "open", "capacity", "available", "closed" };
	struct staff_export out;
	struct db_result *rows;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_query(ctx, &rows, &SQL_ASSIGNMENT_LIST, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	if (!db_rows(rows))
		return desk_absent(ctx, id);
	if (staff_export_allowed(ctx, request, EXPORT_ASSIGNMENT, &out) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "assignments", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows) && !db_is_null(rows, row, "assignment_seq") && !out.file.full; row++)
		export_rows(ctx, &out.file, rows, row);
	return staff_export_done(ctx, response, &out, arena_printf(ctx->arena, "{\"conversation\":\"%" PRId64 "\"}", id),
				 "assignments.file_name");
}
