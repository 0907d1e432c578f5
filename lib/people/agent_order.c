#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/agent.h"
#include "people/agent_order.h"
#include "people/notice.h"
#include "people/permission.h"
#include "people/session.h"
#include "sql_agents.h"

struct ordering {
	const struct session *session;
	const struct agent_order *order;
	int64_t user_id;
	const char *name;
};

static const char *const told[] = {
	[AGENT_OUT] = "state_out", [AGENT_AVAILABLE] = "state_available", [AGENT_BREAK] = "state_break",
	[AGENT_COACHING] = "state_coaching", [AGENT_TRAINING] = "state_training",
};

static int carry_out(struct vt_ctx *ctx, void *arg)
{
	struct ordering *ordering = arg;
	const struct session *session = ordering->session;
	const struct agent_order *order = ordering->order;
	const struct notice_words words = { .key = told[order->state], .by = session->name, .words = order->reason };
	struct db_result *agent;

	if (db_one(ctx, &agent, &SQL_AGENT_SUPERVISED, "ibbi", session->user_id,
		   (int)permission_allows(PERM_CONVERSATION_SUPERVISE, true, session->permissions),
		   (int)permission_allows(PERM_CONVERSATION_ALL, true, session->permissions),
		   ordering->user_id) < 0)
		return -1;
	ordering->name = db_text(agent, 0, "name");
	if (order->state != AGENT_OUT && !db_bool(agent, 0, "inside"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.agent.away", "user %" PRId64 " is not in",
				   ordering->user_id);
	bool same = db_i64(agent, 0, "state") == order->state &&
		db_i64(agent, 0, "break_type_id") == order->break_type_id;
	if (agent_change_state(ctx, ordering->user_id, order->state, order->break_type_id, session->user_id,
			       order->reason) < 0 ||
	    db_pipe_begin(ctx) < 0)
		return -1;
	if (ordering->user_id != session->user_id && !same && notice_tell(ctx, ordering->user_id, &words) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int agent_order(struct vt_ctx *ctx, const struct session *session, int64_t user_id,
		const struct agent_order *order, const char **name)
{
	struct ordering ordering = { .session = session, .order = order, .user_id = user_id };
	struct db_result *sessions;

	*name = NULL;
	if (db_transaction(ctx, carry_out, &ordering) < 0) {
		*name = ordering.name;
		return -1;
	}
	*name = ordering.name;
	if (order->state != AGENT_OUT || !order->log_out)
		return 0;
	if (db_query(ctx, &sessions, &SQL_AGENT_SESSIONS, "i", user_id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(sessions); row++) {
		if (session_end(ctx, db_i64(sessions, row, "session_id")) < 0)
			return -1;
	}
	return 0;
}
