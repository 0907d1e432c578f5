/*
 * The national holidays of Argentina by year: those that never move, those
 * that hang on Easter, and those that law 27.399 moves to a Monday. Days that a
 * decree adds each year are not known ahead; an administrator adds them.
 */
#ifndef VT_ROUTING_HOLIDAY_H
#define VT_ROUTING_HOLIDAY_H

#include "base/vt.h"

#define HOLIDAY_YEAR_FIRST 2018        /* the law is in force since then */
#define HOLIDAY_YEAR_LAST 2099
#define HOLIDAY_NATIONAL_MAX 16

struct holiday_national {
	int64_t day;              /* yyyymmdd */
	const char *name;         /* in Spanish, as the law has it */
};

/* Pure. year: HOLIDAY_YEAR_FIRST..LAST. Gives how many, in order of the list, not of the year. */
size_t holiday_national(int year, struct holiday_national out[HOLIDAY_NATIONAL_MAX]);
/* Is yyyymmdd a day of the calendar, of this and the last century's years? */
bool holiday_day_valid(int64_t day);
/* "2026-12-08", "8/12/2026" or "08-12-2026"; 0 when it is none of them. */
int64_t holiday_day_read(const char *text);

#endif
