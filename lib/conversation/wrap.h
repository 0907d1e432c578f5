/*
 * The time to finish: after a close nothing is assigned to the operator for as
 * long as the queue says, or until they say they are done. It is on record as a
 * segment of the conversation, and counted in metrics as wrap.
 */
#ifndef VT_CONVERSATION_WRAP_H
#define VT_CONVERSATION_WRAP_H

#include "base/vt.h"

struct conversation;

#define WRAP_MAX_S 3600

/* A conversation that has just been closed by its operator, not yet saved: they finish it for
 * seconds, 0 for not at all. Queued; agent_state is locked by the close. */
int wrap_begin(struct vt_ctx *ctx, struct conversation *conversation, int64_t seconds) VT_MUST_CHECK;

/* Whatever user_id is finishing ends. due: because its time is over, and only if it is; else they
 * say so, which is audited "agent.wrap". Nothing to end: nothing happens. Own transaction. */
int wrap_end(struct vt_ctx *ctx, int64_t user_id, bool due) VT_MUST_CHECK;

/* All whose time is over. *count: how many. Own transactions. */
int wrap_end_due(struct vt_ctx *ctx, int64_t *count) VT_MUST_CHECK;

#endif
