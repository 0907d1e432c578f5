#include "base/vt.h"
#include "base/clock.h"
#include "routing/holiday.h"

static const struct { int month, day; bool moves; const char *name; } fixed[] = {
	{ 1, 1, false, "Año Nuevo" },
	{ 3, 24, false, "Memoria por la Verdad y la Justicia" },
	{ 4, 2, false, "Veteranos y Caídos en Malvinas" },
	{ 5, 1, false, "Día del Trabajador" },
	{ 5, 25, false, "Revolución de Mayo" },
	{ 6, 17, true, "Paso a la Inmortalidad de Güemes" },
	{ 6, 20, false, "Paso a la Inmortalidad de Belgrano" },
	{ 7, 9, false, "Día de la Independencia" },
	{ 8, 17, true, "Paso a la Inmortalidad de San Martín" },
	{ 10, 12, true, "Respeto a la Diversidad Cultural" },
	{ 11, 20, true, "Día de la Soberanía Nacional" },
	{ 12, 8, false, "Inmaculada Concepción de María" },
	{ 12, 25, false, "Navidad" },
};

static const struct { int days; const char *name; } by_easter[] = {
	{ -48, "Carnaval" }, { -47, "Carnaval" }, { -2, "Viernes Santo" },
};

static int64_t number(int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return local.year * INT64_C(10000) + local.month * 100 + local.day;
}

static int64_t noon(int year, int month, int day)
{
	const struct clock_local local = { .year = year, .month = month, .day = day, .hour = 12 };

	return clock_from_local(&local);
}

/* Easter Sunday of the Gregorian calendar. */
static int64_t easter(int year)
{
	int golden = year % 19, century = year / 100, rest = year % 100;
	int epact = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
	int to_sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
	int back = (golden + 11 * epact + 22 * to_sunday) / 451;
	int total = epact + to_sunday - 7 * back + 114;

	return noon(year, total / 31, total % 31 + 1);
}

/* Tuesday and Wednesday go to the Monday before, Thursday and Friday to the one after. */
static int64_t moved(int64_t us)
{
	static const int days[7] = { 0, 0, -1, -2, 4, 3, 0 };
	struct clock_local local;

	clock_local(us, &local);
	return us + days[local.weekday] * CLOCK_DAY;
}

size_t holiday_national(int year, struct holiday_national out[HOLIDAY_NATIONAL_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < VT_COUNT(fixed); i++) {
		int64_t us = noon(year, fixed[i].month, fixed[i].day);
		out[count++] = (struct holiday_national){ number(fixed[i].moves ? moved(us) : us),
							  fixed[i].name };
	}
	for (size_t i = 0; i < VT_COUNT(by_easter); i++)
		out[count++] = (struct holiday_national){
			number(easter(year) + by_easter[i].days * CLOCK_DAY), by_easter[i].name };
	return count;
}

bool holiday_day_valid(int64_t day)
{
	int64_t year = day / 10000, month = day / 100 % 100, date = day % 100;

	if (year < 2000 || year > HOLIDAY_YEAR_LAST || month < 1 || month > 12 || date < 1 || date > 31)
		return false;
	return number(noon((int)year, (int)month, (int)date)) == day;
}

int64_t holiday_day_read(const char *text)
{
	int first, second, third, end = 0;
	int64_t day = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &first, &second, &third, &end) == 3 && !text[end])
		day = first * INT64_C(10000) + second * 100 + third;
	if (!holiday_day_valid(day) &&
	    (sscanf(text, "%2d/%2d/%4d%n", &first, &second, &third, &end) == 3 ||
	     sscanf(text, "%2d-%2d-%4d%n", &first, &second, &third, &end) == 3) && !text[end])
		day = third * INT64_C(10000) + second * 100 + first;
	return holiday_day_valid(day) ? day : 0;
}
