/* A day that was, run again with another rule. */
#include "unit.h"
#include "base/clock.h"
#include "base/codes.h"
#include "routing/simulate.h"

#define MINUTE CLOCK_MINUTE
#define DAY_FROM (UNIT_NOW_US - UNIT_NOW_US % CLOCK_DAY)

static const int64_t channel[] = { 3 };

/* Two operators of two cases each, from nine to five of the day's clock; nobody has anything else. */
struct world {
	struct simulate_operator operators[2];
	struct simulate_span present[2];
	struct simulate_arrival arrivals[8];
	struct simulate_day day;
};

static void make(struct world *world, size_t arrivals)
{
	*world = (struct world){ .day = { .from = DAY_FROM, .to = DAY_FROM + CLOCK_DAY, .queue_id = 7,
		.service_level_s = 60, .operator_count = 2, .present_count = 2, .arrival_count = arrivals } };
	for (int i = 0; i < 2; i++) {
		world->operators[i] = (struct simulate_operator){ .user_id = i + 1, .name = "", .capacity = 2,
			.channel_ids = channel, .channel_count = 1 };
		world->present[i] = (struct simulate_span){ i, DAY_FROM + 9 * CLOCK_HOUR, DAY_FROM + 17 * CLOCK_HOUR, 0 };
	}
	for (size_t i = 0; i < arrivals; i++)
		world->arrivals[i] = (struct simulate_arrival){ .at = DAY_FROM + 10 * CLOCK_HOUR + (int64_t)i * MINUTE,
			.channel_id = 3, .attended = true, .waited_us = 5 * MINUTE, .handled_us = 60 * MINUTE };
	world->day.operators = world->operators;
	world->day.present = world->present;
	world->day.arrivals = world->arrivals;
}

static struct simulate_result run(void **state, struct world *world, int strategy)
{
	struct simulate_result result;

	assert_int_equal(simulate_run(unit_ctx(state), &world->day, strategy, &result), 0);
	return result;
}

static void test_who_arrives_while_somebody_is_free_does_not_wait(void **state)
{
	struct world world;

	make(&world, 4);
	struct simulate_result result = run(state, &world, STRATEGY_FEWEST_CASES);
	assert_int_equal(result.attended, 4);
	assert_int_equal(result.longest_us, 0);
	assert_int_equal(result.within, 4);
	assert_int_equal(result.operators[0].cases, 2);
	assert_int_equal(result.operators[1].cases, 2);
	assert_int_equal(result.operators[0].handled_us, 120 * MINUTE);
}

static void test_the_rule_decides_who_gets_what(void **state)
{
	struct world world;

	make(&world, 2);
	world.operators[1].capacity = 10;
	assert_int_equal(run(state, &world, STRATEGY_MOST_AVAILABLE).operators[1].cases, 2);
	assert_int_equal(run(state, &world, STRATEGY_ROUND_ROBIN).operators[1].cases, 1);
}

static void test_who_finds_nobody_free_waits_until_a_case_ends(void **state)
{
	struct world world;

	make(&world, 5);
	struct simulate_result result = run(state, &world, STRATEGY_FEWEST_CASES);
	/* The first case ends an hour after it came; the fifth came four minutes after it. */
	assert_int_equal(result.attended, 5);
	assert_int_equal(result.longest_us, 56 * MINUTE);
	assert_int_equal(result.hours[10].arrivals, 5);
	assert_int_equal(result.hours[10].wait_us, 56 * MINUTE);
}

static void test_who_lost_patience_loses_it_after_the_same_wait(void **state)
{
	struct world world;

	make(&world, 5);
	world.arrivals[4].attended = false;
	world.arrivals[4].waited_us = 30 * MINUTE;
	struct simulate_result result = run(state, &world, STRATEGY_FEWEST_CASES);
	assert_int_equal(result.attended, 4);
	assert_int_equal(result.lost, 1);
	world.arrivals[4].waited_us = 57 * MINUTE;
	result = run(state, &world, STRATEGY_FEWEST_CASES);
	assert_int_equal(result.attended, 5);
}

static void test_cases_of_other_queues_take_their_place(void **state)
{
	struct world world;
	struct simulate_span others[] = { { 0, DAY_FROM + 9 * CLOCK_HOUR, DAY_FROM + 16 * CLOCK_HOUR, 3 },
		{ 0, DAY_FROM + 9 * CLOCK_HOUR, DAY_FROM + 16 * CLOCK_HOUR, 3 } };

	make(&world, 2);
	world.day.others = others;
	world.day.other_count = 2;
	assert_int_equal(run(state, &world, STRATEGY_FEWEST_CASES).operators[1].cases, 2);
}

static void test_who_comes_when_nobody_is_there_is_not_attended(void **state)
{
	struct world world;

	make(&world, 1);
	world.arrivals[0].at = DAY_FROM + 18 * CLOCK_HOUR;
	struct simulate_result result = run(state, &world, STRATEGY_FEWEST_CASES);
	assert_int_equal(result.attended, 0);
	assert_int_equal(result.lost, 1);
	assert_int_equal(result.hours[18].lost, 1);
}

static void test_the_day_as_it_was_is_told_in_the_same_figures(void **state)
{
	struct simulate_result result;
	struct world world;

	make(&world, 4);
	world.arrivals[0].attended = false;
	world.arrivals[0].operator = world.arrivals[1].operator = -1;
	simulate_recorded(unit_ctx(state), &world.day, &result);
	assert_int_equal(result.attended, 3);
	assert_int_equal(result.lost, 1);
	assert_int_equal(result.mean_us, 5 * MINUTE);
	assert_int_equal(result.within, 0);
	assert_int_equal(result.operators[0].cases, 2);
}

static void test_a_day_is_one_that_has_been(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	int64_t from, to;

	assert_int_equal(simulate_day_parse(ctx, "2026-11-23", &from, &to), 0);
	assert_int_equal(to - from, CLOCK_DAY);
	for (const char *const *text = (const char *const []){ "2026-11-24", "2026-02-30", "2026-1-1", "ayer", "",
			"2026-11-23x", "26-11-2023", NULL }; *text; text++)
		assert_int_equal(simulate_day_parse(ctx, *text, &from, &to), -1);
}

static void test_a_channels_own_capacity_holds_also_with_what_they_have_of_other_queues(void **state)
{
	static const int64_t one[] = { 1 };
	struct simulate_span others[] = { { 0, DAY_FROM + 9 * CLOCK_HOUR, DAY_FROM + 12 * CLOCK_HOUR, 3 } };
	struct world world;

	make(&world, 2);
	world.operators[0].channel_capacities = world.operators[1].channel_capacities = one;
	world.day.others = others;
	world.day.other_count = 1;
	struct simulate_result result = run(state, &world, STRATEGY_FEWEST_CASES);
	assert_int_equal(result.attended, 2);
	assert_int_equal(result.operators[0].cases, 0);
	assert_int_equal(result.operators[1].cases, 2);
	/* The second one came a minute later and waited till the first was done. */
	assert_int_equal(result.longest_us, 59 * MINUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_who_arrives_while_somebody_is_free_does_not_wait),
		UNIT_TEST(test_the_rule_decides_who_gets_what),
		UNIT_TEST(test_who_finds_nobody_free_waits_until_a_case_ends),
		UNIT_TEST(test_who_lost_patience_loses_it_after_the_same_wait),
		UNIT_TEST(test_cases_of_other_queues_take_their_place),
		UNIT_TEST(test_who_comes_when_nobody_is_there_is_not_attended),
		UNIT_TEST(test_the_day_as_it_was_is_told_in_the_same_figures),
		UNIT_TEST(test_a_day_is_one_that_has_been),
		UNIT_TEST(test_a_channels_own_capacity_holds_also_with_what_they_have_of_other_queues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
