/* Who gets the next case (requirement B4). */
#include "unit.h"
#include "routing/strategy.h"

static const int64_t queue[] = { 7 };
static const int64_t channel[] = { 3 };

static struct candidate operator_with(int64_t id, int open, int64_t available_since, int closed_today)
{
	return (struct candidate){
		.user_id = id, .name = "", .display_name = "", .open_count = open, .capacity = 5,
		.available_since = available_since, .last_assigned_at = available_since,
		.closed_today = closed_today, .queue_ids = queue, .queue_count = 1,
		.channel_ids = channel, .channel_count = 1,
	};
}

static int64_t chosen(int strategy, const struct candidate *list, size_t count)
{
	int index = strategy_choose(strategy, list, count, 7, 3);

	return index < 0 ? 0 : list[index].user_id;
}

static void test_by_default_the_operator_with_the_fewest_cases_gets_it(void **state)
{
	const struct candidate list[] = { operator_with(1, 2, 10, 0), operator_with(2, 1, 90, 9) };

	(void)state;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 2);
}

static void test_among_equals_the_one_available_longest_gets_it(void **state)
{
	const struct candidate list[] = { operator_with(1, 1, 50, 0), operator_with(2, 1, 20, 9) };

	(void)state;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 2);
}

static void test_among_equals_still_the_lowest_productivity_today_gets_it(void **state)
{
	const struct candidate list[] = { operator_with(1, 1, 20, 4), operator_with(2, 1, 20, 3) };

	(void)state;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 2);
}

static void test_nobody_gets_more_of_a_queue_than_it_allows(void **state)
{
	int64_t none[] = { 0 }, one[] = { 1 };
	struct candidate list[] = { operator_with(1, 0, 10, 0), operator_with(2, 3, 10, 0) };

	(void)state;
	list[0].queue_room = none;
	list[1].queue_room = one;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 2);
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 1), 0);
}

static void test_nobody_gets_more_than_their_capacity(void **state)
{
	const struct candidate list[] = { operator_with(1, 5, 20, 0) };

	(void)state;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 1), 0);
}

static void test_only_operators_of_the_queue_and_channel_are_candidates(void **state)
{
	static const int64_t other[] = { 8 };
	struct candidate list[] = { operator_with(1, 0, 1, 0), operator_with(2, 0, 1, 0), operator_with(3, 4, 90, 0) };

	(void)state;
	list[0].queue_ids = other;
	list[1].channel_ids = other;
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 3), 3);
}

static void test_each_strategy_orders_by_its_own_figure(void **state)
{
	struct candidate list[] = { operator_with(1, 0, 90, 5), operator_with(2, 3, 10, 1) };

	(void)state;
	list[0].last_assigned_at = 5;
	list[1].last_assigned_at = 11;
	list[1].capacity = 20;
	assert_int_equal(chosen(STRATEGY_LONGEST_AVAILABLE, list, 2), 2);
	assert_int_equal(chosen(STRATEGY_ROUND_ROBIN, list, 2), 1);
	assert_int_equal(chosen(STRATEGY_MOST_AVAILABLE, list, 2), 2);
	assert_int_equal(chosen(STRATEGY_LOWEST_PRODUCTIVITY, list, 2), 2);
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 1);
}

static void test_who_was_just_given_a_case_is_not_idle(void **state)
{
	struct candidate list[] = { operator_with(1, 0, 10, 0), operator_with(2, 0, 20, 0) };

	(void)state;
	list[0].last_assigned_at = 30;
	list[1].last_assigned_at = 15;
	assert_int_equal(chosen(STRATEGY_LONGEST_AVAILABLE, list, 2), 2);
	assert_int_equal(chosen(STRATEGY_FEWEST_CASES, list, 2), 1);
}

static int64_t chosen_for(struct waiting *waiting, const struct candidate *list, size_t count, bool *preferred)
{
	waiting->queue_id = 7;
	waiting->channel_id = 3;
	waiting->strategy = STRATEGY_FEWEST_CASES;
	int index = strategy_choose_for(waiting, list, count, preferred);
	return index < 0 ? 0 : list[index].user_id;
}

static void test_who_comes_back_gets_the_operator_they_had_if_that_one_can(void **state)
{
	struct candidate list[] = { operator_with(1, 0, 10, 0), operator_with(2, 3, 20, 0) };
	struct waiting waiting = { .preferred_id = 2 };
	bool preferred;

	(void)state;
	assert_int_equal(chosen_for(&waiting, list, 2, &preferred), 2);
	assert_true(preferred);
	list[1].open_count = 5;
	assert_int_equal(chosen_for(&waiting, list, 2, &preferred), 1);
	assert_false(preferred);
}

static void test_who_let_it_pass_gets_it_only_when_nobody_else_can(void **state)
{
	static const int64_t passed[] = { 1 };
	const struct candidate list[] = { operator_with(1, 0, 10, 0), operator_with(2, 3, 20, 0) };
	struct waiting waiting = { .preferred_id = 1, .passed_ids = passed, .passed_count = 1 };
	bool preferred;

	(void)state;
	assert_int_equal(chosen_for(&waiting, list, 2, &preferred), 2);
	assert_int_equal(chosen_for(&waiting, list, 1, &preferred), 1);
}

static void test_a_manual_queue_assigns_nobody_by_itself(void **state)
{
	const struct candidate list[] = { operator_with(1, 0, 1, 0) };

	(void)state;
	assert_int_equal(chosen(STRATEGY_MANUAL, list, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_by_default_the_operator_with_the_fewest_cases_gets_it),
		UNIT_TEST(test_among_equals_the_one_available_longest_gets_it),
		UNIT_TEST(test_among_equals_still_the_lowest_productivity_today_gets_it),
		UNIT_TEST(test_nobody_gets_more_of_a_queue_than_it_allows),
		UNIT_TEST(test_nobody_gets_more_than_their_capacity),
		UNIT_TEST(test_only_operators_of_the_queue_and_channel_are_candidates),
		UNIT_TEST(test_each_strategy_orders_by_its_own_figure),
		UNIT_TEST(test_who_was_just_given_a_case_is_not_idle),
		UNIT_TEST(test_who_comes_back_gets_the_operator_they_had_if_that_one_can),
		UNIT_TEST(test_who_let_it_pass_gets_it_only_when_nobody_else_can),
		UNIT_TEST(test_a_manual_queue_assigns_nobody_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
