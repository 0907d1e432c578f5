/*
 * A small world for tests of lib/routing: queues, a line, operators and cases
 * of the test's own. Who includes it has STATEMENT and must (tests/db/database.h,
 * or tests/worker/routing_drive.c).
 */
#ifndef VT_TEST_ROUTING_WORLD_H
#define VT_TEST_ROUTING_WORLD_H

#include "base/clock.h"
#include "conversation/conversation.h"

STATEMENT(world_queue_insert, 2, "INSERT INTO queue (key, name, strategy) SELECT k, k, $2::smallint FROM ("
	  "SELECT $1 || '-' || gen_random_uuid()::text AS k) n RETURNING queue_id");
STATEMENT(world_channel_insert, 1, "INSERT INTO channel (messenger, key, name, default_queue_id) SELECT 1, k, k, $1::bigint "
	  "FROM (SELECT gen_random_uuid()::text AS k) n RETURNING channel_id");
STATEMENT(world_operator_insert, 4, "WITH u AS (INSERT INTO app_user (login, name, display_name, attends, capacity) "
	  "VALUES (gen_random_uuid()::text, $1, $1, true, $4::integer) RETURNING user_id), "
	  "q AS (INSERT INTO user_queue SELECT user_id, $2::bigint FROM u), "
	  "h AS (INSERT INTO user_channel SELECT user_id, $3::bigint FROM u), "
	  "a AS (INSERT INTO agent_state (user_id, state, available_since, heartbeat_at) "
	  "SELECT user_id, 1, now() - interval '1 minute', now() + interval '1 day' FROM u) SELECT user_id FROM u");
STATEMENT(world_contact_insert, 0, "INSERT INTO contact (name) VALUES ('Graciela') RETURNING contact_id, "
	  "conversation_id_next(now()) AS conversation_id");

static inline int64_t world_queue(struct vt_ctx *must_ctx, int strategy)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &world_queue_insert, "si", "cola", (int64_t)strategy));
	return db_i64(r, 0, "queue_id");
}

static inline int64_t world_channel(struct vt_ctx *must_ctx, int64_t queue_id)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &world_channel_insert, "i", queue_id));
	return db_i64(r, 0, "channel_id");
}

static inline int64_t world_operator(struct vt_ctx *must_ctx, const char *name, int64_t queue_id,
				     int64_t channel_id, int capacity)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &world_operator_insert, "siii", name, queue_id, channel_id, (int64_t)capacity));
	return db_i64(r, 0, "user_id");
}

struct world_case { int64_t conversation_id, contact_id, channel_id, queue_id; };

/* queue_id 0: it stays in the bot. */
static inline int world_open(struct vt_ctx *ctx, void *arg)
{
	const struct world_case *new = arg;
	struct conversation conversation = { .conversation_id = new->conversation_id,
					     .channel_id = new->channel_id, .contact_id = new->contact_id };

	if (db_pipe_begin(ctx) < 0 || conversation_open(ctx, &conversation) < 0)
		return -1;
	if (new->queue_id && conversation_hand_off(ctx, &conversation, new->queue_id) < 0)
		return -1;
	if (conversation_save(ctx, &conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static inline int64_t world_conversation(struct vt_ctx *must_ctx, int64_t queue_id, int64_t channel_id)
{
	struct world_case new = { .channel_id = channel_id, .queue_id = queue_id };
	struct db_result *r;

	must(db_one(must_ctx, &r, &world_contact_insert, ""));
	new.contact_id = db_i64(r, 0, "contact_id");
	new.conversation_id = db_i64(r, 0, "conversation_id");
	must_ctx->now_us = clock_now_us();
	must(db_transaction(must_ctx, world_open, &new));
	return new.conversation_id;
}

#endif
