#include "http_peer.h"
#include "base/clock.h"
#include "net/http.h"

static struct http_response response;

/* Ask the peer, with its address allowed. */
static int ask(void **state, const char *path, struct http_request request)
{
	struct vt_ctx *ctx = unit_ctx(state);

	request.url = peer_url(ctx, path);
	request.guard = peer_guard(ctx, "127.0.0.1");
	return http_request(ctx, &request, &response);
}

static void assert_asked(void **state, const char *path, struct http_request request)
{
	if (ask(state, path, request))
		fail_msg("%s: %s", path, unit_ctx(state)->error.message);
}

static void assert_refused(void **state, const char *url, enum vt_code code)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = { .url = url, .timeout_ms = 3000 };
	int connections = peer.seen->connections;

	if (!http_request(ctx, &request, &response))
		fail_msg("reached: %s", url);
	if (ctx->error.code != code)
		fail_msg("%s: %s", url, ctx->error.message);
	assert_false(response.begun);
	assert_int_equal(peer.seen->connections, connections);
}

static char *with_port(void **state, const char *host)
{
	return arena_printf(unit_ctx(state)->arena, "http://%s:%d/hello", host, peer.port);
}

static void an_answer_has_status_headers_and_body(void **state)
{
	assert_asked(state, "/hello", (struct http_request){ 0 });
	assert_int_equal(response.status, 200);
	assert_string_equal(response.body, "hola");
	assert_int_equal(response.body_size, 4);
	assert_string_equal(http_header(&response, "x-name"), "value with spaces");
	assert_string_equal(http_header(&response, "absent"), "");
	assert_true(response.begun);
	assert_true(response.duration_us > 0);
}

static void an_error_status_is_an_answer(void **state)
{
	assert_asked(state, "/busy", (struct http_request){ 0 });
	assert_int_equal(response.status, 503);
	assert_string_equal(response.body, "later");
	assert_string_equal(http_header(&response, "Retry-After"), "7");
}

static void a_request_carries_its_method_headers_and_body(void **state)
{
	static const char *const headers[] = {
		"Content-Type: application/json", "Authorization: Bearer abc", NULL,
	};

	assert_asked(state, "/echo", (struct http_request){
		.headers = headers, .body = "{\"a\":1}", .body_size = 7 });
	assert_int_equal(strncmp(response.body, "POST /echo HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(response.body, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(response.body, "\r\nAuthorization: Bearer abc\r\n"));
	assert_non_null(strstr(response.body, "\r\n\r\n{\"a\":1}"));
	assert_asked(state, "/echo", (struct http_request){ .method = "DELETE" });
	assert_int_equal(strncmp(response.body, "DELETE /echo HTTP/1.1\r\n", 23), 0);
	assert_asked(state, "/echo", (struct http_request){ .method = "POST" });
	assert_non_null(strstr(response.body, "\r\nContent-Length: 0\r\n"));
}

static void a_large_body_is_sent_without_asking_for_leave(void **state)
{
	const size_t size = 1500000;
	char *body = arena_alloc(unit_ctx(state)->arena, size);

	memset(body, 'x', size);
	assert_asked(state, "/echo", (struct http_request){
		.body = body, .body_size = size, .response_max = 2 * size });
	assert_true(response.body_size > size);
	assert_null(strstr(response.body, "\r\nExpect:"));
}

static void head_has_no_body(void **state)
{
	assert_asked(state, "/hello", (struct http_request){ .method = "HEAD" });
	assert_int_equal(response.status, 200);
	assert_string_equal(response.body, "");
}

static void a_redirect_is_not_followed(void **state)
{
	int landed = peer.seen->landed;

	assert_asked(state, "/redirect", (struct http_request){ 0 });
	assert_int_equal(response.status, 302);
	assert_non_null(strstr(http_header(&response, "Location"), "/landed"));
	assert_int_equal(peer.seen->landed, landed);
}

static void the_environment_s_proxy_is_not_used(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = {
		.url = arena_printf(ctx->arena, "http://padron.example:%d/echo", peer.port),
		.guard = peer_guard(ctx, "padron.example"), .timeout_ms = 1000,
	};

	setenv("http_proxy", peer_url(ctx, ""), 1);
	setenv("all_proxy", peer_url(ctx, ""), 1);
	assert_int_equal(http_request(ctx, &request, &response), 0);
	assert_int_equal(strncmp(response.body, "GET /echo ", 10), 0);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
}

static void inner_addresses_in_any_writing_are_refused_unconnected(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]",
		"169.254.169.254", "rebound.example", "0", "[64:ff9b::7f00:1]", "10.0.0.1",
		"192.168.0.1", "100.64.0.1", "[fe80::1]", "[::]", "0177.0.0.1", "127.1",
	};

	for (size_t i = 0; i < VT_COUNT(hosts); i++)
		assert_refused(state, with_port(state, hosts[i]), VT_E_FORBIDDEN);
	assert_string_equal(unit_ctx(state)->error.key, "error.http.address");
}

static void the_same_names_reach_the_peer_without_a_guard_against_them(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "rebound.example" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(hosts); i++) {
		struct http_request request = {
			.url = with_port(state, hosts[i]), .guard = peer_guard(ctx, hosts[i]),
		};

		assert_int_equal(http_request(ctx, &request, &response), 0);
		assert_string_equal(response.body, "hola");
	}
}

static void an_allowed_host_does_not_open_its_address_to_other_names(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = {
		.url = with_port(state, "rebound.example"),
		.guard = peer_guard(ctx, "padron.example"),
	};

	assert_int_equal(http_request(ctx, &request, &response), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
}

static void other_schemes_and_malformed_urls_are_invalid(void **state)
{
	static const char *const urls[] = {
		"file:///etc/passwd", "gopher://127.0.0.1/_x", "ftp://127.0.0.1/x", "dict://x/",
		"ldap://127.0.0.1/", "127.0.0.1/hello", "http://", "", "http://user:pw@host/",
		"http://a b/", "http://host:99999/", "http://host/\r\nX: y", "javascript:alert(1)",
	};

	for (size_t i = 0; i < VT_COUNT(urls); i++)
		assert_refused(state, urls[i], VT_E_INVALID);
	assert_refused(state, arena_printf(unit_ctx(state)->arena, "http://host/%09000d", 0),
		       VT_E_INVALID);
	assert_refused(state, NULL, VT_E_INVALID);
}

static void a_header_cannot_smuggle_another(void **state)
{
	static const char *const smuggled[] = { "X-Name: a\r\nX-Other: b", NULL };
	static const char *const nameless[] = { ": a", NULL };
	static const char *const no_header[] = { "abc", NULL };

	assert_int_equal(ask(state, "/echo", (struct http_request){ .headers = smuggled }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_INVALID);
	assert_int_equal(ask(state, "/echo", (struct http_request){ .headers = nameless }), -1);
	assert_int_equal(ask(state, "/echo", (struct http_request){ .headers = no_header }), -1);
	assert_int_equal(ask(state, "/echo", (struct http_request){ .method = "GET /x" }), -1);
	assert_int_equal(ask(state, "/echo", (struct http_request){ .method = "" }), -1);
}

static void an_endless_answer_is_cut_at_its_bound(void **state)
{
	assert_int_equal(ask(state, "/endless", (struct http_request){ .response_max = 5000 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_TOO_LARGE);
	assert_true(response.body_size <= 5000);
	assert_true(response.begun);
}

static void an_answer_that_announces_too_much_is_refused_at_once(void **state)
{
	assert_int_equal(ask(state, "/length", (struct http_request){ 0 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_TOO_LARGE);
}

static void an_answer_of_exactly_its_bound_is_taken(void **state)
{
	assert_asked(state, "/hello", (struct http_request){ .response_max = 4 });
	assert_int_equal(ask(state, "/hello", (struct http_request){ .response_max = 3 }), -1);
}

static void headers_are_bounded_too(void **state)
{
	assert_asked(state, "/many", (struct http_request){ 0 });
	assert_int_equal(response.header_count, 100);
	assert_int_equal(ask(state, "/long-head", (struct http_request){ 0 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_TOO_LARGE);
}

static void assert_times_out(void **state, const char *path)
{
	int64_t start = clock_monotonic_us(), took;

	assert_int_equal(ask(state, path, (struct http_request){ .timeout_ms = 300 }), -1);
	took = clock_monotonic_us() - start;
	assert_int_equal(unit_ctx(state)->error.code, VT_E_UNAVAILABLE);
	assert_in_range(took, 250000, 5000000);
}

static void a_peer_that_never_answers_is_given_up(void **state)
{
	assert_times_out(state, "/hang");
	assert_true(response.begun);
	assert_int_equal(response.status, 0);
}

static void a_peer_that_stops_in_the_middle_is_given_up(void **state)
{
	assert_times_out(state, "/half");
	assert_int_equal(response.status, 200);
	assert_string_equal(response.body, "half");
}

static void a_name_server_that_hangs_is_given_up(void **state)
{
	struct http_request request = { .url = "http://slow.example/", .timeout_ms = 300 };
	int64_t start = clock_monotonic_us();

	assert_int_equal(http_request(unit_ctx(state), &request, &response), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_UNAVAILABLE);
	assert_false(response.begun);
	assert_true(clock_monotonic_us() - start < 4 * CLOCK_SECOND);
}

static void a_peer_that_hangs_up_is_unavailable_though_it_was_begun(void **state)
{
	assert_int_equal(ask(state, "/close", (struct http_request){ 0 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_UNAVAILABLE);
	assert_true(response.begun);
}

static void a_peer_that_does_not_speak_http_is_the_provider_s_fault(void **state)
{
	assert_int_equal(ask(state, "/garbage", (struct http_request){ 0 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_PROVIDER);
}

static void a_closed_port_is_unavailable_and_nothing_was_begun(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = { .url = "http://127.0.0.1:1/" };
	struct guard *guard;

	assert_int_equal(guard_parse(ctx, "127.0.0.1:1:127.0.0.1/32", &guard), 0);
	request.guard = guard;
	assert_int_equal(http_request(ctx, &request, &response), -1);
	assert_int_equal(ctx->error.code, VT_E_UNAVAILABLE);
	assert_false(response.begun);
}

static void errors_name_the_host_but_not_the_path(void **state)
{
	assert_int_equal(ask(state, "/close?token=secret", (struct http_request){
		.timeout_ms = 200 }), -1);
	assert_non_null(strstr(unit_ctx(state)->error.message, "127.0.0.1"));
	assert_null(strstr(unit_ctx(state)->error.message, "secret"));
}

struct sunk {
	size_t size;
	size_t room;
};

static int sink(void *arg, const void *data, size_t size)
{
	struct sunk *sunk = arg;

	(void)data;
	sunk->size += size;
	return sunk->size > sunk->room ? -1 : 0;
}

static void a_sink_takes_the_body_instead_of_memory(void **state)
{
	struct sunk sunk = { .room = 100 };

	assert_asked(state, "/hello", (struct http_request){ .sink = sink, .sink_arg = &sunk });
	assert_int_equal(sunk.size, 4);
	assert_string_equal(response.body, "");
}

static void a_sink_does_not_see_an_error_s_body(void **state)
{
	struct sunk sunk = { .room = 100 };

	assert_asked(state, "/busy", (struct http_request){ .sink = sink, .sink_arg = &sunk });
	assert_int_equal(sunk.size, 0);
	assert_string_equal(response.body, "later");
}

static void a_sink_that_is_full_ends_the_request(void **state)
{
	struct sunk sunk = { .room = 100000 };

	assert_int_equal(ask(state, "/endless", (struct http_request){
		.sink = sink, .sink_arg = &sunk, .response_max = 1000000000 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_UNAVAILABLE);
	assert_true(sunk.size < 1000000);
}

static void an_error_s_body_is_bounded_in_memory_even_with_a_sink(void **state)
{
	struct sunk sunk = { .room = 100 };

	assert_int_equal(ask(state, "/endless-error", (struct http_request){
		.sink = sink, .sink_arg = &sunk, .response_max = 1000000000 }), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_TOO_LARGE);
	assert_true(response.body_size <= HTTP_MEMORY_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(an_answer_has_status_headers_and_body),
		UNIT_TEST(an_error_status_is_an_answer),
		UNIT_TEST(a_request_carries_its_method_headers_and_body),
		UNIT_TEST(a_large_body_is_sent_without_asking_for_leave),
		UNIT_TEST(head_has_no_body),
		UNIT_TEST(a_redirect_is_not_followed),
		UNIT_TEST(the_environment_s_proxy_is_not_used),
		UNIT_TEST(inner_addresses_in_any_writing_are_refused_unconnected),
		UNIT_TEST(the_same_names_reach_the_peer_without_a_guard_against_them),
		UNIT_TEST(an_allowed_host_does_not_open_its_address_to_other_names),
		UNIT_TEST(other_schemes_and_malformed_urls_are_invalid),
		UNIT_TEST(a_header_cannot_smuggle_another),
		UNIT_TEST(an_endless_answer_is_cut_at_its_bound),
		UNIT_TEST(an_answer_that_announces_too_much_is_refused_at_once),
		UNIT_TEST(an_answer_of_exactly_its_bound_is_taken),
		UNIT_TEST(headers_are_bounded_too),
		UNIT_TEST(a_peer_that_never_answers_is_given_up),
		UNIT_TEST(a_peer_that_stops_in_the_middle_is_given_up),
		UNIT_TEST(a_name_server_that_hangs_is_given_up),
		UNIT_TEST(a_peer_that_hangs_up_is_unavailable_though_it_was_begun),
		UNIT_TEST(a_peer_that_does_not_speak_http_is_the_provider_s_fault),
		UNIT_TEST(a_closed_port_is_unavailable_and_nothing_was_begun),
		UNIT_TEST(errors_name_the_host_but_not_the_path),
		UNIT_TEST(a_sink_takes_the_body_instead_of_memory),
		UNIT_TEST(a_sink_does_not_see_an_error_s_body),
		UNIT_TEST(a_sink_that_is_full_ends_the_request),
		UNIT_TEST(an_error_s_body_is_bounded_in_memory_even_with_a_sink),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
