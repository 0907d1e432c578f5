#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "web/format.h"
#include "web/template.h"

#include <ctype.h>

#define CUIT_DIGITS 11
#define TINTS 6

const char *format_number(struct vt_ctx *ctx, int64_t n)
{
	char digits[24];
	size_t length, lead;
	struct strbuf out;

	length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64,
				  n < 0 ? -(uint64_t)n : (uint64_t)n);
	lead = (length - 1) % 3 + 1;
	strbuf_init(&out, ctx->arena, 0);
	if (n < 0)
		strbuf_putc(&out, '-');
	strbuf_add(&out, digits, lead);
	for (size_t i = lead; i < length; i += 3) {
		strbuf_putc(&out, '.');
		strbuf_add(&out, digits + i, 3);
	}
	return out.data;
}

const char *format_time(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%02d:%02d", local.hour, local.minute);
}

const char *format_date_time(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%02d/%02d %02d:%02d", local.day, local.month, local.hour,
			    local.minute);
}

const char *format_date_time_long(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%02d/%02d/%04d %02d:%02d:%02d", local.day, local.month, local.year,
			    local.hour, local.minute, local.second);
}

const char *format_date(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%02d/%02d/%04d", local.day, local.month, local.year);
}

static bool same_day(int64_t a_us, int64_t b_us)
{
	struct clock_local a, b;

	clock_local(a_us, &a);
	clock_local(b_us, &b);
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

const char *format_day_long(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;
	const char *date;

	clock_local(us, &local);
	date = locale_text(ctx, "common.date_long", arena_printf(ctx->arena, "%d", local.day),
			   locale_text(ctx, arena_printf(ctx->arena, "common.month.%d",
							 local.month), NULL),
			   arena_printf(ctx->arena, "%d", local.year), NULL);
	if (same_day(us, ctx->now_us))
		return locale_text(ctx, "common.date_today", date, NULL);
	if (same_day(us, ctx->now_us - CLOCK_DAY))
		return locale_text(ctx, "common.date_yesterday", date, NULL);
	return date;
}

const char *format_duration(struct vt_ctx *ctx, int64_t seconds)
{
	int64_t hours, minutes;

	if (seconds < 0)
		seconds = 0;
	hours = seconds / 3600;
	minutes = seconds / 60 % 60;
	seconds %= 60;
	if (!hours)
		return arena_printf(ctx->arena, "%02" PRId64 ":%02" PRId64, minutes, seconds);
	return arena_printf(ctx->arena, "%" PRId64 ":%02" PRId64 ":%02" PRId64, hours, minutes,
			    seconds);
}

/* In steps of 1024, as file managers show it; from MB on with one decimal. */
const char *format_size(struct vt_ctx *ctx, int64_t bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB" };
	int64_t unit = 1, tenths;
	size_t power = 0;

	while (power + 1 < VT_COUNT(units) && bytes >= unit * 1024) {
		unit *= 1024;
		power++;
	}
	tenths = (bytes * 10 + unit / 2) / unit;
	if (power < 2 || tenths % 10 == 0)
		return arena_printf(ctx->arena, "%" PRId64 " %s", (tenths + 5) / 10, units[power]);
	return arena_printf(ctx->arena, "%" PRId64 ",%" PRId64 " %s", tenths / 10, tenths % 10,
			    units[power]);
}

const char *format_cuit(struct vt_ctx *ctx, const char *digits)
{
	if (strlen(digits) != CUIT_DIGITS || strspn(digits, "0123456789") != CUIT_DIGITS)
		return arena_strdup(ctx->arena, digits);
	return arena_printf(ctx->arena, "%.2s-%.8s-%s", digits, digits + 2, digits + 10);
}

/* The capital of a Latin letter; other characters as they are. */
static uint32_t capital(uint32_t c)
{
	if (c < 0x80)
		return (uint32_t)toupper((int)c);
	if (c >= 0xe0 && c <= 0xfe && c != 0xf7)
		return c - 0x20;
	return c;
}

/* Of the first two words, without the @ of a user name. */
const char *format_initials(struct vt_ctx *ctx, const char *name)
{
	char *out = arena_alloc(ctx->arena, 2 * 4 + 1);
	size_t size = 0;
	uint32_t c;

	for (int word = 0; word < 2; word++) {
		name += strspn(name, " \t@");
		if (!utf8_decode(name, strlen(name), &c))
			break;
		size += utf8_encode(capital(c), out + size);
		name += strcspn(name, " \t");
	}
	return out;
}

/* FNV-1a: spreads names evenly, and is the same everywhere and always. */
int format_avatar_tint(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (int)(hash % TINTS) + 1;
}
