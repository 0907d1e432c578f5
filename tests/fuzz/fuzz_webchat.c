/* The webchat's parser takes any bytes: it understands them whole or says INVALID. */
#include "tests/fuzz/fuzz.h"
#include "channel/webchat/webchat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	if (channel_webchat.parse(&ctx, (const char *)data, size, &events, &count) == 0)
		VT_BUG_ON(count != 1 || !events->provider_id || events->visitor_id <= 0);
	else
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
	arena_reset(ctx.arena);
	return 0;
}
