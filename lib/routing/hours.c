#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "routing/hours.h"

static const struct hours_rule channel_rule = {
	.scope = HOURS_CHANNEL, .closes_on = 7,
	.replies = { { HOURS_TO_BOT, "" }, { HOURS_TO_BOT, "" }, { HOURS_TO_QUEUE, "" } },
};
static const struct hours_rule other_rule = {
	.closes_on = 7,
	.replies = { { HOURS_TO_QUEUE, "" }, { HOURS_TO_QUEUE, "" }, { HOURS_TO_QUEUE, "" } },
};

const struct hours_rule *hours_rule(const struct hours *hours, enum hours_scope scope, int64_t scope_id)
{
	for (size_t i = 0; i < hours->rule_count; i++) {
		if (hours->rules[i].scope == scope && hours->rules[i].scope_id == scope_id)
			return &hours->rules[i];
	}
	return scope == HOURS_CHANNEL ? &channel_rule : &other_rule;
}

/* Of several that speak of the day: of the scope before everywhere, an exception before a holiday;
 * -1 for one that does not. */
static int weight(const struct hours_day *day, enum hours_scope scope, int64_t scope_id,
		  unsigned closes_on, bool always)
{
	bool exception = day->kind == HOLIDAY_EXCEPTION;

	if (!day->everywhere && (day->scope != scope || day->scope_id != scope_id))
		return -1;
	if (!exception && (always || !(closes_on >> (day->kind - 1) & 1)))
		return -1;
	return (day->everywhere ? 0 : 2) + (exception ? 1 : 0);
}

static const struct hours_day *special(const struct hours *hours, enum hours_scope scope,
				       int64_t scope_id, int64_t day, bool always)
{
	unsigned closes_on = hours_rule(hours, scope, scope_id)->closes_on;
	const struct hours_day *found = NULL;
	int heaviest = -1;

	for (size_t i = 0; i < hours->day_count; i++) {
		if (hours->days[i].day != day)
			continue;
		int one = weight(&hours->days[i], scope, scope_id, closes_on, always);
		if (one > heaviest) {
			heaviest = one;
			found = &hours->days[i];
		}
	}
	return found;
}

static int64_t noon(int year, int month, int day)
{
	const struct clock_local local = { .year = year, .month = month, .day = day, .hour = 12 };

	return clock_from_local(&local);
}

static void put(struct hours_plan *plan, int from_minute, int to_minute)
{
	size_t at = plan->count;

	if (plan->count == HOURS_RANGES_MAX)
		return;
	while (at && plan->ranges[at - 1].from_minute > from_minute) {
		plan->ranges[at] = plan->ranges[at - 1];
		at--;
	}
	plan->ranges[at] = (struct hours_range){ from_minute, to_minute };
	plan->count++;
}

static bool has_spans(const struct hours *hours, enum hours_scope scope, int64_t scope_id)
{
	for (size_t i = 0; i < hours->span_count; i++) {
		if (hours->spans[i].scope == scope && hours->spans[i].scope_id == scope_id)
			return true;
	}
	return false;
}

static void plan_week(const struct hours *hours, enum hours_scope scope, int64_t scope_id,
		      int weekday, struct hours_plan *out)
{
	for (size_t i = 0; i < hours->span_count; i++) {
		const struct hours_span *span = &hours->spans[i];
		if (span->scope == scope && span->scope_id == scope_id && span->weekday == weekday)
			put(out, span->from_minute, span->to_minute);
	}
}

void hours_plan(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int year,
		int month, int day, struct hours_plan *out)
{
	bool always = !has_spans(hours, scope, scope_id);
	const struct hours_day *found = special(hours, scope, scope_id,
						year * INT64_C(10000) + month * 100 + day, always);
	struct clock_local local;

	*out = (struct hours_plan){ .why = HOURS_WEEK };
	if (found) {
		out->why = found->kind == HOLIDAY_EXCEPTION ? HOURS_EXCEPTION : HOURS_HOLIDAY;
		out->name = found->name;
		for (size_t i = 0; i < found->count; i++)
			put(out, found->ranges[i].from_minute, found->ranges[i].to_minute);
	} else if (always) {
		out->why = HOURS_ALWAYS;
		put(out, 0, HOURS_DAY);
	} else {
		clock_local(noon(year, month, day), &local);
		plan_week(hours, scope, scope_id, local.weekday, out);
	}
}

static bool in_ranges(const struct hours_plan *plan, int minute)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (minute >= plan->ranges[i].from_minute && minute < plan->ranges[i].to_minute)
			return true;
	}
	return false;
}

void hours_at(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at,
	      struct hours_verdict *out)
{
	struct clock_local local;
	struct hours_plan plan;

	clock_local(at, &local);
	hours_plan(hours, scope, scope_id, local.year, local.month, local.day, &plan);
	*out = (struct hours_verdict){ in_ranges(&plan, local.hour * 60 + local.minute), plan.why,
				       plan.name };
}

bool hours_open(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at)
{
	struct hours_verdict verdict;

	hours_at(hours, scope, scope_id, at, &verdict);
	return verdict.open;
}

/* Midnight of the day that is `days` after that of `at`, and its plan. */
static int64_t day_of(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at,
		      int days, struct hours_plan *plan)
{
	struct clock_local local;

	clock_local(at + days * CLOCK_DAY, &local);
	hours_plan(hours, scope, scope_id, local.year, local.month, local.day, plan);
	local.hour = local.minute = local.second = 0;
	return clock_from_local(&local);
}

int64_t hours_opens_at(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at)
{
	struct hours_plan plan;

	for (int days = 0; days < HOURS_AHEAD_DAYS; days++) {
		int64_t midnight = day_of(hours, scope, scope_id, at, days, &plan);
		for (size_t i = 0; i < plan.count; i++) {
			int64_t opens = midnight + plan.ranges[i].from_minute * CLOCK_MINUTE;
			if (opens > at && !hours_open(hours, scope, scope_id, opens - CLOCK_MINUTE))
				return opens;
		}
	}
	return 0;
}

/* The span of the plan that a minute stands in or ends. */
static const struct hours_range *touching(const struct hours_plan *plan, int minute)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (minute > plan->ranges[i].from_minute && minute <= plan->ranges[i].to_minute)
			return &plan->ranges[i];
	}
	return NULL;
}

int64_t hours_open_since(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at)
{
	struct hours_plan plan;
	struct clock_local local;
	const struct hours_range *range;

	if (!hours_open(hours, scope, scope_id, at))
		return at;
	clock_local(at, &local);
	int minute = local.hour * 60 + local.minute + 1;
	for (int days = 0; days < HOURS_AHEAD_DAYS; days++) {
		int64_t midnight = day_of(hours, scope, scope_id, at, -days, &plan);
		while ((range = touching(&plan, minute)))
			minute = range->from_minute;
		if (minute)
			return midnight + minute * CLOCK_MINUTE;
		minute = HOURS_DAY;
	}
	return 0;
}

const struct hours_reply *hours_reply(const struct hours *hours, enum hours_scope scope,
				      int64_t scope_id, int64_t at)
{
	struct hours_verdict verdict;

	hours_at(hours, scope, scope_id, at, &verdict);
	if (verdict.open)
		return NULL;
	return &hours_rule(hours, scope, scope_id)->replies[verdict.why == HOURS_HOLIDAY
		? HOURS_CASE_HOLIDAY : HOURS_CASE_CLOSED];
}
