#include "base/vt.h"
#include "db/db.h"
#include "people/once.h"
#include "people/session.h"
#include "routing/handover.h"
#include "routing/take.h"
#include "sql_take.h"

struct take {
	const struct session *session;
	int64_t conversation_id;
	const char *once;
};

/* Locked, it is looked at: is it theirs to see, does it wait, does nobody give it out? */
static int check(struct vt_ctx *ctx, const struct take *take, const struct conversation *conversation)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_TAKE_ALLOWED, "ii", take->session->user_id, take->conversation_id) < 0)
		return -1;
	/* What does not wait any more is somebody else's by now: the same as what never was theirs. */
	if (!db_bool(row, 0, "sees") || conversation->state != CONVERSATION_WAITING)
		return vt_fail_key(ctx, VT_E_NOT_FOUND, "error.take.gone",
				   "conversation %" PRId64 " is not theirs to take", take->conversation_id);
	if (!db_bool(row, 0, "manual"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.take.automatic", "its queue gives it out");
	return 0;
}

static int take(struct vt_ctx *ctx, void *arg)
{
	const struct take *take = arg;
	const struct handover handover = { .action = "conversation.pick", .why = "picked",
					   .by = take->session->name };
	struct conversation conversation;
	struct handover_to to;
	const char *answer;
	bool repeat;

	if (conversation_lock(ctx, take->conversation_id, &conversation) < 0 ||
	    once_claim(ctx, take->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (check(ctx, take, &conversation) < 0 ||
	    handover_lock(ctx, &conversation, 0, take->session->user_id, &to) < 0 ||
	    db_pipe_begin(ctx) < 0)
		return -1;
	if (handover_to_operator(ctx, &conversation, &to, &handover) < 0 ||
	    conversation_save(ctx, &conversation) < 0 || once_answer(ctx, take->once, "taken") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int take_case(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
	      const char *once)
{
	struct take data = { session, conversation_id, once };

	return db_transaction(ctx, take, &data);
}
