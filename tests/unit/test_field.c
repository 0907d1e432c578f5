#include "unit.h"
#include "people/field.h"

static const char *shown(void **state, const char *sight_text, enum field field, const char *value)
{
	struct field_sight sight;

	field_sight_read(&sight, sight_text);
	return field_shown(unit_ctx(state), &sight, field, value);
}

static void what_no_role_limits_is_seen(void **state)
{
	assert_string_equal(shown(state, "", FIELD_CUIT, "27-14582360-4"), "27-14582360-4");
	assert_string_equal(shown(state, "name:0:1", FIELD_CUIT, "27-14582360-4"), "27-14582360-4");
}

static void a_hidden_field_gives_nothing(void **state)
{
	assert_null(shown(state, "cuit:0:1", FIELD_CUIT, "27-14582360-4"));
	assert_null(shown(state, "", FIELD_CUIT, ""));
	assert_null(shown(state, "", FIELD_CUIT, NULL));
}

static void a_masked_cuit_or_phone_keeps_its_last_four_digits(void **state)
{
	assert_string_equal(shown(state, "cuit:1:1", FIELD_CUIT, "27-14582360-4"), "••-•••••360-4");
	assert_string_equal(shown(state, "phone:1:1", FIELD_PHONE, "+54 9 221 555-0100"),
			    "+•• • ••• •••-0100");
}

static void a_masked_address_keeps_its_first_letter_and_its_domain(void **state)
{
	assert_string_equal(shown(state, "email:1:1", FIELD_EMAIL, "ñandu@correo.example"),
			    "ñ•••@correo.example");
	assert_string_equal(shown(state, "email:1:1", FIELD_EMAIL, "sin-arroba"), "s•••");
}

static void a_masked_name_keeps_its_first_word_and_initials(void **state)
{
	assert_string_equal(shown(state, "name:1:1", FIELD_NAME, "Graciela Beatriz Ñáñez"),
			    "Graciela B. Ñ.");
	assert_string_equal(shown(state, "name:1:1", FIELD_NAME, "Graciela"), "Graciela");
}

static void of_two_limits_the_stricter_counts(void **state)
{
	assert_null(shown(state, "cuit:1:1 cuit:0:1", FIELD_CUIT, "27-14582360-4"));
	assert_null(shown(state, "cuit:0:1 cuit:2:1", FIELD_CUIT, "27-14582360-4"));
}

static void what_may_not_be_exported_is_seen_and_does_not_leave(void **state)
{
	struct field_sight sight;

	field_sight_read(&sight, "email:2:0 cuit:1:1");
	assert_string_equal(field_shown(unit_ctx(state), &sight, FIELD_EMAIL, "a@b.example"), "a@b.example");
	assert_null(field_exported(unit_ctx(state), &sight, FIELD_EMAIL, "a@b.example"));
	assert_string_equal(field_exported(unit_ctx(state), &sight, FIELD_CUIT, "27145823604"), "•••••••3604");
}

static void what_is_malformed_limits_nothing(void **state)
{
	assert_string_equal(shown(state, "cuit cuit: cuit:x:1 otro:0:0", FIELD_CUIT, "1"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(what_no_role_limits_is_seen),
		UNIT_TEST(a_hidden_field_gives_nothing),
		UNIT_TEST(a_masked_cuit_or_phone_keeps_its_last_four_digits),
		UNIT_TEST(a_masked_address_keeps_its_first_letter_and_its_domain),
		UNIT_TEST(a_masked_name_keeps_its_first_word_and_initials),
		UNIT_TEST(of_two_limits_the_stricter_counts),
		UNIT_TEST(what_may_not_be_exported_is_seen_and_does_not_leave),
		UNIT_TEST(what_is_malformed_limits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
