/* X's bodies: any bytes give events with a sender and an id, none, or INVALID; and pieces that parse. */
#include "tests/fuzz/fuzz.h"
#include "channel/x/x.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct channel_call call = { .method = "POST", .body = data, .size = size };
	struct channel_piece *pieces;
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count, one;

	fuzz_begin(&ctx);
	if (channel_x.split(&ctx, &call, &pieces, &count) < 0) {
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
		count = 0;
	}
	for (size_t i = 0; i < count; i++) {
		VT_BUG_ON(channel_x.parse(&ctx, pieces[i].raw, pieces[i].size, &events, &one) < 0 || one != 1);
		VT_BUG_ON(!events->provider_id || !events->identity_value || !channel_event_json(&ctx, events));
	}
	arena_reset(ctx.arena);
	return 0;
}
