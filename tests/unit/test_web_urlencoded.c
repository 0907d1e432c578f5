#include "unit.h"
#include "base/strbuf.h"
#include "web/urlencoded.h"

static struct request parse(void **state, const char *text)
{
	struct request request = { 0 };

	assert_int_equal(urlencoded_parse(unit_ctx(state), text, strlen(text), &request.query), 0);
	return request;
}

static void assert_malformed(void **state, const char *text)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct pairs pairs;

	assert_int_equal(urlencoded_parse(ctx, text, strlen(text), &pairs), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_string_equal(ctx->error.key, "error.malformed");
}

static void names_and_values_are_decoded(void **state)
{
	struct request request = parse(state, "n%C3%BAmero=1%2B1&b=a+b%20c");

	assert_int_equal(request.query.count, 2);
	assert_string_equal(request_query(&request, "número"), "1+1");
	assert_string_equal(request_query(&request, "b"), "a b c");
}

static void an_absent_field_is_the_empty_text(void **state)
{
	struct request request = parse(state, "a=1");

	assert_string_equal(request_query(&request, "b"), "");
}

static void a_name_alone_has_an_empty_value(void **state)
{
	struct request request = parse(state, "a&b=");

	assert_int_equal(request.query.count, 2);
	assert_string_equal(request.query.items[0].name, "a");
	assert_string_equal(request.query.items[0].value, "");
	assert_string_equal(request.query.items[1].value, "");
}

static void the_first_equals_sign_divides(void **state)
{
	struct request request = parse(state, "a=b=c");

	assert_string_equal(request_query(&request, "a"), "b=c");
}

static void of_a_repeated_name_the_first_counts(void **state)
{
	struct request request = parse(state, "a=1&a=2");

	assert_int_equal(request.query.count, 2);
	assert_string_equal(request_query(&request, "a"), "1");
}

static void empty_pieces_are_no_fields(void **state)
{
	assert_int_equal(parse(state, "").query.count, 0);
	assert_int_equal(parse(state, "&&a=1&&").query.count, 1);
}

static void a_percent_without_two_digits_stands_for_itself(void **state)
{
	struct request request = parse(state, "a=100%&b=%zz&c=%4");

	assert_string_equal(request_query(&request, "a"), "100%");
	assert_string_equal(request_query(&request, "b"), "%zz");
	assert_string_equal(request_query(&request, "c"), "%4");
}

static void what_is_not_utf8_is_refused(void **state)
{
	assert_malformed(state, "a=%F1");
	assert_malformed(state, "%ED%A0%80=1");
	assert_malformed(state, "a=%C0%AF");
}

static void a_nul_is_refused(void **state)
{
	assert_malformed(state, "a=1%002");
	assert_malformed(state, "a%00=1");
}

static void more_fields_than_a_form_may_have_are_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf text;

	strbuf_init(&text, ctx->arena, 0);
	for (int i = 0; i < REQUEST_PAIRS_MAX; i++)
		strbuf_puts(&text, "a=1&");
	assert_int_equal(parse(state, text.data).query.count, REQUEST_PAIRS_MAX);
	strbuf_puts(&text, "a=1");
	assert_malformed(state, text.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(names_and_values_are_decoded),
		UNIT_TEST(an_absent_field_is_the_empty_text),
		UNIT_TEST(a_name_alone_has_an_empty_value),
		UNIT_TEST(the_first_equals_sign_divides),
		UNIT_TEST(of_a_repeated_name_the_first_counts),
		UNIT_TEST(empty_pieces_are_no_fields),
		UNIT_TEST(a_percent_without_two_digits_stands_for_itself),
		UNIT_TEST(what_is_not_utf8_is_refused),
		UNIT_TEST(a_nul_is_refused),
		UNIT_TEST(more_fields_than_a_form_may_have_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
