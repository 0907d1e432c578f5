/* Telegram's parser takes any bytes: an event with a sender and an id, nothing, or INVALID. */
#include "tests/fuzz/fuzz.h"
#include "channel/telegram/telegram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	if (channel_telegram.parse(&ctx, (const char *)data, size, &events, &count) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
	else if (count)
		VT_BUG_ON(count != 1 || !events->provider_id || !events->identity_value ||
			  !channel_event_json(&ctx, events));
	arena_reset(ctx.arena);
	return 0;
}
