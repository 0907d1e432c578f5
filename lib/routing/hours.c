#include "base/vt.h"
#include "base/clock.h"
#include "db/db.h"
#include "routing/hours.h"
#include "sql_hours.h"

static bool is_holiday(const struct hours *hours, const struct clock_local *local)
{
	int64_t day = local->year * INT64_C(10000) + local->month * 100 + local->day;

	for (size_t i = 0; i < hours->holiday_count; i++) {
		if (hours->holidays[i] == day)
			return true;
	}
	return false;
}

bool hours_open(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at)
{
	struct clock_local local;
	bool has_spans = false;
	int minute;

	clock_local(at, &local);
	minute = local.hour * 60 + local.minute;
	for (size_t i = 0; i < hours->span_count; i++) {
		const struct hours_span *span = &hours->spans[i];

		if (span->scope != scope || span->scope_id != scope_id)
			continue;
		has_spans = true;
		if (span->weekday == local.weekday && minute >= span->from_minute &&
		    minute < span->to_minute)
			return !is_holiday(hours, &local);
	}
	return !has_spans;
}

static void span_from_row(struct hours_span *span, const struct db_result *result, size_t row)
{
	static const char *const columns[] = {
		[HOURS_CHANNEL] = "channel_id", [HOURS_QUEUE] = "queue_id", [HOURS_BOT] = "bot_id",
	};

	for (size_t scope = 0; scope < VT_COUNT(columns); scope++) {
		int64_t id = db_i64(result, row, columns[scope]);

		if (id) {
			span->scope = (enum hours_scope)scope;
			span->scope_id = id;
		}
	}
	span->weekday = (int)db_i64(result, row, "weekday");
	span->from_minute = (int)db_i64(result, row, "from_minute");
	span->to_minute = (int)db_i64(result, row, "to_minute");
}

int hours_load(struct vt_ctx *ctx, struct hours *out)
{
	struct db_result **results;
	struct hours_span *spans;
	int64_t *holidays;
	size_t count;

	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &SQL_HOURS_SPANS, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_HOLIDAYS, "") < 0 ||
	    db_pipe_run(ctx, &results, &count, NULL) < 0)
		return vt_note(ctx, "while loading the opening hours");

	out->span_count = db_rows(results[0]);
	spans = arena_calloc(ctx->arena, out->span_count + 1, sizeof(*spans));
	for (size_t i = 0; i < out->span_count; i++)
		span_from_row(&spans[i], results[0], i);
	out->spans = spans;

	out->holiday_count = db_rows(results[1]);
	holidays = arena_calloc(ctx->arena, out->holiday_count + 1, sizeof(*holidays));
	for (size_t i = 0; i < out->holiday_count; i++)
		holidays[i] = db_i64(results[1], i, "day");
	out->holidays = holidays;
	return 0;
}
