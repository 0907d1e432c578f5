#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "campaign/template.h"
#include "conversation/conversation.h"
#include "conversation/wrap.h"
#include "cron/command.h"
#include "cron/expire.h"
#include "db/db.h"
#include "people/agent.h"
#include "routing/hours.h"
#include "routing/release.h"
#include "sql_admin.h"
#include "sql_expire.h"

#define EXPIRE_EVERY_US (5 * CLOCK_SECOND)
#define TEMPLATES_US (3600 * CLOCK_SECOND)

static int64_t next_at;

struct due { int64_t conversation_id; const char *why; int64_t queue_id; };

/* left: the contact went away while waiting; max_wait: we made them wait too long (our fault);
 * who does not speak is expire_silent.c's. */
static int outcome_of(const char *why, int *author)
{
	*author = strcmp(why, "left") ? AUTHOR_SYSTEM : AUTHOR_CONTACT;
	return strcmp(why, "left") ? OUTCOME_LOST : OUTCOME_ABANDONED;
}

/* Who waited too long goes on waiting in the overflow queue, when there is one. *moved: it did. */
static int overflow(struct vt_ctx *ctx, struct conversation *conversation, bool *moved)
{
	struct db_result *to;

	if (db_query(ctx, &to, &SQL_EXPIRE_OVERFLOW, "i", conversation->conversation_id) < 0)
		return -1;
	*moved = db_rows(to) > 0;
	if (!*moved)
		return 0;
	const struct conversation_place place = { db_i64(to, 0, "queue_id"), db_text(to, 0, "before"),
						  db_text(to, 0, "after") };
	if (db_pipe_begin(ctx) < 0 || conversation_move(ctx, conversation, &place) < 0 ||
	    conversation_save(ctx, conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int expire_one(struct vt_ctx *ctx, void *arg)
{
	const struct due *due = arg;
	struct conversation conversation;
	int author, outcome = outcome_of(due->why, &author);

	if (conversation_lock(ctx, due->conversation_id, &conversation) < 0)
		return -1;
	if (conversation.state != CONVERSATION_WAITING)
		return 0;
	if (!strcmp(due->why, "max_wait")) {
		bool moved = conversation.queue_id != due->queue_id;
		if (!moved && overflow(ctx, &conversation, &moved) < 0)
			return -1;
		if (moved)
			return 0;
	}
	if (db_pipe_begin(ctx) < 0 ||
	    conversation_close(ctx, &conversation, author, outcome, NULL) < 0 ||
	    conversation_save(ctx, &conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int expire_conversations(struct vt_ctx *ctx, struct relay *relay)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_EXPIRE_DUE, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		struct due due = { db_i64(result, i, "conversation_id"), db_text(result, i, "why"),
				   db_i64(result, i, "queue_id") };
		if (db_transaction(ctx, expire_one, &due) < 0)
			return -1;
		relay->done++;
	}
	return 0;
}

/* While a queue is closed nobody is made to wait: the clock begins when it opens. */
static int expire_waiting(struct vt_ctx *ctx, struct relay *relay)
{
	struct db_result *result;
	struct hours hours;

	if (db_query(ctx, &result, &SQL_EXPIRE_WAITING, "") < 0)
		return -1;
	if (db_rows(result) && hours_load(ctx, 0, &hours) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		struct due due = { db_i64(result, i, "conversation_id"), "max_wait",
				   db_i64(result, i, "queue_id") };
		int64_t since = hours_open_since(&hours, HOURS_QUEUE, due.queue_id, ctx->now_us);
		if (ctx->now_us - since < db_i64(result, i, "max_wait_s") * CLOCK_SECOND)
			continue;
		if (db_transaction(ctx, expire_one, &due) < 0)
			return -1;
		relay->done++;
	}
	return 0;
}

/* Whose time to finish is over is in the waiting order again. */
static int expire_wraps(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t count;

	if (wrap_end_due(ctx, &count) < 0)
		return -1;
	relay->done += count;
	return 0;
}

static int expire_agents(struct vt_ctx *ctx)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_EXPIRE_AGENTS, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		if (agent_set_state(ctx, db_i64(result, i, "user_id"), AGENT_OUT, 0, 0,
				    "disconnected") < 0)
			return -1;
	}
	return 0;
}

/* Breaks that end by themselves when their longest time is over. */
static int expire_breaks(struct vt_ctx *ctx)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_EXPIRE_BREAKS, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		if (agent_set_state(ctx, db_i64(result, i, "user_id"), AGENT_AVAILABLE, 0, 0,
				    "break_over") < 0)
			return -1;
	}
	return 0;
}

/* The lists of templates: each hour, and when something unknown was told of one. */
static int expire_templates(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t list_s = config_period(relay->config, TEMPLATES_US) / CLOCK_SECOND;
	bool asked;

	if (template_due(ctx, list_s, &asked) < 0)
		return -1;
	relay->done += asked;
	return 0;
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int released;

	if (clock_monotonic_us() < next_at)
		return db_query(ctx, NULL, &SQL_WORKER_IDLE, "");
	next_at = clock_monotonic_us() + config_period(relay->config, EXPIRE_EVERY_US);
	/* Whoever is told hears of it by the table's trigger. */
	if (db_query(ctx, NULL, &SQL_EXPIRE_NOTICES, "") < 0)
		return -1;
	if (expire_conversations(ctx, relay) < 0 || expire_waiting(ctx, relay) < 0 ||
	    expire_silent(ctx, relay) < 0 || expire_wraps(ctx, relay) < 0 || expire_agents(ctx) < 0 ||
	    expire_breaks(ctx) < 0 || expire_templates(ctx, relay) < 0 || release_due(ctx, &released) < 0)
		return -1;
	relay->done += released;
	if (db_query(ctx, NULL, &SQL_EXPIRE_SESSIONS, "") < 0)
		return -1;
	return db_query(ctx, NULL, &SQL_EXPIRE_SEAT_PEAK, "");
}

const struct relay_job expire_job = { .turn = turn };
