/*
 * An operator takes a case that waits in a queue whose cases nobody gives out:
 * its strategy is manual. Whole transaction.
 */
#ifndef VT_ROUTING_TAKE_H
#define VT_ROUTING_TAKE_H

#include "base/vt.h"

struct session;

/* VT_E_NOT_FOUND with error.take.gone: not of their queues and channels, or not waiting (any more):
 * somebody else was quicker, or it is over. VT_E_CONFLICT with error.take.automatic (its queue gives
 * cases out itself) or error.handover.why.* (why they cannot now). A repeat of once changes nothing. */
int take_case(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
	      const char *once) VT_MUST_CHECK;

#endif
