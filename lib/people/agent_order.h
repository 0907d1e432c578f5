/* What supervision does with operators' states: changes them, with a reason that the operator is told. */
#ifndef VT_PEOPLE_AGENT_ORDER_H
#define VT_PEOPLE_AGENT_ORDER_H

#include "base/vt.h"

#define AGENT_REASON_MAX 200   /* characters */

struct session;

struct agent_order {
	int state;                     /* AGENT_* */
	int64_t break_type_id;         /* with AGENT_BREAK */
	bool log_out;                  /* with AGENT_OUT: their sessions end too */
	const char *reason;
};

/* Change one operator of the supervisor's queues: state, interval on record, audit, and the operator
 * told by whom and why. The same state again is a no-op. *name: who they are. VT_E_NOT_FOUND: none of
 * theirs; VT_E_CONFLICT: error.agent.away (who is not in can only be out), or as break_check says.
 * Own transactions. */
int agent_order(struct vt_ctx *ctx, const struct session *session, int64_t user_id,
		const struct agent_order *order, const char **name) VT_MUST_CHECK;

#endif
