/*
 * What the tests of a network's build and result start from: a row of the
 * outbox with its line's settings and secrets, and a provider's answer.
 */
#ifndef VT_UNIT_OUTGOING_H
#define VT_UNIT_OUTGOING_H

#include "unit.h"
#include "base/json.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

static inline struct json *outgoing_json(struct vt_ctx *ctx, const char *text)
{
	struct json *node;

	assert_int_equal(json_parse(ctx, text, strlen(text), 65536, &node), 0);
	return node;
}

/* Secrets as "name", "value", ..., NULL. */
static inline const char *outgoing_secret(void *secrets, const char *name)
{
	for (const char *const *at = secrets; at && *at; at += 2) {
		if (!strcmp(at[0], name))
			return at[1];
	}
	return NULL;
}

static inline struct channel_message outgoing_row(struct vt_ctx *ctx, const char *kind, const char *payload,
						  const char *settings, const char *const *secrets)
{
	return (struct channel_message){
		.reference = "7.1795446000000000", .kind = kind, .payload = outgoing_json(ctx, payload),
		.settings = outgoing_json(ctx, settings), .secret = outgoing_secret,
		.secrets = (void *)secrets, .now_us = ctx->now_us,
	};
}

/* The call that is made of it. */
static inline struct channel_request outgoing_call(struct vt_ctx *ctx, const struct channel *network,
						   const struct channel_message *message)
{
	struct channel_request request = { 0 };

	assert_int_equal(network->build(ctx, message, &request), 0);
	return request;
}

static inline void outgoing_refused(struct vt_ctx *ctx, const struct channel *network,
				    const struct channel_message *message)
{
	struct channel_request request = { 0 };

	assert_int_equal(network->build(ctx, message, &request), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	vt_error_clear(ctx);
}

/* Headers as "name", "value", ..., NULL. */
static inline const char *outgoing_header(void *data, const char *name)
{
	const char *const *at = data;

	for (; at && *at; at += 2) {
		if (!strcasecmp(at[0], name))
			return at[1];
	}
	return "";
}

static inline struct channel_result outgoing_answer(struct vt_ctx *ctx, const struct channel *network,
						    const struct channel_message *message, int status,
						    const char *body, const char *const *headers)
{
	const struct channel_answer answer = {
		.status = status, .body = body, .size = strlen(body), .header = outgoing_header,
		.data = (void *)headers,
	};
	struct channel_result result = { 0 };

	assert_int_equal(network->result(ctx, message, &answer, &result), 0);
	return result;
}

/* A call of a provider's, in parts: header, query and secret as "name", "value", ..., NULL. */
struct incoming {
	const char *const *headers, *const *query, *const *secrets;
};

static inline const char *incoming_header(void *data, const char *name)
{
	const char *value = outgoing_header((void *)((struct incoming *)data)->headers, name);

	return *value ? value : NULL;
}

static inline const char *incoming_query(void *data, const char *name)
{
	return outgoing_secret((void *)((struct incoming *)data)->query, name);
}

static inline const char *incoming_secret(void *data, const char *name)
{
	return outgoing_secret((void *)((struct incoming *)data)->secrets, name);
}

static inline struct channel_call incoming_call(const char *method, const char *body, struct incoming *parts)
{
	return (struct channel_call){
		.method = method, .body = body, .size = strlen(body), .header = incoming_header,
		.query = incoming_query, .secret = incoming_secret, .data = parts,
	};
}

#endif
