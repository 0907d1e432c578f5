#include "unit.h"
#include "base/json.h"
#include "base/strbuf.h"

#define SIZE_LIMIT 100000

static struct json *parse(void **state, const char *text)
{
	struct json *node;

	if (json_parse(unit_ctx(state), text, strlen(text), SIZE_LIMIT, &node))
		fail_msg("%s: %s", text, unit_ctx(state)->error.message);
	return node;
}

static void assert_refused(void **state, const char *text)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *node;

	if (!json_parse(ctx, text, strlen(text), SIZE_LIMIT, &node))
		fail_msg("taken: %s", text);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_null(node);
}

static void a_path_leads_through_objects_and_arrays(void **state)
{
	struct json *node = parse(state, "{\"entry\":[{\"changes\":[{\"value\":\"hola\"}]}]}");

	assert_string_equal(json_str(node, "entry.0.changes.0.value", NULL), "hola");
	assert_ptr_equal(json_at(node, ""), node);
}

static void a_path_that_leads_nowhere_gives_null(void **state)
{
	struct json *node = parse(state, "{\"a\":[1],\"b\":\"x\"}");

	assert_null(json_at(node, "c"));
	assert_null(json_at(node, "a.1"));
	assert_null(json_at(node, "a.-1"));
	assert_null(json_at(node, "a.x"));
	assert_null(json_at(node, "b.c.d"));
	assert_null(json_at(NULL, "a"));
}

static void what_is_missing_null_or_of_another_type_gives_the_fallback(void **state)
{
	struct json *node = parse(state, "{\"n\":null,\"s\":\"x\",\"o\":{},\"i\":5}");

	assert_string_equal(json_str(node, "absent", "f"), "f");
	assert_string_equal(json_str(node, "n", "f"), "f");
	assert_string_equal(json_str(node, "i", "f"), "f");
	assert_int_equal(json_i64(node, "s", 9), 9);
	assert_int_equal(json_i64(node, "o", 9), 9);
	assert_true(json_bool(node, "i", true));
}

static void values_of_the_right_type_are_given(void **state)
{
	struct json *node = parse(state, "{\"s\":\"ñ\",\"i\":-5,\"b\":true}");

	assert_string_equal(json_str(node, "s", NULL), "ñ");
	assert_int_equal(json_i64(node, "i", 0), -5);
	assert_true(json_bool(node, "b", false));
}

static void whole_numbers_may_come_as_text_or_with_a_zero_fraction(void **state)
{
	struct json *node = parse(state, "[\"9007199254740993\",12.0,1.5e3,\"-7\"]");

	assert_int_equal(json_i64(node, "0", 0), INT64_C(9007199254740993));
	assert_int_equal(json_i64(node, "1", 0), 12);
	assert_int_equal(json_i64(node, "2", 0), 1500);
	assert_int_equal(json_i64(node, "3", 0), -7);
}

static void numbers_that_are_not_whole_or_too_large_are_no_integers(void **state)
{
	struct json *node = parse(state, "[1.5,1e300,18446744073709551615,\"1.5\",\"\",true]");

	for (size_t i = 0; i < json_array_size(node); i++)
		assert_int_equal(json_i64(json_array_at(node, i), "", 77), 77);
	node = parse(state, "[9223372036854775807,-9223372036854775808]");
	assert_true(json_i64(node, "0", 0) == INT64_MAX);
	assert_true(json_i64(node, "1", 0) == INT64_MIN);
}

static void numbers_of_any_kind_are_given_as_such(void **state)
{
	struct json *node = parse(state, "[-34.921,12,\"-57.95\",\"1e999\",\"x\",\"\",\"1 \",\"inf\",null,true]");

	assert_true(json_double(node, "0", 0) == -34.921);
	assert_true(json_double(node, "1", 0) == 12);
	assert_true(json_double(node, "2", 0) == -57.95);
	for (size_t i = 3; i < json_array_size(node); i++)
		assert_true(json_double(json_array_at(node, i), "", 77) == 77);
}

static void a_required_text_is_refused_when_missing_wrong_or_too_long(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *node = parse(state, "{\"a\":{\"b\":\"12345\",\"i\":1,\"n\":null}}");
	const char *text;

	assert_int_equal(json_str_req(ctx, node, "a.b", 5, &text), 0);
	assert_string_equal(text, "12345");
	assert_int_equal(json_str_req(ctx, node, "a.b", 0, &text), 0);
	assert_int_equal(json_str_req(ctx, node, "a.b", 4, &text), -1);
	assert_int_equal(json_str_req(ctx, node, "a.i", 9, &text), -1);
	assert_int_equal(json_str_req(ctx, node, "a.n", 9, &text), -1);
	assert_int_equal(json_str_req(ctx, node, "a.absent", 9, &text), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_non_null(strstr(ctx->error.message, "a.absent"));
}

static void a_required_number_is_refused_when_missing_or_wrong(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *node = parse(state, "{\"i\":1,\"s\":\"x\"}");
	int64_t value;

	assert_int_equal(json_i64_req(ctx, node, "i", &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(json_i64_req(ctx, node, "absent", &value), -1);
	assert_int_equal(json_i64_req(ctx, node, "s", &value), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_non_null(strstr(ctx->error.message, "JSON: s "));
}

static void text_over_its_size_is_refused_before_it_is_read(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *node;

	assert_int_equal(json_parse(ctx, "[1,2]", 5, 5, &node), 0);
	assert_int_equal(json_parse(ctx, "[1,2]", 5, 4, &node), -1);
	assert_int_equal(ctx->error.code, VT_E_TOO_LARGE);
}

/* {"a":[{"a":[ ... inside ... ]}]}, depth levels deep */
static const char *nested(void **state, int depth, const char *inside)
{
	struct strbuf text;

	strbuf_init(&text, unit_ctx(state)->arena, 0);
	for (int i = 0; i < depth; i++)
		strbuf_puts(&text, i % 2 ? "[" : "{\"a\":");
	strbuf_puts(&text, inside);
	for (int i = depth - 1; i >= 0; i--)
		strbuf_putc(&text, i % 2 ? ']' : '}');
	return text.data;
}

static void thirty_two_levels_are_taken_and_no_more(void **state)
{
	parse(state, nested(state, 32, "1"));
	parse(state, nested(state, 32, "\"x\""));
	assert_refused(state, nested(state, 33, "1"));
	assert_refused(state, nested(state, 33, "[]"));
	assert_refused(state, nested(state, 5000, "1"));
}

static void what_is_not_json_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "{} x", "{}{}", "1 2", "[1,]", "{\"a\":1,}", "{'a':1}", "['a']", "{a:1}",
		"01", "[1.]", "[.5]", "[+1]", "[1e]", "[0x10]", "NaN", "[NaN]", "[-Infinity]",
		"[1e999]", "[1.0e-99999]", "[01.5]", "TRUE", "nul", "[\"a\nb\"]", "[\"a\x01\"]",
		"/*x*/1", "{\"a\"", "[", "\"abc", "\"\\x41\"", "\"\\u12\"", "\"\\", "[1 2]", "[,]",
		"\xef\xbb\xbf{}",
	};

	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_refused(state, texts[i]);
}

static void invalid_utf8_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *node;

	assert_refused(state, "\"ma\xf1" "ana\"");
	assert_int_equal(json_parse(ctx, "[1,\0" "2]", 6, 99, &node), -1);
}

static void escaped_nul_is_dropped_from_names_and_texts(void **state)
{
	struct json *node = parse(state, "{\"a\\u0000b\":\"x\\u0000\\u0000y\","
					 "\"c\":\"\\\\u0000\"}");

	assert_string_equal(json_str(node, "ab", NULL), "xy");
	assert_string_equal(json_str(node, "c", NULL), "\\u0000");
}

static void an_unpaired_surrogate_becomes_the_replacement_sign(void **state)
{
	struct json *node = parse(state, "[\"\\ud800x\",\"\\ud83d\\ude00\"]");

	assert_string_equal(json_str(node, "0", NULL), "\xef\xbf\xbdx");
	assert_string_equal(json_str(node, "1", NULL), "\xf0\x9f\x98\x80");
}

static void an_apostrophe_within_a_text_is_a_letter(void **state)
{
	assert_string_equal(json_str(parse(state, "[\"O'Higgins \\\"x\\\"'\"]"), "0", NULL),
			    "O'Higgins \"x\"'");
}

static void null_is_json_and_has_no_node(void **state)
{
	assert_true(json_is_null(parse(state, "null")));
	assert_true(json_is_null(json_at(parse(state, "{\"a\":null}"), "a")));
}

static void nodes_know_what_they_are(void **state)
{
	struct json *node = parse(state, "[{},[],\"s\",1]");

	assert_true(json_is_array(node));
	assert_true(json_is_object(json_at(node, "0")));
	assert_true(json_is_array(json_at(node, "1")));
	assert_true(json_is_string(json_at(node, "2")));
	assert_false(json_is_string(json_at(node, "3")));
	assert_false(json_is_object(NULL));
}

static void an_array_knows_its_size_and_others_have_none(void **state)
{
	struct json *node = parse(state, "[1,2,3]");

	assert_int_equal(json_array_size(node), 3);
	assert_int_equal(json_i64(json_array_at(node, 2), "", 0), 3);
	assert_null(json_array_at(node, 3));
	assert_int_equal(json_array_size(parse(state, "{\"a\":1}")), 0);
	assert_int_equal(json_array_size(NULL), 0);
}

static void a_member_is_found_by_its_whole_name(void **state)
{
	struct json *node = parse(state, "{\"a.b\":1,\"a\":{\"b\":2},\"none\":null}");
	struct json *value;

	assert_true(json_object_find(node, "a.b", &value));
	assert_int_equal(json_i64(value, "", 0), 1);
	assert_true(json_object_find(node, "none", &value));
	assert_null(value);
	assert_false(json_object_find(node, "b", &value));
	assert_false(json_object_find(NULL, "a", &value));
}

static void members_are_walked_in_their_order(void **state)
{
	struct json *node = parse(state, "{\"z\":1,\"a\":null,\"m\":3}");
	struct json_member member;
	void *cursor = NULL;
	char seen[8] = "";

	while (json_object_next(node, &cursor, &member))
		snprintf(seen + strlen(seen), 3, "%s%d", member.name,
			 (int)json_i64(member.value, "", 0));
	assert_string_equal(seen, "z1a0m3");
}

static void walking_what_is_no_object_ends_at_once(void **state)
{
	struct json_member member;
	void *cursor = NULL;

	assert_false(json_object_next(parse(state, "[1]"), &cursor, &member));
	assert_false(json_object_next(parse(state, "{}"), &cursor, &member));
	assert_false(json_object_next(NULL, &cursor, &member));
}

static void a_built_tree_is_written_compactly(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *object = json_new_object(ctx), *array = json_new_array(ctx);

	json_set_str(object, "s", "a/\"ñ\"\n");
	json_set_str(object, "n", NULL);
	json_set_i64(object, "i", INT64_C(26112300000042));
	json_set_bool(object, "b", true);
	json_append_str(array, "x");
	json_append_node(array, json_new_object(ctx));
	json_set_node(object, "a", array);
	assert_string_equal(json_text(ctx, object),
			    "{\"s\":\"a/\\\"ñ\\\"\\n\",\"n\":null,\"i\":26112300000042,"
			    "\"b\":true,\"a\":[\"x\",{}]}");
}

static void fractions_are_written_as_short_as_they_read_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *object = json_new_object(ctx);

	json_set_double(object, "a", 0.1);
	json_set_double(object, "b", 1.0 / 3.0);
	json_set_double(object, "c", 0.0 / 0.0);
	assert_string_equal(json_text(ctx, object),
			    "{\"a\":0.1,\"b\":0.33333333333333331,\"c\":null}");
	assert_string_equal(json_text(ctx, parse(state, "[0.10,1e2]")), "[0.10,1e2]");
}

static void setting_a_name_again_replaces(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *object = json_new_object(ctx);

	json_set_i64(object, "a", 1);
	json_set_i64(object, "a", 3);
	assert_string_equal(json_text(ctx, object), "{\"a\":3}");
}

static void a_node_shared_by_two_parents_is_one(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *shared = json_new_object(ctx), *array = json_new_array(ctx);

	json_append_node(array, shared);
	json_append_node(array, shared);
	json_set_i64(shared, "a", 1);
	assert_string_equal(json_text(ctx, array), "[{\"a\":1},{\"a\":1}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_path_leads_through_objects_and_arrays),
		UNIT_TEST(a_path_that_leads_nowhere_gives_null),
		UNIT_TEST(what_is_missing_null_or_of_another_type_gives_the_fallback),
		UNIT_TEST(values_of_the_right_type_are_given),
		UNIT_TEST(whole_numbers_may_come_as_text_or_with_a_zero_fraction),
		UNIT_TEST(numbers_that_are_not_whole_or_too_large_are_no_integers),
		UNIT_TEST(numbers_of_any_kind_are_given_as_such),
		UNIT_TEST(a_required_text_is_refused_when_missing_wrong_or_too_long),
		UNIT_TEST(a_required_number_is_refused_when_missing_or_wrong),
		UNIT_TEST(text_over_its_size_is_refused_before_it_is_read),
		UNIT_TEST(thirty_two_levels_are_taken_and_no_more),
		UNIT_TEST(what_is_not_json_is_refused),
		UNIT_TEST(invalid_utf8_is_refused),
		UNIT_TEST(escaped_nul_is_dropped_from_names_and_texts),
		UNIT_TEST(an_unpaired_surrogate_becomes_the_replacement_sign),
		UNIT_TEST(an_apostrophe_within_a_text_is_a_letter),
		UNIT_TEST(null_is_json_and_has_no_node),
		UNIT_TEST(nodes_know_what_they_are),
		UNIT_TEST(an_array_knows_its_size_and_others_have_none),
		UNIT_TEST(a_member_is_found_by_its_whole_name),
		UNIT_TEST(members_are_walked_in_their_order),
		UNIT_TEST(walking_what_is_no_object_ends_at_once),
		UNIT_TEST(a_built_tree_is_written_compactly),
		UNIT_TEST(fractions_are_written_as_short_as_they_read_back),
		UNIT_TEST(setting_a_name_again_replaces),
		UNIT_TEST(a_node_shared_by_two_parents_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
