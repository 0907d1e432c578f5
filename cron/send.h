/* Send, inside: send.c is the loop, send_build.c makes the provider's call of a row. */
#ifndef VT_CRON_SEND_H
#define VT_CRON_SEND_H

#include "base/secret.h"
#include "base/vt.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

struct db_result;

/* A row of the outbox on its way. */
struct send_item {
	int64_t outbox_id;              /* 0: free */
	int64_t created_at;
	int64_t conversation_id;
	int64_t channel_id;
	int attempts;
	const struct channel *network;
};

/* Where an item ends: a state of the outbox, or back in the queue for later. */
struct send_verdict {
	const struct send_item *item;
	int state;                      /* OUTBOX_SENT, _FAILED, _UNKNOWN; _WAITING: again later */
	int later_s;
	const char *provider_id;
	const char *error;
};

/* The sending secrets of the channels of a claim, still encrypted. */
struct send_secrets {
	struct vt_ctx *ctx;
	const uint8_t *key;
	const struct db_result *rows;
	int64_t channel_id;
};

/* How a row of the outbox is called outside: "<outbox_id>.<created_at, us>". */
const char *send_reference(struct vt_ctx *ctx, int64_t outbox_id, int64_t created_at);

/* The provider's call for row `row` of a claim. -1: it cannot be made (ctx->error says why). */
int send_build(struct vt_ctx *ctx, const struct send_item *item, const struct db_result *claim,
	       size_t row, struct send_secrets *secrets, struct channel_request *request) VT_MUST_CHECK;

#endif
