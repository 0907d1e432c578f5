#include "base/vt.h"
#include "base/log.h"
#include "db/connection-private.h"

#include <poll.h>

#define TRIES 4                      /* the first and 3 repeats */
#define PAUSE_MS 32                  /* at most, before the first repeat; twice that before each next */

int db_begin(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	VT_BUG_ON(db->in_transaction || (db->pipe_open && db->entry_count));
	db->in_transaction = db->begin_pending = true;
	db->repeatable = false;
	wake_forget(db);
	return 0;
}

void db_committed(struct db *db)
{
	db->in_transaction = db->begin_pending = db->commit_queued = false;
	wake_send(db);
}

int db_commit(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;
	bool empty = db->begin_pending && !wake_pending(db);

	VT_BUG_ON(!db->in_transaction || db->commit_queued);
	if (!empty && !db->pipe_open && db_ready(ctx) < 0)
		return -1;
	if (!empty && (wake_queue_row(ctx) < 0 || db_send_control(ctx, ENTRY_COMMIT, "COMMIT") < 0))
		return -1;
	db->commit_queued = true;
	if (db->pipe_open)
		return 0;
	if (!empty && db_finish(ctx, NULL, NULL, NULL) < 0)
		return -1;
	db_committed(db);
	return 0;
}

/* Bring the session back to rest whatever happened; errors of that are not the caller's. */
void db_rollback(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;
	struct vt_error error = ctx->error;
	bool repeatable = db->repeatable;

	if (db_connected(db) && db->entry_count)
		(void)!db_finish(ctx, NULL, NULL, NULL);
	if (db_connected(db) && PQtransactionStatus(db->connection) != PQTRANS_IDLE &&
	    db_send_control(ctx, ENTRY_CONTROL, "ROLLBACK") == 0)
		(void)!db_finish(ctx, NULL, NULL, NULL);
	db->in_transaction = db->begin_pending = db->commit_queued = db->pipe_open = false;
	db->repeatable = repeatable;
	wake_forget(db);
	ctx->error = error;
}

/* One try. fn sees managed set, so that its runs without results cost no round trip. */
static int try(struct vt_ctx *ctx, int (*fn)(struct vt_ctx *ctx, void *arg), void *arg)
{
	struct db *db = ctx->db;

	if (db_begin(ctx) < 0)
		return -1;
	db->managed = true;
	int status = fn(ctx, arg);
	VT_BUG_ON(status == 0 && (db->pipe_open || !db->in_transaction));
	if (status == 0)
		status = db_commit(ctx);
	db->managed = false;
	if (status < 0)
		db_rollback(ctx);
	return status;
}

/*
 * Whoever waited for our rows has to be woken before it has them: at once we would take them again, and meet it in the
 * same place. Half of the pause is chance, so that two who both step back do not come again together.
 */
static void give_way(struct vt_ctx *ctx, int tries)
{
	uint8_t chance;
	int ms = PAUSE_MS << (tries - 1);

	ctx->random_bytes(&chance, sizeof(chance));
	poll(NULL, 0, ms / 2 + ms * chance / 512);
}

int db_transaction(struct vt_ctx *ctx, int (*fn)(struct vt_ctx *ctx, void *arg), void *arg)
{
	struct db *db = ctx->db;

	VT_BUG_ON(db->in_transaction);
	/* An error left a pipeline open: away with it before it takes our BEGIN. */
	if (db->pipe_open && db_ready(ctx) < 0)
		return -1;
	for (int tries = 1;; tries++) {
		if (try(ctx, fn, arg) == 0)
			return 0;
		if (!db->repeatable || tries == TRIES)
			return -1;
		log_event(ctx, LOG_LEVEL_INFO, "db.repeat", "tries=%d", tries);
		vt_error_clear(ctx);
		give_way(ctx, tries);
	}
}

/* What was queued before it, in the order it was queued. */
static int flush(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (db_send_begin(ctx) < 0)
		return -1;
	return db->entry_count ? db_finish(ctx, NULL, NULL, NULL) : 0;
}

/* Several statements in one text need the simple protocol, which pipeline mode does not speak. */
int db_script(struct vt_ctx *ctx, const char *text)
{
	struct db *db = ctx->db;
	int status = 0;

	if (db_ready(ctx) < 0 || flush(ctx) < 0)
		return -1;
	VT_BUG_ON(!PQexitPipelineMode(db->connection) || PQsetnonblocking(db->connection, 0) < 0);
	db->statements++;
	db->round_trips++;
	PGresult *result = PQexec(db->connection, text);
	ExecStatusType answer = PQresultStatus(result);
	if (answer != PGRES_COMMAND_OK && answer != PGRES_TUPLES_OK && answer != PGRES_EMPTY_QUERY)
		status = db_raise(ctx, result, "script");
	PQclear(result);
	if (!db_connected(db))
		db_hang_up(db);
	else
		VT_BUG_ON(PQsetnonblocking(db->connection, 1) < 0 || !PQenterPipelineMode(db->connection));
	return status;
}
