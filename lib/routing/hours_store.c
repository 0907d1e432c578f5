#include "base/vt.h"
#include "db/db.h"
#include "routing/hours.h"
#include "sql_hours.h"

/* Of the three columns the one that is set says whose the row is; none: false. */
static bool scope_of(const struct db_result *result, size_t row, enum hours_scope *scope,
		     int64_t *scope_id)
{
	static const char *const columns[] = {
		[HOURS_CHANNEL] = "channel_id", [HOURS_QUEUE] = "queue_id", [HOURS_BOT] = "bot_id",
	};

	for (size_t i = 0; i < VT_COUNT(columns); i++) {
		int64_t id = db_i64(result, row, columns[i]);

		if (id) {
			*scope = (enum hours_scope)i;
			*scope_id = id;
			return true;
		}
	}
	return false;
}

static void spans_from(struct vt_ctx *ctx, const struct db_result *result, struct hours *out)
{
	struct hours_span *spans = arena_calloc(ctx->arena, db_rows(result) + 1, sizeof(*spans));

	out->spans = spans;
	out->span_count = db_rows(result);
	for (size_t i = 0; i < out->span_count; i++) {
		scope_of(result, i, &spans[i].scope, &spans[i].scope_id);
		spans[i].weekday = (int)db_i64(result, i, "weekday");
		spans[i].from_minute = (int)db_i64(result, i, "from_minute");
		spans[i].to_minute = (int)db_i64(result, i, "to_minute");
	}
}

static void days_from(struct vt_ctx *ctx, const struct db_result *result, struct hours *out)
{
	struct hours_day *days = arena_calloc(ctx->arena, db_rows(result) + 1, sizeof(*days));

	out->days = days;
	out->day_count = db_rows(result);
	for (size_t i = 0; i < out->day_count; i++) {
		size_t count;
		const int64_t *spans = db_i64_array(ctx, result, i, "spans", &count);

		days[i].day = db_i64(result, i, "day");
		days[i].kind = (int)db_i64(result, i, "kind");
		days[i].name = db_text(result, i, "name");
		days[i].everywhere = !scope_of(result, i, &days[i].scope, &days[i].scope_id);
		for (size_t k = 0; k + 1 < count && days[i].count < HOURS_RANGES_MAX; k += 2)
			days[i].ranges[days[i].count++] = (struct hours_range){
				(int)spans[k], (int)spans[k + 1] };
	}
}

static void rules_from(struct vt_ctx *ctx, const struct db_result *result, struct hours *out)
{
	static const struct { const char *action, *text; } columns[HOURS_CASES] = {
		[HOURS_CASE_CLOSED] = { "closed_action", "closed_text" },
		[HOURS_CASE_HOLIDAY] = { "holiday_action", "holiday_text" },
		[HOURS_CASE_ABSENT] = { "absent_action", "absent_text" },
	};
	struct hours_rule *rules = arena_calloc(ctx->arena, db_rows(result) + 1, sizeof(*rules));

	out->rules = rules;
	out->rule_count = db_rows(result);
	for (size_t i = 0; i < out->rule_count; i++) {
		scope_of(result, i, &rules[i].scope, &rules[i].scope_id);
		rules[i].closes_on = (unsigned)db_i64(result, i, "closes_on");
		for (size_t k = 0; k < HOURS_CASES; k++)
			rules[i].replies[k] = (struct hours_reply){
				(int)db_i64(result, i, columns[k].action),
				db_text(result, i, columns[k].text) };
	}
}

int hours_ask(struct vt_ctx *ctx, int64_t channel_id)
{
	if (db_pipe_add(ctx, 0, &SQL_HOURS_SPANS, "i", channel_id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_DAYS, "i", channel_id) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_HOURS_RULES, "i", channel_id);
}

void hours_from_results(struct vt_ctx *ctx, struct db_result *const *results, struct hours *out)
{
	spans_from(ctx, results[0], out);
	days_from(ctx, results[1], out);
	rules_from(ctx, results[2], out);
}

int hours_load(struct vt_ctx *ctx, int64_t channel_id, struct hours *out)
{
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || hours_ask(ctx, channel_id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return vt_note(ctx, "while loading the opening hours");
	hours_from_results(ctx, results, out);
	return 0;
}
