#include "unit.h"
#include "base/clock.h"
#include "conversation/silence.h"

#define MINUTES(n) ((n) * CLOCK_MINUTE)

/* Reminded after 10 minutes, closed after 30; our side told after 3. */
static const struct silence_rule rule = {
	.contact_warn_s = 600, .contact_close_s = 1800, .agent_warn_s = 180,
};
static const int64_t start = UNIT_NOW_US;

static enum silence_step after_us(int64_t minutes, int64_t warned)
{
	const struct silence silence = { .began_at = start - MINUTES(20), .last_contact_at = start - MINUTES(5),
					 .last_agent_at = start,
					 .warned_at = warned ? start + MINUTES(warned) : 0 };

	return silence_decide(&rule, &silence, start + MINUTES(minutes));
}

static void a_contact_is_reminded_once_and_then_it_is_closed(void **state)
{
	(void)state;
	assert_int_equal(after_us(9, 0), SILENCE_NOTHING);
	assert_int_equal(after_us(10, 0), SILENCE_WARN_CONTACT);
	assert_int_equal(after_us(15, 10), SILENCE_NOTHING);
	assert_int_equal(after_us(30, 10), SILENCE_CLOSE);
}

static void a_reminder_that_came_late_leaves_the_same_time_to_answer(void **state)
{
	(void)state;
	assert_int_equal(after_us(90, 0), SILENCE_WARN_CONTACT);
	assert_int_equal(after_us(91, 90), SILENCE_NOTHING);
	assert_int_equal(after_us(110, 90), SILENCE_CLOSE);
}

static void who_waits_for_our_answer_is_never_closed(void **state)
{
	const struct silence silence = { .began_at = start - MINUTES(20), .last_agent_at = start - MINUTES(10),
					 .last_contact_at = start };
	struct silence told = silence;

	(void)state;
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(2)), SILENCE_NOTHING);
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(3)), SILENCE_WARN_AGENT);
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(1000)), SILENCE_WARN_AGENT);
	told.warned_at = start + MINUTES(3);
	assert_int_equal(silence_decide(&rule, &told, start + MINUTES(1000)), SILENCE_NOTHING);
}

static void a_case_nobody_has_answered_yet_counts_from_its_assignment(void **state)
{
	const struct silence silence = { .began_at = start, .last_contact_at = start - MINUTES(30) };

	(void)state;
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(2)), SILENCE_NOTHING);
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(3)), SILENCE_WARN_AGENT);
}

static void a_later_word_begins_anew(void **state)
{
	const struct silence silence = { .began_at = start - MINUTES(60), .last_contact_at = start - MINUTES(20),
					 .last_agent_at = start, .warned_at = start - MINUTES(30) };

	(void)state;
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(9)), SILENCE_NOTHING);
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(10)), SILENCE_WARN_CONTACT);
}

static void with_the_bot_it_is_always_the_contact_who_is_silent(void **state)
{
	const struct silence silence = { .bot = true, .began_at = start - MINUTES(5), .last_contact_at = start };

	(void)state;
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(3)), SILENCE_NOTHING);
	assert_int_equal(silence_decide(&rule, &silence, start + MINUTES(10)), SILENCE_WARN_CONTACT);
}

static void what_is_zero_never_happens(void **state)
{
	static const struct silence_rule never = { .own = true }, only_close = { .contact_close_s = 60 },
		only_warn = { .contact_warn_s = 60 };
	const struct silence silence = { .began_at = start, .last_agent_at = start + 1 };
	struct silence warned = silence;

	(void)state;
	warned.warned_at = start + MINUTES(2);
	assert_int_equal(silence_decide(&never, &silence, start + MINUTES(99999)), SILENCE_NOTHING);
	assert_int_equal(silence_decide(&only_close, &silence, start + MINUTES(2)), SILENCE_CLOSE);
	assert_int_equal(silence_decide(&only_warn, &silence, start + MINUTES(2)), SILENCE_WARN_CONTACT);
	assert_int_equal(silence_decide(&only_warn, &warned, start + MINUTES(99)), SILENCE_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_contact_is_reminded_once_and_then_it_is_closed),
		UNIT_TEST(a_reminder_that_came_late_leaves_the_same_time_to_answer),
		UNIT_TEST(who_waits_for_our_answer_is_never_closed),
		UNIT_TEST(a_case_nobody_has_answered_yet_counts_from_its_assignment),
		UNIT_TEST(a_later_word_begins_anew),
		UNIT_TEST(with_the_bot_it_is_always_the_contact_who_is_silent),
		UNIT_TEST(what_is_zero_never_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
