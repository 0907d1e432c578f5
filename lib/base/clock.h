/* Time. Stored and passed as int64_t microseconds since 1970 UTC. */
#ifndef VT_BASE_CLOCK_H
#define VT_BASE_CLOCK_H

#include <stdint.h>
#include <stddef.h>

#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

int64_t clock_now_us(void);        /* wall clock, UTC */
int64_t clock_monotonic_us(void);  /* for durations */

/* Broken-down local time in America/Argentina/Buenos_Aires (UTC-3, no DST). */
struct clock_local {
	int year, month, day;          /* month 1-12, day 1-31 */
	int hour, minute, second;
	int weekday;                   /* 0 = Sunday */
};
void clock_local(int64_t us, struct clock_local *local);
int64_t clock_from_local(const struct clock_local *local);

/* Parse PostgreSQL's ISO timestamptz text ("2026-11-23 20:10:00.5+00", any
 * offset) or RFC 3339. Returns 0, or -1 when it is neither. */
int clock_parse(const char *text, int64_t *us);

/* "2026-11-23T20:10:00.123456Z"; size must be >= 32. */
void clock_format_utc(int64_t us, char *buffer, size_t size);

#endif
