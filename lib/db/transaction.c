#include "base/vt.h"
#include "base/log.h"
#include "db/connection-private.h"

#define TRANSACTION_TRIES 4   /* the first and 3 repeats */

int db_begin(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	VT_BUG_ON(db->in_transaction);
	if (!db->pipe_open && db_connect(ctx) < 0)
		return -1;
	db->in_transaction = db->begin_pending = true;
	db->wake_xid[0] = '\0';
	return 0;
}

/* The wake row and COMMIT leave together. */
static int queue_commit(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (wake_queue_row(ctx) < 0 || db_send_control(ctx, "COMMIT") < 0)
		return -1;
	db->commit_queued = true;
	return 0;
}

int db_commit(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	VT_BUG_ON(!db->in_transaction);
	if (db->begin_pending) {
		db->in_transaction = db->begin_pending = false;
		wake_forget(db);
		return 0;
	}
	if (queue_commit(ctx) < 0)
		return -1;
	if (db->pipe_open)
		return 0;
	if (db_finish(ctx, NULL, NULL, NULL) < 0)
		return -1;
	db->commit_queued = db->in_transaction = false;
	wake_send(db);
	return 0;
}

/* Bring the session back to rest whatever happened; errors of that are not the caller's. */
void db_rollback(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;
	struct vt_error error = ctx->error;

	wake_forget(db);
	db->in_transaction = db->begin_pending = db->commit_queued = false;
	if (db_connected(db)) {
		struct db_result **ignored = arena_calloc(ctx->arena, db->entry_count + 1, sizeof(*ignored));
		if (db->entry_count)
			(void)!db_finish(ctx, ignored, NULL, NULL);
		db->pipe_open = false;
		vt_error_clear(ctx);
		if (db_connected(db) && PQtransactionStatus(db->connection) != PQTRANS_IDLE &&
		    db_send_control(ctx, "ROLLBACK") == 0)
			(void)!db_finish(ctx, ignored, NULL, NULL);
	}
	db->pipe_open = false;
	ctx->error = error;
}

static bool worth_repeating(const struct vt_ctx *ctx)
{
	return !strcmp(ctx->error.sqlstate, "40001") || !strcmp(ctx->error.sqlstate, "40P01");
}

int db_transaction(struct vt_ctx *ctx, int (*fn)(struct vt_ctx *ctx, void *arg), void *arg)
{
	for (int tries = 1;; tries++) {
		if (db_begin(ctx) < 0)
			return -1;
		if (fn(ctx, arg) == 0 && db_commit(ctx) == 0)
			return 0;
		db_rollback(ctx);
		if (!worth_repeating(ctx) || tries == TRANSACTION_TRIES)
			return -1;
		log_event(ctx, LOG_LEVEL_INFO, "db.repeat", "sqlstate=%s", ctx->error.sqlstate);
		vt_error_clear(ctx);
	}
}

/* Scripts need the simple protocol, which pipeline mode does not speak. */
int db_script(struct vt_ctx *ctx, const char *text)
{
	struct db *db = ctx->db;
	int status = 0;

	VT_BUG_ON(db->pipe_open);
	if (db_connect(ctx) < 0)
		return -1;
	if (db->begin_pending) {
		db->begin_pending = false;
		if (db_send_control(ctx, "BEGIN") < 0 ||
		    db_finish(ctx, NULL, NULL, NULL) < 0)
			return -1;
	}
	VT_BUG_ON(!PQexitPipelineMode(db->connection));
	PQsetnonblocking(db->connection, 0);
	PGresult *result = PQexec(db->connection, text);
	ExecStatusType answer = PQresultStatus(result);
	if (answer != PGRES_COMMAND_OK && answer != PGRES_TUPLES_OK && answer != PGRES_EMPTY_QUERY)
		status = db_raise(ctx, result, NULL);
	PQclear(result);
	if (db_connected(db)) {
		PQsetnonblocking(db->connection, 1);
		VT_BUG_ON(!PQenterPipelineMode(db->connection));
	}
	return status;
}
