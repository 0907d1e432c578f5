#include "unit.h"
#include "base/clock.h"
#include "base/codes.h"
#include "routing/hours.h"

#define MONDAY 1
#define NINE (9 * 60)
#define FIVE (17 * 60)

static const struct hours_span office[] = {
	{ HOURS_QUEUE, 7, MONDAY, NINE, FIVE },
	{ HOURS_QUEUE, 7, MONDAY, 20 * 60, 1440 },
	{ HOURS_QUEUE, 7, MONDAY + 1, 0, 60 },
	{ HOURS_CHANNEL, 7, MONDAY, 0, 1440 },
};

/* Monday 23 November 2026 in Buenos Aires, and the days after it. */
static int64_t at(int day, int hour, int minute, int second)
{
	const struct clock_local local = { .year = 2026, .month = 11, .day = 23 + day, .hour = hour,
					   .minute = minute, .second = second };

	return clock_from_local(&local);
}

static bool queue_open(int day, int hour, int minute)
{
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office) };

	return hours_open(&hours, HOURS_QUEUE, 7, at(day, hour, minute, 0));
}

static void test_open_from_the_first_minute_to_the_last(void **state)
{
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office) };

	(void)state;
	assert_false(queue_open(0, 8, 59));
	assert_true(queue_open(0, 9, 0));
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(0, 16, 59, 59)));
	assert_false(queue_open(0, 17, 0));
}

static void test_a_day_may_have_several_spans_and_reach_midnight(void **state)
{
	(void)state;
	assert_true(queue_open(0, 20, 0));
	assert_true(queue_open(0, 23, 59));
	assert_true(queue_open(1, 0, 0));
	assert_false(queue_open(1, 1, 0));
}

static void test_other_weekdays_are_closed(void **state)
{
	(void)state;
	assert_false(queue_open(2, 10, 0));
	assert_true(queue_open(7, 10, 0));
}

static void test_a_scope_without_spans_is_always_open(void **state)
{
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office) };

	(void)state;
	assert_true(hours_open(&hours, HOURS_QUEUE, 8, at(6, 4, 0, 0)));
	assert_true(hours_open(&hours, HOURS_BOT, 7, at(6, 4, 0, 0)));
}

static void test_scopes_with_the_same_number_are_not_mixed(void **state)
{
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office) };

	(void)state;
	assert_true(hours_open(&hours, HOURS_CHANNEL, 7, at(0, 8, 0, 0)));
	assert_false(hours_open(&hours, HOURS_QUEUE, 7, at(0, 8, 0, 0)));
}

static struct hours with_day(const struct hours_day *day)
{
	return (struct hours){ .spans = office, .span_count = VT_COUNT(office), .days = day, .day_count = 1 };
}

static void test_a_holiday_closes_what_has_spans_and_nothing_else(void **state)
{
	static const struct hours_day holiday = { .day = 20261123, .kind = HOLIDAY_NATIONAL,
						  .name = "Soberanía", .everywhere = true };
	const struct hours hours = with_day(&holiday);
	struct hours_verdict verdict;

	(void)state;
	hours_at(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0), &verdict);
	assert_false(verdict.open);
	assert_int_equal(verdict.why, HOURS_HOLIDAY);
	assert_string_equal(verdict.name, "Soberanía");
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(7, 10, 0, 0)));
	assert_true(hours_open(&hours, HOURS_QUEUE, 8, at(0, 10, 0, 0)));
}

static void test_a_holiday_of_a_kind_it_does_not_close_on_changes_nothing(void **state)
{
	static const struct hours_day holiday = { .day = 20261123, .kind = HOLIDAY_PROVINCE,
						  .name = "Provincial", .everywhere = true };
	static const struct hours_rule rule = { .scope = HOURS_QUEUE, .scope_id = 7, .closes_on = 1 };
	struct hours hours = with_day(&holiday);

	(void)state;
	assert_false(hours_open(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)));
	hours.rules = &rule;
	hours.rule_count = 1;
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)));
}

static void test_an_exception_sets_the_day_also_of_what_is_always_open(void **state)
{
	static const struct hours_day morning = { .day = 20261124, .kind = HOLIDAY_EXCEPTION,
						  .name = "Asueto", .everywhere = true,
						  .ranges = { { NINE, 12 * 60 } }, .count = 1 };
	const struct hours hours = with_day(&morning);

	(void)state;
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(1, 9, 0, 0)));
	assert_false(hours_open(&hours, HOURS_QUEUE, 7, at(1, 0, 30, 0)));
	assert_false(hours_open(&hours, HOURS_QUEUE, 8, at(1, 12, 0, 0)));
	assert_true(hours_open(&hours, HOURS_QUEUE, 8, at(2, 12, 0, 0)));
}

static void test_what_is_for_one_goes_before_what_is_for_all(void **state)
{
	static const struct hours_day days[] = {
		{ .day = 20261123, .kind = HOLIDAY_NATIONAL, .name = "Feriado", .everywhere = true },
		{ .day = 20261123, .kind = HOLIDAY_EXCEPTION, .name = "Guardia", .scope = HOURS_QUEUE,
		  .scope_id = 7, .ranges = { { NINE, 12 * 60 } }, .count = 1 },
	};
	struct hours hours = { .spans = office, .span_count = VT_COUNT(office), .days = days,
			       .day_count = VT_COUNT(days) };

	(void)state;
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)));
	assert_false(hours_open(&hours, HOURS_QUEUE, 7, at(0, 13, 0, 0)));
	assert_false(hours_open(&hours, HOURS_CHANNEL, 7, at(0, 10, 0, 0)));
}

static void test_the_next_opening_passes_over_closed_days(void **state)
{
	static const struct hours_day holiday = { .day = 20261130, .kind = HOLIDAY_AGENCY,
						  .name = "Asueto", .everywhere = true };
	const struct hours hours = with_day(&holiday);

	(void)state;
	assert_int_equal(hours_opens_at(&hours, HOURS_QUEUE, 7, at(0, 8, 0, 0)), at(0, 9, 0, 0));
	assert_int_equal(hours_opens_at(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)), at(0, 20, 0, 0));
	/* Tuesday's first hour goes on from Monday night, and next Monday is a holiday. */
	assert_int_equal(hours_opens_at(&hours, HOURS_QUEUE, 7, at(0, 21, 0, 0)), at(8, 0, 0, 0));
	assert_int_equal(hours_opens_at(&hours, HOURS_QUEUE, 8, at(0, 21, 0, 0)), 0);
}

static void test_open_since_goes_back_over_midnight(void **state)
{
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office) };

	(void)state;
	assert_int_equal(hours_open_since(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)), at(0, 9, 0, 0));
	assert_int_equal(hours_open_since(&hours, HOURS_QUEUE, 7, at(1, 0, 30, 0)), at(0, 20, 0, 0));
	assert_int_equal(hours_open_since(&hours, HOURS_QUEUE, 7, at(1, 5, 0, 0)), at(1, 5, 0, 0));
	assert_int_equal(hours_open_since(&hours, HOURS_QUEUE, 8, at(1, 5, 0, 0)), 0);
}

static void test_what_is_said_depends_on_why_it_is_closed(void **state)
{
	static const struct hours_day holiday = { .day = 20261123, .kind = HOLIDAY_NATIONAL,
						  .name = "Soberanía", .everywhere = true };
	static const struct hours_rule rule = {
		.scope = HOURS_QUEUE, .scope_id = 7, .closes_on = 7,
		.replies = { { HOURS_TO_CLOSE, "Volvemos el {dia} a las {hora}." },
			     { HOURS_TO_QUEUE, "Hoy es {feriado}." } },
	};
	struct hours hours = with_day(&holiday);
	struct vt_ctx *ctx = unit_ctx(state);

	hours.rules = &rule;
	hours.rule_count = 1;
	assert_null(hours_reply(&hours, HOURS_QUEUE, 8, at(0, 10, 0, 0)));
	const struct hours_reply *reply = hours_reply(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0));
	assert_int_equal(reply->action, HOURS_TO_QUEUE);
	assert_string_equal(hours_fill(ctx, reply->text, &hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)),
			    "Hoy es Soberanía.");
	reply = hours_reply(&hours, HOURS_QUEUE, 7, at(2, 10, 0, 0));
	assert_int_equal(reply->action, HOURS_TO_CLOSE);
	assert_string_equal(hours_fill(ctx, reply->text, &hours, HOURS_QUEUE, 7, at(2, 10, 0, 0)),
			    "Volvemos el 30/11 a las 09:00.");
}

static void test_spans_are_read_as_people_write_them(void **state)
{
	struct hours_range ranges[HOURS_RANGES_MAX];
	struct vt_ctx *ctx = unit_ctx(state);
	size_t count;
	static const struct { const char *text, *out; } good[] = {
		{ "", "" }, { "  ", "" }, { "8-12", "08:00-12:00" }, { "08:00 a 12:30", "08:00-12:30" },
		{ "13.30–17, 8:00-12:00", "08:00-12:00, 13:30-17:00" }, { "0-24", "00:00-24:00" },
		{ "8-12;12-13", "08:00-12:00, 12:00-13:00" },
	};

	for (size_t i = 0; i < VT_COUNT(good); i++) {
		assert_true(hours_ranges_read(good[i].text, ranges, &count));
		assert_string_equal(hours_ranges_write(ctx, ranges, count), good[i].out);
	}
}

static void test_spans_that_make_no_sense_are_refused(void **state)
{
	static const char *const bad[] = { "8", "8-", "12-8", "8-8", "8-25", "8:60-9", "8-12, 11-13",
					   "de 8 a 12", "8-12 13-17", "123-200", "24:00-24:30",
					   "0-1,1-2,2-3,3-4,4-5,5-6,6-7,7-8,8-9,9-10,10-11,11-12,12-13" };
	struct hours_range ranges[HOURS_RANGES_MAX];
	size_t count;

	(void)state;
	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		if (hours_ranges_read(bad[i], ranges, &count))
			fail_msg("'%s' was taken", bad[i]);
	}
}

static void test_the_day_is_that_of_buenos_aires(void **state)
{
	(void)state;
	/* 21:30 on Monday is already Tuesday in UTC. */
	assert_true(queue_open(0, 21, 30));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_open_from_the_first_minute_to_the_last),
		UNIT_TEST(test_a_day_may_have_several_spans_and_reach_midnight),
		UNIT_TEST(test_other_weekdays_are_closed),
		UNIT_TEST(test_a_scope_without_spans_is_always_open),
		UNIT_TEST(test_scopes_with_the_same_number_are_not_mixed),
		UNIT_TEST(test_a_holiday_closes_what_has_spans_and_nothing_else),
		UNIT_TEST(test_a_holiday_of_a_kind_it_does_not_close_on_changes_nothing),
		UNIT_TEST(test_an_exception_sets_the_day_also_of_what_is_always_open),
		UNIT_TEST(test_what_is_for_one_goes_before_what_is_for_all),
		UNIT_TEST(test_the_next_opening_passes_over_closed_days),
		UNIT_TEST(test_open_since_goes_back_over_midnight),
		UNIT_TEST(test_what_is_said_depends_on_why_it_is_closed),
		UNIT_TEST(test_spans_are_read_as_people_write_them),
		UNIT_TEST(test_spans_that_make_no_sense_are_refused),
		UNIT_TEST(test_the_day_is_that_of_buenos_aires),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
