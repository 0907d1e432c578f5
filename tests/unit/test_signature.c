#include "unit.h"
#include "net/signature.h"

static const char secret[] = "app-secret";
static const char body[] = "{\"object\":\"whatsapp_business_account\",\"entry\":[]}";

static bool hex_right(const char *given)
{
	return signature_verify_hex(secret, body, strlen(body), "sha256=", given);
}

static char *signed_hex(void **state)
{
	return arena_printf(unit_ctx(state)->arena, "sha256=%s",
			    signature_hex(unit_ctx(state)->arena, secret, body, strlen(body)));
}

/* RFC 4231, test case 2 */
static void signatures_are_those_of_rfc_4231(void **state)
{
	static const char text[] = "what do ya want for nothing?";
	struct arena *arena = unit_ctx(state)->arena;

	assert_string_equal(signature_hex(arena, "Jefe", text, 28),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_string_equal(signature_base64(arena, "Jefe", text, 28),
			    "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

static void a_right_signature_in_hex_is_taken(void **state)
{
	assert_true(hex_right(signed_hex(state)));
}

static void a_right_signature_in_base64_is_taken(void **state)
{
	const char *signature = signature_base64(unit_ctx(state)->arena, secret, body,
						 strlen(body));

	assert_true(signature_verify_base64(secret, body, strlen(body), "", signature));
	assert_true(signature_verify_base64(secret, body, strlen(body), "sha256=",
					    arena_printf(unit_ctx(state)->arena, "sha256=%s",
							 signature)));
}

static void a_change_of_any_digit_is_refused(void **state)
{
	char *given = signed_hex(state);

	for (char *digit = given + 7; *digit; digit++) {
		char original = *digit;

		*digit = original == '0' ? '1' : '0';
		assert_false(hex_right(given));
		*digit = original;
	}
}

static void a_change_of_one_byte_of_the_body_is_refused(void **state)
{
	const char *given = signed_hex(state);
	char changed[sizeof(body)];

	memcpy(changed, body, sizeof(body));
	changed[3] ^= 1;
	assert_false(signature_verify_hex(secret, changed, strlen(body), "sha256=", given));
	assert_false(signature_verify_hex(secret, body, strlen(body) - 1, "sha256=", given));
}

static void the_same_json_written_otherwise_is_refused(void **state)
{
	const char *again = "{\"object\": \"whatsapp_business_account\", \"entry\": []}";

	assert_false(signature_verify_hex(secret, again, strlen(again), "sha256=",
					  signed_hex(state)));
}

static void another_app_s_secret_is_refused(void **state)
{
	assert_false(signature_verify_hex("other-secret", body, strlen(body), "sha256=",
					  signed_hex(state)));
}

static void a_missing_or_truncated_signature_is_refused(void **state)
{
	char *given = signed_hex(state);

	assert_false(hex_right(NULL));
	assert_false(hex_right(""));
	assert_false(hex_right("sha256="));
	given[strlen(given) - 1] = '\0';
	assert_false(hex_right(given));
}

static void a_signature_with_more_behind_it_is_refused(void **state)
{
	assert_false(hex_right(arena_printf(unit_ctx(state)->arena, "%s0", signed_hex(state))));
}

static void a_signature_without_its_prefix_is_refused(void **state)
{
	assert_false(hex_right(signed_hex(state) + 7));
	assert_false(hex_right("sha1=2c0a5c8bb6a24a9b1a4f4c7c7e2d8b6c1e6f1a3b"));
}

static void upper_case_hex_is_refused(void **state)
{
	char *given = signed_hex(state);
	bool changed = false;

	for (char *digit = given + 7; *digit; digit++) {
		if (*digit >= 'a') {
			*digit = (char)(*digit - 'a' + 'A');
			changed = true;
		}
	}
	assert_true(changed);
	assert_false(hex_right(given));
}

static void a_channel_without_secret_verifies_nothing(void **state)
{
	const char *of_empty = signature_hex(unit_ctx(state)->arena, "", body, strlen(body));

	assert_false(signature_verify_hex("", body, strlen(body), "", of_empty));
	assert_false(signature_verify_hex(NULL, body, strlen(body), "", of_empty));
}

static void an_empty_body_has_a_signature_of_its_own(void **state)
{
	const char *of_empty = signature_hex(unit_ctx(state)->arena, secret, "", 0);

	assert_true(signature_verify_hex(secret, NULL, 0, "", of_empty));
	assert_false(signature_verify_hex(secret, body, strlen(body), "", of_empty));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(signatures_are_those_of_rfc_4231),
		UNIT_TEST(a_right_signature_in_hex_is_taken),
		UNIT_TEST(a_right_signature_in_base64_is_taken),
		UNIT_TEST(a_change_of_any_digit_is_refused),
		UNIT_TEST(a_change_of_one_byte_of_the_body_is_refused),
		UNIT_TEST(the_same_json_written_otherwise_is_refused),
		UNIT_TEST(another_app_s_secret_is_refused),
		UNIT_TEST(a_missing_or_truncated_signature_is_refused),
		UNIT_TEST(a_signature_with_more_behind_it_is_refused),
		UNIT_TEST(a_signature_without_its_prefix_is_refused),
		UNIT_TEST(upper_case_hex_is_refused),
		UNIT_TEST(a_channel_without_secret_verifies_nothing),
		UNIT_TEST(an_empty_body_has_a_signature_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
