#include "base/vt.h"
#include "base/clock.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/hours.h"
#include "routing/holiday.h"
#include "sql_hours_admin.h"

#define SECTION "hours"

struct month { int year, month; };

/* ?month=2026-12, else the one of today. */
static struct month chosen(const struct vt_ctx *ctx, const struct request *request)
{
	struct month out;
	struct clock_local today;
	int end = 0;
	const char *text = request_query(request, "month");

	clock_local(ctx->now_us, &today);
	if (sscanf(text, "%4d-%2d%n", &out.year, &out.month, &end) == 2 && !text[end] &&
	    out.month >= 1 && out.month <= 12 && out.year >= 2000 && out.year <= HOLIDAY_YEAR_LAST)
		return out;
	return (struct month){ today.year, today.month };
}

static const char *month_key(struct vt_ctx *ctx, struct month month, int plus)
{
	int months = month.year * 12 + month.month - 1 + plus;

	return arena_printf(ctx->arena, "%04d-%02d", months / 12, months % 12 + 1);
}

static int weekday_of(int year, int month, int day)
{
	const struct clock_local noon = { .year = year, .month = month, .day = day, .hour = 12 };
	struct clock_local local;

	clock_local(clock_from_local(&noon), &local);
	return local.weekday;
}

static void day_fill(struct vt_ctx *ctx, const struct hours_plan *plan, struct month month, int day,
		     struct t_node *cell)
{
	const struct hours_verdict verdict = { plan->count > 0, plan->why, plan->name };

	t_set_i64(cell, "day", day);
	t_set(cell, "date", arena_printf(ctx->arena, "%04d-%02d-%02d", month.year, month.month, day));
	t_set(cell, "why", hours_why_key(ctx, &verdict));
	t_set(cell, "special", plan->name);
	if (plan->count && plan->why != HOURS_ALWAYS)
		t_set(cell, "spans", hours_ranges_write(ctx, plan->ranges, plan->count));
	t_set_bool(cell, "closed", !plan->count);
}

/* Rows of a week from Monday; cells before the first and after the last day stay empty. */
static void month_fill(struct vt_ctx *ctx, const struct hours *hours, const struct db_result *row,
		       struct month month, struct t_node *page)
{
	struct t_node *week = NULL;
	enum hours_scope scope;
	struct hours_plan plan;
	int64_t scope_id;

	hours_row_scope(row, 0, &scope, &scope_id);
	for (int day = 1; holiday_day_valid(month.year * INT64_C(10000) + month.month * 100 + day); day++) {
		int column = (weekday_of(month.year, month.month, day) + 6) % 7;
		if (!week || !column)
			week = t_item(t_child(page, "weeks"));
		for (int i = 0; day == 1 && i < column; i++)
			t_set_bool(t_item(t_child(week, "days")), "empty", true);
		hours_plan(hours, scope, scope_id, month.year, month.month, day, &plan);
		day_fill(ctx, &plan, month, day, t_item(t_child(week, "days")));
	}
}

int hours_calendar(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct month month = chosen(ctx, request);
	struct db_result **parts;
	struct hours hours;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_HOURS_GET, "i", id) < 0 ||
	    hours_ask(ctx, 0) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no hours %" PRId64, id);
	admin_fill(ctx, request, parts[0], SECTION, page);
	hours_from_results(ctx, parts + 2, &hours);
	t_set_i64(page, "id", id);
	t_set(page, "name", db_text(parts[1], 0, "name"));
	t_set_i64(page, "month", month.month);
	t_set_i64(page, "year", month.year);
	t_set(page, "before", month_key(ctx, month, -1));
	t_set(page, "after", month_key(ctx, month, 1));
	month_fill(ctx, &hours, parts[1], month, page);
	return staff_render(ctx, request, response, "hours/calendar.cs", NULL, page);
}
