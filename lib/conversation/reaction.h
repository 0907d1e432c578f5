/* A reaction of ours to a message of the contact's: one at each, whoever of the staff did it. */
#ifndef VT_CONVERSATION_REACTION_H
#define VT_CONVERSATION_REACTION_H

#include "base/vt.h"

struct session;

/* emoji: one that the conversation's network takes (channel_reaction_refusal); "" takes back what is there. A whole
 * transaction with access, once and errors as in attend.h, and VT_E_INVALID for field "seq" when the message is none of
 * the contact's or has no id of its network; VT_E_CONFLICT, key error.message.gone: they took it back. What is there
 * already changes nothing. It goes out by `send`; what does not get there is corrected and told (sql/functions/reaction.sql). */
int reaction_put(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, int64_t seq,
		 const char *emoji, const char *once) VT_MUST_CHECK;

#endif
