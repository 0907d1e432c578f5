#include "base/vt.h"
#include "db/db.h"
#include "people/agent.h"
#include "routing/handover.h"
#include "routing/release.h"
#include "sql_routing.h"

struct due {
	int64_t conversation_id, user_id;
	const char *why;               /* "disconnected", "disabled", "unanswered" */
	bool out;
	bool done;
};

static int give_back(struct vt_ctx *ctx, struct conversation *conversation, const struct due *due)
{
	const struct handover handover = {
		.outcome = strcmp(due->why, "unanswered") ? OUTCOME_DISCONNECTED : OUTCOME_UNANSWERED,
		.why = due->why, .first_in_line = true,
	};

	if (db_pipe_begin(ctx) < 0 || handover_release(ctx, conversation, &handover) < 0 ||
	    conversation_save(ctx, conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int release_one(struct vt_ctx *ctx, void *arg)
{
	struct due *due = arg;
	struct conversation conversation;
	struct handover_to to;
	struct db_result *still;

	due->done = false;
	if (conversation_lock(ctx, due->conversation_id, &conversation) < 0 ||
	    handover_lock(ctx, &conversation, 0, 0, &to) < 0 ||
	    db_query(ctx, &still, &SQL_RELEASE_CHECK, "iis", due->conversation_id, due->user_id,
		     due->why) < 0)
		return -1;
	if (!db_rows(still))
		return 0;
	due->done = true;
	if (give_back(ctx, &conversation, due) < 0)
		return -1;
	if (!due->out || db_i64(still, 0, "agent_state") != AGENT_AVAILABLE)
		return 0;
	return agent_change_state(ctx, due->user_id, AGENT_OUT, 0, 0, "unanswered");
}

static int release(struct vt_ctx *ctx, const struct sql *list, int *released)
{
	struct db_result *result;

	*released = 0;
	if (db_query(ctx, &result, list, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		struct due due = {
			.conversation_id = db_i64(result, i, "conversation_id"),
			.user_id = db_i64(result, i, "user_id"),
			.why = db_text(result, i, "why"), .out = db_bool(result, i, "out"),
		};
		if (db_transaction(ctx, release_one, &due) < 0)
			return -1;
		*released += due.done;
	}
	return 0;
}

int release_due(struct vt_ctx *ctx, int *released)
{
	return release(ctx, &SQL_RELEASE_DUE, released);
}

int release_disabled(struct vt_ctx *ctx, int *released)
{
	return release(ctx, &SQL_RELEASE_DISABLED, released);
}
