#include "web.h"
#include "web/texts.h"

static struct texts some(void)
{
	struct texts texts = { 0 };

	texts_add(&texts, "desk.title", "Conversaciones");
	texts_add(&texts, "desk", "Escritorio");
	texts_add(&texts, "desk_list.title", "Lista");
	texts_add(&texts, "desk.title.short", "");
	texts_add(&texts, "desk.state.wait", "en espera");
	texts_add(&texts, "board.title", "Tablero");
	texts_sort(&texts);
	return texts;
}

static void a_text_is_found_by_its_key(void **state)
{
	struct texts texts = some();

	(void)state;
	assert_string_equal(texts_find(&texts, "board.title"), "Tablero");
	assert_string_equal(texts_find(&texts, "desk"), "Escritorio");
	assert_string_equal(texts_find(&texts, "desk.title.short"), "");
	texts_clear(&texts);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct texts texts = some(), none = { 0 };

	(void)state;
	assert_null(texts_find(&texts, "desk.titl"));
	assert_null(texts_find(&texts, "zebra"));
	assert_null(texts_find(&texts, ""));
	assert_null(texts_find(&none, "desk"));
	texts_clear(&texts);
	assert_null(texts_find(&texts, "desk"));
}

static void below_a_key_are_those_that_go_on_with_a_dot(void **state)
{
	struct texts texts = some();
	size_t first;

	(void)state;
	assert_int_equal(texts_below(&texts, "desk", &first), 4);
	assert_string_equal(texts_key(&texts, first), "desk");
	assert_string_equal(texts_text(&texts, first + 1), "en espera");
	assert_int_equal(texts_below(&texts, "desk.title", &first), 2);
	assert_int_equal(texts_below(&texts, "des", &first), 0);
	texts_clear(&texts);
}

static void of_one_key_the_newest_text_stands(void **state)
{
	struct texts texts = { 0 };
	size_t first;

	(void)state;
	texts_add(&texts, "a.b", "viejo");
	texts_add(&texts, "a.c", "otro");
	texts_add(&texts, "a.b", "nuevo");
	texts_sort(&texts);
	assert_string_equal(texts_find(&texts, "a.b"), "nuevo");
	assert_int_equal(texts_below(&texts, "a", &first), 2);
	texts_clear(&texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_found_by_its_key),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(below_a_key_are_those_that_go_on_with_a_dot),
		cmocka_unit_test(of_one_key_the_newest_text_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
