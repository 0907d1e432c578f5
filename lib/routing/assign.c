#include "base/vt.h"
#include "conversation/conversation.h"
#include "conversation/words.h"
#include "db/db.h"
#include "routing/assign.h"
#include "routing/fit.h"
#include "routing/reason.h"
#include "sql_routing.h"

struct pass {
	struct vt_ctx *ctx;            /* strategy.h is pure and knows none */
	const struct db_result *cases;
	struct candidate *candidates; size_t candidate_count;
	int *assigned;
};

/* In the order of queue_ids or channel_ids; a copy, because it shrinks with each case given. */
static int64_t *room(struct vt_ctx *ctx, const struct db_result *result, size_t row, const char *column)
{
	size_t count;
	const int64_t *stored = db_i64_array(ctx, result, row, column, &count);
	int64_t *copy = arena_calloc(ctx->arena, count + 1, sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = stored[i];
	return copy;
}

static struct candidate *candidates_load(struct vt_ctx *ctx, const struct db_result *result)
{
	size_t count = db_rows(result);
	struct candidate *list = arena_calloc(ctx->arena, count + 1, sizeof(*list));

	for (size_t i = 0; i < count; i++) {
		struct candidate *c = &list[i];
		c->user_id = db_i64(result, i, "user_id");
		c->user_version_id = db_i64(result, i, "version_id");
		c->name = db_text(result, i, "name");
		c->display_name = db_text(result, i, "display_name");
		c->capacity = (int)db_i64(result, i, "capacity");
		c->open_count = (int)db_i64(result, i, "open_count");
		c->available_since = db_time_us(result, i, "available_since");
		c->last_assigned_at = db_time_us(result, i, "last_assigned_at");
		c->closed_today = (int)db_i64(result, i, "closed_today");
		c->queue_ids = db_i64_array(ctx, result, i, "queue_ids", &c->queue_count);
		c->queue_room = room(ctx, result, i, "queue_room");
		c->channel_ids = db_i64_array(ctx, result, i, "channel_ids", &c->channel_count);
		c->channel_room = room(ctx, result, i, "channel_room");
	}
	return list;
}

static struct waiting *line_load(struct vt_ctx *ctx, const struct db_result *result)
{
	size_t count = db_rows(result);
	struct waiting *line = arena_calloc(ctx->arena, count + 1, sizeof(*line));

	for (size_t i = 0; i < count; i++) {
		struct waiting *w = &line[i];
		w->row = i;
		w->conversation_id = db_i64(result, i, "conversation_id");
		w->queue_id = db_i64(result, i, "queue_id");
		w->channel_id = db_i64(result, i, "channel_id");
		w->queue_priority = (int)db_i64(result, i, "queue_priority");
		w->priority = (int)db_i64(result, i, "priority");
		w->requested_at = db_time_us(result, i, "requested_at");
		w->strategy = (int)db_i64(result, i, "strategy");
		w->preferred_id = db_i64(result, i, "preferred_id");
		w->passed_ids = db_i64_array(ctx, result, i, "passed_ids", &w->passed_count);
	}
	strategy_line(line, count);
	return line;
}

static int give(void *arg, const struct waiting *waiting, int chosen, bool preferred)
{
	struct pass *pass = arg;
	struct vt_ctx *ctx = pass->ctx;
	const struct candidate *best = &pass->candidates[chosen];
	struct conversation conversation;
	struct words words;

	conversation_from_row(&conversation, pass->cases, waiting->row);
	words_from_row(&words, pass->cases, waiting->row, best->display_name);
	const struct conversation_choice choice = {
		.user_id = best->user_id, .user_version_id = best->user_version_id,
		.display_name = best->display_name,
		.reason = reason_text(ctx, waiting, pass->candidates, pass->candidate_count, chosen,
				      preferred),
		/* Who comes back into the line was greeted the first time. */
		.greeting = conversation.last_agent_at ? NULL
			: words_fill(ctx, db_text(pass->cases, waiting->row, "greeting"), &words),
	};
	(*pass->assigned)++;
	if (conversation_assign(ctx, &conversation, &choice) < 0)
		return -1;
	return conversation_save(ctx, &conversation);
}

/* The cases and operators of this pass, locked, and as they are under the locks. */
static int look(struct vt_ctx *ctx, const int64_t *ids, size_t count, struct db_result ***results)
{
	struct db_result **locked;

	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROUTE_LOCK_CASES, "I", ids, count) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROUTE_LOCK_AGENTS, "I", ids, count) < 0 ||
	    db_pipe_run(ctx, &locked, NULL, NULL) < 0)
		return -1;
	size_t agent_count;
	const int64_t *agents = db_i64_array(ctx, locked[1], 0, "user_ids", &agent_count);
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROUTE_CASES, "I", ids, count) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_ROUTE_CANDIDATES, "iII", (int64_t)FIT_PRESENCE_S, agents, agent_count,
			ids, count) < 0)
		return -1;
	return db_pipe_run(ctx, results, NULL, NULL);
}

static int run(struct vt_ctx *ctx, void *arg)
{
	struct pass pass = { .ctx = ctx, .assigned = arg };
	struct db_result *waiting, **results;
	size_t count;

	*pass.assigned = 0;
	if (db_one(ctx, &waiting, &SQL_ROUTE_WAITING, "ii", (int64_t)FIT_PRESENCE_S, (int64_t)ASSIGN_BATCH) < 0)
		return -1;
	const int64_t *ids = db_i64_array(ctx, waiting, 0, "conversation_ids", &count);
	if (!count)
		return 0;
	if (look(ctx, ids, count, &results) < 0)
		return -1;
	pass.cases = results[0];
	pass.candidates = candidates_load(ctx, results[1]);
	pass.candidate_count = db_rows(results[1]);
	const struct waiting *line = line_load(ctx, results[0]);
	if (db_pipe_begin(ctx) < 0 ||
	    strategy_pass(line, db_rows(results[0]), pass.candidates, pass.candidate_count, ctx->now_us, give,
			  &pass) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int assign_pass(struct vt_ctx *ctx, int *assigned)
{
	return db_transaction(ctx, run, assigned);
}
