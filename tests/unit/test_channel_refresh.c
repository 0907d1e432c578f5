/* A token anew by its refresh token: what is shown, what is kept of the answer, what a refusal means. */
#include "outgoing.h"
#include "channel/refresh.h"

#define URL "https://oauth2.proveedor.test/token"

static const char *const secrets[] = { "refresh_token", "re/nueva", "client_secret", "se:creto", NULL };
static const char *const open_client[] = { "refresh_token", "re/nueva", NULL };

static struct channel_request asked(void **state, enum channel_refresh_way way, const char *const *with)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "token", "{}", "{\"client_id\":\"app 1\"}", with);
	struct channel_request request = { 0 };

	assert_int_equal(channel_refresh_build(ctx, &message, URL, way, &request), 0);
	assert_string_equal(request.url, URL);
	assert_int_equal(request.body_size, strlen(request.body));
	return request;
}

static void the_application_says_its_secret_in_a_header_or_in_the_form(void **state)
{
	struct channel_request request = asked(state, CHANNEL_REFRESH_BASIC, secrets);

	assert_string_equal(request.body, "grant_type=refresh_token&refresh_token=re%2Fnueva&client_id=app%201");
	assert_string_equal(request.headers[1], "Authorization: Basic YXBwJTIwMTpzZSUzQWNyZXRv");
	request = asked(state, CHANNEL_REFRESH_FORM, secrets);
	assert_string_equal(request.body, "grant_type=refresh_token&refresh_token=re%2Fnueva&client_id=app%201"
			    "&client_secret=se%3Acreto");
	assert_null(request.headers[1]);
	for (int way = CHANNEL_REFRESH_BASIC; way <= CHANNEL_REFRESH_FORM; way++) {
		request = asked(state, (enum channel_refresh_way)way, open_client);
		assert_null(strstr(request.body, "client_secret"));
		assert_null(request.headers[1]);
	}
}

static void without_a_refresh_token_or_an_application_nothing_is_asked(void **state)
{
	static const struct { const char *settings, *url; bool secrets; } all[] = {
		{ "{}", URL, true }, { "{\"client_id\":\"app\"}", "", true }, { "{\"client_id\":\"app\"}", URL, false },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, "token", "{}", all[i].settings,
								    all[i].secrets ? secrets : NULL);
		struct channel_request request = { 0 };
		assert_int_equal(channel_refresh_build(ctx, &message, all[i].url, CHANNEL_REFRESH_FORM, &request), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static int given(void **state, const char *body, struct channel_result *result)
{
	*result = (struct channel_result){ 0 };
	return channel_refresh_result(unit_ctx(state), outgoing_json(unit_ctx(state), body), result);
}

static void another_refresh_token_is_kept_where_there_is_one(void **state)
{
	struct channel_result result;

	assert_int_equal(given(state, "{\"access_token\":\"t2\",\"expires_in\":3599,\"refresh_token\":\"r2\"}", &result), 0);
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(json_str(result.found, "token", ""), "t2");
	assert_string_equal(json_str(result.found, "refresh_token", ""), "r2");
	assert_int_equal(json_i64(result.found, "expires_in", -7), 3599);
	assert_int_equal(given(state, "{\"access_token\":\"t3\"}", &result), 0);
	assert_null(json_at(result.found, "refresh_token"));
	assert_int_equal(json_i64(result.found, "expires_in", -7), 0);
}

static void what_is_no_token_is_not_kept(void **state)
{
	static const char *const wrong[] = {
		"{}", "{\"access_token\":\"\"}", "{\"access_token\":7}", "{\"access_token\":\"a b\"}",
		"{\"access_token\":\"a\\r\\nb\"}", "{\"access_token\":\"a\",\"refresh_token\":\"b c\"}",
	};
	struct channel_result result;

	for (size_t i = 0; i < VT_COUNT(wrong); i++) {
		assert_int_equal(given(state, wrong[i], &result), -1);
		assert_int_equal(unit_ctx(state)->error.code, VT_E_PROVIDER);
		vt_error_clear(unit_ctx(state));
	}
}

static void a_refusal_is_the_line_s_and_trouble_is_the_provider_s(void **state)
{
	static const struct { int status; const char *body; enum channel_outcome outcome; enum channel_fault fault; const char *error; } all[] = {
		{ 400, "{\"error\":\"invalid_grant\",\"error_description\":\"It has expired.\\r\\nTrace ID: 7\"}", CHANNEL_REFUSED,
		  CHANNEL_FAULT_LINE, "It has expired." },
		{ 401, "{\"error\":\"invalid_client\"}", CHANNEL_REFUSED, CHANNEL_FAULT_LINE, "invalid_client" },
		{ 429, "{}", CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the token was not renewed" },
		{ 503, NULL, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the token was not renewed" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_answer answer = { .status = all[i].status };
		struct channel_result result = { 0 };
		channel_refresh_refused(ctx, &answer, all[i].body ? outgoing_json(ctx, all[i].body) : NULL, &result);
		assert_int_equal(result.outcome, all[i].outcome);
		assert_int_equal(result.fault, all[i].fault);
		assert_string_equal(result.error, all[i].error);
		assert_int_equal(result.error_code, all[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(the_application_says_its_secret_in_a_header_or_in_the_form),
		UNIT_TEST(without_a_refresh_token_or_an_application_nothing_is_asked),
		UNIT_TEST(another_refresh_token_is_kept_where_there_is_one),
		UNIT_TEST(what_is_no_token_is_not_kept),
		UNIT_TEST(a_refusal_is_the_line_s_and_trouble_is_the_provider_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
