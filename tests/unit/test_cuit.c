/* CUIT: what people write, and the check digit. */
#include "unit.h"
#include "contact/cuit.h"

static void test_a_right_cuit_is_kept_as_digits_however_it_was_written(void **state)
{
	static const char *const written[] = { "27-14582360-4", "27145823604", "27 14582360 4", "27.14582360/4" };
	char digits[CUIT_DIGITS];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(written); i++) {
		assert_true(cuit_parse(written[i], digits));
		assert_string_equal(digits, "27145823604");
	}
}

static void test_a_wrong_check_digit_is_refused(void **state)
{
	char digits[CUIT_DIGITS];

	(void)state;
	for (char last = '0'; last <= '9'; last++) {
		char text[] = "2714582360?";
		text[10] = last;
		assert_int_equal(cuit_parse(text, digits), last == '4');
	}
}

static void test_too_many_digits_letters_and_unknown_prefixes_are_refused(void **state)
{
	static const char *const wrong[] = { "", "271458236044", "2714582360", "27-1458236O-4", "99145823604",
					     "hola", "27145823604 ok" };
	char digits[CUIT_DIGITS];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(wrong); i++)
		assert_false(cuit_parse(wrong[i], digits));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_a_right_cuit_is_kept_as_digits_however_it_was_written),
		UNIT_TEST(test_a_wrong_check_digit_is_refused),
		UNIT_TEST(test_too_many_digits_letters_and_unknown_prefixes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
