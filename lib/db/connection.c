#include "base/vt.h"
#include "base/log.h"
#include "db/connection-private.h"

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

void db_forget_session(struct db *db)
{
	free(db->prepared);
	db->prepared = NULL;
	db->prepared_count = db->prepared_room = 0;
	db->entry_count = 0;
	db->pipe_open = db->in_transaction = db->begin_pending = db->commit_queued = false;
	wake_forget(db);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_forget_session(db);
	PQfinish(db->connection);
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

int db_socket(const struct db *db)
{
	return db_connected(db) ? PQsocket(db->connection) : -1;
}

unsigned db_statements(const struct db *db)
{
	return db->statements;
}

void db_statements_reset(struct db *db)
{
	db->statements = 0;
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
	VT_BUG_ON(db->in_transaction);
	db_forget_session(db);
	PQfinish(db->connection);
	char *options = arena_printf(ctx->arena, "%s %s", SESSION_OPTIONS, db->options);
	const char *const names[] = { "dbname", "application_name", "options", "connect_timeout",
				      "keepalives_idle", "tcp_user_timeout", NULL };
	const char *const values[] = { db->conninfo, db->application_name, options, "5", "10", "20000",
				       NULL };
	db->connection = PQconnectdbParams(names, values, 1);
	if (PQstatus(db->connection) != CONNECTION_OK) {
		vt_fail(ctx, VT_E_UNAVAILABLE, "database: %s", PQerrorMessage(db->connection));
		snprintf(ctx->error.sqlstate, sizeof(ctx->error.sqlstate), "08001");
		PQfinish(db->connection);
		db->connection = NULL;
		return -1;
	}
	PQsetNoticeReceiver(db->connection, quiet, NULL);
	PQsetErrorVerbosity(db->connection, PQERRORS_DEFAULT);
	PQsetnonblocking(db->connection, 1);
	if (!PQenterPipelineMode(db->connection))
		return vt_fail(ctx, VT_E_BUG, "pipeline mode: %s", PQerrorMessage(db->connection));
	return 0;
}

static enum vt_code code_of(const char *sqlstate)
{
	if (!strncmp(sqlstate, "08", 2) || !strncmp(sqlstate, "57P", 3) || !strncmp(sqlstate, "53", 2))
		return VT_E_UNAVAILABLE;
	if (!strcmp(sqlstate, "25P03") || !strcmp(sqlstate, "57014"))
		return VT_E_UNAVAILABLE;
	if (!strcmp(sqlstate, "23505") || !strcmp(sqlstate, "23P01"))
		return VT_E_CONFLICT;
	return VT_E_DB;
}

int db_raise(struct vt_ctx *ctx, const PGresult *result, const struct sql *sql)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	bool lost = !db_connected(ctx->db);

	if (!state || lost)
		state = "08006";
	if (!text)
		text = PQerrorMessage(ctx->db->connection);
	vt_fail(ctx, lost ? VT_E_UNAVAILABLE : code_of(state), "%s: %s %s",
		sql ? sql->name : "database", state, text);
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

struct entry *db_entry_add(struct db *db, enum entry_kind kind, const struct sql *sql, int64_t owner)
{
	if (db->entry_count == db->entry_room) {
		db->entry_room = db->entry_room ? 2 * db->entry_room : 64;
		db->entries = realloc(db->entries, db->entry_room * sizeof(*db->entries));
		VT_BUG_ON(!db->entries);
	}
	struct entry *entry = &db->entries[db->entry_count++];
	*entry = (struct entry){ .kind = kind, .sql = sql, .owner = owner };
	return entry;
}
