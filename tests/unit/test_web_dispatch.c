#include "unit.h"
#include "base/config.h"
#include "base/strbuf.h"
#include "web/dispatch.h"
#include "web/form.h"

/* An exchange of the test's own program, as nginx would have begun it. */
struct sent {
	const char *method;
	const char *path;
	const char *query;
	const char *type;
	const char *body;
	const char *length;        /* in place of the body's */
	const char *parameter;     /* a further one, or NULL */
};

struct received {
	int status;
	const char *head;
	const char *body;
	const char *request_id;
};

static int echo(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	strbuf_printf(&response->body, "id=%s q=%s a=%s proxy=%s agent=%s address=%s",
		      request_route(request, "id"), request_query(request, "q"),
		      request_form(request, "a"), request_header(request, "PROXY"), ctx->user_agent,
		      ctx->remote_address);
	return 0;
}

static int refuse(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t code;

	strbuf_puts(&response->body, "half a page");
	response_cookie(response, "sid", "x", 0);
	if (request_route_id(ctx, request, "code", &code) < 0)
		return -1;
	return vt_fail(ctx, (enum vt_code)code, "on purpose");
}

static int keep(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)ctx;
	(void)request;
	response_header(response, "Cache-Control", "private, max-age=60");
	response->policy = "sandbox";
	return 0;
}

static const struct route routes[] = {
	{ "GET", "/echo/:id", echo, 0, NULL, NULL, 0 },
	{ "POST", "/echo/:id", echo, 0, NULL, "echo", 0 },
	{ "GET", "/fail/:code", refuse, 0, NULL, NULL, 0 },
	{ "GET", "/json/fail/:code", refuse, 0, NULL, NULL, ROUTE_JSON },
	{ "GET", "/keep", keep, 0, NULL, NULL, 0 },
	{ "GET", "/forbidden", echo, 7, NULL, NULL, 0 },
	{ "GET", "/internal/echo", echo, 0, NULL, NULL, ROUTE_INTERNAL },
};

static int authorise(struct vt_ctx *ctx, const struct route *route, struct request *request)
{
	(void)request;
	return route->permission == 7 ? vt_fail(ctx, VT_E_FORBIDDEN, "not you") : 0;
}

static void error_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)request;
	if (ctx->error.code == VT_E_UNAUTHENTICATED)
		response_redirect(response, "/login");
	else if (ctx->error.code != VT_E_BUG)
		strbuf_printf(&response->body, "page of %s", vt_code_name(ctx->error.code));
}

static const struct program program = {
	.name = "unit", .routes = routes, .route_count = VT_COUNT(routes),
	.authorise = authorise, .error_page = error_page, .body_max = 1000,
};

static struct received exchange_as(void **state, const struct program *who,
				   const struct config *config, struct sent sent)
{
	static const uint8_t key[SECRET_KEY_SIZE];
	struct vt_ctx *ctx = unit_ctx(state);
	struct arena *arena = ctx->arena;
	const char *body = sent.body ? sent.body : "";
	char *environment[] = {
		arena_printf(arena, "REQUEST_METHOD=%s", sent.method ? sent.method : "GET"),
		arena_printf(arena, "DOCUMENT_URI=%s", sent.path),
		arena_printf(arena, "REQUEST_URI=%s?x", sent.path),
		arena_printf(arena, "QUERY_STRING=%s", sent.query ? sent.query : ""),
		arena_printf(arena, "CONTENT_TYPE=%s", sent.type ? sent.type : ""),
		arena_printf(arena, "CONTENT_LENGTH=%s",
			     sent.length ? sent.length : arena_printf(arena, "%zu", strlen(body))),
		arena_strdup(arena, "REMOTE_ADDR=192.0.2.7"),
		arena_strdup(arena, "HTTP_USER_AGENT=Navegador \xff"),
		sent.parameter ? arena_strdup(arena, sent.parameter) : NULL,
		NULL,
	};
	struct exchange exchange;
	struct strbuf head;
	bool good;

	program_configure(config, key);
	vt_error_clear(ctx);
	good = dispatch_begin(ctx, &exchange, who, environment) == 0;
	exchange.request.body = (const uint8_t *)body;
	if (!good || dispatch_run(ctx, &exchange) < 0)
		dispatch_refuse(ctx, &exchange);
	strbuf_init(&head, arena, 0);
	dispatch_end(ctx, &exchange, &head);
	return (struct received){ .status = exchange.response.status, .head = head.data,
				  .body = exchange.response.body.data,
				  .request_id = ctx->request_id };
}

static struct received exchange(void **state, struct sent sent)
{
	static const struct config config = { .base_url = "http://127.0.0.1" };

	return exchange_as(state, &program, &config, sent);
}

static bool has_line(struct received received, const char *line)
{
	const char *found = strstr(received.head, line);

	return found && (found == received.head || found[-1] == '\n') &&
	       found[strlen(line)] == '\r';
}

static void a_handler_gets_route_query_and_form(void **state)
{
	struct received got = exchange(state, (struct sent){
		.method = "POST", .path = "/echo/7", .query = "q=1",
		.type = "Application/X-WWW-Form-urlencoded; charset=utf-8", .body = "a=dos" });

	assert_int_equal(got.status, 200);
	assert_non_null(strstr(got.body, "id=7 q=1 a=dos "));
	assert_true(has_line(got, "Status: 200 OK"));
}

static void every_answer_has_the_policies(void **state)
{
	static const char *const paths[] = { "/echo/1", "/nowhere", "/fail/11", "/json/fail/11" };

	for (size_t i = 0; i < VT_COUNT(paths); i++) {
		struct received got = exchange(state, (struct sent){ .path = paths[i] });

		assert_true(has_line(got, "Content-Security-Policy: default-src 'none'; "
				     "script-src 'self'; style-src 'self'; "
				     "img-src 'self' data: blob:; media-src 'self' blob:; "
				     "connect-src 'self'; font-src 'self'; frame-src 'self'; "
				     "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"));
		assert_true(has_line(got, "X-Content-Type-Options: nosniff"));
		assert_true(has_line(got, "Referrer-Policy: same-origin"));
		assert_true(has_line(got, "Cache-Control: no-store"));
		assert_null(strstr(got.head, "Strict-Transport-Security"));
		assert_null(strstr(got.head, "Server-Timing"));
	}
}

static void https_is_demanded_of_an_https_instance(void **state)
{
	static const struct config config = { .secure_cookies = true };
	struct received got = exchange_as(state, &program, &config,
					  (struct sent){ .path = "/echo/1" });

	assert_true(has_line(got, "Strict-Transport-Security: max-age=31536000"));
}

static void a_developer_sees_statements_and_time(void **state)
{
	static const struct config config = { .developer = true };
	struct received got = exchange_as(state, &program, &config,
					  (struct sent){ .path = "/echo/1" });

	assert_non_null(strstr(got.head, "\r\nServer-Timing: db;desc=0, app;dur=0."));
}

static void a_handler_may_set_its_own_caching_and_policy(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/keep" });

	assert_true(has_line(got, "Cache-Control: private, max-age=60"));
	assert_null(strstr(got.head, "no-store"));
	assert_true(has_line(got, "Content-Security-Policy: sandbox"));
}

static void an_unknown_path_is_404(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/nowhere" });

	assert_int_equal(got.status, 404);
	assert_string_equal(got.body, "page of NOT_FOUND");
}

static void another_method_is_405_and_says_which(void **state)
{
	struct received got = exchange(state, (struct sent){ .method = "PUT", .path = "/echo/7" });

	assert_int_equal(got.status, 405);
	assert_true(has_line(got, "Allow: GET, HEAD, POST"));
}

static void an_error_drops_what_the_handler_had_begun(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/fail/2" });

	assert_int_equal(got.status, 404);
	assert_string_equal(got.body, "page of NOT_FOUND");
	assert_null(strstr(got.head, "Set-Cookie"));
}

static void each_error_code_has_its_status(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	for (int code = VT_E_INVALID; code < VT_CODE_MAX; code++) {
		struct received got = exchange(state, (struct sent){
			.path = arena_printf(ctx->arena, "/json/fail/%d", code) });

		assert_int_equal(got.status, vt_code_http_status((enum vt_code)code));
		assert_non_null(strstr(got.body, vt_code_name((enum vt_code)code)));
		assert_true(has_line(got, "Content-Type: application/json"));
	}
}

static void what_is_unavailable_says_when_to_come_back(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/fail/8" });

	assert_int_equal(got.status, 503);
	assert_true(has_line(got, "Retry-After: 5"));
}

static void a_client_that_asks_for_json_gets_errors_as_json(void **state)
{
	struct received got = exchange(state, (struct sent){
		.path = "/nowhere", .parameter = "HTTP_ACCEPT=application/json" });

	assert_int_equal(got.status, 404);
	assert_non_null(strstr(got.body, "\"code\":\"NOT_FOUND\""));
}

static void a_program_without_error_page_answers_json(void **state)
{
	static const struct config config = { .base_url = "http://127.0.0.1" };
	struct program bare = program;

	bare.error_page = NULL;
	assert_non_null(strstr(exchange_as(state, &bare, &config,
					   (struct sent){ .path = "/nowhere" }).body,
			       "{\"error\":"));
}

static void an_error_page_may_lead_to_the_log_in(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/fail/4" });

	assert_int_equal(got.status, 303);
	assert_true(has_line(got, "Location: /login"));
}

static void when_the_error_page_fails_too_its_text_comes_bare(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/fail/11" });

	assert_int_equal(got.status, 500);
	assert_true(has_line(got, "Content-Type: text/plain; charset=utf-8"));
	assert_string_equal(got.body, "error.bug");
}

static void without_permission_the_handler_does_not_run(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/forbidden" });

	assert_int_equal(got.status, 403);
	assert_null(strstr(got.body, "id="));
}

static void malformed_requests_are_400(void **state)
{
	static const char *const lengths[] = { "-1", "5x", "+5", "0x5", "5,5", " 5",
					       "99999999999999999999" };
	const struct sent malformed[] = {
		{ .path = "/echo/\xff" },
		{ .path = "/echo/\xed\xa0\x80" },
		{ .path = "echo/1" },
		{ .method = "", .path = "/echo/1" },
		{ .path = "/echo/1", .query = "q=%FF" },
		{ .path = "/echo/1", .query = "q=\xff" },
		{ .path = "/echo/1", .query = "q=%00" },
		{ .method = "POST", .path = "/echo/1", .body = "a=%FF",
		  .type = "application/x-www-form-urlencoded" },
		{ .method = "POST", .path = "/echo/1", .body = "--B\r\n",
		  .type = "multipart/form-data; boundary=B" },
		{ .path = "/echo/1", .parameter = "CONTENT_LENGTH=0" },
	};

	for (size_t i = 0; i < VT_COUNT(malformed); i++)
		assert_int_equal(exchange(state, malformed[i]).status, 400);
	for (size_t i = 0; i < VT_COUNT(lengths); i++)
		assert_int_equal(exchange(state, (struct sent){ .path = "/echo/1",
							       .length = lengths[i] }).status, 400);
}

static void an_empty_content_length_is_none(void **state)
{
	assert_int_equal(exchange(state, (struct sent){ .path = "/echo/1", .length = "" }).status,
			 200);
}

static void a_body_beyond_the_programs_limit_is_413(void **state)
{
	assert_int_equal(exchange(state, (struct sent){ .method = "POST", .path = "/echo/1",
						       .length = "1001" }).status, 413);
	assert_int_equal(exchange(state, (struct sent){ .method = "POST", .path = "/echo/1",
						       .length = "1000" }).status, 200);
}

static void a_proxy_header_reaches_nobody(void **state)
{
	struct received got = exchange(state, (struct sent){
		.path = "/echo/1", .parameter = "HTTP_PROXY=http://evil.example" });

	assert_non_null(strstr(got.body, "proxy= "));
}

static void the_address_is_nginxs_not_the_clients_word(void **state)
{
	struct received got = exchange(state, (struct sent){
		.path = "/echo/1", .parameter = "HTTP_X_FORWARDED_FOR=203.0.113.9" });

	assert_non_null(strstr(got.body, "address=192.0.2.7"));
}

static void a_header_that_is_not_utf8_is_repaired(void **state)
{
	struct received got = exchange(state, (struct sent){ .path = "/echo/1" });

	assert_non_null(strstr(got.body, "agent=Navegador \xef\xbf\xbd "));
}

static void a_request_keeps_nginxs_id_unless_it_could_forge_a_log_line(void **state)
{
	struct received good = exchange(state, (struct sent){
		.path = "/echo/1", .parameter = "REQUEST_ID=0a1b-2c" });
	struct received bad = exchange(state, (struct sent){
		.path = "/echo/1", .parameter = "REQUEST_ID=x\nev=login user=1" });

	assert_string_equal(good.request_id, "0a1b-2c");
	assert_int_equal(strlen(bad.request_id), 32);
	assert_int_equal(strspn(bad.request_id, "0123456789abcdef"), 32);
}

static void an_internal_route_answers_only_to_a_redirect(void **state)
{
	static const uint8_t key[SECRET_KEY_SIZE];
	static const struct config config = { .base_url = "http://127.0.0.1" };
	char *redirected[] = { (char[]){ "REQUEST_METHOD=GET" },
			       (char[]){ "DOCUMENT_URI=/internal/echo" },
			       (char[]){ "REQUEST_URI=/live?topics=c1" }, NULL };
	struct exchange exchanged;

	assert_int_equal(exchange(state, (struct sent){ .path = "/internal/echo" }).status, 404);
	program_configure(&config, key);
	assert_int_equal(dispatch_begin(unit_ctx(state), &exchanged, &program, redirected), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_handler_gets_route_query_and_form),
		UNIT_TEST(every_answer_has_the_policies),
		UNIT_TEST(https_is_demanded_of_an_https_instance),
		UNIT_TEST(a_developer_sees_statements_and_time),
		UNIT_TEST(a_handler_may_set_its_own_caching_and_policy),
		UNIT_TEST(an_unknown_path_is_404),
		UNIT_TEST(another_method_is_405_and_says_which),
		UNIT_TEST(an_error_drops_what_the_handler_had_begun),
		UNIT_TEST(each_error_code_has_its_status),
		UNIT_TEST(what_is_unavailable_says_when_to_come_back),
		UNIT_TEST(a_client_that_asks_for_json_gets_errors_as_json),
		UNIT_TEST(a_program_without_error_page_answers_json),
		UNIT_TEST(an_error_page_may_lead_to_the_log_in),
		UNIT_TEST(when_the_error_page_fails_too_its_text_comes_bare),
		UNIT_TEST(without_permission_the_handler_does_not_run),
		UNIT_TEST(malformed_requests_are_400),
		UNIT_TEST(an_empty_content_length_is_none),
		UNIT_TEST(a_body_beyond_the_programs_limit_is_413),
		UNIT_TEST(a_proxy_header_reaches_nobody),
		UNIT_TEST(the_address_is_nginxs_not_the_clients_word),
		UNIT_TEST(a_header_that_is_not_utf8_is_repaired),
		UNIT_TEST(a_request_keeps_nginxs_id_unless_it_could_forge_a_log_line),
		UNIT_TEST(an_internal_route_answers_only_to_a_redirect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
