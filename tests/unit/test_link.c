#include "unit.h"
#include "base/link.h"

/* The first address of text; "" when it has none. */
static const char *found(void **state, const char *text)
{
	size_t at, size;

	if (!link_find(text, &at, &size))
		return "";
	return arena_strndup(unit_ctx(state)->arena, text + at, size);
}

static void an_address_is_found_within_a_text(void **state)
{
	assert_string_equal(found(state, "Entrá en https://www.arba.gov.ar/pagos?id=1&b=2 y elegí"),
			    "https://www.arba.gov.ar/pagos?id=1&b=2");
	assert_string_equal(found(state, "http://localhost:8080/a#b"), "http://localhost:8080/a#b");
	assert_string_equal(found(state, "https://es.wikipedia.org/wiki/Año"), "https://es.wikipedia.org/wiki/Año");
	assert_string_equal(found(state, "no es http, es https://a.ar"), "https://a.ar");
}

static void what_ends_a_sentence_is_not_the_address(void **state)
{
	assert_string_equal(found(state, "(mirá https://a.ar/x)."), "https://a.ar/x");
	assert_string_equal(found(state, "¿https://a.ar/x?"), "https://a.ar/x");
	assert_string_equal(found(state, "*https://a.ar/x*"), "https://a.ar/x");
	assert_string_equal(found(state, "<https://a.ar/x>"), "https://a.ar/x");
}

static void other_schemes_and_bare_beginnings_are_text(void **state)
{
	assert_string_equal(found(state, "javascript:alert(1) ftp://a.ar file:///etc/passwd www.arba.gov.ar"), "");
	assert_string_equal(found(state, "https:// y http://. y https://?"), "");
	assert_string_equal(found(state, "https:///a"), "");
	assert_string_equal(found(state, ""), "");
}

static void what_shows_another_place_than_it_leads_to_is_no_address(void **state)
{
	assert_string_equal(found(state, "https://arba.gov.ar@example.net/"), "");
	assert_string_equal(found(state, "https://arba.gov.ar:443@example.net"), "");
	assert_string_equal(found(state, "https://a.ar/yo@b.ar"), "https://a.ar/yo@b.ar");
	/* U+202E turns what follows around, U+200B and U+FEFF are not seen. */
	assert_string_equal(found(state, "https://a.ar/\xe2\x80\xaegpj.exe"), "https://a.ar/");
	assert_string_equal(found(state, "https://a.ar\xe2\x80\x8b.example.net"), "https://a.ar");
	assert_string_equal(found(state, "https://a.ar\xef\xbb\xbf.example.net"), "https://a.ar");
	assert_string_equal(found(state, "https://a.ar\\@example.net"), "https://a.ar");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(an_address_is_found_within_a_text),
		UNIT_TEST(what_ends_a_sentence_is_not_the_address),
		UNIT_TEST(other_schemes_and_bare_beginnings_are_text),
		UNIT_TEST(what_shows_another_place_than_it_leads_to_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
