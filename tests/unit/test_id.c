#include "unit.h"
#include "base/id.h"

#define SIXTY "012345678901234567890123456789012345678901234567890123456789"

static void a_once_id_has_8_to_64_of_its_letters(void **state)
{
	(void)state;
	assert_true(id_once_valid("aZ09_-aZ"));
	assert_true(id_once_valid(SIXTY "abcd"));
	assert_false(id_once_valid("aZ09_-a"));
	assert_false(id_once_valid(SIXTY "abcde"));
}

static void a_once_id_with_other_letters_is_none(void **state)
{
	(void)state;
	assert_false(id_once_valid("12345678 "));
	assert_false(id_once_valid("1234567.8"));
	assert_false(id_once_valid("1234567ñ8"));
	assert_false(id_once_valid("'; drop--"));
	assert_false(id_once_valid(""));
	assert_false(id_once_valid(NULL));
}

static void a_whole_number_within_its_bounds_is_read(void **state)
{
	int64_t value;

	(void)state;
	assert_int_equal(id_parse("26112300000042", 1, INT64_MAX, &value), 0);
	assert_int_equal(value, INT64_C(26112300000042));
	assert_int_equal(id_parse("-5", -5, 5, &value), 0);
	assert_int_equal(value, -5);
	assert_int_equal(id_parse("9223372036854775807", 1, INT64_MAX, &value), 0);
	assert_true(value == INT64_MAX);
	assert_int_equal(id_parse("-9223372036854775808", INT64_MIN, 0, &value), 0);
	assert_true(value == INT64_MIN);
}

static void what_is_no_number_in_bounds_leaves_the_value_alone(void **state)
{
	static const char *const texts[] = {
		"", "-", " 5", "5 ", "+5", "5.0", "0x5", "5a", "--5", "0", "101",
		"9223372036854775808", "99999999999999999999", "cinco",
	};
	int64_t value = 77;

	(void)state;
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_int_equal(id_parse(texts[i], 1, 100, &value), -1);
	assert_int_equal(id_parse(NULL, 1, 100, &value), -1);
	assert_int_equal(value, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_once_id_has_8_to_64_of_its_letters),
		cmocka_unit_test(a_once_id_with_other_letters_is_none),
		cmocka_unit_test(a_whole_number_within_its_bounds_is_read),
		cmocka_unit_test(what_is_no_number_in_bounds_leaves_the_value_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
