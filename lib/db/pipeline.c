/*
 * Everything is sent in libpq's pipeline mode: statements leave together and
 * are answered together. One statement alone is a pipeline of one.
 */
#include "base/vt.h"
#include "base/log.h"
#include "db/connection-private.h"
#include "db/parameter.h"

#include <errno.h>
#include <poll.h>

static int send_failed(struct vt_ctx *ctx)
{
	return db_raise(ctx, NULL, NULL);
}

int db_send_control(struct vt_ctx *ctx, const char *text)
{
	struct db *db = ctx->db;

	if (!PQsendQueryParams(db->connection, text, 0, NULL, NULL, NULL, NULL, 0))
		return send_failed(ctx);
	db_entry_add(db, ENTRY_CONTROL, NULL, 0);
	return 0;
}

int db_send_values(struct vt_ctx *ctx, enum entry_kind kind, int64_t owner, const struct sql *sql,
		   const char *const *values)
{
	struct db *db = ctx->db;
	struct prepared *prepared = db_prepared(db, sql);

	if (prepared->state == PREPARED_NO) {
		if (!PQsendPrepare(db->connection, sql->name, sql->text, sql->parameters, NULL))
			return send_failed(ctx);
		prepared->state = PREPARED_SENT;
		db_entry_add(db, ENTRY_PREPARE, sql, owner);
	}
	if (!PQsendQueryPrepared(db->connection, sql->name, sql->parameters, values, NULL, NULL, 0))
		return send_failed(ctx);
	db_entry_add(db, kind, sql, owner);
	return 0;
}

int db_send_statement(struct vt_ctx *ctx, int64_t owner, const struct sql *sql, const char *format,
		      va_list args)
{
	struct db *db = ctx->db;

	if (db->begin_pending) {
		db->begin_pending = false;
		if (db_send_control(ctx, "BEGIN") < 0)
			return -1;
	}
	db->statements++;
	return db_send_values(ctx, ENTRY_STATEMENT, owner, sql,
			      parameters_read(ctx, sql, format, args));
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
	struct db_result *kept = arena_alloc(ctx->arena, sizeof(*kept));

	kept->result = result;
	kept->arena = ctx->arena;
	arena_defer(ctx->arena, clear_result, result);
	return kept;
}

struct finish {
	struct db_result **results;
	size_t count;
	int64_t failed_owner;
	bool failed;
};

/* One entry's answer. The first failure is raised; what follows it was not executed. */
static int take_answer(struct vt_ctx *ctx, const struct entry *entry, struct finish *finish)
{
	struct db *db = ctx->db;
	bool lost;
	PGresult *result = next_result(db, &lost);

	if (!result)
		return -1;
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (entry->kind == ENTRY_PREPARE)
		db_prepared(db, entry->sql)->state = good ? PREPARED_YES : PREPARED_NO;
	if (good && entry->kind == ENTRY_STATEMENT)
		finish->results[finish->count++] = keep(ctx, result);
	else if (good && entry->kind == ENTRY_WAKE)
		snprintf(db->wake_xid, sizeof(db->wake_xid), "%s",
			 PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
	if (!good && status != PGRES_PIPELINE_ABORTED && !finish->failed) {
		finish->failed = true;
		finish->failed_owner = entry->owner;
		db_raise(ctx, result, entry->sql);
	}
	if (!good || entry->kind != ENTRY_STATEMENT)
		PQclear(result);
	while ((result = next_result(db, &lost)))
		PQclear(result);
	return lost ? -1 : 0;
}

static int lost_connection(struct vt_ctx *ctx, const struct finish *finish)
{
	struct db *db = ctx->db;

	if (!finish->failed || ctx->error.code != VT_E_UNAVAILABLE) {
		vt_error_clear(ctx);
		vt_fail(ctx, VT_E_UNAVAILABLE, "the connection was lost: %s",
			PQerrorMessage(db->connection));
		snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "08006");
	}
	PQfinish(db->connection);
	db->connection = NULL;
	return -1;
}

int db_finish(struct vt_ctx *ctx, struct db_result **results, size_t *count, int64_t *failed_owner)
{
	struct db *db = ctx->db;
	struct finish finish = { .results = results };
	bool lost;

	db->pipe_open = false;
	if (!PQpipelineSync(db->connection)) {
		db->entry_count = 0;
		return lost_connection(ctx, &finish);
	}
	for (size_t i = 0; i < db->entry_count; i++) {
		if (take_answer(ctx, &db->entries[i], &finish) < 0) {
			db->entry_count = 0;
			return lost_connection(ctx, &finish);
		}
	}
	db->entry_count = 0;
	PGresult *sync = next_result(db, &lost);
	if (!sync || PQresultStatus(sync) != PGRES_PIPELINE_SYNC) {
		PQclear(sync);
		return lost_connection(ctx, &finish);
	}
	PQclear(sync);
	if (count)
		*count = finish.count;
	if (!finish.failed)
		return 0;
	if (failed_owner)
		*failed_owner = finish.failed_owner;
	return -1;
}

/* A new session is only opened outside a transaction: nothing of the old one is sent again. */
static int ready(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (db_connected(db))
		return 0;
	if (db->in_transaction && !db->begin_pending)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "the connection was lost in a transaction");
	bool in_transaction = db->in_transaction;
	db->in_transaction = db->begin_pending = false;
	if (db_connect(ctx) < 0)
		return -1;
	db->in_transaction = db->begin_pending = in_transaction;
	return 0;
}

int db_pipe_begin(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	VT_BUG_ON(db->pipe_open);
	if (ready(ctx) < 0)
		return -1;
	db->pipe_open = true;
	return 0;
}

int db_pipe_add(struct vt_ctx *ctx, int64_t owner, const struct sql *sql, const char *format, ...)
{
	va_list args;

	VT_BUG_ON(!ctx->db->pipe_open);
	va_start(args, format);
	int status = db_send_statement(ctx, owner, sql, format, args);
	va_end(args);
	return status;
}

int db_pipe_run(struct vt_ctx *ctx, struct db_result ***results, size_t *count, int64_t *failed_owner)
{
	struct db *db = ctx->db;
	size_t answered = 0;

	VT_BUG_ON(!db->pipe_open);
	struct db_result **list = arena_calloc(ctx->arena, db->entry_count + 1, sizeof(*list));
	if (results)
		*results = list;
	if (count)
		*count = 0;
	if (!db->entry_count) {
		db->pipe_open = false;
		return 0;
	}
	if (db_finish(ctx, list, &answered, failed_owner) < 0)
		return -1;
	if (count)
		*count = answered;
	if (db->commit_queued) {
		db->commit_queued = db->in_transaction = false;
		wake_send(db);
	}
	return 0;
}

int db_query(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql, const char *format, ...)
{
	struct db_result *result[1];
	va_list args;

	VT_BUG_ON(ctx->db->pipe_open);
	if (ready(ctx) < 0)
		return -1;
	va_start(args, format);
	int status = db_send_statement(ctx, 0, sql, format, args);
	va_end(args);
	if (status < 0 || db_finish(ctx, result, NULL, NULL) < 0)
		return -1;
	if (out)
		*out = result[0];
	return 0;
}

int db_one(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql, const char *format, ...)
{
	struct db_result *result[1];
	va_list args;

	VT_BUG_ON(ctx->db->pipe_open);
	if (ready(ctx) < 0)
		return -1;
	va_start(args, format);
	int status = db_send_statement(ctx, 0, sql, format, args);
	va_end(args);
	if (status < 0 || db_finish(ctx, result, NULL, NULL) < 0)
		return -1;
	if (db_rows(result[0]) == 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "%s: no row", sql->name);
	VT_BUG_ON(db_rows(result[0]) > 1);
	if (out)
		*out = result[0];
	return 0;
}

int db_exec(struct vt_ctx *ctx, int64_t *affected, const struct sql *sql, const char *format, ...)
{
	struct db_result *result[1];
	va_list args;

	VT_BUG_ON(ctx->db->pipe_open);
	if (ready(ctx) < 0)
		return -1;
	va_start(args, format);
	int status = db_send_statement(ctx, 0, sql, format, args);
	va_end(args);
	if (status < 0 || db_finish(ctx, result, NULL, NULL) < 0)
		return -1;
	if (affected)
		*affected = db_affected(result[0]);
	return 0;
}
