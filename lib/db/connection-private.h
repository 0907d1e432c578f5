/* The inside of lib/db: nobody else includes it, and nobody else sees libpq. */
#ifndef VT_DB_CONNECTION_PRIVATE_H
#define VT_DB_CONNECTION_PRIVATE_H

#include "base/vt.h"
#include "base/strbuf.h"
#include "db/db.h"

#include <libpq-fe.h>

enum entry_kind { ENTRY_PREPARE, ENTRY_STATEMENT, ENTRY_CONTROL, ENTRY_COMMIT, ENTRY_WAKE };

/* One thing sent and not yet answered. */
struct entry {
	enum entry_kind kind;
	const struct sql *sql;
	int64_t owner;
};

enum prepared_state { PREPARED_NO, PREPARED_SENT, PREPARED_YES };

struct prepared {
	const struct sql *sql;
	enum prepared_state state;
};

#define WAKE_WORKERS_MAX 16

struct db {
	char *conninfo;
	char *application_name;
	char *options;
	PGconn *connection;
	int locks;                     /* advisory locks of the session */

	struct prepared *prepared;     /* open addressing by the statement's address */
	size_t prepared_count, prepared_room;

	bool pipe_open;                /* between db_pipe_begin and db_pipe_run */
	struct entry *entries;
	size_t entry_count, entry_room;
	size_t deferred;               /* so many of them were run for no results */

	bool in_transaction;
	bool begin_pending;            /* BEGIN leaves with the first statement */
	bool commit_queued;
	bool managed;                  /* inside db_transaction */
	bool repeatable;               /* a serialisation failure or a deadlock broke it */

	char *topics;                  /* of the running transaction, malloc'd: " c1 o2 " */
	size_t topics_size, topics_room;
	struct { const char *command; int lane; } workers[WAKE_WORKERS_MAX];
	int worker_count;
	char wake_xid[24];

	unsigned statements, round_trips;
};

struct db_result {
	PGresult *result;
	struct arena *arena;
	uint8_t column_at[64];         /* where a column was, by its name's address: row.c */
};

/* connection.c */

/* A session for what comes next. Outside a transaction, or before anything of it was sent, a lost
 * one is replaced; inside it is VT_E_UNAVAILABLE. An open pipeline must have been left in an error. */
int db_ready(struct vt_ctx *ctx) VT_MUST_CHECK;
/* Close the connection and forget what belonged to its session. */
void db_hang_up(struct db *db);
/* Raise from a result, or from the connection when it is NULL; the code comes from the SQLSTATE. */
int db_raise(struct vt_ctx *ctx, const PGresult *result, const char *what);
/* Where a statement stands in this session. */
struct prepared *db_prepared(struct db *db, const struct sql *sql);

/* pipeline.c */

/* Queue a transaction's own word ("BEGIN"). */
int db_send_control(struct vt_ctx *ctx, enum entry_kind kind, const char *text) VT_MUST_CHECK;
/* Queue BEGIN when it is due. */
int db_send_begin(struct vt_ctx *ctx) VT_MUST_CHECK;
/* Queue a statement with ready values; BEGIN and its PREPARE ahead when they are due. */
int db_send_values(struct vt_ctx *ctx, enum entry_kind kind, int64_t owner, const struct sql *sql,
		   const char *const *values) VT_MUST_CHECK;
/* Send what is queued and wait for all answers: one round trip. The results of the statements
 * behind the deferred ones go to results (room for all, or NULL: thrown away), their number to
 * count (may be NULL). The first failure is raised, its owner left in failed_owner (may be NULL). */
int db_finish(struct vt_ctx *ctx, struct db_result **results, size_t *count,
	      int64_t *failed_owner) VT_MUST_CHECK;

/* transaction.c: COMMIT was answered. */
void db_committed(struct db *db);

/* wake.c */
void wake_forget(struct db *db);
bool wake_pending(const struct db *db);
int wake_queue_row(struct vt_ctx *ctx) VT_MUST_CHECK;
void wake_send(struct db *db);

#endif
