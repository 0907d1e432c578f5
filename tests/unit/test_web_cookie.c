#include "unit.h"
#include "web/cookie.h"

static struct request parse(void **state, const char *header, bool secure)
{
	struct request request = { 0 };

	cookie_parse(unit_ctx(state), header, secure, &request.cookies);
	return request;
}

static void cookies_are_found_by_name(void **state)
{
	struct request request = parse(state, "sid=abc; pre=x=y;b= 1", false);

	assert_int_equal(request.cookies.count, 3);
	assert_string_equal(request_cookie(&request, "sid"), "abc");
	assert_string_equal(request_cookie(&request, "pre"), "x=y");
	assert_string_equal(request_cookie(&request, "none"), "");
}

static void no_header_means_no_cookies(void **state)
{
	assert_int_equal(parse(state, "", false).cookies.count, 0);
	assert_int_equal(parse(state, ";;; ; a", false).cookies.count, 0);
}

static void an_https_instance_believes_only_host_cookies(void **state)
{
	struct request request = parse(state, "sid=forged; __Host-sid=real; __Host-=x", true);

	assert_string_equal(request_cookie(&request, "sid"), "real");
	assert_int_equal(request.cookies.count, 2);
}

static void a_plain_instance_knows_no_prefix(void **state)
{
	struct request request = parse(state, "__Host-sid=real", false);

	assert_string_equal(request_cookie(&request, "sid"), "");
}

static void another_applications_broken_cookie_is_left_out(void **state)
{
	struct request request = parse(state, "bad=\xff; sid=abc", false);

	assert_int_equal(request.cookies.count, 1);
	assert_string_equal(request_cookie(&request, "sid"), "abc");
}

static void of_a_repeated_name_the_first_counts(void **state)
{
	struct request request = parse(state, "sid=1; sid=2", false);

	assert_string_equal(request_cookie(&request, "sid"), "1");
}

static void a_flood_of_cookies_is_cut_at_50(void **state)
{
	char header[601] = "";

	for (size_t i = 0; i < 600; i += 4)
		memcpy(header + i, "a=b;", 4);
	assert_int_equal(parse(state, header, false).cookies.count, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(cookies_are_found_by_name),
		UNIT_TEST(no_header_means_no_cookies),
		UNIT_TEST(an_https_instance_believes_only_host_cookies),
		UNIT_TEST(a_plain_instance_knows_no_prefix),
		UNIT_TEST(another_applications_broken_cookie_is_left_out),
		UNIT_TEST(of_a_repeated_name_the_first_counts),
		UNIT_TEST(a_flood_of_cookies_is_cut_at_50),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
