#include "unit.h"
#include "base/config.h"

static const char *const required[] = {
	"VT_DATABASE", "VT_RUN", "VT_FILES", "VT_KEY_FILE", "VT_SHARE", "VT_BASE_URL",
};

static int complete_environment(void **state)
{
	for (size_t i = 0; i < VT_COUNT(required); i++)
		setenv(required[i], "/somewhere", 1);
	setenv("VT_BASE_URL", "http://127.0.0.1:8080", 1);
	unsetenv("VT_DEVELOPER");
	unsetenv("VT_HASTE");
	return unit_setup(state);
}

static void a_complete_environment_is_loaded(void **state)
{
	struct config config;

	setenv("VT_DATABASE", "host=/run/pg user=vent_staff", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_string_equal(config.database, "host=/run/pg user=vent_staff");
	assert_string_equal(config.run_directory, "/somewhere");
	assert_string_equal(config.base_url, "http://127.0.0.1:8080");
}

static void each_missing_variable_is_named(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct config config;

	for (size_t i = 0; i < VT_COUNT(required); i++)
		unsetenv(required[i]);
	assert_int_equal(config_load(ctx, &config), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	for (size_t i = 0; i < VT_COUNT(required); i++)
		assert_non_null(strstr(ctx->error.message, required[i]));
}

static void an_empty_variable_counts_as_missing(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct config config;

	setenv("VT_RUN", "", 1);
	assert_int_equal(config_load(ctx, &config), -1);
	assert_string_equal(ctx->error.message, "not set in the environment: VT_RUN");
}

static void cookies_are_secure_only_under_https(void **state)
{
	struct config config;

	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_false(config.secure_cookies);
	setenv("VT_BASE_URL", "https://atencion.example", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_true(config.secure_cookies);
}

static void a_base_url_of_another_form_is_refused(void **state)
{
	static const char *const urls[] = {
		"127.0.0.1:8080", "ftp://example", "https://example/", "http://", "https://",
	};
	struct config config;

	for (size_t i = 0; i < VT_COUNT(urls); i++) {
		setenv("VT_BASE_URL", urls[i], 1);
		assert_int_equal(config_load(unit_ctx(state), &config), -1);
	}
}

static void developer_mode_must_be_said_with_1(void **state)
{
	struct config config;

	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_false(config.developer);
	setenv("VT_DEVELOPER", "0", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_false(config.developer);
	setenv("VT_DEVELOPER", "1", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_true(config.developer);
}

static void without_haste_a_period_is_what_it_is(void **state)
{
	struct config config;

	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_int_equal(config_period(&config, 5000000), 5000000);
}

static void tests_are_in_haste(void **state)
{
	struct config config;

	setenv("VT_DEVELOPER", "1", 1);
	setenv("VT_HASTE", "10", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), 0);
	assert_int_equal(config_period(&config, 5000000), 500000);
}

static void haste_has_bounds(void **state)
{
	static const char *const wrong[] = { "0", "11", "-1", "1.5", "", "x" };
	struct config config;

	setenv("VT_DEVELOPER", "1", 1);
	for (size_t i = 0; i < VT_COUNT(wrong); i++) {
		setenv("VT_HASTE", wrong[i], 1);
		assert_int_equal(config_load(unit_ctx(state), &config), -1);
		assert_int_equal(unit_ctx(state)->error.code, VT_E_INVALID);
	}
}

static void nobody_is_in_haste_but_a_developer(void **state)
{
	struct config config;

	setenv("VT_HASTE", "2", 1);
	assert_int_equal(config_load(unit_ctx(state), &config), -1);
	assert_non_null(strstr(unit_ctx(state)->error.message, "VT_DEVELOPER"));
}

#define CONFIG_TEST(function) \
	cmocka_unit_test_setup_teardown(function, complete_environment, unit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONFIG_TEST(a_complete_environment_is_loaded),
		CONFIG_TEST(each_missing_variable_is_named),
		CONFIG_TEST(an_empty_variable_counts_as_missing),
		CONFIG_TEST(cookies_are_secure_only_under_https),
		CONFIG_TEST(a_base_url_of_another_form_is_refused),
		CONFIG_TEST(developer_mode_must_be_said_with_1),
		CONFIG_TEST(without_haste_a_period_is_what_it_is),
		CONFIG_TEST(tests_are_in_haste),
		CONFIG_TEST(haste_has_bounds),
		CONFIG_TEST(nobody_is_in_haste_but_a_developer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
