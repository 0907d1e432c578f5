/* Telephone numbers: what people type becomes what networks know. */
#include "unit.h"
#include "contact/phone.h"

static void all_ways_to_write_a_mobile_are_one_number(void **state)
{
	static const char *const written[] = {
		"2215550001", "221 555-0001", "0221 555 0001", "0221 15 555-0001", "(0221) 15-5550001", "221155550001",
		"+54 9 221 5550001", "+54 221 5550001", "+54 0221 15 5550001", "54 9 221 555 0001", "005492215550001",
		"9 221 555 0001", " 0221.155.550001",
	};
	char out[PHONE_SIZE];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(written); i++) {
		assert_true(phone_parse(written[i], out));
		assert_string_equal(out, "+5492215550001");
	}
}

static void areas_have_two_three_or_four_digits(void **state)
{
	static const char *const pairs[][2] = {
		{ "011 15 5555-5555", "+5491155555555" }, { "1155555555", "+5491155555555" },
		{ "54 11 15 5555 5555", "+5491155555555" }, { "11 1515-1515", "+5491115151515" },
		{ "02954 15 44-1515", "+5492954441515" }, { "0221 15 151-5151", "+5492211515151" },
	};
	char out[PHONE_SIZE];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(pairs); i++) {
		assert_true(phone_parse(pairs[i][0], out));
		assert_string_equal(out, pairs[i][1]);
	}
}

static void another_country_is_named_by_its_plus(void **state)
{
	char out[PHONE_SIZE];

	(void)state;
	assert_true(phone_parse("+598 99 123 456", out));
	assert_string_equal(out, "+59899123456");
	assert_true(phone_parse("0039 315 123 4567", out));
	assert_string_equal(out, "+393151234567");
	assert_false(phone_parse("59899123456", out));
}

static void what_is_no_whole_number_is_refused(void **state)
{
	static const char *const written[] = {
		"", "+", "0", "15 5555-5555", "5555-0001", "0800 222 2722", "+54 9 221", "221 555 0001 int. 4", "llamame",
		"4215550001", "123456789012345678901234567890", "+0549221555", "00", "+1234567", "++542215550001",
	};
	char out[PHONE_SIZE];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(written); i++)
		assert_false(phone_parse(written[i], out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(all_ways_to_write_a_mobile_are_one_number),
		UNIT_TEST(areas_have_two_three_or_four_digits),
		UNIT_TEST(another_country_is_named_by_its_plus),
		UNIT_TEST(what_is_no_whole_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
