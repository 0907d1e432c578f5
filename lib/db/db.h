/*
 * The one door to PostgreSQL. Only lib/db touches libpq.
 *
 * A statement is a named block of sql/queries/<room>.sql; the build makes
 * `extern const struct sql SQL_<NAME>` of it (header "sql_<room>.h"). It is
 * prepared on first use of a connection. Parameters are given by a format:
 *   i int64_t   s const char * (NULL -> NULL)   b int (bool)
 *   t int64_t microseconds UTC (0 -> NULL)      j const char * (jsonb text)
 *   d double    y const uint8_t *, size_t (bytea; NULL pointer -> NULL)
 *   n (no argument: NULL)
 *   I const int64_t *, size_t (bigint[])        S const char *const *, size_t (text[])
 *   T const int64_t *, size_t (timestamptz[])
 * Results are released with ctx->arena.
 *
 * Errors: 08*, 53*, 57014, 57P0*, 25P03 and a lost connection:
 * VT_E_UNAVAILABLE; 23505, 23P01: VT_E_CONFLICT; 40001, 40P01: repeated by
 * db_transaction; the rest VT_E_DB. The message never holds a value.
 *
 * A lost connection is reopened by the next call outside a transaction. One
 * that was lost while nothing was asked of it is reopened without an error,
 * unless the session holds an advisory lock: its holder must learn of it.
 */
#ifndef VT_DB_DB_H
#define VT_DB_DB_H

#include "base/vt.h"

struct db;
struct db_result;

struct sql {
	const char *name;        /* "conversation_get": also the prepared name */
	const char *text;        /* with $1.. */
	int parameters;
};

/* Every statement there is, with its room; the last has a NULL sql. For tests. */
struct sql_listed {
	const char *room;
	const struct sql *sql;
};
extern const struct sql_listed sql_all[];

/* Connect lazily. conninfo: libpq's; options: extra "-c name=value ..." for the
 * session or NULL. The caller closes. Statement timeout etc. come with options. */
struct db *db_new(const char *conninfo, const char *application_name, const char *options);
void db_close(struct db *db);          /* NULL is fine */
bool db_connected(const struct db *db);
int db_connect(struct vt_ctx *ctx) VT_MUST_CHECK;   /* now, instead of at first use */

/* Statements sent, and times waited for answers, since they were last zeroed. BEGIN, COMMIT and
 * PREPARE travel with the others and are no statements; the wake row is one. */
unsigned db_statements(const struct db *db);
unsigned db_round_trips(const struct db *db);
void db_statements_reset(struct db *db);

/* One statement, one round trip. out may be NULL. */
int db_query(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql,
	     const char *format, ...) VT_MUST_CHECK;
/* Exactly one row: none is VT_E_NOT_FOUND. */
int db_one(struct vt_ctx *ctx, struct db_result **out, const struct sql *sql,
	   const char *format, ...) VT_MUST_CHECK;
/* A write. affected may be NULL. */
int db_exec(struct vt_ctx *ctx, int64_t *affected, const struct sql *sql,
	    const char *format, ...) VT_MUST_CHECK;
/* SQL that is not a named block: migrations, search and reports only. No parameters,
 * several statements allowed. */
int db_script(struct vt_ctx *ctx, const char *text) VT_MUST_CHECK;

/*
 * Pipeline: statements leave together and are answered together, in one round
 * trip. db_pipe_add queues; `owner` is any number the caller wants back when
 * that statement fails. db_pipe_run sends, waits, and gives the results in
 * order (array in ctx->arena, one per db_pipe_add). After the first failure
 * the rest is not executed and -1 is returned, *failed_owner set (may be NULL).
 * Outside a transaction the statements of one run form one implicit transaction.
 * A pipeline that was begun outside a transaction and never run happens not at all.
 */
int db_pipe_begin(struct vt_ctx *ctx) VT_MUST_CHECK;
int db_pipe_add(struct vt_ctx *ctx, int64_t owner, const struct sql *sql,
		const char *format, ...) VT_MUST_CHECK;
int db_pipe_run(struct vt_ctx *ctx, struct db_result ***results, size_t *count,
		int64_t *failed_owner) VT_MUST_CHECK;

/*
 * Transactions. db_transaction runs fn between BEGIN and COMMIT, in READ
 * COMMITTED; on 40001/40P01 it rolls back, gives way for a moment (16 to 128 ms)
 * and repeats, up to 3 times, so fn must be repeatable and touch nothing but the
 * database and ctx->arena. fn returning -1 rolls back. The wake topics added
 * inside are written as one wake row just before COMMIT and sent as a hint after
 * it (see db/wake.h).
 *
 * Round trips: BEGIN leaves with the first statement, the wake row with
 * COMMIT. Inside db_transaction a db_pipe_run that wants nothing back (three
 * NULLs) returns 0 at once; its statements leave with what comes next, COMMIT
 * at the latest, and fail there.
 */
int db_transaction(struct vt_ctx *ctx, int (*fn)(struct vt_ctx *ctx, void *arg), void *arg) VT_MUST_CHECK;
/* For workers that pipeline BEGIN and COMMIT with their statements. db_begin and db_commit are
 * queued into an open pipeline when there is one. */
int db_begin(struct vt_ctx *ctx) VT_MUST_CHECK;
int db_commit(struct vt_ctx *ctx) VT_MUST_CHECK;
void db_rollback(struct vt_ctx *ctx);
bool db_in_transaction(const struct db *db);

/* Reading results. A column name that is not there is a bug (abort). */
size_t db_rows(const struct db_result *result);
int64_t db_affected(const struct db_result *result);
bool db_is_null(const struct db_result *result, size_t row, const char *column);
const char *db_text(const struct db_result *result, size_t row, const char *column); /* "" for NULL */
const char *db_text_or_null(const struct db_result *result, size_t row, const char *column);
int64_t db_i64(const struct db_result *result, size_t row, const char *column);   /* 0 for NULL */
double db_double(const struct db_result *result, size_t row, const char *column);
bool db_bool(const struct db_result *result, size_t row, const char *column);
int64_t db_time_us(const struct db_result *result, size_t row, const char *column); /* 0 for NULL */
/* bytea, decoded into ctx->arena */
const uint8_t *db_bytes(struct vt_ctx *ctx, const struct db_result *result, size_t row,
			const char *column, size_t *size);
/* bigint[] decoded into ctx->arena; *count elements */
const int64_t *db_i64_array(struct vt_ctx *ctx, const struct db_result *result, size_t row,
			    const char *column, size_t *count);

/* Advisory locks of the relay (two-int key, session level). */
int db_lock_try(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared, bool *got) VT_MUST_CHECK;
int db_unlock(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared) VT_MUST_CHECK;

#endif
