/* Spans of hours and dates as people write them: what is read is in order, apart, and written out reads the same. */
#include "tests/fuzz/fuzz.h"
#include "routing/holiday.h"
#include "routing/hours.h"

static void check(struct vt_ctx *ctx, const struct hours_range *ranges, size_t count)
{
	struct hours_range again[HOURS_RANGES_MAX];
	size_t count_again;

	for (size_t i = 0; i < count; i++) {
		VT_BUG_ON(ranges[i].from_minute < 0 || ranges[i].from_minute >= ranges[i].to_minute);
		VT_BUG_ON(ranges[i].to_minute > HOURS_DAY);
		VT_BUG_ON(i && ranges[i].from_minute < ranges[i - 1].to_minute);
	}
	VT_BUG_ON(!hours_ranges_read(hours_ranges_write(ctx, ranges, count), again, &count_again));
	VT_BUG_ON(count != count_again || memcmp(ranges, again, count * sizeof(*ranges)) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hours_range ranges[HOURS_RANGES_MAX];
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	const char *text = arena_strndup(ctx.arena, (const char *)data, size);
	int64_t day = holiday_day_read(text);
	VT_BUG_ON(day && !holiday_day_valid(day));
	if (hours_ranges_read(text, ranges, &count))
		check(&ctx, ranges, count);
	arena_reset(ctx.arena);
	return 0;
}
