#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "conversation/conversation.h"
#include "conversation/words.h"
#include "db/db.h"
#include "routing/assign.h"
#include "routing/strategy.h"
#include "sql_routing.h"

#define REASON_CANDIDATES_MAX 10   /* how many of those who could are kept on record */

/* In the order of queue_ids; a copy, because it shrinks with each case given. */
static int64_t *room(struct vt_ctx *ctx, const struct db_result *result, size_t row)
{
	size_t count;
	const int64_t *stored = db_i64_array(ctx, result, row, "queue_room", &count);
	int64_t *copy = arena_calloc(ctx->arena, count + 1, sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = stored[i];
	return copy;
}

static void take_room(struct candidate *candidate, int64_t queue_id)
{
	for (size_t i = 0; i < candidate->queue_count; i++) {
		if (candidate->queue_ids[i] == queue_id)
			candidate->queue_room[i]--;
	}
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
		c->queue_room = room(ctx, result, i);
		c->channel_ids = db_i64_array(ctx, result, i, "channel_ids", &c->channel_count);
	}
	return list;
}

static void reason_figures(struct vt_ctx *ctx, struct strbuf *out, const struct candidate *candidate)
{
	int64_t available_s = (ctx->now_us - candidate->available_since) / CLOCK_SECOND;

	strbuf_printf(out, "\"open_count\":%d,\"capacity\":%d,\"available_s\":%" PRId64
		      ",\"closed_today\":%d", candidate->open_count, candidate->capacity,
		      available_s > 0 ? available_s : 0, candidate->closed_today);
}

/* Why this one: the rule, and the figures of all who could, at this instant. */
static const char *reason(struct vt_ctx *ctx, int strategy, const struct candidate *candidates,
			  size_t count, int chosen, const struct conversation *conversation)
{
	struct strbuf out;
	size_t fit = 0;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_printf(&out, "{\"rule\":\"%s\",", code_name("strategy", strategy));
	reason_figures(ctx, &out, &candidates[chosen]);
	strbuf_puts(&out, ",\"candidates\":[");
	for (size_t i = 0; i < count; i++) {
		if (!candidate_fits(&candidates[i], conversation->queue_id, conversation->channel_id))
			continue;
		if (fit++ >= REASON_CANDIDATES_MAX)
			continue;
		strbuf_printf(&out, "%s{\"user_id\":%" PRId64 ",\"name\":\"", fit > 1 ? "," : "",
			      candidates[i].user_id);
		strbuf_json(&out, candidates[i].name);
		strbuf_puts(&out, "\",");
		reason_figures(ctx, &out, &candidates[i]);
		strbuf_putc(&out, '}');
	}
	strbuf_printf(&out, "],\"candidate_count\":%zu}", fit);
	return out.data;
}

static int assign_one(struct vt_ctx *ctx, const struct db_result *waiting, size_t row,
		      struct candidate *candidates, size_t count, int *assigned)
{
	int strategy = (int)db_i64(waiting, row, "strategy");
	struct conversation conversation;
	struct words words;

	conversation_from_row(&conversation, waiting, row);
	int chosen = strategy_choose(strategy, candidates, count, conversation.queue_id,
				     conversation.channel_id);
	if (chosen < 0)
		return 0;
	struct candidate *best = &candidates[chosen];
	words_from_row(&words, waiting, row, best->display_name);
	const struct conversation_choice choice = {
		.user_id = best->user_id, .user_version_id = best->user_version_id,
		.display_name = best->display_name,
		.reason = reason(ctx, strategy, candidates, count, chosen, &conversation),
		.greeting = words_fill(ctx, db_text(waiting, row, "greeting"), &words),
	};
	best->open_count++;
	take_room(best, conversation.queue_id);
	best->last_assigned_at = ctx->now_us;
	(*assigned)++;
	if (conversation_assign(ctx, &conversation, &choice) < 0)
		return -1;
	return conversation_save(ctx, &conversation);
}

static int pass(struct vt_ctx *ctx, void *arg)
{
	int *assigned = arg;
	struct db_result *waiting, *free_agents;

	*assigned = 0;
	if (db_query(ctx, &waiting, &SQL_ROUTE_WAITING, "ii", (int64_t)ASSIGN_PRESENCE_S,
		     (int64_t)ASSIGN_BATCH) < 0)
		return -1;
	if (!db_rows(waiting))
		return 0;
	if (db_query(ctx, &free_agents, &SQL_ROUTE_CANDIDATES, "i", (int64_t)ASSIGN_PRESENCE_S) < 0)
		return -1;
	struct candidate *candidates = candidates_load(ctx, free_agents);
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(waiting); i++) {
		if (assign_one(ctx, waiting, i, candidates, db_rows(free_agents), assigned) < 0)
			return -1;
	}
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int assign_pass(struct vt_ctx *ctx, int *assigned)
{
	return db_transaction(ctx, pass, assigned);
}
