#include "unit.h"
#include "base/config.h"
#include "web/response.h"
#include "web/router.h"

static const uint8_t key[SECRET_KEY_SIZE];

static struct response *new_response(void **state, bool secure)
{
	const struct config config = { .secure_cookies = secure };
	struct response *response = arena_alloc(unit_ctx(state)->arena, sizeof(*response));

	program_configure(&config, key);
	response_init(unit_ctx(state), response);
	return response;
}

static void assert_location(void **state, const char *given, const char *expected)
{
	struct response *response = new_response(state, false);

	response_redirect(response, given);
	assert_int_equal(response->status, 303);
	assert_string_equal(response->headers.data,
			    arena_printf(unit_ctx(state)->arena, "Location: %s\r\n", expected));
}

static void a_redirect_goes_to_a_path_of_this_host(void **state)
{
	assert_location(state, "/desk/7?before=3#m2", "/desk/7?before=3#m2");
	assert_location(state, "/", "/");
	assert_location(state, "/buscar?q=a%20b", "/buscar?q=a%20b");
}

static void a_redirect_to_another_host_goes_home(void **state)
{
	static const char *const vectors[] = {
		"//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
		"\\/evil.example", "https:evil.example", "https://evil.example",
		"http:/evil.example", "javascript:alert(1)", "evil.example", "",
		"/\t/evil.example", "/\n/evil.example",
		" //evil.example", "/a\\..\\..\\evil", "\x01//evil.example", "/\x7f/evil.example",
	};

	for (size_t i = 0; i < VT_COUNT(vectors); i++)
		assert_location(state, vectors[i], "/");
}

static void a_redirect_cannot_carry_a_second_header(void **state)
{
	assert_location(state, "/a\r\nSet-Cookie: sid=evil", "/");
	assert_location(state, "/a\nX: 1", "/");
}

static void what_a_location_may_not_hold_is_percent_encoded(void **state)
{
	assert_location(state, "/buscar?q=ñ <b>\"", "/buscar?q=%C3%B1%20%3Cb%3E%22");
}

static void put_header_with_line_end(void *arg)
{
	response_header(arg, "X-Name", "a\r\nSet-Cookie: b=c");
}

static void put_cookie_with_separator(void *arg)
{
	response_cookie(arg, "a", "b; Domain=example.org", 0);
}

static void a_header_value_with_a_line_end_is_a_bug(void **state)
{
	struct response *response = new_response(state, false);

	assert_int_equal(unit_death_signal(put_header_with_line_end, response), SIGABRT);
	assert_int_equal(unit_death_signal(put_cookie_with_separator, response), SIGABRT);
}

static void a_cookie_is_out_of_reach_of_scripts_and_other_sites(void **state)
{
	struct response *response = new_response(state, false);

	response_cookie(response, "sid", "abc", 0);
	assert_string_equal(response->headers.data,
			    "Set-Cookie: sid=abc; Path=/; HttpOnly; SameSite=Lax\r\n");
}

static void under_https_a_cookie_is_bound_to_the_host(void **state)
{
	struct response *response = new_response(state, true);

	response_cookie(response, "sid", "abc", 60);
	assert_string_equal(response->headers.data, "Set-Cookie: __Host-sid=abc; Path=/; HttpOnly; "
			    "SameSite=Lax; Secure; Max-Age=60\r\n");
}

static void a_cookie_of_negative_age_is_deleted(void **state)
{
	struct response *response = new_response(state, false);

	response_cookie(response, "sid", "", -1);
	assert_non_null(strstr(response->headers.data, "; Max-Age=0\r\n"));
}

static void a_header_is_found_by_its_whole_name(void **state)
{
	struct response *response = new_response(state, false);

	response_header(response, "X-One", "Cache-Control: no");
	assert_true(response_has_header(response, "X-One"));
	assert_false(response_has_header(response, "X-On"));
	assert_false(response_has_header(response, "Cache-Control"));
}

static void a_file_keeps_its_name_whatever_is_in_it(void **state)
{
	struct response *response = new_response(state, false);

	response_disposition(response, true, "año \"1\"\r\nX: y%.pdf");
	assert_string_equal(response->headers.data,
			    "Content-Disposition: attachment; "
			    "filename=\"a__o _1___X: y_.pdf\"; "
			    "filename*=UTF-8''a%C3%B1o%20%221%22%0D%0AX%3A%20y%25.pdf\r\n");
}

static void an_error_as_json_has_code_field_and_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct response *response = new_response(state, false);

	strbuf_puts(&response->body, "half a page");
	assert_int_equal(vt_fail_field(ctx, "cu\"it", "error.cuit", "secret detail"), -1);
	response_json_error(ctx, response);
	assert_int_equal(response->status, 422);
	assert_string_equal(response->content_type, "application/json");
	assert_string_equal(response->body.data,
			    "{\"error\":{\"code\":\"INVALID\",\"field\":\"cu\\\"it\","
			    "\"message\":\"error.invalid\"}}");
}

static void an_error_without_field_has_none_in_json(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct response *response = new_response(state, false);

	assert_int_equal(vt_fail(ctx, VT_E_UNAVAILABLE, "x"), -1);
	response_json_error(ctx, response);
	assert_int_equal(response->status, 503);
	assert_string_equal(response->body.data,
			    "{\"error\":{\"code\":\"UNAVAILABLE\","
			    "\"message\":\"error.unavailable\"}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_redirect_goes_to_a_path_of_this_host),
		UNIT_TEST(a_redirect_to_another_host_goes_home),
		UNIT_TEST(a_redirect_cannot_carry_a_second_header),
		UNIT_TEST(what_a_location_may_not_hold_is_percent_encoded),
		UNIT_TEST(a_header_value_with_a_line_end_is_a_bug),
		UNIT_TEST(a_cookie_is_out_of_reach_of_scripts_and_other_sites),
		UNIT_TEST(under_https_a_cookie_is_bound_to_the_host),
		UNIT_TEST(a_cookie_of_negative_age_is_deleted),
		UNIT_TEST(a_header_is_found_by_its_whole_name),
		UNIT_TEST(a_file_keeps_its_name_whatever_is_in_it),
		UNIT_TEST(an_error_as_json_has_code_field_and_text),
		UNIT_TEST(an_error_without_field_has_none_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
