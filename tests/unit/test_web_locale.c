#include "web.h"
#include "web/response.h"
#include "web/template.h"

static int setup(void **state)
{
	unit_setup(state);
	return template_init(unit_ctx(state), web_source_directory(), false);
}

static int teardown(void **state)
{
	template_close();
	return unit_teardown(state);
}

static void a_key_gives_its_text(void **state)
{
	assert_string_equal(locale_text(unit_ctx(state), "error.required", NULL),
			    "Completá este dato.");
}

static void an_unknown_key_stands_for_itself(void **state)
{
	assert_string_equal(locale_text(unit_ctx(state), "error.of.nobody", NULL),
			    "error.of.nobody");
	assert_string_equal(locale_text(unit_ctx(state), "error.conversation", NULL),
			    "error.conversation");
}

static void a_key_may_have_a_text_and_further_keys_below(void **state)
{
	assert_string_equal(locale_text(unit_ctx(state), "error.login", NULL),
			    "El usuario o la contraseña no son correctos.");
	assert_non_null(strstr(locale_text(unit_ctx(state), "error.login.locked", NULL),
			       "Esperá unos minutos"));
}

static void values_go_to_their_numbered_places(void **state)
{
	assert_string_equal(locale_text(unit_ctx(state), "common.date_long", "9", "junio", "2026",
					NULL), "9 de junio de 2026");
}

static void a_value_is_not_looked_at_for_places(void **state)
{
	const char *const values[] = { "{1}", "b" };

	assert_string_equal(locale_fill(unit_ctx(state)->arena, "{0} {1}", values, 2), "{1} b");
}

static void a_place_without_value_and_other_braces_stay(void **state)
{
	const char *const values[] = { "a" };

	assert_string_equal(locale_fill(unit_ctx(state)->arena, "{0} {1} {x} {} {0", values, 1),
			    "a {1} {x} {} {0");
}

static void every_error_code_has_a_text_of_its_own(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	for (enum vt_code code = VT_E_INVALID; code < VT_CODE_MAX; code++) {
		assert_int_equal(vt_fail(ctx, code, "x"), -1);
		assert_null(strstr(response_error_text(ctx), "error."));
	}
}

static void an_error_shows_the_text_of_its_key(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail_field(ctx, "cuit", "error.cuit", "x"), -1);
	assert_string_equal(response_error_text(ctx),
			    "Revisá el CUIT: son 11 números y el último es de control.");
}

static void an_error_of_an_unknown_key_shows_the_text_of_its_code(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail_key(ctx, VT_E_CONFLICT, "error.of.nobody", "x"), -1);
	assert_string_equal(response_error_text(ctx), locale_text(ctx, "error.conflict", NULL));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_gives_its_text),
		TEST(an_unknown_key_stands_for_itself),
		TEST(a_key_may_have_a_text_and_further_keys_below),
		TEST(values_go_to_their_numbered_places),
		TEST(a_value_is_not_looked_at_for_places),
		TEST(a_place_without_value_and_other_braces_stay),
		TEST(every_error_code_has_a_text_of_its_own),
		TEST(an_error_shows_the_text_of_its_key),
		TEST(an_error_of_an_unknown_key_shows_the_text_of_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
