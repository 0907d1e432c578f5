#include "unit.h"

#include <signal.h>

static char released[8];

static void note_release(void *object)
{
	size_t length = strlen(released);

	released[length] = *(char *)object;
	released[length + 1] = '\0';
}

static void the_last_registered_release_runs_first(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	released[0] = '\0';
	for (const char *object = "abc"; *object; object++)
		arena_defer(arena, note_release, arena_memdup(arena, object, 1));
	arena_reset(arena);
	assert_string_equal(released, "cba");
	arena_free(arena);
}

static void a_release_runs_only_once(void **state)
{
	struct arena *arena = arena_new();
	char object = 'x';

	(void)state;
	released[0] = '\0';
	arena_defer(arena, note_release, &object);
	arena_reset(arena);
	arena_reset(arena);
	arena_free(arena);
	assert_string_equal(released, "x");
}

static void freeing_an_arena_runs_its_releases(void **state)
{
	struct arena *arena = arena_new();
	char object = 'x';

	(void)state;
	released[0] = '\0';
	arena_defer(arena, note_release, &object);
	arena_free(arena);
	assert_string_equal(released, "x");
}

static void memory_is_zeroed_also_after_a_reset(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (int round = 0; round < 2; round++) {
		unsigned char *memory = arena_alloc(arena, 1000);

		for (int i = 0; i < 1000; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, 1000);
		arena_reset(arena);
	}
	arena_free(arena);
}

static void objects_of_every_size_do_not_overlap(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *objects[600];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(objects); i++) {
		objects[i] = arena_alloc(arena, i * 17 + 1);
		memset(objects[i], (int)(i & 0xff), i * 17 + 1);
	}
	for (size_t i = 0; i < VT_COUNT(objects); i++) {
		for (size_t j = 0; j < i * 17 + 1; j++)
			assert_int_equal(objects[i][j], i & 0xff);
	}
	arena_free(arena);
}

static void objects_are_aligned_for_any_type(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t size = 1; size < 10000; size += 333)
		assert_int_equal((uintptr_t)arena_alloc(arena, size) % _Alignof(max_align_t), 0);
	arena_free(arena);
}

static void used_counts_the_bytes_since_the_last_reset(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	arena_alloc(arena, 100);
	arena_alloc(arena, 5000);
	assert_int_equal(arena_used(arena), 5100);
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	arena_free(arena);
}

static void take_too_much(void *arena)
{
	for (int i = 0; i < 65; i++)
		arena_alloc(arena, 1024 * 1024);
}

static void take_just_enough(void *arena)
{
	for (int i = 0; i < 64; i++)
		arena_alloc(arena, 1024 * 1024);
}

static void more_than_64_mib_ends_the_process(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(unit_death_signal(take_too_much, arena), SIGABRT);
	arena_free(arena);
}

static void exactly_64_mib_are_given(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(unit_death_signal(take_just_enough, arena), 0);
	arena_free(arena);
}

static void overflow_the_product(void *arena)
{
	volatile size_t count = SIZE_MAX / 2;

	arena_calloc(arena, count, 3);
}

static void a_count_that_overflows_ends_the_process(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_int_equal(unit_death_signal(overflow_the_product, arena), SIGABRT);
	arena_free(arena);
}

static void text_is_copied_and_null_stays_null(void **state)
{
	struct arena *arena = arena_new();
	char text[] = "Ventanilla";
	char *copy = arena_strdup(arena, text);

	(void)state;
	text[0] = 'X';
	assert_string_equal(copy, "Ventanilla");
	assert_null(arena_strdup(arena, NULL));
	assert_null(arena_strndup(arena, NULL, 3));
	arena_free(arena);
}

static void a_bounded_copy_stops_at_the_bound_or_the_end(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(arena_strndup(arena, "Ventanilla", 4), "Vent");
	assert_string_equal(arena_strndup(arena, "Vent", 400), "Vent");
	arena_free(arena);
}

static void printf_makes_texts_longer_than_a_block(void **state)
{
	struct arena *arena = arena_new();
	char *text = arena_printf(arena, "%s-%040000d", "abc", 7);

	(void)state;
	assert_int_equal(strlen(text), 40004);
	assert_memory_equal(text, "abc-000", 7);
	assert_string_equal(text + 40000, "0007");
	arena_free(arena);
}

static void freeing_null_is_fine(void **state)
{
	(void)state;
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_registered_release_runs_first),
		cmocka_unit_test(a_release_runs_only_once),
		cmocka_unit_test(freeing_an_arena_runs_its_releases),
		cmocka_unit_test(memory_is_zeroed_also_after_a_reset),
		cmocka_unit_test(objects_of_every_size_do_not_overlap),
		cmocka_unit_test(objects_are_aligned_for_any_type),
		cmocka_unit_test(used_counts_the_bytes_since_the_last_reset),
		cmocka_unit_test(more_than_64_mib_ends_the_process),
		cmocka_unit_test(exactly_64_mib_are_given),
		cmocka_unit_test(a_count_that_overflows_ends_the_process),
		cmocka_unit_test(text_is_copied_and_null_stays_null),
		cmocka_unit_test(a_bounded_copy_stops_at_the_bound_or_the_end),
		cmocka_unit_test(printf_makes_texts_longer_than_a_block),
		cmocka_unit_test(freeing_null_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
