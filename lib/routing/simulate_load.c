#include "base/vt.h"
#include "base/clock.h"
#include "db/db.h"
#include "routing/simulate.h"
#include "sql_simulate.h"

int simulate_day_parse(struct vt_ctx *ctx, const char *text, int64_t *from, int64_t *to)
{
	struct clock_local given = { 0 }, back;
	char end;

	if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%c", &given.year, &given.month, &given.day, &end) != 3 ||
	    given.year < 2000)
		return vt_fail_field(ctx, "day", "error.simulate.day", "no day");
	*from = clock_from_local(&given);
	*to = *from + CLOCK_DAY;
	clock_local(*from, &back);
	if (back.day != given.day || back.month != given.month || *from > ctx->now_us)
		return vt_fail_field(ctx, "day", "error.simulate.day", "no day that has been");
	return 0;
}

static int operator_of(const struct simulate_day *day, int64_t user_id)
{
	for (size_t i = 0; i < day->operator_count; i++) {
		if (day->operators[i].user_id == user_id)
			return (int)i;
	}
	return -1;
}

static void operators_fill(struct vt_ctx *ctx, const struct db_result *rows, struct simulate_day *day)
{
	size_t capacity_count;         /* as many as channels */

	day->operator_count = db_rows(rows);
	day->operators = arena_calloc(ctx->arena, day->operator_count + 1, sizeof(*day->operators));
	for (size_t i = 0; i < day->operator_count; i++) {
		struct simulate_operator *one = &day->operators[i];
		one->user_id = db_i64(rows, i, "user_id");
		one->name = db_text(rows, i, "name");
		one->capacity = (int)db_i64(rows, i, "capacity");
		one->channel_ids = db_i64_array(ctx, rows, i, "channel_ids", &one->channel_count);
		one->channel_capacities = db_i64_array(ctx, rows, i, "channel_capacities", &capacity_count);
	}
}

static void arrivals_fill(struct vt_ctx *ctx, const struct db_result *rows, struct simulate_day *day)
{
	day->arrival_count = db_rows(rows);
	day->arrivals = arena_calloc(ctx->arena, day->arrival_count + 1, sizeof(*day->arrivals));
	for (size_t i = 0; i < day->arrival_count; i++) {
		struct simulate_arrival *one = &day->arrivals[i];
		int64_t taken_at = db_time_us(rows, i, "taken_at");
		*one = (struct simulate_arrival){
			.at = db_time_us(rows, i, "started_at"), .channel_id = db_i64(rows, i, "channel_id"),
			.priority = (int)db_i64(rows, i, "priority"), .attended = taken_at != 0,
			.operator = operator_of(day, db_i64(rows, i, "user_id")),
		};
		one->waited_us = (taken_at ? taken_at : db_time_us(rows, i, "ended_at")) - one->at;
		if (taken_at)
			one->handled_us = db_time_us(rows, i, "closed_at") - taken_at;
	}
}

static struct simulate_span *spans(struct vt_ctx *ctx, const struct db_result *rows, const struct simulate_day *day,
				   size_t *count)
{
	struct simulate_span *list = arena_calloc(ctx->arena, db_rows(rows) + 1, sizeof(*list));

	*count = 0;
	for (size_t i = 0; i < db_rows(rows); i++) {
		const struct simulate_span span = { operator_of(day, db_i64(rows, i, "user_id")),
			db_time_us(rows, i, "began"), db_time_us(rows, i, "ended"), db_i64(rows, i, "channel_id") };
		if (span.operator >= 0 && span.to > span.from)
			list[(*count)++] = span;
	}
	return list;
}

static int load_times(struct vt_ctx *ctx, struct simulate_day *day)
{
	int64_t *ids = arena_calloc(ctx->arena, day->operator_count + 1, sizeof(*ids));
	struct db_result **results;

	for (size_t i = 0; i < day->operator_count; i++)
		ids[i] = day->operators[i].user_id;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SIMULATE_PRESENT, "Itti", ids, day->operator_count, day->from, day->to,
			(int64_t)SIMULATE_SPANS_MAX) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SIMULATE_OTHERS, "Ittii", ids, day->operator_count, day->from, day->to,
			day->queue_id, (int64_t)SIMULATE_SPANS_MAX) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	day->present = spans(ctx, results[0], day, &day->present_count);
	day->others = spans(ctx, results[1], day, &day->other_count);
	return 0;
}

int simulate_load(struct vt_ctx *ctx, int64_t queue_id, int64_t from, int64_t to, struct simulate_day *out)
{
	struct db_result **results;

	*out = (struct simulate_day){ .from = from, .to = to, .queue_id = queue_id };
	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &SQL_SIMULATE_QUEUE, "is", queue_id, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SIMULATE_OPERATORS, "itti", queue_id, from, to,
			(int64_t)SIMULATE_OPERATORS_MAX) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SIMULATE_ARRIVALS, "itti", queue_id, from, to,
			(int64_t)SIMULATE_ARRIVALS_MAX) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	if (!db_rows(results[0]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no queue %" PRId64, queue_id);
	out->queue_capacity = (int)db_i64(results[0], 0, "capacity");
	out->service_level_s = db_i64(results[0], 0, "service_level_s");
	operators_fill(ctx, results[1], out);
	arrivals_fill(ctx, results[2], out);
	return load_times(ctx, out);
}
