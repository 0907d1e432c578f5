/*
 * An operator hands a case on: to a queue's waiting line, to another operator,
 * or back to the bot, with a note that whoever has it next sees first. A whole
 * transaction, as in conversation/attend.h; how it changes hands is handover.h's.
 */
#ifndef VT_ROUTING_TRANSFER_H
#define VT_ROUTING_TRANSFER_H

#include "base/vt.h"

struct session;

#define TRANSFER_NOTE_MAX 1000

struct transfer {
	bool bot;                      /* back to the bot; queue and operator say nothing then */
	int64_t queue_id;              /* to this queue */
	int64_t user_id;               /* to this operator, who attends it in that queue; 0: as its rule says */
	const char *note;              /* "": none */
};

/* Do it. The common errors of conversation/attend.h and of handover.h; VT_E_INVALID on "user"
 * (error.transfer.bot) when no bot had it. Audited "conversation.transfer". */
int transfer_case(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		  const struct transfer *transfer, const char *once) VT_MUST_CHECK;

#endif
