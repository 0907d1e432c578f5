#include "web.h"
#include "base/clock.h"
#include "web/format.h"
#include "web/template.h"

static int setup(void **state)
{
	unit_setup(state);
	return template_init(unit_ctx(state), web_source_directory(), false);
}

static int teardown(void **state)
{
	template_close();
	return unit_teardown(state);
}

static int64_t at(int year, int month, int day, int hour, int minute)
{
	const struct clock_local local = { .year = year, .month = month, .day = day, .hour = hour,
					   .minute = minute };

	return clock_from_local(&local);
}

static void thousands_are_divided_by_points(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_number(ctx, 0), "0");
	assert_string_equal(format_number(ctx, 812), "812");
	assert_string_equal(format_number(ctx, 4812), "4.812");
	assert_string_equal(format_number(ctx, -100000), "-100.000");
	assert_string_equal(format_number(ctx, 3980000), "3.980.000");
	assert_string_equal(format_number(ctx, INT64_MIN), "-9.223.372.036.854.775.808");
}

static void times_are_those_of_buenos_aires(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	int64_t us = at(2026, 6, 9, 9, 54);

	assert_string_equal(format_time(ctx, us), "09:54");
	assert_string_equal(format_date_time(ctx, us), "09/06 09:54");
	assert_string_equal(format_date(ctx, us), "09/06/2026");
	assert_string_equal(format_date(ctx, at(2026, 12, 31, 23, 59)), "31/12/2026");
}

static void a_day_is_named_and_today_and_yesterday_said(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_day_long(ctx, at(2026, 6, 9, 0, 0)), "9 de junio de 2026");
	assert_string_equal(format_day_long(ctx, at(2026, 11, 23, 0, 0)),
			    "Hoy, 23 de noviembre de 2026");
	assert_string_equal(format_day_long(ctx, at(2026, 11, 23, 23, 59)),
			    "Hoy, 23 de noviembre de 2026");
	assert_string_equal(format_day_long(ctx, at(2026, 11, 22, 23, 59)),
			    "Ayer, 22 de noviembre de 2026");
	assert_string_equal(format_day_long(ctx, at(2026, 11, 21, 23, 59)),
			    "21 de noviembre de 2026");
	assert_string_equal(format_day_long(ctx, at(2025, 11, 23, 12, 0)),
			    "23 de noviembre de 2025");
}

static void spans_show_hours_only_when_there_are(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_duration(ctx, 0), "00:00");
	assert_string_equal(format_duration(ctx, 484), "08:04");
	assert_string_equal(format_duration(ctx, 3599), "59:59");
	assert_string_equal(format_duration(ctx, 3723), "1:02:03");
	assert_string_equal(format_duration(ctx, 100 * 3600), "100:00:00");
	assert_string_equal(format_duration(ctx, -5), "00:00");
}

static void sizes_are_rounded_to_what_people_read(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_size(ctx, 0), "0 B");
	assert_string_equal(format_size(ctx, 640), "640 B");
	assert_string_equal(format_size(ctx, 1024), "1 KB");
	assert_string_equal(format_size(ctx, 188416), "184 KB");
	assert_string_equal(format_size(ctx, 16 * 1024 * 1024), "16 MB");
	assert_string_equal(format_size(ctx, 2516582), "2,4 MB");
	assert_string_equal(format_size(ctx, INT64_C(5) << 30), "5 GB");
	assert_string_equal(format_size(ctx, INT64_C(2000) << 30), "2000 GB");
}

static void a_cuit_is_shown_in_its_three_parts(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_cuit(ctx, "27145823604"), "27-14582360-4");
}

static void what_is_no_cuit_is_shown_as_it_is(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_cuit(ctx, ""), "");
	assert_string_equal(format_cuit(ctx, "2714582360"), "2714582360");
	assert_string_equal(format_cuit(ctx, "2714582360x"), "2714582360x");
}

static void initials_are_those_of_the_first_two_words(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(format_initials(ctx, "Graciela Benítez"), "GB");
	assert_string_equal(format_initials(ctx, "Transportes del Sur SRL"), "TD");
	assert_string_equal(format_initials(ctx, "  ángela   ñandú "), "ÁÑ");
	assert_string_equal(format_initials(ctx, "@martu.ferreyra"), "M");
	assert_string_equal(format_initials(ctx, "+54 9 221 555-0148"), "+9");
	assert_string_equal(format_initials(ctx, "李"), "李");
	assert_string_equal(format_initials(ctx, ""), "");
}

static void a_name_always_has_the_same_tint_of_six(void **state)
{
	int seen[7] = { 0 };
	char name[32];

	(void)state;
	assert_int_equal(format_avatar_tint("Graciela"), format_avatar_tint("Graciela"));
	for (int i = 0; i < 600; i++) {
		int tint;

		snprintf(name, sizeof(name), "Persona %d", i);
		tint = format_avatar_tint(name);
		assert_in_range(tint, 1, 6);
		seen[tint]++;
	}
	for (int tint = 1; tint <= 6; tint++)
		assert_in_range(seen[tint], 50, 200);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(thousands_are_divided_by_points),
		TEST(times_are_those_of_buenos_aires),
		TEST(a_day_is_named_and_today_and_yesterday_said),
		TEST(spans_show_hours_only_when_there_are),
		TEST(sizes_are_rounded_to_what_people_read),
		TEST(a_cuit_is_shown_in_its_three_parts),
		TEST(what_is_no_cuit_is_shown_as_it_is),
		TEST(initials_are_those_of_the_first_two_words),
		TEST(a_name_always_has_the_same_tint_of_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
