#include "base/vt.h"
#include "base/log.h"
#include "db/connection-private.h"

#include <poll.h>

#define SESSION_OPTIONS "-c timezone=UTC -c datestyle=ISO -c client_min_messages=warning " \
	"-c idle_in_transaction_session_timeout=60s -c search_path=public"

static char *copy(const char *text)
{
	char *out = strdup(text ? text : "");

	VT_BUG_ON(!out);
	return out;
}

struct db *db_new(const char *conninfo, const char *application_name, const char *options)
{
	struct db *db = calloc(1, sizeof(*db));

	VT_BUG_ON(!db);
	db->conninfo = copy(conninfo);
	db->application_name = copy(application_name);
	db->options = copy(options);
	return db;
}

void db_hang_up(struct db *db)
{
	PQfinish(db->connection);
	db->connection = NULL;
	free(db->prepared);
	db->prepared = NULL;
	db->prepared_count = db->prepared_room = 0;
	db->entry_count = db->deferred = 0;
	db->pipe_open = false;
	db->locks = 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_hang_up(db);
	free(db->entries);
	free(db->topics);
	free(db->conninfo);
	free(db->application_name);
	free(db->options);
	free(db);
}

bool db_connected(const struct db *db)
{
	return db->connection && PQstatus(db->connection) == CONNECTION_OK;
}

unsigned db_statements(const struct db *db)
{
	return db->statements;
}

unsigned db_round_trips(const struct db *db)
{
	return db->round_trips;
}

void db_statements_reset(struct db *db)
{
	db->statements = db->round_trips = 0;
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

static void quiet(void *arg, const PGresult *result)
{
	(void)arg;
	log_event(NULL, LOG_LEVEL_DEBUG, "db.notice", "text=\"%s\"",
		  PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

int db_connect(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (db_connected(db))
		return 0;
	VT_BUG_ON(db->in_transaction && !db->begin_pending);
	db_hang_up(db);
	char *options = arena_printf(ctx->arena, "%s %s", SESSION_OPTIONS, db->options);
	const char *const names[] = { "dbname", "application_name", "options", "client_encoding",
				      "connect_timeout", "keepalives_idle", "tcp_user_timeout", NULL };
	const char *const values[] = { db->conninfo, db->application_name, options, "UTF8",
				       "5", "10", "20000", NULL };
	db->connection = PQconnectdbParams(names, values, 1);
	if (!db_connected(db)) {
		vt_fail(ctx, VT_E_UNAVAILABLE, "database: %s", PQerrorMessage(db->connection));
		snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "08001");
		db_hang_up(db);
		return -1;
	}
	PQsetNoticeReceiver(db->connection, quiet, NULL);
	VT_BUG_ON(PQsetnonblocking(db->connection, 1) < 0 || !PQenterPipelineMode(db->connection));
	return 0;
}

/* Has the server left while we were not asking it anything? */
static bool hung_up(const struct db *db)
{
	struct pollfd end = { .fd = PQsocket(db->connection), .events = POLLRDHUP };

	return poll(&end, 1, 0) > 0;
}

/* Whoever holds a lock must learn that it is gone, and must not go on in a new session. */
static bool usable(const struct db *db)
{
	return db_connected(db) && (db->locks || !hung_up(db));
}

int db_ready(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	VT_BUG_ON(db->pipe_open && db->in_transaction);
	if (db->in_transaction && !db->begin_pending)
		return db_connected(db) ? 0 :
		       vt_fail(ctx, VT_E_UNAVAILABLE, "the connection was lost in this transaction");
	/* What was queued in a pipeline that nobody ran must not happen: the server rolls it back. */
	if (db->pipe_open && db->entry_count)
		db_hang_up(db);
	db->pipe_open = false;
	if (usable(db))
		return 0;
	db_hang_up(db);
	return db_connect(ctx);
}

/* Another time it may well work: the connection, resources, locks, a shutdown, time limits. */
static bool passing(const char *sqlstate)
{
	static const char *const classes[] = { "08", "25P03", "40", "53", "55P03", "57014", "57P", "58" };

	for (size_t i = 0; i < VT_COUNT(classes); i++) {
		if (!strncmp(sqlstate, classes[i], strlen(classes[i])))
			return true;
	}
	return false;
}

static enum vt_code code_of(const char *sqlstate)
{
	if (passing(sqlstate))
		return VT_E_UNAVAILABLE;
	if (!strcmp(sqlstate, "23505") || !strcmp(sqlstate, "23P01"))
		return VT_E_CONFLICT;
	return VT_E_DB;
}

/* 'invalid input syntax for type bigint: "20-1234..."' without what somebody wrote. */
static int without_values(const char *text)
{
	const char *value = strstr(text, ": \"");

	return value ? (int)(value - text) : (int)strcspn(text, "\n");
}

int db_raise(struct vt_ctx *ctx, const PGresult *result, const char *what)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!state)
		state = "08006";
	if (!text)
		text = PQerrorMessage(ctx->db->connection);
	if (!strcmp(state, "40001") || !strcmp(state, "40P01"))
		ctx->db->repeatable = true;
	vt_fail(ctx, db_connected(ctx->db) ? code_of(state) : VT_E_UNAVAILABLE, "%s: %.*s", what,
		without_values(text), text);
	snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "%s", state);
	return -1;
}

/* Grow at three quarters; addresses are well spread by a multiplication. */
static size_t slot_of(const struct db *db, const struct sql *sql)
{
	size_t at = (size_t)(((uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (db->prepared_room - 1);

	while (db->prepared[at].sql && db->prepared[at].sql != sql)
		at = (at + 1) & (db->prepared_room - 1);
	return at;
}

static void grow(struct db *db)
{
	struct prepared *old = db->prepared;
	size_t room = db->prepared_room;

	db->prepared_room = room ? 2 * room : 64;
	db->prepared = calloc(db->prepared_room, sizeof(*db->prepared));
	VT_BUG_ON(!db->prepared);
	for (size_t i = 0; i < room; i++) {
		if (old[i].sql)
			db->prepared[slot_of(db, old[i].sql)] = old[i];
	}
	free(old);
}

struct prepared *db_prepared(struct db *db, const struct sql *sql)
{
	if (4 * (db->prepared_count + 1) > 3 * db->prepared_room)
		grow(db);
	struct prepared *prepared = &db->prepared[slot_of(db, sql)];
	if (!prepared->sql) {
		prepared->sql = sql;
		db->prepared_count++;
	}
	return prepared;
}
