/* The inside of lib/db: nobody else includes it, and nobody else sees libpq. */
#ifndef VT_DB_CONNECTION_PRIVATE_H
#define VT_DB_CONNECTION_PRIVATE_H

#include "base/vt.h"
#include "base/strbuf.h"
#include "db/db.h"

#include <libpq-fe.h>

enum entry_kind { ENTRY_PREPARE, ENTRY_STATEMENT, ENTRY_CONTROL, ENTRY_WAKE };

/* One thing sent in the open pipeline, to be matched with its answer. */
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

#define WAKE_WORKERS_MAX 4

struct db {
	char *conninfo;
	char *application_name;
	char *options;
	PGconn *connection;

	struct prepared *prepared;     /* open addressing by the statement's address */
	size_t prepared_count, prepared_room;

	bool pipe_open;                /* between db_pipe_begin and db_pipe_run */
	struct entry *entries;
	size_t entry_count, entry_room;

	bool in_transaction;
	bool begin_pending;            /* BEGIN leaves with the first statement */
	bool commit_queued;

	char *topics;                  /* of the running transaction, malloc'd */
	size_t topics_size, topics_room;
	struct { const char *command; int lane; } workers[WAKE_WORKERS_MAX];
	int worker_count;
	char wake_xid[24];

	unsigned statements;
};

struct db_result {
	PGresult *result;
	struct arena *arena;
};

/* Raise from a result or the connection; the code comes from the SQLSTATE. */
int db_raise(struct vt_ctx *ctx, const PGresult *result, const struct sql *sql);
/* Forget the session: prepared statements, transaction, queued entries. */
void db_forget_session(struct db *db);

struct prepared *db_prepared(struct db *db, const struct sql *sql);
struct entry *db_entry_add(struct db *db, enum entry_kind kind, const struct sql *sql, int64_t owner);

/* Queue a fixed statement of this room ("BEGIN"). */
int db_send_control(struct vt_ctx *ctx, const char *text);
/* Queue a statement with ready values, its PREPARE ahead when needed. */
int db_send_values(struct vt_ctx *ctx, enum entry_kind kind, int64_t owner, const struct sql *sql,
		   const char *const *values);
/* Queue one statement with its parameters, its PREPARE ahead when needed, BEGIN ahead of both. */
int db_send_statement(struct vt_ctx *ctx, int64_t owner, const struct sql *sql, const char *format,
		      va_list args);
/* Sync, wait for all answers. Statement results are appended to results (room for all). */
int db_finish(struct vt_ctx *ctx, struct db_result **results, size_t *count, int64_t *failed_owner);

/* wake.c */
void wake_forget(struct db *db);
int wake_queue_row(struct vt_ctx *ctx);
void wake_send(struct db *db);

#endif
