/* The decision of the router against a plain model, for 100,000 random steps. VENTANILLA_SEED repeats a run. */
#include "unit.h"
#include "routing/strategy.h"
#include "tests/unit/routing_model.h"

#define STEPS 100000

struct operator_room { int64_t queue_ids[MODEL_QUEUES], queue_room[MODEL_QUEUES], channel_ids[MODEL_CHANNELS], channel_room[MODEL_CHANNELS]; };

struct pass {
	const struct model *model;
	struct model_gift given[MODEL_PASS_MAX];
	int count;
};

/* What the database would tell the router of who is free. */
static size_t candidates_of(const struct model *model, struct candidate *list, struct operator_room *rooms)
{
	size_t count = 0;

	for (int o = 0; o < MODEL_OPERATORS; o++) {
		const struct model_operator *one = &model->operators[o];
		struct operator_room *room = &rooms[count];
		struct candidate *c = &list[count];
		if (!one->available)
			continue;
		*c = (struct candidate){ .user_id = o + 1, .name = "", .display_name = "", .capacity = one->capacity,
			.open_count = model_open(model, o, NOBODY), .available_since = one->available_since,
			.last_assigned_at = one->last_assigned_at, .closed_today = one->closed_today,
			.queue_ids = room->queue_ids, .queue_room = room->queue_room, .channel_ids = room->channel_ids,
			.channel_room = room->channel_room };
		for (int q = 0; q < MODEL_QUEUES; q++) {
			int limit = model->queues[q].capacity;
			if (!one->in_queue[q])
				continue;
			room->queue_ids[c->queue_count] = q + 1;
			room->queue_room[c->queue_count++] = limit ? limit - model_open(model, o, q) : 1000;
		}
		for (int h = 0; h < MODEL_CHANNELS; h++) {
			int most = one->channel_capacity[h];
			if (!one->in_channel[h])
				continue;
			room->channel_ids[c->channel_count] = h + 1;
			room->channel_room[c->channel_count++] = most ? most - model_open_by(model, o, h) : 1000;
		}
		count++;
	}
	return count;
}

static size_t line_of(const struct model *model, struct waiting *line, int64_t passed[][MODEL_OPERATORS])
{
	size_t count = 0;

	/* From behind, so that the order is the decision's own work. */
	for (int i = MODEL_CASES - 1; i >= 0; i--) {
		const struct model_case *one = &model->cases[i];
		if (!one->open || one->owner != NOBODY)
			continue;
		struct waiting *w = &line[count];
		*w = (struct waiting){ .conversation_id = one->number, .queue_id = one->queue + 1,
			.channel_id = one->channel + 1, .queue_priority = model->queues[one->queue].priority,
			.requested_at = one->requested_at, .strategy = model->queues[one->queue].strategy,
			.preferred_id = one->preferred + 1, .passed_ids = passed[count], .row = (size_t)i };
		for (int o = 0; o < MODEL_OPERATORS; o++) {
			if (one->passed[o])
				passed[count][w->passed_count++] = o + 1;
		}
		count++;
	}
	return count;
}

static struct candidate candidates[MODEL_OPERATORS];

static int give(void *arg, const struct waiting *waiting, int chosen, bool preferred)
{
	struct pass *pass = arg;

	(void)preferred;
	assert_true(pass->count < MODEL_PASS_MAX);
	pass->given[pass->count++] = (struct model_gift){ (int)waiting->row, (int)candidates[chosen].user_id - 1 };
	return 0;
}

static void same(struct model *model, long step)
{
	static int64_t passed[MODEL_CASES][MODEL_OPERATORS];
	struct operator_room rooms[MODEL_OPERATORS];
	struct waiting line[MODEL_CASES];
	struct model_gift wanted[MODEL_PASS_MAX];
	struct pass pass = { .model = model };
	size_t operators = candidates_of(model, candidates, rooms);
	size_t waiting = line_of(model, line, passed);

	strategy_line(line, waiting);
	assert_int_equal(strategy_pass(line, waiting, candidates, operators, model->now + 1, give, &pass), 0);
	int count = model_pass(model, wanted);
	if (count != pass.count)
		fail_msg("step %ld: %d given, not %d", step, pass.count, count);
	for (int i = 0; i < count; i++) {
		if (wanted[i].which != pass.given[i].which || wanted[i].owner != pass.given[i].owner)
			fail_msg("step %ld: case %d to operator %d, not case %d to %d", step, pass.given[i].which,
				 pass.given[i].owner, wanted[i].which, wanted[i].owner);
	}
}

static void test_the_decision_is_the_plain_rule_for_100000_random_steps(void **state)
{
	const char *given = getenv("VENTANILLA_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) % 1000000;
	struct model model;
	long gifts = 0;

	(void)state;
	print_message("# VENTANILLA_SEED=%" PRIu64 "\n", seed);
	model_begin(&model, seed);
	for (long step = 0; step < STEPS; step++) {
		struct model_step did = model_step(&model);
		if (did.action == MODEL_ARRIVES && model_random(&model, 4) == 0)
			model.cases[did.which].preferred = (int)model_random(&model, MODEL_OPERATORS);
		same(&model, step);
		const char *broken = model_broken(&model);
		if (broken)
			fail_msg("step %ld: %s", step, broken);
		gifts += did.action == MODEL_ARRIVES;
	}
	assert_true(gifts > STEPS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_the_decision_is_the_plain_rule_for_100000_random_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
