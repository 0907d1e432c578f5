#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
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

static void candidate_fill(struct vt_ctx *ctx, const char *name, const int64_t figures[4], struct t_node *node)
{
	t_set(node, "name", name);
	t_set_i64(node, "open", figures[0]);
	t_set_i64(node, "capacity", figures[1]);
	t_set(node, "available", minutes(ctx, figures[2]));
	t_set_i64(node, "closed", figures[3]);
}

static void figures_of(struct json *object, int64_t figures[4])
{
	figures[0] = json_i64(object, "open_count", 0);
	figures[1] = json_i64(object, "capacity", 0);
	figures[2] = json_i64(object, "available_s", 0);
	figures[3] = json_i64(object, "closed_today", 0);
}

/* The first by name, the next by the names they have now (routing/reason.h). */
static void candidates_fill(struct vt_ctx *ctx, struct json *reason, struct json *names, struct t_node *item)
{
	struct json *named = json_at(reason, "candidates"), *others = json_at(reason, "others");
	int64_t figures[4];

	for (size_t i = 0; i < json_array_size(named); i++) {
		struct json *one = json_array_at(named, i);
		figures_of(one, figures);
		candidate_fill(ctx, json_str(one, "name", ""), figures, t_item(t_child(item, "candidates")));
	}
	for (size_t i = 0; i < json_array_size(others); i++) {
		struct json *one = json_array_at(others, i);
		const char *id = number(ctx, json_i64(json_array_at(one, 0), "", 0));
		for (size_t n = 0; n < VT_COUNT(figures); n++)
			figures[n] = json_i64(json_array_at(one, n + 1), "", 0);
		candidate_fill(ctx, json_str(names, id, id), figures, t_item(t_child(item, "candidates")));
	}
	t_set_i64(item, "count", json_i64(reason, "candidate_count", 0));
}

/* "Asignada a López: 1 de 5 casos, 14 min disponible, regla: Menos conversaciones abiertas". */
static const char *sentence(struct vt_ctx *ctx, const char *name, struct json *reason)
{
	const char *rule = locale_text(ctx, arena_printf(ctx->arena, "desk.rule.%s", json_str(reason, "rule", "")),
				       (const char *)NULL);
	const char *by = json_str(reason, "by", "");
	int64_t figures[4];

	figures_of(reason, figures);
	if (*by)
		return locale_text(ctx, "assignments.by_hand", name, by, number(ctx, figures[0]),
				   number(ctx, figures[1]), (const char *)NULL);
	return locale_text(ctx, "assignments.line", name, number(ctx, figures[0]), number(ctx, figures[1]),
			   minutes(ctx, figures[2]), rule, (const char *)NULL);
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
