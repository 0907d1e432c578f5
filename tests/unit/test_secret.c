#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>

#define KEY_TEXT "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"

static const uint8_t key[SECRET_KEY_SIZE] = { 1, 2, 3 };
static const uint8_t other_key[SECRET_KEY_SIZE] = { 1, 2, 4 };

static void a_token_is_43_letters_of_base64url(void **state)
{
	char token[SECRET_TOKEN_TEXT];

	secret_token(unit_ctx(state), token);
	assert_string_equal(token, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
}

static void tokens_of_the_production_source_differ(void **state)
{
	char first[SECRET_TOKEN_TEXT], second[SECRET_TOKEN_TEXT];
	struct vt_ctx *ctx = unit_ctx(state);

	ctx->random_bytes = secret_random;
	secret_token(ctx, first);
	secret_token(ctx, second);
	assert_string_not_equal(first, second);
}

/* FIPS 180-2, appendix B.1 */
static void sha256_of_abc_is_the_published_one(void **state)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_sha256("abc", 3, hash);
	assert_string_equal(secret_hex(unit_ctx(state)->arena, hash, sizeof(hash)),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test cases 2 and 6 (a key longer than a block) */
static void hmac_sha256_gives_the_vectors_of_rfc_4231(void **state)
{
	static const char text[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	struct arena *arena = unit_ctx(state)->arena;
	uint8_t hash[SECRET_HASH_SIZE], long_key[131];

	secret_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, hash);
	assert_string_equal(secret_hex(arena, hash, sizeof(hash)),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(long_key, 0xaa, sizeof(long_key));
	secret_hmac_sha256(long_key, sizeof(long_key), text, strlen(text), hash);
	assert_string_equal(secret_hex(arena, hash, sizeof(hash)),
			    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void base64url_has_no_padding(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;
	const uint8_t bytes[] = { 0xfb, 0xff, 0xfe, 0x00 };

	assert_string_equal(secret_base64url(arena, bytes, 4), "-__-AA");
	assert_string_equal(secret_base64url(arena, bytes, 0), "");
}

static void what_is_decoded_is_what_was_encoded_and_nothing_looser(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;
	static const char *const wrong[] = { "-__-AA==", "-__-A", "+//+AA", "-__ -AA", "-__-AA\n", "=" };
	const uint8_t bytes[] = { 0xfb, 0xff, 0xfe, 0x00 };
	size_t size;

	assert_memory_equal(secret_from_base64url(arena, "-__-AA", 6, &size), bytes, 4);
	assert_int_equal(size, 4);
	assert_memory_equal(secret_from_base64(arena, "+//+AA==", &size), bytes, 4);
	assert_int_equal(size, 4);
	for (size_t i = 0; i < VT_COUNT(wrong); i++)
		assert_null(secret_from_base64url(arena, wrong[i], strlen(wrong[i]), &size));
	assert_null(secret_from_base64(arena, "***", &size));
	assert_null(secret_from_base64(arena, "+//+AA", &size));
}

static void equal_texts_are_equal_and_null_equals_nothing(void **state)
{
	(void)state;
	assert_true(secret_equal_text("abc", "abc"));
	assert_false(secret_equal_text("abc", "abd"));
	assert_false(secret_equal_text("abc", "ab"));
	assert_false(secret_equal_text("", "a"));
	assert_true(secret_equal_text("", ""));
	assert_false(secret_equal_text(NULL, "a"));
	assert_false(secret_equal_text(NULL, NULL));
	assert_true(secret_equal(key, key, sizeof(key)));
	assert_false(secret_equal(key, other_key, sizeof(key)));
}

static void an_encrypted_text_comes_back_with_its_key(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *boxed = secret_encrypt(ctx, key, "EAAG-token ñ"), *text;

	assert_null(strstr(boxed, "token"));
	assert_int_equal(secret_decrypt(ctx, key, boxed, &text), 0);
	assert_string_equal(text, "EAAG-token ñ");
	assert_int_equal(secret_decrypt(ctx, key, secret_encrypt(ctx, key, ""), &text), 0);
	assert_string_equal(text, "");
}

static void the_same_text_is_encrypted_differently_each_time(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_not_equal(secret_encrypt(ctx, key, "x"), secret_encrypt(ctx, key, "x"));
}

static void another_key_does_not_open_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *text;

	assert_int_equal(secret_decrypt(ctx, other_key, secret_encrypt(ctx, key, "x"), &text), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static void altering_any_letter_is_noticed(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *boxed = secret_encrypt(ctx, key, "secret"), *text;

	for (char *letter = boxed; *letter; letter++) {
		char original = *letter;

		*letter = original == 'A' ? 'B' : 'A';
		assert_int_equal(secret_decrypt(ctx, key, boxed, &text), -1);
		*letter = original;
	}
	assert_int_equal(secret_decrypt(ctx, key, boxed, &text), 0);
}

static void what_was_never_encrypted_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const texts[] = { "", "A", "plain text", "QUJD", "====", "\xff" };
	char *text;

	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_int_equal(secret_decrypt(ctx, key, texts[i], &text), -1);
	for (char *cut = secret_encrypt(ctx, key, "secret"); *cut; cut[strlen(cut) - 1] = '\0')
		assert_int_equal(secret_decrypt(ctx, other_key, cut, &text), -1);
}

static void refusals_say_nothing_of_the_secret(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *boxed = secret_encrypt(ctx, key, "sesame"), *text;

	assert_int_equal(secret_decrypt(ctx, other_key, boxed, &text), -1);
	assert_null(strstr(ctx->error.message, "sesame"));
	assert_null(strstr(ctx->error.message, boxed));
}

static void keys_for_different_purposes_differ(void **state)
{
	uint8_t csrf[SECRET_KEY_SIZE], link[SECRET_KEY_SIZE], again[SECRET_KEY_SIZE];

	(void)state;
	secret_key_derive(key, "csrf", csrf);
	secret_key_derive(key, "file-link", link);
	secret_key_derive(key, "csrf", again);
	assert_memory_not_equal(csrf, link, sizeof(csrf));
	assert_memory_not_equal(csrf, key, sizeof(csrf));
	assert_memory_equal(csrf, again, sizeof(csrf));
}

/* Write content to a new file of that mode; its path, in ctx->arena. */
static const char *key_file(struct vt_ctx *ctx, const char *content, mode_t mode)
{
	char *path = arena_strdup(ctx->arena, "/tmp/ventanilla-key-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static int load(struct vt_ctx *ctx, const char *content, mode_t mode)
{
	uint8_t loaded[SECRET_KEY_SIZE];
	const char *path = key_file(ctx, content, mode);
	int result = secret_key_load(ctx, path, loaded);

	unlink(path);
	if (!result) {
		for (int i = 0; i < SECRET_KEY_SIZE; i++)
			assert_int_equal(loaded[i], i);
	}
	return result;
}

static void a_key_file_of_64_hex_digits_is_read(void **state)
{
	assert_int_equal(load(unit_ctx(state), KEY_TEXT, 0600), 0);
	assert_int_equal(load(unit_ctx(state), KEY_TEXT "\n", 0400), 0);
}

static void a_key_file_others_may_read_is_refused(void **state)
{
	static const mode_t modes[] = { 0644, 0640, 0604, 0660, 0610, 0601, 0602 };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(modes); i++) {
		assert_int_equal(load(ctx, KEY_TEXT, modes[i]), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		assert_non_null(strstr(ctx->error.message, "mode"));
	}
}

static void a_key_file_of_another_form_is_refused(void **state)
{
	static const char *const contents[] = {
		"", "00", KEY_TEXT "0", KEY_TEXT "00", KEY_TEXT "\n\n", " " KEY_TEXT,
		"g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		"00010203:405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0",
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(contents); i++) {
		assert_int_equal(load(ctx, contents[i], 0600), -1);
		assert_null(strstr(ctx->error.message, "0102"));
	}
}

static void a_missing_key_file_and_a_folder_are_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	uint8_t loaded[SECRET_KEY_SIZE];

	assert_int_equal(secret_key_load(ctx, "/nonexistent/key", loaded), -1);
	assert_non_null(strstr(ctx->error.message, "/nonexistent/key"));
	assert_int_equal(secret_key_load(ctx, "/tmp", loaded), -1);
}

static void a_password_matches_its_own_hash_only(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *hash;
	bool rehash;

	assert_int_equal(secret_password_hash(ctx, "contraseña larga", &hash), 0);
	assert_true(secret_password_verify(hash, "contraseña larga", &rehash));
	assert_false(rehash);
	assert_false(secret_password_verify(hash, "contraseña larg", &rehash));
	assert_false(secret_password_verify(hash, "", &rehash));
}

static void a_hash_is_argon2id_with_the_chosen_cost(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *hash, *again;

	assert_int_equal(secret_password_hash(ctx, "x", &hash), 0);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	assert_int_equal(secret_password_hash(ctx, "x", &again), 0);
	assert_string_not_equal(hash, again);
}

/* "x" with m=8192 KiB and t=1, as an older version could have stored it */
static void a_hash_of_another_cost_matches_and_asks_to_be_renewed(void **state)
{
	static const char older[] =
		"$argon2id$v=19$m=8192,t=1,p=1$f8UvOZp1HCpttjVvkZ3aWg"
		"$HeBLRWpKBVxDDreqndJBS/Uzl+Rk3WCwanSRBBDLH2A";
	bool rehash;

	(void)state;
	assert_true(secret_password_verify(older, "x", &rehash));
	assert_true(rehash);
	assert_false(secret_password_verify(older, "y", &rehash));
	assert_false(rehash);
}

static void nobody_s_password_never_matches(void **state)
{
	bool rehash = true;

	(void)state;
	assert_false(secret_password_verify(NULL, "", &rehash));
	assert_false(secret_password_verify(NULL, "x", &rehash));
	assert_false(rehash);
}

static void what_is_no_hash_never_matches(void **state)
{
	char *longer = arena_printf(unit_ctx(state)->arena, "%0999d", 0);
	bool rehash;

	assert_false(secret_password_verify("", "", &rehash));
	assert_false(secret_password_verify("x", "x", &rehash));
	assert_false(secret_password_verify(longer, longer, &rehash));
}

static void wiping_leaves_zeros(void **state)
{
	char text[] = "secret";

	(void)state;
	secret_wipe(text, sizeof(text));
	for (size_t i = 0; i < sizeof(text); i++)
		assert_int_equal(text[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_token_is_43_letters_of_base64url),
		UNIT_TEST(tokens_of_the_production_source_differ),
		UNIT_TEST(sha256_of_abc_is_the_published_one),
		UNIT_TEST(hmac_sha256_gives_the_vectors_of_rfc_4231),
		UNIT_TEST(base64url_has_no_padding),
		UNIT_TEST(what_is_decoded_is_what_was_encoded_and_nothing_looser),
		UNIT_TEST(equal_texts_are_equal_and_null_equals_nothing),
		UNIT_TEST(an_encrypted_text_comes_back_with_its_key),
		UNIT_TEST(the_same_text_is_encrypted_differently_each_time),
		UNIT_TEST(another_key_does_not_open_it),
		UNIT_TEST(altering_any_letter_is_noticed),
		UNIT_TEST(what_was_never_encrypted_is_refused),
		UNIT_TEST(refusals_say_nothing_of_the_secret),
		UNIT_TEST(keys_for_different_purposes_differ),
		UNIT_TEST(a_key_file_of_64_hex_digits_is_read),
		UNIT_TEST(a_key_file_others_may_read_is_refused),
		UNIT_TEST(a_key_file_of_another_form_is_refused),
		UNIT_TEST(a_missing_key_file_and_a_folder_are_refused),
		UNIT_TEST(a_password_matches_its_own_hash_only),
		UNIT_TEST(a_hash_is_argon2id_with_the_chosen_cost),
		UNIT_TEST(a_hash_of_another_cost_matches_and_asks_to_be_renewed),
		UNIT_TEST(nobody_s_password_never_matches),
		UNIT_TEST(what_is_no_hash_never_matches),
		UNIT_TEST(wiping_leaves_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
