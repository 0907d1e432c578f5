#include "unit.h"
#include "web/router.h"

static int handle(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)ctx;
	(void)request;
	(void)response;
	return 0;
}

static const struct route routes[] = {
	{ "GET", "/", handle, 0, NULL, NULL, 0 },
	{ "GET", "/desk", handle, 0, NULL, NULL, 0 },
	{ "GET", "/desk/new", handle, 0, NULL, NULL, 0 },
	{ "GET", "/desk/:id", handle, 0, NULL, NULL, 0 },
	{ "POST", "/desk/:id", handle, 0, NULL, "desk.post", 0 },
	{ "POST", "/desk/:id/files/:name", handle, 0, NULL, "desk.file", 0 },
	{ "POST", "/logout", handle, 0, NULL, "logout", 0 },
};

static const struct route *find(void **state, struct request *request, const char *method,
				const char *path, bool *method_allowed)
{
	memset(request, 0, sizeof(*request));
	request->method = method;
	request->path = path;
	return router_find(unit_ctx(state), routes, VT_COUNT(routes), request, method_allowed);
}

static void assert_route(void **state, const char *method, const char *path, const char *pattern)
{
	struct request request;
	bool method_allowed;
	const struct route *route = find(state, &request, method, path, &method_allowed);

	assert_non_null(route);
	assert_string_equal(route->path, pattern);
}

static void assert_unknown(void **state, const char *path)
{
	struct request request;
	bool method_allowed;

	assert_null(find(state, &request, "GET", path, &method_allowed));
	assert_true(method_allowed);
}

static void a_path_finds_its_route(void **state)
{
	assert_route(state, "GET", "/", "/");
	assert_route(state, "GET", "/desk", "/desk");
}

static void the_parts_of_a_path_are_captured(void **state)
{
	struct request request;
	bool method_allowed;

	assert_non_null(find(state, &request, "POST", "/desk/42/files/a b.txt", &method_allowed));
	assert_string_equal(request_route(&request, "id"), "42");
	assert_string_equal(request_route(&request, "name"), "a b.txt");
	assert_string_equal(request_route(&request, "none"), "");
}

static void the_first_of_the_table_wins(void **state)
{
	assert_route(state, "GET", "/desk/new", "/desk/new");
	assert_route(state, "POST", "/desk/new", "/desk/:id");
}

static void a_slash_more_or_less_is_another_path(void **state)
{
	assert_unknown(state, "/desk/");
	assert_unknown(state, "//desk");
	assert_unknown(state, "/desk//");
	assert_unknown(state, "");
	assert_unknown(state, "desk");
}

static void a_beginning_or_more_than_the_path_is_not_the_path(void **state)
{
	assert_unknown(state, "/des");
	assert_unknown(state, "/desks");
	assert_unknown(state, "/desk/42/files");
	assert_unknown(state, "/desk/42/files/a/b");
}

static void head_is_answered_by_the_get_route(void **state)
{
	assert_route(state, "HEAD", "/desk/42", "/desk/:id");
}

static void another_method_is_told_from_another_path(void **state)
{
	struct request request;
	bool method_allowed = true;

	assert_null(find(state, &request, "GET", "/logout", &method_allowed));
	assert_false(method_allowed);
	assert_null(find(state, &request, "HEAD", "/logout", &method_allowed));
	assert_false(method_allowed);
	assert_null(find(state, &request, "DELETE", "/desk/new", &method_allowed));
	assert_false(method_allowed);
}

static void the_methods_of_a_path_are_listed_once_each(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(router_allowed(ctx, routes, VT_COUNT(routes), "/desk/new"),
			    "GET, HEAD, POST");
	assert_string_equal(router_allowed(ctx, routes, VT_COUNT(routes), "/logout"), "POST");
}

static void an_id_in_the_path_is_a_positive_number(void **state)
{
	struct request request;
	bool method_allowed;
	int64_t id;

	find(state, &request, "GET", "/desk/26112300000001", &method_allowed);
	assert_int_equal(request_route_id(unit_ctx(state), &request, "id", &id), 0);
	assert_int_equal(id, 26112300000001);
}

static void what_is_no_id_is_not_found(void **state)
{
	static const char *const paths[] = { "/desk/0", "/desk/-1", "/desk/x", "/desk/1x",
					     "/desk/ 1", "/desk/9223372036854775808" };
	struct request request;
	bool method_allowed;
	int64_t id;

	for (size_t i = 0; i < VT_COUNT(paths); i++) {
		find(state, &request, "GET", paths[i], &method_allowed);
		assert_int_equal(request_route_id(unit_ctx(state), &request, "id", &id), -1);
		assert_int_equal(unit_ctx(state)->error.code, VT_E_NOT_FOUND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_path_finds_its_route),
		UNIT_TEST(the_parts_of_a_path_are_captured),
		UNIT_TEST(the_first_of_the_table_wins),
		UNIT_TEST(a_slash_more_or_less_is_another_path),
		UNIT_TEST(a_beginning_or_more_than_the_path_is_not_the_path),
		UNIT_TEST(head_is_answered_by_the_get_route),
		UNIT_TEST(another_method_is_told_from_another_path),
		UNIT_TEST(the_methods_of_a_path_are_listed_once_each),
		UNIT_TEST(an_id_in_the_path_is_a_positive_number),
		UNIT_TEST(what_is_no_id_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
