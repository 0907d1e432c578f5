/*
 * What goes out: the message that `send` gives to a channel's build, the
 * provider call that comes back, and what the provider's answer means. Pure,
 * like all of a channel.
 */
#ifndef VT_CHANNEL_OUTGOING_H
#define VT_CHANNEL_OUTGOING_H

#include "base/vt.h"

struct json;

/* One row of the outbox. payload is {"to": {"kind", "value"}, "text", "options": [{"key", "label"}],
 * "file": {...}} as the room that queued it wrote it. */
struct channel_message {
	int64_t outbox_id;              /* fits a provider's field for our own reference */
	const char *kind;               /* "message", "read", ... */
	struct json *payload;
	struct json *settings;          /* of the channel, as its form's fields */
	/* A sending secret of the channel by name, in the clear; NULL when there is none. */
	const char *(*secret)(void *secrets, const char *name);
	void *secrets;
};

/* As lib/net wants it. Everything in ctx->arena. */
struct channel_request {
	const char *method;             /* NULL: POST with a body, else GET */
	const char *url;
	const char *const *headers;     /* "Name: value", NULL at the end; may be NULL */
	const char *body; size_t body_size;
};

enum channel_outcome {
	CHANNEL_SENT,                   /* accepted; provider_id names it in delivery reports */
	CHANNEL_RETRY,                  /* not accepted, later it may be: 429, 5xx */
	CHANNEL_REFUSED,                /* never will be; error tells people why */
};

struct channel_result {
	enum channel_outcome outcome;
	const char *provider_id;
	int retry_after_s;              /* as the provider asks; 0: we choose */
	const char *error;              /* for people and the log, without personal data */
};

#endif
