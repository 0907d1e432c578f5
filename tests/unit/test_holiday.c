#include "unit.h"
#include "routing/holiday.h"

static bool has(int year, int64_t day, const char *name)
{
	struct holiday_national days[HOLIDAY_NATIONAL_MAX];
	size_t count = holiday_national(year, days);

	for (size_t i = 0; i < count; i++) {
		if (days[i].day == day && !strcmp(days[i].name, name))
			return true;
	}
	return false;
}

static void those_that_never_move_stay_on_their_day(void **state)
{
	(void)state;
	assert_true(has(2026, 20260101, "Año Nuevo"));
	assert_true(has(2026, 20260709, "Día de la Independencia"));
	assert_true(has(2027, 20271225, "Navidad"));
}

static void carnival_and_good_friday_hang_on_easter(void **state)
{
	(void)state;
	assert_true(has(2026, 20260216, "Carnaval"));
	assert_true(has(2026, 20260217, "Carnaval"));
	assert_true(has(2026, 20260403, "Viernes Santo"));
	assert_true(has(2027, 20270209, "Carnaval"));
	assert_true(has(2027, 20270326, "Viernes Santo"));
	assert_true(has(2030, 20300419, "Viernes Santo"));
}

static void tuesdays_and_wednesdays_move_to_the_monday_before(void **state)
{
	(void)state;
	assert_true(has(2026, 20260615, "Paso a la Inmortalidad de Güemes"));
	assert_true(has(2027, 20270816, "Paso a la Inmortalidad de San Martín"));
	assert_true(has(2027, 20271011, "Respeto a la Diversidad Cultural"));
}

static void thursdays_and_fridays_move_to_the_monday_after(void **state)
{
	(void)state;
	assert_true(has(2027, 20270621, "Paso a la Inmortalidad de Güemes"));
	assert_true(has(2026, 20261123, "Día de la Soberanía Nacional"));
}

static void mondays_and_weekends_stay(void **state)
{
	(void)state;
	assert_true(has(2026, 20260817, "Paso a la Inmortalidad de San Martín"));
	assert_true(has(2027, 20271120, "Día de la Soberanía Nacional"));
}

static void a_date_is_read_as_people_and_browsers_write_it(void **state)
{
	(void)state;
	assert_int_equal(holiday_day_read("2026-12-08"), 20261208);
	assert_int_equal(holiday_day_read("8/12/2026"), 20261208);
	assert_int_equal(holiday_day_read("08-12-2026"), 20261208);
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const texts[] = { "", "hoy", "2026-02-29", "31/4/2026", "8/12/26",
					     "2026-12-08x", "1999-01-01", "2026-13-01", "2026-00-10" };

	(void)state;
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_int_equal(holiday_day_read(texts[i]), 0);
	assert_int_equal(holiday_day_read("2028-02-29"), 20280229);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(those_that_never_move_stay_on_their_day),
		UNIT_TEST(carnival_and_good_friday_hang_on_easter),
		UNIT_TEST(tuesdays_and_wednesdays_move_to_the_monday_before),
		UNIT_TEST(thursdays_and_fridays_move_to_the_monday_after),
		UNIT_TEST(mondays_and_weekends_stay),
		UNIT_TEST(a_date_is_read_as_people_and_browsers_write_it),
		UNIT_TEST(what_is_no_date_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
