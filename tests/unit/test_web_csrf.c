#include "unit.h"
#include "base/config.h"
#include "web/csrf.h"
#include "web/router.h"

static int setup(void **state)
{
	static const struct config config = { .base_url = "http://127.0.0.1" };
	static const uint8_t key[SECRET_KEY_SIZE] = { 1, 2, 3 };

	program_configure(&config, key);
	return unit_setup(state);
}

static struct request with_field(void **state, const char *token)
{
	struct pair pair = { "csrf", token };
	struct request request = { 0 };

	request.form.items = arena_memdup(unit_ctx(state)->arena, &pair, sizeof(pair));
	request.form.count = 1;
	return request;
}

static void assert_refused(void **state, const struct request *request, const char *seed)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(csrf_check(ctx, request, seed), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
	assert_string_equal(ctx->error.key, "error.csrf");
}

static void the_sessions_own_token_passes(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request = with_field(state, csrf_token(ctx, "session a"));

	assert_int_equal(csrf_check(ctx, &request, "session a"), 0);
}

static void the_token_may_come_in_a_header(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct pair pair = { "HTTP_X_CSRF_TOKEN", csrf_token(ctx, "session a") };
	struct request request = { .parameters = { &pair, 1 } };

	assert_int_equal(csrf_check(ctx, &request, "session a"), 0);
}

static void a_missing_token_is_refused(void **state)
{
	struct request request = { 0 };

	assert_refused(state, &request, "session a");
}

static void a_token_of_another_session_is_refused(void **state)
{
	struct request request = with_field(state, csrf_token(unit_ctx(state), "session b"));

	assert_refused(state, &request, "session a");
}

static void a_forged_token_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *token = arena_strdup(ctx->arena, csrf_token(ctx, "session a"));
	struct request altered, cut, longer;

	altered = with_field(state, token);
	token[10] ^= 1;
	assert_refused(state, &altered, "session a");
	token[10] ^= 1;
	longer = with_field(state, arena_printf(ctx->arena, "%sA", token));
	assert_refused(state, &longer, "session a");
	token[strlen(token) - 1] = '\0';
	cut = with_field(state, token);
	assert_refused(state, &cut, "session a");
}

static void a_token_made_with_another_key_is_refused(void **state)
{
	static const struct config config = { .base_url = "http://127.0.0.1" };
	static const uint8_t other[SECRET_KEY_SIZE] = { 9 };
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request = with_field(state, csrf_token(ctx, "session a"));

	program_configure(&config, other);
	assert_refused(state, &request, "session a");
}

static void without_a_seed_no_token_is_good(void **state)
{
	struct request request = with_field(state, csrf_token(unit_ctx(state), ""));

	assert_refused(state, &request, "");
}

static void a_visitor_without_session_gets_a_seed_in_a_cookie(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct request request = { 0 };
	struct response response;
	const char *seed;

	response_init(ctx, &response);
	seed = csrf_anonymous_seed(ctx, &request, &response);
	assert_int_equal(strlen(seed), 43);
	assert_non_null(strstr(response.headers.data,
			       arena_printf(ctx->arena, "Set-Cookie: pre=%s; ", seed)));
}

static void the_seed_of_the_cookie_is_kept(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct pair pair = { "pre", "the seed" };
	struct request request = { .cookies = { &pair, 1 } };
	struct response response;

	response_init(ctx, &response);
	assert_string_equal(csrf_anonymous_seed(ctx, &request, &response), "the seed");
	assert_string_equal(response.headers.data, "");
}

#define CSRF_TEST(function) cmocka_unit_test_setup_teardown(function, setup, unit_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CSRF_TEST(the_sessions_own_token_passes),
		CSRF_TEST(the_token_may_come_in_a_header),
		CSRF_TEST(a_missing_token_is_refused),
		CSRF_TEST(a_token_of_another_session_is_refused),
		CSRF_TEST(a_forged_token_is_refused),
		CSRF_TEST(a_token_made_with_another_key_is_refused),
		CSRF_TEST(without_a_seed_no_token_is_good),
		CSRF_TEST(a_visitor_without_session_gets_a_seed_in_a_cookie),
		CSRF_TEST(the_seed_of_the_cookie_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
