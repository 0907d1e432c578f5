#include "base/vt.h"
#include "base/clock.h"

#include <ctype.h>

#define ARGENTINA_OFFSET (-3 * CLOCK_HOUR)

static int64_t read_clock(clockid_t which)
{
	struct timespec now;

	VT_BUG_ON(clock_gettime(which, &now));
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static time_t whole_seconds(int64_t us)
{
	return (time_t)(us / CLOCK_SECOND - (us % CLOCK_SECOND < 0));
}

static void break_down(int64_t us, struct tm *parts)
{
	time_t seconds = whole_seconds(us);

	VT_BUG_ON(!gmtime_r(&seconds, parts));
}

void clock_local(int64_t us, struct clock_local *local)
{
	struct tm parts;

	break_down(us + ARGENTINA_OFFSET, &parts);
	local->year = parts.tm_year + 1900;
	local->month = parts.tm_mon + 1;
	local->day = parts.tm_mday;
	local->hour = parts.tm_hour;
	local->minute = parts.tm_min;
	local->second = parts.tm_sec;
	local->weekday = parts.tm_wday;
}

int64_t clock_from_local(const struct clock_local *local)
{
	struct tm parts = {
		.tm_year = local->year - 1900,
		.tm_mon = local->month - 1,
		.tm_mday = local->day,
		.tm_hour = local->hour,
		.tm_min = local->minute,
		.tm_sec = local->second,
	};

	return (int64_t)timegm(&parts) * CLOCK_SECOND - ARGENTINA_OFFSET;
}

/* Read min to max digits; moves *text behind them. */
static bool read_digits(const char **text, int min, int max, int *value)
{
	int count = 0;

	*value = 0;
	while (count < max && isdigit((unsigned char)**text)) {
		*value = *value * 10 + (*(*text)++ - '0');
		count++;
	}
	return count >= min;
}

static bool read_char(const char **text, const char *allowed)
{
	if (!**text || !strchr(allowed, **text))
		return false;
	(*text)++;
	return true;
}

static bool read_date(const char **text, struct tm *parts)
{
	int year, month, day;

	if (!read_digits(text, 4, 6, &year) || !read_char(text, "-") ||
	    !read_digits(text, 2, 2, &month) || !read_char(text, "-") ||
	    !read_digits(text, 2, 2, &day))
		return false;
	parts->tm_year = year - 1900;
	parts->tm_mon = month - 1;
	parts->tm_mday = day;
	return month >= 1 && month <= 12 && day >= 1;
}

static bool read_time(const char **text, struct tm *parts)
{
	return read_digits(text, 2, 2, &parts->tm_hour) && read_char(text, ":") &&
	       read_digits(text, 2, 2, &parts->tm_min) && read_char(text, ":") &&
	       read_digits(text, 2, 2, &parts->tm_sec) && parts->tm_hour < 24 &&
	       parts->tm_min < 60 && parts->tm_sec <= 60;
}

/* Microseconds; digits beyond the sixth are cut off. */
static bool read_fraction(const char **text, int64_t *us)
{
	const char *start;
	int64_t unit = CLOCK_SECOND / 10;

	*us = 0;
	if (!read_char(text, "."))
		return true;
	for (start = *text; isdigit((unsigned char)**text); (*text)++) {
		*us += unit * (**text - '0');
		unit /= 10;
	}
	return *text > start;
}

/* "Z", "+00", "-03:00", "+0530", and the seconds PostgreSQL prints for old dates. */
static bool read_offset(const char **text, int64_t *us)
{
	int sign, hours, minutes = 0, seconds = 0;

	*us = 0;
	if (read_char(text, "Zz"))
		return true;
	sign = **text == '-' ? -1 : 1;
	if (!read_char(text, "+-") || !read_digits(text, 2, 2, &hours))
		return false;
	if (**text == ':' || isdigit((unsigned char)**text)) {
		read_char(text, ":");
		if (!read_digits(text, 2, 2, &minutes))
			return false;
	}
	if (read_char(text, ":") && !read_digits(text, 2, 2, &seconds))
		return false;
	*us = sign * (hours * CLOCK_HOUR + minutes * CLOCK_MINUTE + seconds * CLOCK_SECOND);
	return hours < 24 && minutes < 60 && seconds < 60;
}

int clock_parse(const char *text, int64_t *us)
{
	struct tm parts = { 0 };
	int64_t fraction, offset;
	int day;

	if (!read_date(&text, &parts) || !read_char(&text, " Tt") || !read_time(&text, &parts) ||
	    !read_fraction(&text, &fraction) || !read_offset(&text, &offset) || *text)
		return -1;
	day = parts.tm_mday;
	if (parts.tm_sec == 60) {
		parts.tm_sec = 59;
		fraction += CLOCK_SECOND;
	}
	*us = (int64_t)timegm(&parts) * CLOCK_SECOND + fraction - offset;
	return parts.tm_mday == day ? 0 : -1;
}

void clock_format_utc(int64_t us, char *buffer, size_t size)
{
	struct tm parts;

	break_down(us, &parts);
	snprintf(buffer, size, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900,
		 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
		 (int)(us - (int64_t)whole_seconds(us) * CLOCK_SECOND));
}
