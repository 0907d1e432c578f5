/* States of operators: available, breaks, out; and their intervals on record. */
#ifndef VT_PEOPLE_AGENT_H
#define VT_PEOPLE_AGENT_H

#include "base/vt.h"

/* Change a user's state (AGENT_*; break_type_id only with AGENT_BREAK). Closes
 * the interval on record, opens the next, sets available_since when it becomes
 * available, audits, wakes o<user> and b0, nudges route. Own transaction.
 * A break is refused as break_check says. The same state again is a no-op. set_by: who did it, 0 for the system. */
int agent_set_state(struct vt_ctx *ctx, int64_t user_id, int state, int64_t break_type_id,
		    int64_t set_by, const char *reason) VT_MUST_CHECK;
/* The same in the caller's transaction. */
int agent_change_state(struct vt_ctx *ctx, int64_t user_id, int state, int64_t break_type_id,
		       int64_t set_by, const char *reason) VT_MUST_CHECK;

#endif
