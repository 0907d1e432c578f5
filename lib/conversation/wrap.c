#include "base/vt.h"
#include "base/codes.h"
#include "conversation/conversation.h"
#include "conversation/wrap.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "sql_wrap.h"

int wrap_begin(struct vt_ctx *ctx, struct conversation *conversation, int64_t seconds)
{
	const struct segment_start wrap = { .kind = SEGMENT_WRAP, .queue_id = conversation->queue_id,
					    .user_id = conversation->user_id };

	if (!seconds)
		return 0;
	if (conversation_segment(ctx, conversation, 0, &wrap) < 0)
		return -1;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_WRAP_BEGIN, "iti",
			   conversation->user_id, ctx->now_us, seconds);
}

struct ending {
	int64_t user_id;
	bool due;
};

static int record(struct vt_ctx *ctx, const struct ending *ending, int64_t until)
{
	int64_t at = ending->due ? until : ctx->now_us;
	const struct audit audit = { .action = "agent.wrap", .entity = "user", .entity_id = ending->user_id };

	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_WRAP_SEGMENTS, "iti", ending->user_id, at,
			(int64_t)(ending->due ? OUTCOME_PROTOCOL : OUTCOME_TYPIFIED)) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_WRAP_END, "it", ending->user_id, ctx->now_us) < 0 ||
	    (!ending->due && audit_write(ctx, &audit) < 0))
		return -1;
	wake_add(ctx, 'o', ending->user_id);
	wake_add(ctx, 'b', 0);
	wake_worker(ctx, "route", 0);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int end(struct vt_ctx *ctx, void *arg)
{
	const struct ending *ending = arg;
	struct db_result *state;

	if (db_query(ctx, NULL, &SQL_WRAP_LOCK, "i", ending->user_id) < 0 ||
	    db_query(ctx, &state, &SQL_WRAP_STATE, "i", ending->user_id) < 0)
		return -1;
	if (!db_rows(state))
		return 0;
	int64_t until = db_time_us(state, 0, "wrap_until");
	if (ending->due && until > ctx->now_us)
		return 0;
	return record(ctx, ending, until);
}

int wrap_end(struct vt_ctx *ctx, int64_t user_id, bool due)
{
	struct ending ending = { user_id, due };

	return db_transaction(ctx, end, &ending);
}

int wrap_end_due(struct vt_ctx *ctx, int64_t *count)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_WRAP_DUE, "") < 0)
		return -1;
	*count = (int64_t)db_rows(rows);
	for (size_t row = 0; row < db_rows(rows); row++) {
		if (wrap_end(ctx, db_i64(rows, row, "user_id"), true) < 0)
			return -1;
	}
	return 0;
}
