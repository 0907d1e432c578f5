#include "unit.h"
#include "base/clock.h"

/* 2026-11-23 20:10:00 UTC */
#define EVENING INT64_C(1795464600000000)

static void assert_parses(const char *text, int64_t expected)
{
	int64_t us = 0;

	if (clock_parse(text, &us))
		fail_msg("not parsed: %s", text);
	if (us != expected)
		fail_msg("%s: %" PRId64 " instead of %" PRId64, text, us, expected);
}

static void assert_refused(const char *text)
{
	int64_t us;

	if (!clock_parse(text, &us))
		fail_msg("parsed: %s", text);
}

static void timestamps_of_postgresql_are_parsed(void **state)
{
	(void)state;
	assert_parses("2026-11-23 20:10:00+00", EVENING);
	assert_parses("2026-11-23 20:10:00.5+00", EVENING + 500000);
	assert_parses("2026-11-23 20:10:00.000001+00", EVENING + 1);
	assert_parses("2026-11-23 17:10:00-03", EVENING);
	assert_parses("2026-11-24 01:40:00+05:30", EVENING);
	assert_parses("1970-01-01 00:00:00+00", 0);
	assert_parses("1969-12-31 23:59:59.999999+00", -1);
}

static void offsets_with_seconds_of_old_dates_are_parsed(void **state)
{
	(void)state;
	assert_parses("1899-12-31 19:43:12-04:16:48", INT64_C(-2208988800000000));
}

static void years_of_five_digits_are_parsed(void **state)
{
	(void)state;
	assert_parses("10000-01-01 00:00:00+00", INT64_C(253402300800000000));
}

static void rfc_3339_is_parsed(void **state)
{
	(void)state;
	assert_parses("2026-11-23T20:10:00Z", EVENING);
	assert_parses("2026-11-23t20:10:00z", EVENING);
	assert_parses("2026-11-23T17:10:00.25-03:00", EVENING + 250000);
	assert_parses("2026-11-23T20:10:00.123456789Z", EVENING + 123456);
	assert_parses("2026-11-23T20:10:00+0000", EVENING);
}

static void a_leap_second_is_the_next_minute(void **state)
{
	(void)state;
	assert_parses("2026-11-23T20:09:60Z", EVENING);
}

static void a_leap_day_exists_only_in_leap_years(void **state)
{
	(void)state;
	assert_parses("2028-02-29 00:00:00+00", INT64_C(1835395200000000));
	assert_refused("2026-02-29 00:00:00+00");
	assert_refused("2100-02-29 00:00:00+00");
}

static void what_is_no_moment_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "now", "infinity", "-infinity", "2026-11-23", "2026-11-23 20:10",
		"2026-11-23 20:10:00", "2026-11-23T20:10:00", "2026-13-01 00:00:00+00",
		"2026-00-01 00:00:00+00", "2026-04-31 00:00:00+00", "2026-04-00 00:00:00+00",
		"2026-11-23 24:00:00+00", "2026-11-23 20:60:00+00", "2026-11-23 20:10:61+00",
		"2026-11-23 20:10:00.+00", "2026-11-23 20:10:00+24", "2026-11-23 20:10:00+00 BC",
		"2026-11-23 20:10:00+00x", " 2026-11-23 20:10:00+00", "26-11-23 20:10:00+00",
		"2026-11-23 20:10:00+", "2026-11-23 20:10:00+0", "2026-11-23 20:10:00+00:6",
		"2026-11-23  20:10:00+00", "2026/11/23 20:10:00+00",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_refused(texts[i]);
}

static void utc_is_written_with_six_digits(void **state)
{
	char text[32];

	(void)state;
	clock_format_utc(EVENING + 7, text, sizeof(text));
	assert_string_equal(text, "2026-11-23T20:10:00.000007Z");
	clock_format_utc(-1, text, sizeof(text));
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
}

static void what_is_written_is_read_back(void **state)
{
	char text[32];

	(void)state;
	for (int64_t us = -CLOCK_DAY * 40000; us < CLOCK_DAY * 40000; us += 86399999983) {
		clock_format_utc(us, text, sizeof(text));
		assert_parses(text, us);
	}
}

static void local_time_is_three_hours_behind_utc(void **state)
{
	struct clock_local local;

	(void)state;
	clock_local(EVENING, &local);
	assert_int_equal(local.year, 2026);
	assert_int_equal(local.month, 11);
	assert_int_equal(local.day, 23);
	assert_int_equal(local.hour, 17);
	assert_int_equal(local.minute, 10);
	assert_int_equal(local.second, 0);
	assert_int_equal(local.weekday, 1);
}

static void local_midnight_is_a_new_day_at_three_utc(void **state)
{
	struct clock_local local;

	(void)state;
	clock_local(EVENING + 6 * CLOCK_HOUR + 50 * CLOCK_MINUTE - 1, &local);
	assert_int_equal(local.day, 23);
	assert_int_equal(local.hour, 23);
	clock_local(EVENING + 6 * CLOCK_HOUR + 50 * CLOCK_MINUTE, &local);
	assert_int_equal(local.day, 24);
	assert_int_equal(local.hour, 0);
}

static void local_time_goes_back_to_the_same_moment(void **state)
{
	struct clock_local local;

	(void)state;
	clock_local(EVENING, &local);
	assert_int_equal(clock_from_local(&local), EVENING);
}

static void a_day_past_the_month_s_end_is_in_the_next_month(void **state)
{
	struct clock_local local = { .year = 2026, .month = 11, .day = 31 };

	(void)state;
	clock_local(clock_from_local(&local), &local);
	assert_int_equal(local.month, 12);
	assert_int_equal(local.day, 1);
}

static void the_monotonic_clock_does_not_go_back(void **state)
{
	int64_t before = clock_monotonic_us();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_monotonic_us();

		assert_true(now >= before);
		before = now;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timestamps_of_postgresql_are_parsed),
		cmocka_unit_test(offsets_with_seconds_of_old_dates_are_parsed),
		cmocka_unit_test(years_of_five_digits_are_parsed),
		cmocka_unit_test(rfc_3339_is_parsed),
		cmocka_unit_test(a_leap_second_is_the_next_minute),
		cmocka_unit_test(a_leap_day_exists_only_in_leap_years),
		cmocka_unit_test(what_is_no_moment_is_refused),
		cmocka_unit_test(utc_is_written_with_six_digits),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(local_time_is_three_hours_behind_utc),
		cmocka_unit_test(local_midnight_is_a_new_day_at_three_utc),
		cmocka_unit_test(local_time_goes_back_to_the_same_moment),
		cmocka_unit_test(a_day_past_the_month_s_end_is_in_the_next_month),
		cmocka_unit_test(the_monotonic_clock_does_not_go_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
