/*
 * The door out: what is to be said on a network that is not ours. A row is
 * written in the transaction of the message; the `send` command makes the call
 * afterwards (cron/send.c). The webchat needs none of it: stored is sent.
 */
#ifndef VT_CONVERSATION_OUTBOX_H
#define VT_CONVERSATION_OUTBOX_H

#include "base/vt.h"
#include "conversation/conversation.h"

/* The last message of the conversation, to be sent to an identity of its contact. Queued; nudges
 * send. */
struct outbox_recipient { const char *kind, *value; };
int outbox_message(struct vt_ctx *ctx, const struct conversation *conversation,
		   const struct message *message,
		   const struct outbox_recipient *to) VT_MUST_CHECK;

#endif
