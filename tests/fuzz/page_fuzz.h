/* A body goes to parse whole, and in the pieces that split makes of it: no piece is left behind. */
#ifndef VT_FUZZ_PAGE_FUZZ_H
#define VT_FUZZ_PAGE_FUZZ_H

#include "tests/fuzz/fuzz.h"
#include "channel/channel.h"

static const char *page_fuzz_none(void *data, const char *name)
{
	(void)data;
	return !strcmp(name, "app_id") ? "5" : NULL;
}

static bool page_fuzz_of_nobody(enum channel_event_kind kind)
{
	return kind == CHANNEL_STATUS || kind == CHANNEL_TEMPLATE || kind == CHANNEL_ACCOUNT;
}

/* Events of raw; -1: it is INVALID. */
static long page_fuzz_parse(struct vt_ctx *ctx, const struct channel *channel, const char *raw, size_t size)
{
	struct channel_event *events;
	size_t count;

	if (channel->parse(ctx, raw, size, &events, &count) < 0) {
		VT_BUG_ON(ctx->error.code != VT_E_INVALID);
		vt_error_clear(ctx);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		VT_BUG_ON(!events[i].provider_id || !channel_event_json(ctx, &events[i]) ||
			  (!events[i].identity_value && !page_fuzz_of_nobody(events[i].kind)));
	return (long)count;
}

static void page_fuzz(const struct channel *channel, const uint8_t *data, size_t size)
{
	struct channel_piece *pieces;
	struct vt_ctx ctx;
	size_t count;

	fuzz_begin(&ctx);
	const struct channel_call call = {
		.method = "POST", .body = data, .size = size, .header = page_fuzz_none, .query = page_fuzz_none,
		.secret = page_fuzz_none,
	};
	long whole = page_fuzz_parse(&ctx, channel, (const char *)data, size), parts = 0;
	if (channel->split(&ctx, &call, &pieces, &count) < 0) {
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
		vt_error_clear(&ctx);
		count = 0;
	}
	for (size_t i = 0; i < count; i++) {
		long events = page_fuzz_parse(&ctx, channel, pieces[i].raw, pieces[i].size);
		parts += events > 0 ? events : 0;
	}
	VT_BUG_ON(whole >= 0 && parts > whole);
	arena_reset(ctx.arena);
}

#endif
