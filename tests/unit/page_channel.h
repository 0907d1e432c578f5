/* What the tests of Messenger and Instagram say to a channel, and what it answers. */
#ifndef VT_UNIT_PAGE_CHANNEL_H
#define VT_UNIT_PAGE_CHANNEL_H

#include "outgoing.h"

/* A body of one entry with these items in its array `name`. */
static inline const char *page_body(struct vt_ctx *ctx, const char *object, const char *name, const char *items)
{
	return arena_printf(ctx->arena, "{\"object\":\"%s\",\"entry\":[{\"id\":\"900\",\"time\":1764000000999,"
			    "\"%s\":[%s]}]}", object, name, items);
}

/* An item of contact 77 at 1764000000123 ms; rest: its other members. */
static inline const char *page_item(struct vt_ctx *ctx, const char *rest)
{
	return arena_printf(ctx->arena, "{\"sender\":{\"id\":\"77\"},\"recipient\":{\"id\":\"900\"},"
			    "\"timestamp\":1764000000123,%s}", rest);
}

static inline size_t page_events(struct vt_ctx *ctx, const struct channel *channel, const char *raw,
				 struct channel_event **events)
{
	size_t count;

	assert_int_equal(channel->parse(ctx, raw, strlen(raw), events, &count), 0);
	return count;
}

static inline const struct channel_event *page_event(struct vt_ctx *ctx, const struct channel *channel,
						     const char *raw)
{
	struct channel_event *events;

	assert_int_equal(page_events(ctx, channel, raw, &events), 1);
	assert_non_null(events->provider_id);
	return events;
}

static inline void page_refused(struct vt_ctx *ctx, const struct channel *channel, const char *raw)
{
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel->parse(ctx, raw, strlen(raw), &events, &count), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	vt_error_clear(ctx);
}

/* A row of line 900, whose token is token-1. */
static inline struct channel_message page_message(struct vt_ctx *ctx, const char *kind, const char *payload)
{
	static const char *const secrets[] = { "token", "token-1", NULL };

	return outgoing_row(ctx, kind, payload, "{\"account\":\"900\",\"base\":\"https://graph.example\","
			    "\"version\":\"v25.0\"}", secrets);
}

static inline struct channel_result page_answer(struct vt_ctx *ctx, const struct channel *channel,
						const struct channel_message *message, int status,
						const char *body)
{
	return outgoing_answer(ctx, channel, message, status, body, NULL);
}

/* The answer is Meta's error of code and subcode. */
static inline struct channel_result page_error(struct vt_ctx *ctx, const struct channel *channel,
					       const struct channel_message *message, int status, int code,
					       int subcode)
{
	return page_answer(ctx, channel, message, status,
			   arena_printf(ctx->arena, "{\"error\":{\"message\":\"m\",\"type\":\"OAuthException\","
					"\"code\":%d,\"error_subcode\":%d}}", code, subcode));
}

#endif
