/* Filters of a directory: what a person typed never becomes part of one. */
#include "unit.h"
#include "net/ldap.h"

static void what_means_something_in_a_filter_is_escaped(void **state)
{
	static const struct { const char *text, *escaped; } cases[] = {
		{ "ana", "ana" },
		{ "*", "\\2a" },
		{ "ana)(|(uid=*", "ana\\29\\28|\\28uid=\\2a" },
		{ "a\\61", "a\\5c61" },
		{ "\xc3\xb1", "\\c3\\b1" },
		{ "a\nb\x7f", "a\\0ab\\7f" },
		{ "", "" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < VT_COUNT(cases); i++)
		assert_string_equal(directory_escape(arena, cases[i].text), cases[i].escaped);
	arena_free(arena);
}

static void a_filter_is_whole_and_has_the_place_for_the_name(void **state)
{
	(void)state;
	assert_true(directory_filter_valid("(uid=%u)", "%u"));
	assert_true(directory_filter_valid("(&(objectClass=person)(|(uid=%u)(mail=%u)))", "%u"));
	assert_false(directory_filter_valid("(uid=ana)", "%u"));
	assert_false(directory_filter_valid("uid=%u", "%u"));
	assert_false(directory_filter_valid("(uid=%u", "%u"));
	assert_false(directory_filter_valid("(uid=%u))", "%u"));
	assert_false(directory_filter_valid("(uid=%u)(objectClass=*)", "%u"));
	assert_false(directory_filter_valid("", "%u"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_means_something_in_a_filter_is_escaped),
		cmocka_unit_test(a_filter_is_whole_and_has_the_place_for_the_name),
	};

	return cmocka_run_group_tests_name("ldap", tests, NULL, NULL);
}
