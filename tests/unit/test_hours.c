#include "unit.h"
#include "base/clock.h"
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

static void test_a_holiday_closes_what_has_spans_and_nothing_else(void **state)
{
	static const int64_t holidays[] = { 20261123 };
	const struct hours hours = { .spans = office, .span_count = VT_COUNT(office),
				     .holidays = holidays, .holiday_count = 1 };

	(void)state;
	assert_false(hours_open(&hours, HOURS_QUEUE, 7, at(0, 10, 0, 0)));
	assert_true(hours_open(&hours, HOURS_QUEUE, 7, at(7, 10, 0, 0)));
	assert_true(hours_open(&hours, HOURS_QUEUE, 8, at(0, 10, 0, 0)));
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
		UNIT_TEST(test_the_day_is_that_of_buenos_aires),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
