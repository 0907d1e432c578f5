#include "base/vt.h"
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#define PASSWORD_OPERATIONS 2
#define PASSWORD_MEMORY ((size_t)19456 * 1024)
#define KEY_TEXT (2 * SECRET_KEY_SIZE)
#define BASE64URL sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define NONCE_SIZE crypto_secretbox_NONCEBYTES
#define BOX_OVERHEAD (NONCE_SIZE + crypto_secretbox_MACBYTES)

/* Verified when there is no such user: of a random password nobody knows. */
static const char dummy_hash[crypto_pwhash_STRBYTES] =
	"$argon2id$v=19$m=19456,t=2,p=1$I+6wLjBdV5zGSI/WVTGrwA"
	"$7El6GMEvTUBLDDPEA0dZv7dpSYK7TeeLIJwcghf2kHE";

void secret_init(void)
{
	VT_BUG_ON(sodium_init() < 0);
}

void secret_random(void *buffer, size_t size)
{
	randombytes_buf(buffer, size);
}

void secret_token(struct vt_ctx *ctx, char out[SECRET_TOKEN_TEXT])
{
	uint8_t bytes[32];

	ctx->random_bytes(bytes, sizeof(bytes));
	sodium_bin2base64(out, SECRET_TOKEN_TEXT, bytes, sizeof(bytes), BASE64URL);
	sodium_memzero(bytes, sizeof(bytes));
}

void secret_sha256(const void *data, size_t size, uint8_t out[SECRET_HASH_SIZE])
{
	crypto_hash_sha256(out, data, size);
}

void secret_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
			uint8_t out[SECRET_HASH_SIZE])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_size);
	crypto_auth_hmacsha256_update(&state, data, size);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

bool secret_equal(const void *a, const void *b, size_t size)
{
	return !sodium_memcmp(a, b, size);
}

bool secret_equal_text(const char *a, const char *b)
{
	uint8_t hash_a[SECRET_HASH_SIZE], hash_b[SECRET_HASH_SIZE];

	if (!a || !b)
		return false;
	secret_sha256(a, strlen(a), hash_a);
	secret_sha256(b, strlen(b), hash_b);
	return secret_equal(hash_a, hash_b, sizeof(hash_a));
}

char *secret_hex(struct arena *arena, const uint8_t *data, size_t size)
{
	char *text = arena_alloc(arena, 2 * size + 1);

	return sodium_bin2hex(text, 2 * size + 1, data, size);
}

static char *base64(struct arena *arena, const uint8_t *data, size_t size, int variant)
{
	size_t length = sodium_base64_encoded_len(size, variant);

	return sodium_bin2base64(arena_alloc(arena, length), length, data, size, variant);
}

char *secret_base64(struct arena *arena, const uint8_t *data, size_t size)
{
	return base64(arena, data, size, sodium_base64_VARIANT_ORIGINAL);
}

char *secret_base64url(struct arena *arena, const uint8_t *data, size_t size)
{
	return base64(arena, data, size, BASE64URL);
}

uint8_t *secret_from_base64(struct arena *arena, const char *text, size_t *out_size)
{
	size_t size = strlen(text);
	uint8_t *out = arena_alloc(arena, size + 1);
	const char *end;

	if (sodium_base642bin(out, size, text, size, NULL, out_size, &end, sodium_base64_VARIANT_ORIGINAL) ||
	    end != text + size)
		return NULL;
	return out;
}

uint8_t *secret_from_base64url(struct arena *arena, const char *text, size_t size, size_t *out_size)
{
	uint8_t *out = arena_alloc(arena, size + 1);
	const char *end;

	if (sodium_base642bin(out, size, text, size, NULL, out_size, &end, BASE64URL) ||
	    end != text + size)
		return NULL;
	out[*out_size] = '\0';
	return out;
}

/* The file's text; returns its size, or -1 with the reason raised. */
static ssize_t read_key_file(struct vt_ctx *ctx, const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat info;
	ssize_t length;

	if (fd < 0)
		return vt_fail(ctx, VT_E_INVALID, "key file %s: %s", path, strerror(errno));
	if (fstat(fd, &info) || !S_ISREG(info.st_mode)) {
		close(fd);
		return vt_fail(ctx, VT_E_INVALID, "key file %s: not a file", path);
	}
	if (info.st_mode & 077) {
		close(fd);
		return vt_fail(ctx, VT_E_INVALID,
			       "key file %s: mode %03o, must be 0600 or stricter", path,
			       (unsigned)info.st_mode & 0777);
	}
	length = read(fd, text, size);
	close(fd);
	if (length < 0)
		return vt_fail(ctx, VT_E_INVALID, "key file %s: %s", path, strerror(errno));
	return length;
}

int secret_key_load(struct vt_ctx *ctx, const char *path, uint8_t key[SECRET_KEY_SIZE])
{
	char text[KEY_TEXT + 2];
	ssize_t length = read_key_file(ctx, path, text, sizeof(text));
	size_t decoded = 0;
	int bad;

	if (length < 0)
		return -1;
	bad = !(length == KEY_TEXT || (length == KEY_TEXT + 1 && text[KEY_TEXT] == '\n')) ||
	      sodium_hex2bin(key, SECRET_KEY_SIZE, text, KEY_TEXT, NULL, &decoded, NULL) ||
	      decoded != SECRET_KEY_SIZE;
	sodium_memzero(text, sizeof(text));
	if (bad)
		return vt_fail(ctx, VT_E_INVALID, "key file %s: not 64 hex digits", path);
	return 0;
}

void secret_key_derive(const uint8_t key[SECRET_KEY_SIZE], const char *purpose,
		       uint8_t out[SECRET_KEY_SIZE])
{
	secret_hmac_sha256(key, SECRET_KEY_SIZE, purpose, strlen(purpose), out);
}

char *secret_encrypt(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text)
{
	size_t size = strlen(text);
	uint8_t *boxed = arena_alloc(ctx->arena, BOX_OVERHEAD + size);
	uint8_t *nonce = boxed, *box = boxed + NONCE_SIZE;

	ctx->random_bytes(nonce, NONCE_SIZE);
	VT_BUG_ON(crypto_secretbox_easy(box, (const uint8_t *)text, size, nonce, key));
	return secret_base64url(ctx->arena, boxed, BOX_OVERHEAD + size);
}

static void wipe_text(void *text)
{
	sodium_memzero(text, strlen(text));
}

int secret_decrypt(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *boxed,
		   char **out)
{
	size_t length = strlen(boxed), size;
	uint8_t *box = arena_alloc(ctx->arena, length + 1);
	char *text;

	if (sodium_base642bin(box, length, boxed, length, NULL, &size, NULL, BASE64URL) ||
	    size < BOX_OVERHEAD)
		return vt_fail(ctx, VT_E_INVALID, "encrypted value is damaged");
	text = arena_alloc(ctx->arena, size - BOX_OVERHEAD + 1);
	if (crypto_secretbox_open_easy((uint8_t *)text, box + NONCE_SIZE, size - NONCE_SIZE, box,
				       key))
		return vt_fail(ctx, VT_E_INVALID,
			       "encrypted value was altered or belongs to another key");
	arena_defer(ctx->arena, wipe_text, text);
	*out = text;
	return 0;
}

int secret_password_hash(struct vt_ctx *ctx, const char *password, char **out)
{
	char *hash = arena_alloc(ctx->arena, crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str_alg(hash, password, strlen(password), PASSWORD_OPERATIONS,
				  PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13))
		return vt_fail(ctx, VT_E_UNAVAILABLE, "no memory to hash a password");
	*out = hash;
	return 0;
}

bool secret_password_verify(const char *hash, const char *password, bool *rehash)
{
	char stored[crypto_pwhash_STRBYTES] = "";
	bool matches;

	*rehash = false;
	if (hash && strlen(hash) < sizeof(stored))
		memcpy(stored, hash, strlen(hash));
	matches = !crypto_pwhash_str_verify(hash ? stored : dummy_hash, password,
					    strlen(password));
	if (!hash || !matches)
		return false;
	*rehash = crypto_pwhash_str_needs_rehash(stored, PASSWORD_OPERATIONS, PASSWORD_MEMORY);
	return true;
}

void secret_wipe(void *data, size_t size)
{
	sodium_memzero(data, size);
}
