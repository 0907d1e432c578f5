#include "unit.h"
#include "web/form.h"

static struct request form(void **state, const char *field, const char *value)
{
	struct pair pair = { field, value };
	struct request request = { 0 };

	request.form.items = arena_memdup(unit_ctx(state)->arena, &pair, sizeof(pair));
	request.form.count = 1;
	return request;
}

static void assert_refused(void **state, const char *field, const char *key)
{
	const struct vt_error *error = &unit_ctx(state)->error;

	assert_int_equal(error->code, VT_E_INVALID);
	assert_string_equal(error->field, field);
	assert_string_equal(error->key, key);
}

static void text_is_trimmed(void **state)
{
	struct request request = form(state, "name", " \t\r\n\xc2\xa0 Ana María \xc2\xa0\n ");
	const char *text;

	assert_int_equal(form_text(unit_ctx(state), &request, "name", 9, 0, &text), 0);
	assert_string_equal(text, "Ana María");
}

static void line_ends_of_a_browser_become_one_character(void **state)
{
	struct request request = form(state, "note", "uno\r\n\r\ndos\rtres");
	const char *text;

	assert_int_equal(form_text(unit_ctx(state), &request, "note", 100, 0, &text), 0);
	assert_string_equal(text, "uno\n\ndos\rtres");
}

static void raw_text_is_kept_as_it_came(void **state)
{
	struct request request = form(state, "password", " a\r\nb ");
	const char *text;

	assert_int_equal(form_text(unit_ctx(state), &request, "password", 10, FORM_RAW, &text), 0);
	assert_string_equal(text, " a\r\nb ");
}

static void blank_text_counts_as_missing(void **state)
{
	struct request request = form(state, "name", "  \n");
	const char *text;

	assert_int_equal(form_text(unit_ctx(state), &request, "name", 10, 0, &text), -1);
	assert_refused(state, "name", "error.required");
}

static void optional_text_may_be_missing(void **state)
{
	struct request request = form(state, "other", "x");
	const char *text = NULL;

	assert_int_equal(form_text(unit_ctx(state), &request, "name", 10, FORM_OPTIONAL, &text), 0);
	assert_string_equal(text, "");
}

static void length_is_counted_in_characters(void **state)
{
	struct request request = form(state, "name", "ñandúes");
	const char *text;

	assert_int_equal(form_text(unit_ctx(state), &request, "name", 7, 0, &text), 0);
	assert_int_equal(form_text(unit_ctx(state), &request, "name", 6, 0, &text), -1);
	assert_refused(state, "name", "error.too_long");
}

static void a_number_within_its_range_is_taken(void **state)
{
	struct request request = form(state, "age", " 120 ");
	int64_t age = 0;

	assert_int_equal(form_i64(unit_ctx(state), &request, "age", 0, 120, 0, &age), 0);
	assert_int_equal(age, 120);
}

static void a_number_out_of_range_is_refused(void **state)
{
	struct request request = form(state, "age", "121");
	int64_t age = 7;

	assert_int_equal(form_i64(unit_ctx(state), &request, "age", 0, 120, 0, &age), -1);
	assert_refused(state, "age", "error.range");
	assert_int_equal(age, 7);
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const values[] = { "x", "1x", "+1", "0x10", "1.5", "--1",
					      "99999999999999999999" };
	int64_t age;

	for (size_t i = 0; i < VT_COUNT(values); i++) {
		struct request request = form(state, "age", values[i]);

		assert_int_equal(form_i64(unit_ctx(state), &request, "age", 0, 9, 0, &age), -1);
		assert_refused(state, "age", "error.number");
	}
}

static void an_optional_number_left_empty_keeps_the_default(void **state)
{
	struct request request = form(state, "age", "");
	int64_t age = 42;

	assert_int_equal(form_i64(unit_ctx(state), &request, "age", 0, 9, FORM_OPTIONAL, &age), 0);
	assert_int_equal(age, 42);
	assert_int_equal(form_i64(unit_ctx(state), &request, "age", 0, 9, 0, &age), -1);
	assert_refused(state, "age", "error.required");
}

static void a_box_is_checked_when_it_is_sent(void **state)
{
	struct request request = form(state, "sound", "on");

	assert_true(form_checked(&request, "sound"));
	assert_false(form_checked(&request, "other"));
}

static void the_id_of_a_submission_must_be_one(void **state)
{
	struct request good = form(state, "once", "a1B2-c3_"), bad = form(state, "once", "short");
	const char *once;

	assert_int_equal(form_once(unit_ctx(state), &good, &once), 0);
	assert_string_equal(once, "a1B2-c3_");
	assert_int_equal(form_once(unit_ctx(state), &bad, &once), -1);
	assert_refused(state, "once", "error.malformed");
}

static void a_moment_is_read_in_the_agency_s_time(void **state)
{
	static const char *const wrong[] = { "ayer", "2026-11-27", "2026-11-27T14:61", "2026-11-27T14:30Z", "1960-01-01T00:00" };
	struct vt_ctx *ctx = unit_ctx(state);
	int64_t us = 7;

	assert_int_equal(form_time(ctx, "from", "", &us), 0);
	assert_int_equal(us, 7);
	assert_int_equal(form_time(ctx, "from", "2026-11-27T14:30", &us), 0);
	assert_int_equal(us, INT64_C(1795800600000000));
	assert_int_equal(form_time(ctx, "from", "2026-11-27T14:30:05", &us), 0);
	assert_int_equal(us, INT64_C(1795800605000000));
	for (size_t i = 0; i < VT_COUNT(wrong); i++) {
		assert_int_equal(form_time(ctx, "from", wrong[i], &us), -1);
		assert_refused(state, "from", "error.time");
		vt_error_clear(ctx);
	}
	assert_int_equal(us, INT64_C(1795800605000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(text_is_trimmed),
		UNIT_TEST(line_ends_of_a_browser_become_one_character),
		UNIT_TEST(raw_text_is_kept_as_it_came),
		UNIT_TEST(blank_text_counts_as_missing),
		UNIT_TEST(optional_text_may_be_missing),
		UNIT_TEST(length_is_counted_in_characters),
		UNIT_TEST(a_number_within_its_range_is_taken),
		UNIT_TEST(a_number_out_of_range_is_refused),
		UNIT_TEST(what_is_no_number_is_refused),
		UNIT_TEST(an_optional_number_left_empty_keeps_the_default),
		UNIT_TEST(a_box_is_checked_when_it_is_sent),
		UNIT_TEST(a_moment_is_read_in_the_agency_s_time),
		UNIT_TEST(the_id_of_a_submission_must_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
