#include "http_peer.h"
#include "base/clock.h"
#include "net/http.h"

struct multi_unit {
	struct vt_ctx ctx;             /* first: unit_ctx() finds it */
	struct http_multi *multi;
};

static int setup(void **state)
{
	struct multi_unit *unit;

	if (unit_setup(state))
		return -1;
	unit = calloc(1, sizeof(*unit));
	unit->ctx = *unit_ctx(state);
	unit->multi = http_multi_new();
	free(*state);
	*state = unit;
	return 0;
}

static int teardown(void **state)
{
	http_multi_free(((struct multi_unit *)*state)->multi);
	return unit_teardown(state);
}

static struct http_multi *multi_of(void **state)
{
	return ((struct multi_unit *)*state)->multi;
}

static void add(void **state, const char *path, int64_t tag, int timeout_ms)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = {
		.url = peer_url(ctx, path), .guard = peer_guard(ctx, "127.0.0.1"),
		.timeout_ms = timeout_ms,
	};

	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, tag), 0);
}

/* The next one that is finished. */
static struct http_result take(void **state)
{
	int64_t deadline = clock_monotonic_us() + 5 * CLOCK_SECOND;
	struct http_result result = { 0 };

	while (!http_multi_take(unit_ctx(state), multi_of(state), &result)) {
		if (clock_monotonic_us() > deadline)
			fail_msg("nothing finished");
		http_multi_poll(multi_of(state), -1, 1000, NULL);
	}
	return result;
}

/* Let what was added go as far as it can without being taken. */
static void settle(void **state)
{
	for (int i = 0; i < 10; i++) {
		http_multi_poll(multi_of(state), -1, 20, NULL);
		usleep(10000);
	}
}

static void a_finished_request_comes_back_with_its_tag_and_answer(void **state)
{
	struct http_result result;

	add(state, "/hello", 42, 0);
	assert_int_equal(http_multi_count(multi_of(state)), 1);
	result = take(state);
	assert_int_equal(result.tag, 42);
	assert_int_equal(result.error.code, VT_OK);
	assert_int_equal(result.response.status, 200);
	assert_string_equal(result.response.body, "hola");
	assert_int_equal(http_multi_count(multi_of(state)), 0);
}

static void requests_run_side_by_side(void **state)
{
	int64_t start = clock_monotonic_us(), tags = 0;

	for (int i = 0; i < 20; i++)
		add(state, "/later", 1 << i, 0);
	for (int i = 0; i < 20; i++)
		tags |= take(state).tag;
	assert_int_equal(tags, (1 << 20) - 1);
	assert_true(clock_monotonic_us() - start < 4 * CLOCK_SECOND);
}

static void an_answer_is_not_held_by_one_that_never_comes(void **state)
{
	add(state, "/hang", 1, 0);
	add(state, "/hello", 2, 0);
	assert_int_equal(take(state).tag, 2);
}

static void they_are_taken_in_the_order_they_finished(void **state)
{
	add(state, "/hello", 1, 0);
	settle(state);
	add(state, "/hello", 2, 0);
	settle(state);
	add(state, "/hello", 3, 0);
	settle(state);
	assert_int_equal(take(state).tag, 1);
	assert_int_equal(take(state).tag, 2);
	assert_int_equal(take(state).tag, 3);
}

static void nothing_is_taken_before_it_is_finished(void **state)
{
	struct http_result result;

	assert_false(http_multi_take(unit_ctx(state), multi_of(state), &result));
	add(state, "/hang", 1, 0);
	http_multi_poll(multi_of(state), -1, 50, NULL);
	assert_false(http_multi_take(unit_ctx(state), multi_of(state), &result));
}

static void a_request_that_takes_too_long_comes_back_as_unavailable(void **state)
{
	struct http_result result;

	add(state, "/hang", 7, 300);
	result = take(state);
	assert_int_equal(result.tag, 7);
	assert_int_equal(result.error.code, VT_E_UNAVAILABLE);
	assert_true(result.response.begun);
	assert_int_equal(result.response.status, 0);
}

static void taking_a_failed_one_leaves_the_context_s_error_alone(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail(ctx, VT_E_CONFLICT, "before"), -1);
	add(state, "/close", 1, 0);
	assert_int_equal(take(state).error.code, VT_E_UNAVAILABLE);
	assert_int_equal(ctx->error.code, VT_E_CONFLICT);
	assert_string_equal(ctx->error.message, "before");
}

static void the_guard_refuses_here_too(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = { .url = peer_url(ctx, "/hello") };
	struct http_result result;

	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, 1), 0);
	result = take(state);
	assert_int_equal(result.error.code, VT_E_FORBIDDEN);
	assert_false(result.response.begun);
}

static void connections_are_kept_for_the_next_request(void **state)
{
	int connections = peer.seen->connections;

	for (int i = 0; i < 5; i++) {
		add(state, "/hello", i, 0);
		assert_int_equal(take(state).response.status, 200);
	}
	assert_int_equal(peer.seen->connections - connections, 1);
}

static void a_kept_connection_does_not_carry_a_request_its_guard_forbids(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = { .url = peer_url(ctx, "/hello") };
	struct http_result result;
	int requests;

	add(state, "/hello", 1, 0);
	assert_int_equal(take(state).response.status, 200);
	requests = peer.seen->requests;
	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, 2), 0);
	result = take(state);
	assert_int_equal(result.error.code, VT_E_FORBIDDEN);
	assert_false(result.response.begun);
	assert_int_equal(peer.seen->requests, requests);
}

static void the_caller_s_texts_may_change_after_adding(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char header[] = "X-Name: before", body[] = "before";
	const char *headers[] = { header, NULL };
	char *url = peer_url(ctx, "/echo");
	struct http_request request = {
		.url = url, .guard = peer_guard(ctx, "127.0.0.1"), .headers = headers,
		.body = body, .body_size = 6,
	};
	struct http_result result;

	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, 1), 0);
	memset(url, 'x', strlen(url));
	memset(header, 'x', strlen(header));
	memset(body, 'x', strlen(body));
	result = take(state);
	assert_int_equal(strncmp(result.response.body, "POST /echo ", 11), 0);
	assert_non_null(strstr(result.response.body, "X-Name: before\r\n"));
	assert_non_null(strstr(result.response.body, "\r\n\r\nbefore"));
}

static void what_is_malformed_is_refused_when_added(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = { .url = "file:///etc/passwd" };

	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, 1), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	request = (struct http_request){
		.url = "http://host.example/", .body = "", .body_size = HTTP_MEMORY_MAX + 1 };
	assert_int_equal(http_multi_add(ctx, multi_of(state), &request, 1), -1);
	assert_int_equal(ctx->error.code, VT_E_TOO_LARGE);
	assert_int_equal(http_multi_count(multi_of(state)), 0);
}

static void polling_wakes_when_the_descriptor_can_be_read(void **state)
{
	bool ready = true;
	int64_t start;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	add(state, "/hang", 1, 0);
	settle(state);
	http_multi_poll(multi_of(state), ends[0], 20, &ready);
	assert_false(ready);
	assert_int_equal(write(ends[1], "x", 1), 1);
	start = clock_monotonic_us();
	http_multi_poll(multi_of(state), ends[0], 5000, &ready);
	assert_true(ready);
	assert_true(clock_monotonic_us() - start < 4 * CLOCK_SECOND);
	close(ends[0]);
	close(ends[1]);
}

static void polling_with_nothing_to_do_waits_its_time(void **state)
{
	int64_t start = clock_monotonic_us();

	http_multi_poll(multi_of(state), -1, 100, NULL);
	assert_true(clock_monotonic_us() - start >= 90000);
}

static void polling_returns_at_once_while_something_is_to_be_taken(void **state)
{
	struct http_result result;
	int64_t start;

	add(state, "/hello", 1, 0);
	settle(state);
	start = clock_monotonic_us();
	http_multi_poll(multi_of(state), -1, 5000, NULL);
	assert_true(clock_monotonic_us() - start < 4 * CLOCK_SECOND);
	assert_true(http_multi_take(unit_ctx(state), multi_of(state), &result));
	assert_false(http_multi_take(unit_ctx(state), multi_of(state), &result));
}

static void freeing_gives_up_what_is_under_way_and_what_was_not_taken(void **state)
{
	add(state, "/hello", 1, 0);
	settle(state);
	add(state, "/hang", 2, 0);
	settle(state);
	assert_int_equal(http_multi_count(multi_of(state)), 2);
	/* the teardown frees it; the sanitizer sees what would stay behind */
}

static void freeing_null_is_fine(void **state)
{
	(void)state;
	http_multi_free(NULL);
}

#define MULTI_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MULTI_TEST(a_finished_request_comes_back_with_its_tag_and_answer),
		MULTI_TEST(requests_run_side_by_side),
		MULTI_TEST(an_answer_is_not_held_by_one_that_never_comes),
		MULTI_TEST(they_are_taken_in_the_order_they_finished),
		MULTI_TEST(nothing_is_taken_before_it_is_finished),
		MULTI_TEST(a_request_that_takes_too_long_comes_back_as_unavailable),
		MULTI_TEST(taking_a_failed_one_leaves_the_context_s_error_alone),
		MULTI_TEST(the_guard_refuses_here_too),
		MULTI_TEST(connections_are_kept_for_the_next_request),
		MULTI_TEST(a_kept_connection_does_not_carry_a_request_its_guard_forbids),
		MULTI_TEST(the_caller_s_texts_may_change_after_adding),
		MULTI_TEST(what_is_malformed_is_refused_when_added),
		MULTI_TEST(polling_wakes_when_the_descriptor_can_be_read),
		MULTI_TEST(polling_with_nothing_to_do_waits_its_time),
		MULTI_TEST(polling_returns_at_once_while_something_is_to_be_taken),
		MULTI_TEST(freeing_gives_up_what_is_under_way_and_what_was_not_taken),
		cmocka_unit_test(freeing_null_is_fine),
	};

	return cmocka_run_group_tests(tests, peer_start, peer_stop);
}
