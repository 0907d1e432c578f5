/*
 * One connection for an event loop: nothing here waits (but for the look-up of
 * a host's name, when the connection string has one). Statements leave in a
 * pipeline, each with a sync of its own, so that one's failure is not another's;
 * answers come in order, to a function. The connection listens on one channel,
 * and reopens itself with growing pauses (0.1 s to 5 s) when it is lost or when
 * an answer does not come for 10 s.
 *
 * The loop watches db_async_socket for input (and for output while
 * db_async_wants_write), and calls db_async_step then, and when db_async_due_us
 * comes.
 */
#ifndef VT_DB_ASYNC_H
#define VT_DB_ASYNC_H

#include "db/db.h"

struct db_async;

/* What the owner learns, always from inside db_async_step; arg is given back. */
struct db_async_owner {
	void (*connected)(void *arg);   /* statements may be sent from now on */
	void (*lost)(void *arg);        /* after connected: they may not; all under way were answered */
	void (*notified)(void *arg, const char *payload);
	void *arg;
};

/* result is NULL when the statement failed or its answer was lost; the log has why. It lives until
 * the function returns. */
typedef void db_async_done(struct vt_ctx *ctx, void *arg, const struct db_result *result);

/* channel: what LISTEN names, NULL for nothing. The strings and owner are copied. The first
 * db_async_step begins to connect. The caller closes; statements under way are answered NULL. */
struct db_async *db_async_new(const char *conninfo, const char *application_name,
			      const char *channel, const struct db_async_owner *owner);
void db_async_close(struct vt_ctx *ctx, struct db_async *async);

int db_async_socket(const struct db_async *async);        /* -1: none; may change at every step */
bool db_async_wants_write(const struct db_async *async);
int64_t db_async_due_us(const struct db_async *async);    /* of clock_monotonic_us */
bool db_async_ready(const struct db_async *async);
size_t db_async_waiting(const struct db_async *async);    /* statements not yet answered */

/* Do what can be done now: connect, send, receive, call back. */
void db_async_step(struct vt_ctx *ctx, struct db_async *async);

/* Send a statement; parameters as in db.h. VT_E_UNAVAILABLE when not ready: done is then not
 * called. Parameters are copied; ctx->arena is used and may be reset at once. */
int db_async_send(struct vt_ctx *ctx, struct db_async *async, db_async_done *done, void *arg,
		  const struct sql *sql, const char *format, ...) VT_MUST_CHECK;

#endif
