/*
 * Everything is sent in libpq's pipeline mode: statements leave together and
 * are answered together. One statement alone is a pipeline of one.
 */
#include "base/vt.h"
#include "db/connection-private.h"
#include "db/parameter.h"

#include <errno.h>
#include <poll.h>

static void entry_add(struct db *db, enum entry_kind kind, const struct sql *sql, int64_t owner)
{
	if (db->entry_count == db->entry_room) {
		db->entry_room = db->entry_room ? 2 * db->entry_room : 64;
		db->entries = realloc(db->entries, db->entry_room * sizeof(*db->entries));
		VT_BUG_ON(!db->entries);
	}
	db->entries[db->entry_count++] = (struct entry){ .kind = kind, .sql = sql, .owner = owner };
}

/* Half of something may be queued: nothing of it may happen. */
static int send_failed(struct vt_ctx *ctx, const char *what)
{
	db_raise(ctx, NULL, what);
	db_hang_up(ctx->db);
	return -1;
}

int db_send_control(struct vt_ctx *ctx, enum entry_kind kind, const char *text)
{
	struct db *db = ctx->db;

	if (!PQsendQueryParams(db->connection, text, 0, NULL, NULL, NULL, NULL, 0))
		return send_failed(ctx, text);
	entry_add(db, kind, NULL, 0);
	return 0;
}

int db_send_begin(struct vt_ctx *ctx)
{
	if (!ctx->db->begin_pending)
		return 0;
	ctx->db->begin_pending = false;
	return db_send_control(ctx, ENTRY_CONTROL, "BEGIN");
}

int db_send_values(struct vt_ctx *ctx, enum entry_kind kind, int64_t owner, const struct sql *sql,
		   const char *const *values)
{
	struct db *db = ctx->db;
	struct prepared *prepared = db_prepared(db, sql);

	if (db_send_begin(ctx) < 0)
		return -1;
	if (prepared->state == PREPARED_NO) {
		if (!PQsendPrepare(db->connection, sql->name, sql->text, sql->parameters, NULL))
			return send_failed(ctx, sql->name);
		prepared->state = PREPARED_SENT;
		entry_add(db, ENTRY_PREPARE, sql, owner);
	}
	if (!PQsendQueryPrepared(db->connection, sql->name, sql->parameters, values, NULL, NULL, 0))
		return send_failed(ctx, sql->name);
	entry_add(db, kind, sql, owner);
	db->statements++;
	return 0;
}

/* Write what is left and wait until there is something to read. */
static int wait_for_input(struct db *db)
{
	for (;;) {
		int unsent = PQflush(db->connection);
		if (unsent < 0)
			return -1;
		struct pollfd poll_fd = { .fd = PQsocket(db->connection),
					  .events = (short)(POLLIN | (unsent ? POLLOUT : 0)) };
		if (poll_fd.fd < 0 || (poll(&poll_fd, 1, -1) < 0 && errno != EINTR))
			return -1;
		if (poll_fd.revents & (POLLIN | POLLERR | POLLHUP))
			return PQconsumeInput(db->connection) ? 0 : -1;
	}
}

/* The next result; NULL ends one statement's results, *lost says that the server is gone. */
static PGresult *next_result(struct db *db, bool *lost)
{
	*lost = false;
	while (PQisBusy(db->connection)) {
		if (wait_for_input(db) < 0) {
			*lost = true;
			return NULL;
		}
	}
	return PQgetResult(db->connection);
}

static void clear_result(void *result)
{
	PQclear(result);
}

static struct db_result *keep(struct vt_ctx *ctx, PGresult *result)
{
	struct db_result *kept = arena_calloc(ctx->arena, 1, sizeof(*kept));

	kept->result = result;
	kept->arena = ctx->arena;
	arena_defer(ctx->arena, clear_result, result);
	return kept;
}

/* Answers as they are taken. */
struct finish {
	struct db_result **results;
	size_t count;
	size_t first;            /* the entry from which on results are wanted */
	int64_t failed_owner;
	bool failed;
	bool stale;              /* a table changed its shape under a prepared statement */
};

static bool same(const char *a, const char *b)
{
	return a && !strcmp(a, b);
}

/* Without an SQLSTATE it is COMMIT, which was no good (is_good). */
static void fail(struct vt_ctx *ctx, const struct entry *entry, const PGresult *result,
		 struct finish *finish)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	finish->failed = true;
	finish->failed_owner = entry->owner;
	finish->stale = same(state, "0A000") &&
			same(PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION), "RevalidateCachedQuery");
	if (state) {
		db_raise(ctx, result, entry->sql ? entry->sql->name : "transaction");
		return;
	}
	vt_fail(ctx, VT_E_DB, "a statement had failed: all of the transaction was rolled back");
	snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "25P02");
}

/* COMMIT after an error that somebody swallowed is answered politely, with ROLLBACK. */
static bool is_good(const struct entry *entry, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (entry->kind == ENTRY_COMMIT && status == PGRES_COMMAND_OK)
		return same(PQcmdStatus(result), "COMMIT");
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* One entry's answer. The first failure is raised; what follows it was not executed. */
static int take_answer(struct vt_ctx *ctx, size_t at, struct finish *finish)
{
	struct db *db = ctx->db;
	const struct entry *entry = &db->entries[at];
	bool lost;
	PGresult *result = next_result(db, &lost);

	if (!result)
		return -1;
	bool good = is_good(entry, result);
	bool kept = good && entry->kind == ENTRY_STATEMENT && at >= finish->first && finish->results;
	if (entry->kind == ENTRY_PREPARE)
		db_prepared(db, entry->sql)->state = good ? PREPARED_YES : PREPARED_NO;
	if (good && entry->kind == ENTRY_WAKE)
		snprintf(db->wake_xid, sizeof(db->wake_xid), "%s", PQgetvalue(result, 0, 0));
	if (!good && PQresultStatus(result) != PGRES_PIPELINE_ABORTED && !finish->failed)
		fail(ctx, entry, result, finish);
	if (kept)
		finish->results[finish->count++] = keep(ctx, result);
	else
		PQclear(result);
	while ((result = next_result(db, &lost)))
		PQclear(result);
	return lost ? -1 : 0;
}

/* All answers up to the sync's; -1: the server is gone. */
static int take_answers(struct vt_ctx *ctx, struct finish *finish)
{
	struct db *db = ctx->db;
	bool lost;

	if (!PQpipelineSync(db->connection))
		return -1;
	for (size_t i = 0; i < db->entry_count; i++) {
		if (take_answer(ctx, i, finish) < 0)
			return -1;
	}
	PGresult *sync = next_result(db, &lost);
	bool synced = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
	PQclear(sync);
	return synced ? 0 : -1;
}

static int lost_connection(struct vt_ctx *ctx, const struct finish *finish)
{
	if (!finish->failed || ctx->error.code != VT_E_UNAVAILABLE) {
		vt_fail(ctx, VT_E_UNAVAILABLE, "the connection was lost: %s",
			PQerrorMessage(ctx->db->connection));
		snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "08006");
	}
	db_hang_up(ctx->db);
	return -1;
}

int db_finish(struct vt_ctx *ctx, struct db_result **results, size_t *count, int64_t *failed_owner)
{
	struct db *db = ctx->db;
	struct finish finish = { .results = results, .first = db->deferred };

	db->round_trips++;
	int status = take_answers(ctx, &finish);
	if (failed_owner && finish.failed)
		*failed_owner = finish.failed_owner;
	if (status < 0)
		return lost_connection(ctx, &finish);
	db->entry_count = db->deferred = 0;
	if (count)
		*count = finish.count;
	if (!finish.failed)
		return 0;
	/* Every repetition would fail the same way in this session. */
	if (finish.stale) {
		ctx->error.code = VT_E_UNAVAILABLE;
		db_hang_up(db);
	}
	return -1;
}

int db_pipe_begin(struct vt_ctx *ctx)
{
	if (db_ready(ctx) < 0)
		return -1;
	ctx->db->pipe_open = true;
	return 0;
}

int db_pipe_add(struct vt_ctx *ctx, int64_t owner, const struct sql *sql, const char *format, ...)
{
	va_list args;

	VT_BUG_ON(!ctx->db->pipe_open || ctx->db->commit_queued);
	va_start(args, format);
	const char **values = parameters_read(ctx, sql, format, args);
	va_end(args);
	return db_send_values(ctx, ENTRY_STATEMENT, owner, sql, values);
}

int db_pipe_run(struct vt_ctx *ctx, struct db_result ***results, size_t *count, int64_t *failed_owner)
{
	struct db *db = ctx->db;
	size_t answered = 0;

	VT_BUG_ON(!db->pipe_open);
	db->pipe_open = false;
	/* Nobody looks at the results: they come with the next ones, or with COMMIT's. */
	if (db->managed && !results && !count && !failed_owner) {
		db->deferred = db->entry_count;
		return 0;
	}
	struct db_result **list = arena_calloc(ctx->arena, db->entry_count - db->deferred + 1, sizeof(*list));
	if (db->entry_count && db_finish(ctx, list, &answered, failed_owner) < 0)
		return -1;
	if (db->commit_queued)
		db_committed(db);
	if (results)
		*results = list;
	if (count)
		*count = answered;
	return 0;
}

static int run_one(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql,
		   const char *format, va_list args)
{
	if (db_ready(ctx) < 0 ||
	    db_send_values(ctx, ENTRY_STATEMENT, 0, sql, parameters_read(ctx, sql, format, args)) < 0)
		return -1;
	return db_finish(ctx, out, NULL, NULL);
}

int db_query(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int status = run_one(ctx, out, sql, format, args);
	va_end(args);
	return status;
}

int db_one(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql, const char *format, ...)
{
	struct db_result *result;
	va_list args;

	va_start(args, format);
	int status = run_one(ctx, &result, sql, format, args);
	va_end(args);
	if (status < 0)
		return -1;
	if (db_rows(result) == 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "%s: no row", sql->name);
	VT_BUG_ON(db_rows(result) > 1);
	if (out)
		*out = result;
	return 0;
}

int db_exec(struct vt_ctx *ctx, int64_t *affected, const struct sql *sql, const char *format, ...)
{
	struct db_result *result;
	va_list args;

	va_start(args, format);
	int status = run_one(ctx, &result, sql, format, args);
	va_end(args);
	if (status == 0 && affected)
		*affected = db_affected(result);
	return status;
}
