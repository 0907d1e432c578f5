/* A case changes hands (requirements B4, H2, H6): who had it, who gets it, and what is on record. */
#include "database.h"
#include "routing_world.h"
#include "routing/handover.h"

struct move {
	int64_t conversation_id, queue_id, user_id;
	enum { RELEASE, TO_QUEUE, TO_OPERATOR } kind;
	struct handover handover;
};

/* The router leaves a manual queue alone, so that nobody else moves anything meanwhile. */
struct world { int64_t queue, channel, ana, bruno; };

static struct world make(struct vt_ctx *ctx)
{
	struct world world = { .queue = world_queue(ctx, STRATEGY_MANUAL) };

	world.channel = world_channel(ctx, world.queue);
	world.ana = world_operator(ctx, "Ana", world.queue, world.channel, 5);
	world.bruno = world_operator(ctx, "Bruno", world.queue, world.channel, 1);
	return world;
}

static int move(struct vt_ctx *ctx, void *arg)
{
	const struct move *move = arg;
	struct conversation conversation;
	struct handover_to to;

	if (conversation_lock(ctx, move->conversation_id, &conversation) < 0 ||
	    handover_lock(ctx, &conversation, move->queue_id, move->user_id, &to) < 0 ||
	    db_pipe_begin(ctx) < 0)
		return -1;
	int failed = move->kind == RELEASE ? handover_release(ctx, &conversation, &move->handover)
		: move->kind == TO_QUEUE ? handover_to_queue(ctx, &conversation, &to, &move->handover)
		: handover_to_operator(ctx, &conversation, &to, &move->handover);
	if (failed < 0 || conversation_save(ctx, &conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int moved(struct vt_ctx *ctx, struct move *what)
{
	ctx->now_us = clock_now_us();
	return db_transaction(ctx, move, what);
}

static int64_t given(struct vt_ctx *must_ctx, const struct world *world, int64_t user_id)
{
	struct move hand = { .conversation_id = world_conversation(must_ctx, world->queue, world->channel),
			     .user_id = user_id, .kind = TO_OPERATOR };

	must(moved(must_ctx, &hand));
	return hand.conversation_id;
}

STATEMENT(age, 2, "UPDATE conversation SET requested_at = requested_at - make_interval(secs => $2::bigint) "
	  "WHERE conversation_id = $1::bigint");
STATEMENT(case_of, 1, "SELECT state, coalesce(user_id, 0) AS user_id, queue_id, "
	  "extract(epoch FROM now() - requested_at)::bigint AS waited_s, "
	  "(SELECT string_agg(kind || '/' || coalesce((SELECT name FROM code WHERE list = 'outcome' AND value = outcome), '-'), ' ' "
	  "ORDER BY segment_seq) FROM segment s WHERE s.conversation_id = c.conversation_id) AS segments, "
	  "(SELECT string_agg(coalesce((SELECT name FROM code WHERE list = 'outcome' AND value = outcome), '-'), ' ' "
	  "ORDER BY assignment_seq) FROM assignment a WHERE a.conversation_id = c.conversation_id) AS assignments, "
	  "(SELECT string_agg(data->>'event', ' ' ORDER BY seq) FROM message m WHERE m.conversation_id = c.conversation_id "
	  "AND kind = 4) AS events, (SELECT string_agg(action, ' ' ORDER BY audit_id) FROM audit t "
	  "WHERE t.conversation_id = c.conversation_id) AS audits FROM conversation c WHERE conversation_id = $1::bigint");
STATEMENT(operator_of, 1, "SELECT open_count, closed_today, available_since > now() - interval '10 seconds' AS fresh "
	  "FROM agent_state WHERE user_id = $1::bigint");
STATEMENT(notes_of, 1, "SELECT body FROM message WHERE conversation_id = $1::bigint AND author = 5");

static const struct db_result *stored(struct vt_ctx *must_ctx, int64_t conversation_id)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &case_of, "i", conversation_id));
	return r;
}

static void expect_operator(struct vt_ctx *must_ctx, int64_t user_id, int open, bool fresh)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &operator_of, "i", user_id));
	assert_int_equal(db_i64(r, 0, "open_count"), open);
	assert_int_equal(db_i64(r, 0, "closed_today"), 0);
	assert_int_equal(db_bool(r, 0, "fresh"), fresh);
}

static void refused(struct vt_ctx *ctx, struct move *what, enum vt_code code, const char *key)
{
	assert_failed(ctx, moved(ctx, what), code);
	assert_string_equal(ctx->error.key, key);
	vt_error_clear(ctx);
}

static void a_case_given_back_waits_first_in_line_since_it_first_did(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move back = { .conversation_id = given(must_ctx, &world, world.ana), .kind = RELEASE,
			     .handover = { .outcome = OUTCOME_UNANSWERED, .first_in_line = true } };

	must(db_exec(must_ctx, NULL, &age, "ii", back.conversation_id, (int64_t)100));
	must(moved(must_ctx, &back));
	const struct db_result *r = stored(must_ctx, back.conversation_id);
	assert_int_equal(db_i64(r, 0, "state"), CONVERSATION_WAITING);
	assert_int_equal(db_i64(r, 0, "user_id"), 0);
	assert_true(db_i64(r, 0, "waited_s") >= 100);
	assert_string_equal(db_text(r, 0, "segments"), "1/handed_off 2/assigned 3/unanswered 2/-");
	assert_string_equal(db_text(r, 0, "assignments"), "unanswered");
	assert_string_equal(db_text(r, 0, "events"), "handed_off assigned released");
	assert_string_equal(db_text(r, 0, "audits"), "conversation.assign conversation.release");
}

static void a_case_given_back_without_a_place_waits_from_now(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move back = { .conversation_id = given(must_ctx, &world, world.ana), .kind = RELEASE,
			     .handover = { .outcome = OUTCOME_TRANSFERRED } };

	must(db_exec(must_ctx, NULL, &age, "ii", back.conversation_id, (int64_t)100));
	must(moved(must_ctx, &back));
	assert_true(db_i64(stored(must_ctx, back.conversation_id), 0, "waited_s") < 50);
}

static void who_has_a_case_taken_away_waits_as_if_they_had_closed_it(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move take = { .conversation_id = given(must_ctx, &world, world.ana), .kind = RELEASE,
			     .handover = { .outcome = OUTCOME_TAKEN, .by = "Carla" } };

	expect_operator(must_ctx, world.ana, 1, false);
	must(moved(must_ctx, &take));
	expect_operator(must_ctx, world.ana, 0, true);
	assert_string_equal(db_text(stored(must_ctx, take.conversation_id), 0, "assignments"), "taken");
}

static void a_case_goes_from_one_operator_to_another_with_a_note(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move pass = { .conversation_id = given(must_ctx, &world, world.ana), .user_id = world.bruno,
			     .kind = TO_OPERATOR,
			     .handover = { .outcome = OUTCOME_TRANSFERRED, .by = "Ana", .note = "Ya mandó el comprobante." } };
	struct db_result *notes;

	must(moved(must_ctx, &pass));
	const struct db_result *r = stored(must_ctx, pass.conversation_id);
	assert_int_equal(db_i64(r, 0, "user_id"), world.bruno);
	assert_string_equal(db_text(r, 0, "segments"), "1/handed_off 2/assigned 3/transferred 3/-");
	assert_string_equal(db_text(r, 0, "assignments"), "transferred -");
	assert_string_equal(db_text(r, 0, "events"), "handed_off assigned transferred assigned");
	expect_operator(must_ctx, world.ana, 0, true);
	expect_operator(must_ctx, world.bruno, 1, false);
	must(db_one(must_ctx, &notes, &notes_of, "i", pass.conversation_id));
	assert_string_equal(db_text(notes, 0, "body"), "Ya mandó el comprobante.");
	refused(must_ctx, &pass, VT_E_CONFLICT, "error.handover.same_user");
}

static void nobody_gets_what_they_cannot_take_unless_they_insist(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move pass = { .user_id = world.bruno, .kind = TO_OPERATOR,
			     .handover = { .outcome = OUTCOME_TAKEN } };

	given(must_ctx, &world, world.bruno);
	pass.conversation_id = given(must_ctx, &world, world.ana);
	refused(must_ctx, &pass, VT_E_CONFLICT, "error.handover.why.full");
	assert_string_equal(db_text(stored(must_ctx, pass.conversation_id), 0, "assignments"), "-");
	database_run(must_ctx, arena_printf(must_ctx->arena, "UPDATE agent_state SET state = 3 WHERE user_id = %" PRId64,
					    world.bruno));
	refused(must_ctx, &pass, VT_E_CONFLICT, "error.handover.why.coaching");
	pass.handover.anyway = true;
	must(moved(must_ctx, &pass));
	assert_string_equal(db_text(stored(must_ctx, pass.conversation_id), 0, "assignments"), "taken -");
	pass.user_id = INT64_MAX;
	refused(must_ctx, &pass, VT_E_INVALID, "error.handover.user");
}

static void the_list_says_why_the_others_cannot(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	int64_t elsewhere = world_operator(must_ctx, "Celia", world_queue(must_ctx, STRATEGY_MANUAL), world.channel, 5);
	struct db_result **results;
	struct fit fit;
	int seen = 0;

	given(must_ctx, &world, world.bruno);
	must(db_pipe_begin(must_ctx));
	must(fit_ask(must_ctx, world.queue, world.channel));
	must(db_pipe_run(must_ctx, &results, NULL, NULL));
	fit_from_row(&fit, results[0], 0);
	assert_int_equal(fit.user_id, world.ana);
	for (size_t row = 0; row < db_rows(results[0]); row++) {
		fit_from_row(&fit, results[0], row);
		if (fit.user_id == world.bruno && ++seen)
			assert_string_equal(fit.why, "full");
		if (fit.user_id == elsewhere && ++seen)
			assert_string_equal(fit.why, "queue");
	}
	assert_int_equal(seen, 2);
}

static void a_case_goes_to_another_queue_if_that_attends_its_channel(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move pass = { .conversation_id = given(must_ctx, &world, world.ana), .kind = TO_QUEUE,
			     .queue_id = world_queue(must_ctx, STRATEGY_MANUAL),
			     .handover = { .outcome = OUTCOME_TRANSFERRED, .by = "Ana" } };

	must(moved(must_ctx, &pass));
	const struct db_result *r = stored(must_ctx, pass.conversation_id);
	assert_int_equal(db_i64(r, 0, "queue_id"), pass.queue_id);
	assert_string_equal(db_text(r, 0, "segments"), "1/handed_off 2/assigned 3/transferred 2/-");
	refused(must_ctx, &pass, VT_E_CONFLICT, "error.handover.same_queue");
	pass.queue_id = world_queue(must_ctx, STRATEGY_MANUAL);
	database_run(must_ctx, arena_printf(must_ctx->arena, "UPDATE queue SET channel_ids = '{1}' WHERE queue_id = %" PRId64,
					    pass.queue_id));
	refused(must_ctx, &pass, VT_E_INVALID, "error.handover.queue");
}

static void who_comes_from_the_bot_by_hand_was_in_the_queue_for_a_moment(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move take = { .conversation_id = world_conversation(must_ctx, 0, world.channel), .queue_id = world.queue,
			     .user_id = world.ana, .kind = TO_OPERATOR };

	must(moved(must_ctx, &take));
	assert_string_equal(db_text(stored(must_ctx, take.conversation_id), 0, "segments"), "1/handed_off 2/assigned 3/-");
}

static int close_it(struct vt_ctx *ctx, void *arg)
{
	const int64_t *id = arg;
	struct conversation conversation;

	if (conversation_lock(ctx, *id, &conversation) < 0 || db_pipe_begin(ctx) < 0 ||
	    conversation_close(ctx, &conversation, AUTHOR_SYSTEM, OUTCOME_PROTOCOL, NULL) < 0 ||
	    conversation_save(ctx, &conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static void what_is_closed_goes_nowhere(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct world world = make(must_ctx);
	struct move back = { .conversation_id = given(must_ctx, &world, world.ana), .user_id = world.bruno };

	must(db_transaction(must_ctx, close_it, &back.conversation_id));
	for (int kind = RELEASE; kind <= TO_OPERATOR; kind++) {
		back.kind = kind;
		refused(must_ctx, &back, VT_E_CONFLICT, "error.conversation.closed");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(a_case_given_back_waits_first_in_line_since_it_first_did),
		DATABASE_TEST(a_case_given_back_without_a_place_waits_from_now),
		DATABASE_TEST(who_has_a_case_taken_away_waits_as_if_they_had_closed_it),
		DATABASE_TEST(a_case_goes_from_one_operator_to_another_with_a_note),
		DATABASE_TEST(nobody_gets_what_they_cannot_take_unless_they_insist),
		DATABASE_TEST(the_list_says_why_the_others_cannot),
		DATABASE_TEST(a_case_goes_to_another_queue_if_that_attends_its_channel),
		DATABASE_TEST(who_comes_from_the_bot_by_hand_was_in_the_queue_for_a_moment),
		DATABASE_TEST(what_is_closed_goes_nowhere),
	};

	return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}
