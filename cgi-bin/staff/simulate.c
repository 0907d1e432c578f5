#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "routing/simulate.h"
#include "web/format.h"
#include "cgi-bin/staff/export.h"
#include "sql_simulate.h"

/* The pictures, in their own units: one column an hour, one row an operator. */
#define COLUMN 42
#define COLUMN_BAR 17
#define LEFT 46
#define HEIGHT 160
#define ROW 30
#define ROW_BAR 9
#define NAMES 190
#define WIDTH 1060
#define ROWS_MAX 30

enum part { PART_SHELL, PART_QUEUE };

static int64_t seconds(int64_t us)
{
	return us / CLOCK_SECOND;
}

static int64_t mean_s(const struct simulate_hour *hour)
{
	return hour->attended ? seconds(hour->wait_us / hour->attended) : 0;
}

static int64_t scaled(int64_t value, int64_t most, int64_t size)
{
	return most ? value * size / most : 0;
}

static void figures_fill(struct vt_ctx *ctx, const struct simulate_result *result, struct t_node *node)
{
	t_set_i64(node, "arrivals", result->arrivals);
	t_set_i64(node, "attended", result->attended);
	t_set_i64(node, "lost", result->lost);
	t_set_i64(node, "within", result->arrivals ? (int64_t)result->within * 100 / result->arrivals : 0);
	t_set(node, "mean", format_duration(ctx, seconds(result->mean_us)));
	t_set(node, "half", format_duration(ctx, seconds(result->half_us)));
	t_set(node, "most", format_duration(ctx, seconds(result->most_us)));
	t_set(node, "longest", format_duration(ctx, seconds(result->longest_us)));
}

static void bar(struct t_node *node, const char *name, int64_t at, int64_t size)
{
	struct t_node *one = t_child(node, name);

	t_set_i64(one, "at", at);
	t_set_i64(one, "size", size);
}

static void hours_fill(struct vt_ctx *ctx, const struct simulate_result *was, const struct simulate_result *would,
		       struct t_node *page)
{
	int64_t most = 1;

	for (int hour = 0; hour < SIMULATE_HOURS; hour++) {
		most = mean_s(&was->hours[hour]) > most ? mean_s(&was->hours[hour]) : most;
		most = mean_s(&would->hours[hour]) > most ? mean_s(&would->hours[hour]) : most;
	}
	t_set(page, "most", format_duration(ctx, most));
	for (int hour = 0; hour < SIMULATE_HOURS; hour++) {
		struct t_node *item = t_item(t_child(page, "hours"));
		int64_t old = scaled(mean_s(&was->hours[hour]), most, HEIGHT);
		int64_t new = scaled(mean_s(&would->hours[hour]), most, HEIGHT);
		t_set(item, "hour", arena_printf(ctx->arena, "%02d", hour));
		t_set_i64(item, "x", LEFT + hour * COLUMN);
		t_set_i64(item, "x2", LEFT + hour * COLUMN + COLUMN_BAR);
		bar(item, "was", HEIGHT - old, old);
		bar(item, "would", HEIGHT - new, new);
		t_set_bool(item, "any", was->hours[hour].arrivals > 0);
		t_set_i64(item, "arrivals", was->hours[hour].arrivals);
		t_set(item, "was_wait", format_duration(ctx, mean_s(&was->hours[hour])));
		t_set(item, "would_wait", format_duration(ctx, mean_s(&would->hours[hour])));
		t_set_i64(item, "was_lost", was->hours[hour].lost);
		t_set_i64(item, "would_lost", would->hours[hour].lost);
	}
}

static void loads_fill(struct vt_ctx *ctx, const struct simulate_day *day, const struct simulate_result *was,
		       const struct simulate_result *would, struct t_node *page)
{
	int64_t most = 1, drawn = 0;

	for (size_t i = 0; i < day->operator_count; i++) {
		most = was->operators[i].cases > most ? was->operators[i].cases : most;
		most = would->operators[i].cases > most ? would->operators[i].cases : most;
	}
	for (size_t i = 0; i < day->operator_count; i++) {
		if (!was->operators[i].cases && !would->operators[i].cases)
			continue;
		struct t_node *item = t_item(t_child(page, "loads"));
		t_set(item, "name", day->operators[i].name);
		t_set_bool(item, "drawn", drawn < ROWS_MAX);
		t_set_i64(item, "y", drawn * ROW);
		t_set_i64(item, "y2", drawn * ROW + ROW_BAR);
		t_set_i64(item, "text", drawn * ROW + ROW_BAR + 4);
		bar(item, "was", NAMES, scaled(was->operators[i].cases, most, WIDTH - NAMES - 40));
		bar(item, "would", NAMES, scaled(would->operators[i].cases, most, WIDTH - NAMES - 40));
		t_set_i64(item, "was_cases", was->operators[i].cases);
		t_set_i64(item, "would_cases", would->operators[i].cases);
		t_set(item, "was_time", format_duration(ctx, seconds(was->operators[i].handled_us)));
		t_set(item, "would_time", format_duration(ctx, seconds(would->operators[i].handled_us)));
		drawn++;
	}
	t_set_i64(page, "height", (drawn < ROWS_MAX ? drawn : ROWS_MAX) * ROW);
}

/* What was asked, or yesterday with the rule after the queue's own. */
static void form_fill(struct vt_ctx *ctx, const struct request *request, int64_t own, struct t_node *page)
{
	const char *given = request_query(request, "day"), *strategy = request_query(request, "strategy");
	struct clock_local yesterday;

	clock_local(ctx->now_us - CLOCK_DAY, &yesterday);
	t_set(page, "form.day", *given ? given : arena_printf(ctx->arena, "%04d-%02d-%02d", yesterday.year,
							       yesterday.month, yesterday.day));
	for (int value = STRATEGY_FEWEST_CASES; value < STRATEGY_MANUAL; value++) {
		struct t_node *option = t_item(t_child(page, "form.strategy"));
		const char *name = code_name("strategy", value);
		t_set(option, "key", name);
		t_set(option, "label", locale_text(ctx, arena_printf(ctx->arena, "queues.strategy.%s", name), NULL));
		t_set_bool(option, "chosen", *strategy ? !strcmp(strategy, name) : value == own);
	}
}

static int strategy_asked(struct vt_ctx *ctx, const char *name, int *strategy)
{
	for (*strategy = STRATEGY_FEWEST_CASES; *strategy < STRATEGY_MANUAL; (*strategy)++) {
		if (!strcmp(name, code_name("strategy", *strategy)))
			return 0;
	}
	return vt_fail_field(ctx, "strategy", "error.invalid", "no such strategy");
}

/* A day as it was and as it would have been. */
struct trial {
	struct simulate_day day;
	struct simulate_result was, would;
	const char *date, *rule;
};

static int trial_run(struct vt_ctx *ctx, const char *day, const char *rule, int64_t queue_id, struct trial *out)
{
	int64_t from, to;
	int strategy;

	if (simulate_day_parse(ctx, day, &from, &to) < 0 || strategy_asked(ctx, rule, &strategy) < 0 ||
	    simulate_load(ctx, queue_id, from, to, &out->day) < 0)
		return -1;
	simulate_recorded(ctx, &out->day, &out->was);
	if (simulate_run(ctx, &out->day, strategy, &out->would) < 0)
		return -1;
	out->date = format_date(ctx, from);
	out->rule = locale_text(ctx, arena_printf(ctx->arena, "queues.strategy.%s", code_name("strategy", strategy)), NULL);
	return 0;
}

static int compare(struct vt_ctx *ctx, const struct request *request, int64_t queue_id, struct t_node *page)
{
	const char *strategy = request_query(request, "strategy");
	struct trial trial;

	if (trial_run(ctx, request_query(request, "day"), strategy, queue_id, &trial) < 0)
		return -1;
	t_set_bool(page, "done", true);
	t_set_bool(page, "any", trial.was.arrivals > 0);
	t_set(page, "day", trial.date);
	t_set(page, "rule", trial.rule);
	t_set(page, "strategy", strategy);
	figures_fill(ctx, &trial.was, t_child(page, "was"));
	figures_fill(ctx, &trial.would, t_child(page, "would"));
	hours_fill(ctx, &trial.was, &trial.would, page);
	loads_fill(ctx, &trial.day, &trial.was, &trial.would, page);
	return 0;
}

int simulate_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SIMULATE_SEEN, "iib", id, request->session->user_id,
			(int)staff_may(request->session, PERM_QUEUE_MANAGE)) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[PART_QUEUE]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no queue %" PRId64 " for them", id);
	shell_fill(ctx, request, parts[PART_SHELL], "simulate", page);
	t_set_i64(page, "id", id);
	t_set(page, "queue", db_text(parts[PART_QUEUE], 0, "name"));
	t_set_bool(page, "manages", staff_may(request->session, PERM_QUEUE_MANAGE));
	form_fill(ctx, request, (int)db_i64(parts[PART_QUEUE], 0, "strategy"), page);
	if (*request_query(request, "day") && compare(ctx, request, id, page) < 0) {
		if (ctx->error.code != VT_E_INVALID)
			return -1;
		staff_form_error(ctx, response, page);
	}
	return staff_render(ctx, request, response, "simulate/page.cs", NULL, page);
}

/* --- As a file: a row for each figure, as it was and as it would have been ------------------------ */

struct figure { const char *key; int64_t was, would; bool duration; };

static void export_figures(struct vt_ctx *ctx, struct export_file *file, const char *part, const char *of, bool personal,
			   const struct figure *figures, size_t count)
{
	for (size_t i = 0; i < count && !file->full; i++) {
		export_cell(file, locale_text(ctx, arena_printf(ctx->arena, "simulate.%s", part), NULL));
		if (personal)
			export_cell_personal(ctx, file, FIELD_NAME, of);
		else
			export_cell(file, of);
		export_cell(file, locale_text(ctx, arena_printf(ctx->arena, "simulate.%s", figures[i].key), NULL));
		if (figures[i].duration) {
			export_cell(file, format_duration(ctx, figures[i].was));
			export_cell(file, format_duration(ctx, figures[i].would));
		} else {
			export_cell_i64(file, figures[i].was);
			export_cell_i64(file, figures[i].would);
		}
		export_end_row(file);
	}
}

static void export_summary(struct vt_ctx *ctx, struct export_file *file, const struct trial *trial)
{
	const struct simulate_result *was = &trial->was, *would = &trial->would;
	const struct figure figures[] = {
		{ "arrivals", was->arrivals, would->arrivals, false }, { "attended", was->attended, would->attended, false },
		{ "lost", was->lost, would->lost, false }, { "in_goal", was->within, would->within, false },
		{ "mean", seconds(was->mean_us), seconds(would->mean_us), true },
		{ "half", seconds(was->half_us), seconds(would->half_us), true },
		{ "most", seconds(was->most_us), seconds(would->most_us), true },
		{ "longest", seconds(was->longest_us), seconds(would->longest_us), true },
	};

	export_figures(ctx, file, "summary", arena_printf(ctx->arena, "%s · %s", trial->date, trial->rule), false, figures,
		       VT_COUNT(figures));
}

static void export_hour(struct vt_ctx *ctx, struct export_file *file, const struct trial *trial, int hour)
{
	const struct simulate_hour *was = &trial->was.hours[hour], *would = &trial->would.hours[hour];
	const struct figure figures[] = {
		{ "arrivals", was->arrivals, would->arrivals, false }, { "lost", was->lost, would->lost, false },
		{ "mean", mean_s(was), mean_s(would), true },
	};

	if (was->arrivals)
		export_figures(ctx, file, "by_hour", arena_printf(ctx->arena, "%02d:00", hour), false, figures,
			       VT_COUNT(figures));
}

static void export_operator(struct vt_ctx *ctx, struct export_file *file, const struct trial *trial, size_t at)
{
	const struct simulate_load *was = &trial->was.operators[at], *would = &trial->would.operators[at];
	const struct figure figures[] = {
		{ "cases", was->cases, would->cases, false },
		{ "time", seconds(was->handled_us), seconds(would->handled_us), true },
	};

	if (was->cases || would->cases)
		export_figures(ctx, file, "by_operator", trial->day.operators[at].name, true, figures, VT_COUNT(figures));
}

static int queue_seen(struct vt_ctx *ctx, const struct request *request, int64_t id)
{
	struct db_result *queue;

	return db_one(ctx, &queue, &SQL_SIMULATE_SEEN, "iib", id, request->session->user_id,
		      (int)staff_may(request->session, PERM_QUEUE_MANAGE));
}

int simulate_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "part", "of", "figure", "was", "would" };
	const char *day = request_form(request, "day"), *strategy = request_form(request, "strategy"), *filter;
	struct staff_export out;
	struct trial trial;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || queue_seen(ctx, request, id) < 0 ||
	    staff_export_allowed(ctx, request, EXPORT_SIMULATION, &out) < 0 ||
	    trial_run(ctx, day, strategy, id, &trial) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "simulate", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	filter = arena_printf(ctx->arena, "{\"queue\":\"%" PRId64 "\",\"day\":\"%s\",\"strategy\":\"%s\"}", id, day, strategy);
	export_summary(ctx, &out.file, &trial);
	for (int hour = 0; hour < SIMULATE_HOURS && !out.file.full; hour++)
		export_hour(ctx, &out.file, &trial, hour);
	for (size_t i = 0; i < trial.day.operator_count && !out.file.full; i++)
		export_operator(ctx, &out.file, &trial, i);
	return staff_export_done(ctx, response, &out, filter, "simulate.file_name");
}
