/*
 * The door out: what is to be said on a network that is not ours. A row is
 * written in the transaction of the message; the `send` command makes the call
 * afterwards (cron/send.c). The webchat needs none of it: stored is sent.
 */
#ifndef VT_CONVERSATION_OUTBOX_H
#define VT_CONVERSATION_OUTBOX_H

#include "base/vt.h"
#include "conversation/conversation.h"

/* The last message of the conversation, to the identity it came by. Queued; nudges send.
 * conversation_message does it for all that is said to a contact. */
int outbox_message(struct vt_ctx *ctx, const struct conversation *conversation,
		   const struct message *message) VT_MUST_CHECK;

/* What became of a message that went out: it reads `text` now, or (NULL) was taken back. Nothing when
 * the network never took it, or the conversation is the webchat's. Queued; nudges send. */
int outbox_change(struct vt_ctx *ctx, const struct conversation *conversation, int seq,
		  const char *text) VT_MUST_CHECK;

/* A sign to the contact about their last message, "read", where their network shows it. Queued; nudges
 * send. */
int outbox_sign(struct vt_ctx *ctx, const struct conversation *conversation, const char *kind) VT_MUST_CHECK;

/* That we write, on a network where one call shows it for lasts_s: not again while it shows. Queued; nudges
 * send. */
int outbox_typing(struct vt_ctx *ctx, int64_t conversation_id, int lasts_s) VT_MUST_CHECK;
/* It is said now; what is written next can be shown at once. Queued. */
int outbox_typed(struct vt_ctx *ctx, const struct conversation *conversation) VT_MUST_CHECK;

#endif
