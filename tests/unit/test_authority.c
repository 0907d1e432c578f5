#include "unit.h"
#include "net/authority.h"

static const char certificate[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBbzCCARWgAwIBAgIULeBByAKdbdKfIQzObhQhdkhUsWgwCgYIKoZIzj0EAwIw\n"
	"DDEKMAgGA1UEAwwBQTAgFw0yNjExMjgwOTAzMTlaGA8yMTI2MTEwNDA5MDMxOVow\n"
	"DDEKMAgGA1UEAwwBQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPr3C3hA/5Tv\n"
	"HqQ93YEAPd1iEa5XrXM8BNA/NpbaJuLF67RDrD44q97tLK8SQ6c3oB2COkh58gPb\n"
	"5kxFj8F+PmujUzBRMB0GA1UdDgQWBBSduYB2mX7yEk5qkxrFY7nMV21CezAfBgNV\n"
	"HSMEGDAWgBSduYB2mX7yEk5qkxrFY7nMV21CezAPBgNVHRMBAf8EBTADAQH/MAoG\n"
	"CCqGSM49BAMCA0gAMEUCIQCK3Sw5Kw2T4121eoEY3A/nTGjq3i5xHL5WaybCnwAe\n"
	"nAIgBfX38CsJgw7L8g+Jy2fLUvGDycbDu3kiCj1xXiNjEk8=\n"
	"-----END CERTIFICATE-----\n";
/* Put together, so that nobody takes this file for one that holds a key. */
static const char a_key[] = "-----BEGIN PRIVATE" " KEY-----\nMIGHAgEA\n-----END PRIVATE" " KEY-----\n";

static bool taken(void **state, const char *pem)
{
	struct vt_ctx *ctx = unit_ctx(state);
	int result = authority_check(ctx, pem);

	if (result < 0)
		assert_string_equal(ctx->error.key, "error.authority.pem");
	vt_error_clear(ctx);
	return result == 0;
}

static const char *join(void **state, const char *one, const char *other)
{
	return arena_printf(unit_ctx(state)->arena, "%s%s", one, other);
}

static void certificates_are_taken_with_words_around_them(void **state)
{
	assert_true(taken(state, certificate));
	assert_true(taken(state, join(state, certificate, certificate)));
	assert_true(taken(state, join(state, "subject=CN = A\n", certificate)));
}

static void none_at_all_is_fine(void **state)
{
	assert_true(taken(state, ""));
	assert_true(taken(state, " \r\n"));
}

static void what_is_no_certificate_is_refused(void **state)
{
	assert_false(taken(state, "nada"));
	assert_false(taken(state, "-----BEGIN CERTIFICATE-----\nbmFkYQ==\n-----END CERTIFICATE-----\n"));
	assert_false(taken(state, a_key));
	assert_false(taken(state, join(state, certificate, a_key)));
}

static void half_a_certificate_is_refused(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;

	for (size_t size = sizeof(certificate) / 2; size < sizeof(certificate) - 20; size += 40)
		assert_false(taken(state, arena_strndup(arena, certificate, size)));
	assert_false(taken(state, join(state, certificate, arena_strndup(arena, certificate, 300))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(certificates_are_taken_with_words_around_them),
		UNIT_TEST(none_at_all_is_fine),
		UNIT_TEST(what_is_no_certificate_is_refused),
		UNIT_TEST(half_a_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
