/* Why an operator got a case, as it is kept. */
#include "unit.h"
#include "base/clock.h"
#include "base/json.h"
#include "routing/reason.h"

#define MANY 250

static const int64_t queue[] = { 7 }, channel[] = { 3 };

static struct json *reason_of(void **state, size_t count, int chosen, bool preferred)
{
	static struct candidate list[MANY];
	const struct waiting waiting = { .queue_id = 7, .channel_id = 3, .strategy = STRATEGY_FEWEST_CASES };
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *out;

	for (size_t i = 0; i < count; i++)
		list[i] = (struct candidate){ .user_id = (int64_t)i + 1, .name = "Ana \"la rápida\" <b>", .display_name = "Ana",
			.open_count = (int)(count - i), .capacity = MANY + 1, .closed_today = 4,
			.available_since = ctx->now_us - 14 * CLOCK_MINUTE, .queue_ids = queue, .queue_count = 1,
			.channel_ids = channel, .channel_count = i == 1 ? 0 : 1 };
	const char *text = reason_text(ctx, &waiting, list, count, chosen, preferred);
	assert_int_equal(json_parse(ctx, text, strlen(text), 32768, &out), 0);
	return out;
}

static void test_it_has_the_rule_and_the_figures_of_all_who_could_the_best_first(void **state)
{
	struct json *reason = reason_of(state, 3, 2, false);

	assert_string_equal(json_str(reason, "rule", ""), "fewest_cases");
	assert_int_equal(json_i64(reason, "open_count", 0), 1);
	assert_int_equal(json_i64(reason, "available_s", 0), 840);
	/* The second does not attend the channel. */
	assert_int_equal(json_i64(reason, "candidate_count", 0), 2);
	struct json *named = json_at(reason, "candidates");
	assert_int_equal(json_array_size(named), 2);
	assert_int_equal(json_i64(json_array_at(named, 0), "user_id", 0), 3);
	assert_int_equal(json_i64(json_array_at(named, 1), "user_id", 0), 1);
	assert_string_equal(json_str(json_array_at(named, 0), "name", ""), "Ana \"la rápida\" <b>");
}

static void test_who_was_preferred_is_told_as_such(void **state)
{
	assert_string_equal(json_str(reason_of(state, 3, 0, true), "rule", ""), "preferred");
}

static void test_of_very_many_it_keeps_ten_by_name_the_next_by_number_and_their_count(void **state)
{
	struct json *reason = reason_of(state, MANY, MANY - 1, false);
	struct json *others = json_at(reason, "others");

	assert_int_equal(json_array_size(json_at(reason, "candidates")), REASON_NAMED_MAX);
	assert_int_equal(json_array_size(others), REASON_OTHERS_MAX);
	assert_int_equal(json_i64(reason, "candidate_count", 0), MANY - 1);
	/* The eleventh: its number, open, capacity, seconds available, closed today. */
	const int64_t eleventh[] = { MANY - 10, 11, MANY + 1, 840, 4 };
	for (size_t i = 0; i < VT_COUNT(eleventh); i++)
		assert_int_equal(json_i64(json_array_at(json_array_at(others, 0), i), "", -1), eleventh[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_it_has_the_rule_and_the_figures_of_all_who_could_the_best_first),
		UNIT_TEST(test_who_was_preferred_is_told_as_such),
		UNIT_TEST(test_of_very_many_it_keeps_ten_by_name_the_next_by_number_and_their_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
