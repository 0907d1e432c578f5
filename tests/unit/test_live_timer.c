#include "unit.h"
#include "cgi-bin/live/pace.h"
#include "cgi-bin/live/timer.h"

static struct wheel wheel;

/* --- Timers ------------------------------------------------------------------------------------ */

static void a_timer_rings_once_and_not_before_its_time(void **state)
{
	struct timer timer = { 0 };

	(void)state;
	wheel_init(&wheel, 1000000);
	timer_set(&wheel, &timer, 1025000);
	assert_null(wheel_ring(&wheel, 1024983));
	assert_ptr_equal(wheel_ring(&wheel, 1025000 + TIMER_STEP_MS), &timer);
	assert_null(wheel_ring(&wheel, 1100000));
}

static void a_timer_that_is_cleared_or_moved_does_not_ring_at_the_old_time(void **state)
{
	struct timer cleared = { 0 }, moved = { 0 };

	(void)state;
	wheel_init(&wheel, 0);
	timer_set(&wheel, &cleared, 500);
	timer_set(&wheel, &moved, 500);
	timer_clear(&cleared);
	timer_clear(&cleared);
	timer_set(&wheel, &moved, 900);
	assert_null(wheel_ring(&wheel, 800));
	assert_ptr_equal(wheel_ring(&wheel, 1000), &moved);
}

static void a_timer_of_the_past_rings_at_the_next_step(void **state)
{
	struct timer timer = { 0 };

	(void)state;
	wheel_init(&wheel, 5000);
	assert_null(wheel_ring(&wheel, 9000));
	timer_set(&wheel, &timer, 8000);
	assert_ptr_equal(wheel_ring(&wheel, 9000 + TIMER_STEP_MS), &timer);
}

static void a_timer_beyond_the_reach_rings_at_it(void **state)
{
	struct timer timer = { 0 };

	(void)state;
	wheel_init(&wheel, 0);
	timer_set(&wheel, &timer, 10 * TIMER_REACH_MS);
	assert_null(wheel_ring(&wheel, TIMER_REACH_MS - TIMER_STEP_MS));
	assert_ptr_equal(wheel_ring(&wheel, TIMER_REACH_MS + 2 * TIMER_STEP_MS), &timer);
}

static void after_a_long_stop_everything_that_was_due_rings(void **state)
{
	struct timer timers[100] = { { 0 } };
	size_t rang = 0;

	(void)state;
	wheel_init(&wheel, 0);
	for (size_t i = 0; i < VT_COUNT(timers); i++)
		timer_set(&wheel, &timers[i], (int64_t)(300 * i));
	while (wheel_ring(&wheel, 10 * TIMER_REACH_MS))
		rang++;
	assert_int_equal(rang, VT_COUNT(timers));
}

static void the_loop_may_sleep_until_the_next_timer(void **state)
{
	struct timer timer = { 0 };

	(void)state;
	wheel_init(&wheel, 1600);
	assert_int_equal(wheel_pause(&wheel, 1600, 1000), 1000);
	timer_set(&wheel, &timer, 1920);
	assert_int_equal(wheel_pause(&wheel, 1600, 1000), 320);
	assert_int_equal(wheel_pause(&wheel, 1600, 100), 100);
	assert_int_equal(wheel_pause(&wheel, 2000, 1000), 0);
	timer_clear(&timer);
}

/* --- The brake --------------------------------------------------------------------------------- */

static struct pace pace;

static void a_page_that_does_not_move_on_is_answered_at_most_every_50_ms(void **state)
{
	(void)state;
	memset(&pace, 0, sizeof(pace));
	assert_int_equal(pace_wait(&pace, 77, 1, 1000), 0);
	pace_note(&pace, 77, 1, 1000);
	assert_int_equal(pace_wait(&pace, 77, 1, 1010), PACE_MS - 10);
	assert_int_equal(pace_wait(&pace, 77, 1, 1000 + PACE_MS), 0);
}

static void a_page_that_moved_on_is_answered_at_once(void **state)
{
	(void)state;
	memset(&pace, 0, sizeof(pace));
	pace_note(&pace, 77, 1, 1000);
	assert_int_equal(pace_wait(&pace, 77, 2, 1001), 0);
	assert_int_equal(pace_wait(&pace, 77 + PACE_SLOTS, 1, 1001), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timer_rings_once_and_not_before_its_time),
		cmocka_unit_test(a_timer_that_is_cleared_or_moved_does_not_ring_at_the_old_time),
		cmocka_unit_test(a_timer_of_the_past_rings_at_the_next_step),
		cmocka_unit_test(a_timer_beyond_the_reach_rings_at_it),
		cmocka_unit_test(after_a_long_stop_everything_that_was_due_rings),
		cmocka_unit_test(the_loop_may_sleep_until_the_next_timer),
		cmocka_unit_test(a_page_that_does_not_move_on_is_answered_at_most_every_50_ms),
		cmocka_unit_test(a_page_that_moved_on_is_answered_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
