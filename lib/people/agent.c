#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/agent.h"
#include "people/audit.h"
#include "people/break_type.h"
#include "sql_people.h"

struct state_change {
	int64_t user_id;
	int state;
	int64_t break_type_id;
	int64_t set_by;
	const char *reason;
};

static int state_record(struct vt_ctx *ctx, const struct state_change *change, int old_state,
			int64_t version_id)
{
	int64_t session_id = change->set_by == change->user_id ? ctx->session_id : 0;
	char *before = arena_printf(ctx->arena, "{\"state\":\"%s\"}",
				    code_name("agent_state", old_state));
	struct json *after = json_new_object(ctx);

	json_set_str(after, "state", code_name("agent_state", change->state));
	json_set_i64(after, "break_type", change->break_type_id);
	if (change->set_by && change->set_by != change->user_id)
		json_set_str(after, "reason", change->reason);
	const struct audit audit = {
		.action = "agent.state", .entity = "user", .entity_id = change->user_id,
		.before = before, .after = json_text(ctx, after),
	};

	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AGENT_STATE_LOG_END, "i", change->user_id) < 0)
		return -1;
	if (change->break_type_id) {
		if (db_pipe_add(ctx, 0, &SQL_AGENT_STATE_SET, "iiii", change->user_id,
				(int64_t)change->state, change->break_type_id, session_id) < 0)
			return -1;
	} else if (db_pipe_add(ctx, 0, &SQL_AGENT_STATE_SET, "iini", change->user_id,
			       (int64_t)change->state, session_id) < 0) {
		return -1;
	}
	if (change->state != AGENT_OUT) {
		const char *format = change->break_type_id ? "iiiiiis" : "iiiinis";
		int failed = change->break_type_id
			? db_pipe_add(ctx, 0, &SQL_AGENT_STATE_LOG_START, format, change->user_id,
				      version_id, session_id, (int64_t)change->state,
				      change->break_type_id, change->set_by, change->reason)
			: db_pipe_add(ctx, 0, &SQL_AGENT_STATE_LOG_START, format, change->user_id,
				      version_id, session_id, (int64_t)change->state,
				      change->set_by, change->reason);
		if (failed < 0)
			return -1;
	}
	if (audit_write(ctx, &audit) < 0)
		return -1;
	wake_add(ctx, 'o', change->user_id);
	wake_add(ctx, 'b', 0);
	wake_worker(ctx, "route", 0);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int state_change(struct vt_ctx *ctx, void *arg)
{
	const struct state_change *change = arg;
	struct db_result *result;

	if (change->state == AGENT_BREAK &&
	    break_check(ctx, change->user_id, change->break_type_id,
			change->set_by == change->user_id) < 0)
		return -1;
	if (db_exec(ctx, NULL, &SQL_AGENT_STATE_ENSURE, "i", change->user_id) < 0 ||
	    db_one(ctx, &result, &SQL_AGENT_STATE_LOCK, "i", change->user_id) < 0)
		return -1;
	if (!db_bool(result, 0, "attends") && change->state != AGENT_OUT)
		return vt_fail_key(ctx, VT_E_CONFLICT,
				   change->set_by == change->user_id ? "error.agent.attends" : "error.agent_other.attends",
				   "user %" PRId64 " does not attend", change->user_id);
	int old_state = (int)db_i64(result, 0, "state");
	int64_t old_break = db_i64(result, 0, "break_type_id");
	if (old_state == change->state && old_break == change->break_type_id)
		return 0;
	if (state_record(ctx, change, old_state, db_i64(result, 0, "version_id")) < 0 ||
	    break_tell(ctx, change->user_id, old_break, true) < 0)
		return -1;
	return break_tell(ctx, change->user_id, change->break_type_id, false);
}

int agent_change_state(struct vt_ctx *ctx, int64_t user_id, int state, int64_t break_type_id,
		       int64_t set_by, const char *reason)
{
	struct state_change change = { user_id, state, break_type_id, set_by, reason };

	if (state < AGENT_OUT || state > AGENT_TRAINING)
		return vt_fail_field(ctx, "state", "error.agent.state", "no state %d", state);
	if (state != AGENT_BREAK)
		change.break_type_id = 0;
	return state_change(ctx, &change);
}

static int set_state(struct vt_ctx *ctx, void *arg)
{
	const struct state_change *change = arg;

	return agent_change_state(ctx, change->user_id, change->state, change->break_type_id,
				  change->set_by, change->reason);
}

int agent_set_state(struct vt_ctx *ctx, int64_t user_id, int state, int64_t break_type_id,
		    int64_t set_by, const char *reason)
{
	struct state_change change = { user_id, state, break_type_id, set_by, reason };

	return db_transaction(ctx, set_state, &change);
}
