/* A mail as it is stored, with anything in it: an event with an id, or INVALID. */
#include "tests/fuzz/fuzz.h"
#include "channel/email/email.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	if (channel_email.parse(&ctx, (const char *)data, size, &events, &count) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
	for (size_t i = 0; ctx.error.code == VT_OK && i < count; i++)
		VT_BUG_ON(!events[i].provider_id || !channel_event_json(&ctx, &events[i]));
	arena_reset(ctx.arena);
	return 0;
}
