/* A mail as it is stored, with anything in it: an event with an id, or INVALID. */
#include "base/vt.h"
#include "channel/email/email.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count;

	if (!arena)
		arena = arena_new();
	vt_ctx_init(&ctx, arena, "fuzz");
	if (channel_email.parse(&ctx, (const char *)data, size, &events, &count) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
	for (size_t i = 0; ctx.error.code == VT_OK && i < count; i++)
		VT_BUG_ON(!events[i].provider_id || !channel_event_json(&ctx, &events[i]));
	arena_reset(arena);
	return 0;
}
