#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/async.h"
#include "db/connection-private.h"
#include "db/parameter.h"

#include <poll.h>

#define OPTIONS "-c timezone=UTC -c datestyle=ISO -c client_min_messages=warning " \
	"-c statement_timeout=8s -c search_path=public"
#define CONNECT_LIMIT (5 * CLOCK_SECOND)
#define ANSWER_LIMIT (10 * CLOCK_SECOND)
#define PAUSE_MIN (CLOCK_SECOND / 10)
#define PAUSE_MAX (5 * CLOCK_SECOND)
#define PREPARED_MAX 16

enum phase { PHASE_AWAY, PHASE_CONNECTING, PHASE_OPENING, PHASE_READY };

/* What was sent, to be matched with what comes. A statement ends with a NULL result, a sync has
 * one of its own. */
enum sent_kind { SENT_PREPARE, SENT_LISTEN, SENT_STATEMENT, SENT_SYNC };

struct sent {
	enum sent_kind kind;
	const struct sql *sql;
	db_async_done *done;
	void *arg;
	int64_t at_us;
};

struct db_async {
	char *conninfo, *application_name, *channel;
	struct db_async_owner owner;
	PGconn *connection;
	enum phase phase;
	PostgresPollingStatusType polling;
	int64_t retry_us, limit_us, pause_us;
	bool unsent;
	bool broken;                   /* to be given up at the next step */

	const struct sql *prepared[PREPARED_MAX];
	size_t prepared_count;

	struct sent *queue;            /* a ring */
	size_t first, count, room;
	size_t waiting;
};

static char *copy(const char *text)
{
	char *out = text ? strdup(text) : NULL;

	VT_BUG_ON(text && !out);
	return out;
}

struct db_async *db_async_new(const char *conninfo, const char *application_name,
			      const char *channel, const struct db_async_owner *owner)
{
	struct db_async *async = calloc(1, sizeof(*async));

	VT_BUG_ON(!async);
	async->conninfo = copy(conninfo);
	async->application_name = copy(application_name);
	async->channel = copy(channel);
	async->owner = *owner;
	async->pause_us = PAUSE_MIN;
	return async;
}

/* --- The queue of what was sent -------------------------------------------------------------- */

static void queue_add(struct db_async *async, const struct sent *sent)
{
	if (async->count == async->room) {
		size_t room = async->room ? 2 * async->room : 64;
		struct sent *queue = calloc(room, sizeof(*queue));

		VT_BUG_ON(!queue);
		for (size_t i = 0; i < async->count; i++)
			queue[i] = async->queue[(async->first + i) % async->room];
		free(async->queue);
		async->queue = queue;
		async->room = room;
		async->first = 0;
	}
	struct sent *slot = &async->queue[(async->first + async->count++) % async->room];
	*slot = *sent;
	slot->at_us = clock_monotonic_us();
}

static struct sent queue_take(struct db_async *async)
{
	struct sent sent = async->queue[async->first];

	async->first = (async->first + 1) % async->room;
	async->count--;
	return sent;
}

/* --- Losing the connection -------------------------------------------------------------------- */

static void hang_up(struct vt_ctx *ctx, struct db_async *async)
{
	bool was_ready = async->phase == PHASE_READY;

	PQfinish(async->connection);
	async->connection = NULL;
	async->phase = PHASE_AWAY;
	async->unsent = async->broken = false;
	async->prepared_count = 0;
	while (async->count) {
		struct sent sent = queue_take(async);
		if (sent.kind == SENT_STATEMENT) {
			async->waiting--;
			sent.done(ctx, sent.arg, NULL);
		}
	}
	if (was_ready)
		async->owner.lost(async->owner.arg);
}

static void lose(struct vt_ctx *ctx, struct db_async *async, const char *why)
{
	const char *text = async->connection ? PQerrorMessage(async->connection) : "";

	log_event(NULL, LOG_LEVEL_WARN, "db.lost", "why=%s pause_ms=%" PRId64 " text=\"%s\"", why,
		  async->pause_us / 1000, text);
	async->retry_us = clock_monotonic_us() + async->pause_us;
	async->pause_us = 2 * async->pause_us < PAUSE_MAX ? 2 * async->pause_us : PAUSE_MAX;
	hang_up(ctx, async);
}

void db_async_close(struct vt_ctx *ctx, struct db_async *async)
{
	if (!async)
		return;
	hang_up(ctx, async);
	free(async->queue);
	free(async->conninfo);
	free(async->application_name);
	free(async->channel);
	free(async);
}

/* --- Connecting ------------------------------------------------------------------------------- */

static void quiet(void *arg, const PGresult *result)
{
	(void)arg;
	log_event(NULL, LOG_LEVEL_DEBUG, "db.notice", "text=\"%s\"",
		  PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

static void begin(struct vt_ctx *ctx, struct db_async *async)
{
	const char *const names[] = { "dbname", "application_name", "options", "keepalives_idle",
				      "tcp_user_timeout", NULL };
	const char *const values[] = { async->conninfo, async->application_name, OPTIONS, "10", "20000",
				       NULL };

	async->limit_us = clock_monotonic_us() + CONNECT_LIMIT;
	async->phase = PHASE_CONNECTING;
	async->polling = PGRES_POLLING_WRITING;
	async->connection = PQconnectStartParams(names, values, 1);
	if (!async->connection || PQstatus(async->connection) == CONNECTION_BAD)
		lose(ctx, async, "connect");
}

/* One statement and its sync. */
static bool send_sync(struct db_async *async)
{
	if (!PQpipelineSync(async->connection))
		return false;
	queue_add(async, &(struct sent){ .kind = SENT_SYNC });
	return true;
}

static bool set_up(struct db_async *async)
{
	PQsetNoticeReceiver(async->connection, quiet, NULL);
	if (PQsetnonblocking(async->connection, 1) < 0 || !PQenterPipelineMode(async->connection))
		return false;
	if (async->channel) {
		char *name = PQescapeIdentifier(async->connection, async->channel,
						strlen(async->channel));
		char text[128];

		snprintf(text, sizeof(text), "LISTEN %s", name ? name : "");
		PQfreemem(name);
		if (!PQsendQueryParams(async->connection, text, 0, NULL, NULL, NULL, NULL, 0))
			return false;
		queue_add(async, &(struct sent){ .kind = SENT_LISTEN });
	}
	return send_sync(async);
}

/* PQconnectPoll may only be asked when the socket is ready for what it wants. */
static bool socket_ready(const struct db_async *async)
{
	struct pollfd wanted = { .fd = PQsocket(async->connection),
				 .events = async->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT };

	return poll(&wanted, 1, 0) > 0;
}

static void go_on(struct vt_ctx *ctx, struct db_async *async)
{
	while (async->phase == PHASE_CONNECTING && socket_ready(async)) {
		async->polling = PQconnectPoll(async->connection);
		if (async->polling == PGRES_POLLING_FAILED) {
			lose(ctx, async, "connect");
		} else if (async->polling == PGRES_POLLING_OK) {
			async->phase = PHASE_OPENING;
			if (!set_up(async))
				lose(ctx, async, "open");
		}
	}
}

/* --- Answers ---------------------------------------------------------------------------------- */

static bool good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static void complain(const struct sent *sent, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	log_event(NULL, LOG_LEVEL_ERROR, "db.failed", "statement=%s sqlstate=%s text=\"%s\"",
		  sent->sql ? sent->sql->name : "listen", state ? state : "", text ? text : "");
}

static void forget_prepared(struct db_async *async, const struct sql *sql)
{
	for (size_t i = 0; i < async->prepared_count; i++) {
		if (async->prepared[i] == sql)
			async->prepared[i] = async->prepared[--async->prepared_count];
	}
}

static void answered(struct vt_ctx *ctx, struct db_async *async, const struct sent *sent,
		     PGresult *result)
{
	struct db_result wrapped = { .result = result, .arena = ctx->arena };

	if (!good(result) && PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
		complain(sent, result);
	if (sent->kind == SENT_PREPARE && !good(result))
		forget_prepared(async, sent->sql);
	if (sent->kind != SENT_STATEMENT)
		return;
	async->waiting--;
	sent->done(ctx, sent->arg, good(result) ? &wrapped : NULL);
}

static void opened(struct db_async *async)
{
	async->phase = PHASE_READY;
	async->pause_us = PAUSE_MIN;
	async->owner.connected(async->owner.arg);
}

/* One result, when it is there. False when there is none to be had now. */
static bool take_result(struct vt_ctx *ctx, struct db_async *async)
{
	if (!async->count || PQisBusy(async->connection))
		return false;
	PGresult *result = PQgetResult(async->connection);
	if (!result)
		return PQstatus(async->connection) == CONNECTION_OK;
	struct sent sent = queue_take(async);
	bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
	/* A server that is shutting down says so in the middle of anything. */
	async->broken |= synced != (sent.kind == SENT_SYNC);
	if (sent.kind != SENT_SYNC)
		answered(ctx, async, &sent, result);
	else if (!async->broken && async->phase == PHASE_OPENING)
		opened(async);
	PQclear(result);
	return !async->broken;
}

static void take_notices(struct db_async *async)
{
	PGnotify *notice;

	while ((notice = PQnotifies(async->connection))) {
		async->owner.notified(async->owner.arg, notice->extra);
		PQfreemem(notice);
	}
}

static void converse(struct vt_ctx *ctx, struct db_async *async)
{
	if (!PQconsumeInput(async->connection)) {
		lose(ctx, async, "input");
		return;
	}
	while (take_result(ctx, async))
		continue;
	take_notices(async);
	int left = PQflush(async->connection);
	async->unsent = left > 0;
	if (left < 0 || async->broken || PQstatus(async->connection) != CONNECTION_OK)
		lose(ctx, async, "protocol");
	else if (async->count &&
		 clock_monotonic_us() - async->queue[async->first].at_us > ANSWER_LIMIT)
		lose(ctx, async, "silence");
}

/* --- For the loop ------------------------------------------------------------------------------ */

void db_async_step(struct vt_ctx *ctx, struct db_async *async)
{
	if (async->phase == PHASE_AWAY && clock_monotonic_us() >= async->retry_us)
		begin(ctx, async);
	if (async->phase == PHASE_CONNECTING)
		go_on(ctx, async);
	if (async->phase == PHASE_CONNECTING && clock_monotonic_us() >= async->limit_us)
		lose(ctx, async, "slow");
	if (async->phase == PHASE_OPENING || async->phase == PHASE_READY)
		converse(ctx, async);
}

int db_async_socket(const struct db_async *async)
{
	return async->connection ? PQsocket(async->connection) : -1;
}

bool db_async_wants_write(const struct db_async *async)
{
	if (async->phase == PHASE_CONNECTING)
		return async->polling != PGRES_POLLING_READING;
	return async->unsent;
}

int64_t db_async_due_us(const struct db_async *async)
{
	if (async->phase == PHASE_AWAY)
		return async->retry_us;
	if (async->phase == PHASE_CONNECTING)
		return async->limit_us;
	if (async->broken)
		return 0;
	return async->count ? async->queue[async->first].at_us + ANSWER_LIMIT + 1 : INT64_MAX;
}

bool db_async_ready(const struct db_async *async)
{
	return async->phase == PHASE_READY;
}

size_t db_async_waiting(const struct db_async *async)
{
	return async->waiting;
}

static bool prepare(struct db_async *async, const struct sql *sql)
{
	for (size_t i = 0; i < async->prepared_count; i++) {
		if (async->prepared[i] == sql)
			return true;
	}
	VT_BUG_ON(async->prepared_count == PREPARED_MAX);
	if (!PQsendPrepare(async->connection, sql->name, sql->text, sql->parameters, NULL))
		return false;
	async->prepared[async->prepared_count++] = sql;
	queue_add(async, &(struct sent){ .kind = SENT_PREPARE, .sql = sql });
	return true;
}

int db_async_send(struct vt_ctx *ctx, struct db_async *async, db_async_done *done, void *arg,
		  const struct sql *sql, const char *format, ...)
{
	va_list args;

	if (async->phase != PHASE_READY)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "%s: no connection", sql->name);
	va_start(args, format);
	const char **values = parameters_read(ctx, sql, format, args);
	va_end(args);
	if (!prepare(async, sql) || !PQsendQueryPrepared(async->connection, sql->name, sql->parameters,
							 values, NULL, NULL, 0)) {
		async->broken = true;
		return vt_fail(ctx, VT_E_UNAVAILABLE, "%s: %s", sql->name,
			       PQerrorMessage(async->connection));
	}
	queue_add(async, &(struct sent){ .kind = SENT_STATEMENT, .sql = sql, .done = done, .arg = arg });
	async->waiting++;
	int left = send_sync(async) ? PQflush(async->connection) : -1;
	async->unsent = left > 0;
	async->broken |= left < 0;
	return 0;
}
