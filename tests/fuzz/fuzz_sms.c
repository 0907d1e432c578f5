/* Kannel's calls and texts of any kind: an event with an id, nothing, or INVALID; segments that add up. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "channel/sms/segment.h"
#include "channel/sms/sms.h"

static void check_segments(struct arena *arena, const char *text)
{
	const struct sms_segments one = sms_segments(text);
	int room = one.gsm ? (one.count > 1 ? 153 : 160) : one.count > 1 ? 67 : 70;

	VT_BUG_ON((one.count == 0) != !*text || one.left < 0 || one.left > room);
	VT_BUG_ON(one.units + one.left > room * (one.count ? one.count : 1));
	const char *plain = sms_plain(arena, text);
	VT_BUG_ON(!utf8_valid(plain, strlen(plain)) || (plain != text && !sms_segments(plain).gsm));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	if (channel_sms.parse(&ctx, (const char *)data, size, &events, &count) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
	else if (count)
		VT_BUG_ON(count != 1 || !events->provider_id || (!events->identity_value && !events->reference) ||
			  !channel_event_json(&ctx, events));
	check_segments(ctx.arena, utf8_repair(ctx.arena, (const char *)data, size));
	arena_reset(ctx.arena);
	return 0;
}
