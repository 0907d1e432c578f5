#include "base/vt.h"
#include "base/secret.h"
#include "net/signature.h"

char *signature_hex(struct arena *arena, const char *secret, const void *body, size_t size)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hmac_sha256(secret, strlen(secret), body, size, hash);
	return secret_hex(arena, hash, sizeof(hash));
}

char *signature_base64(struct arena *arena, const char *secret, const void *body, size_t size)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hmac_sha256(secret, strlen(secret), body, size, hash);
	return secret_base64(arena, hash, sizeof(hash));
}

static bool verify(const char *secret, const void *body, size_t size, const char *prefix,
		   const char *given,
		   char *(*sign)(struct arena *, const char *, const void *, size_t))
{
	struct arena *arena;
	bool right;

	if (!secret || !*secret || !given || strncmp(given, prefix, strlen(prefix)))
		return false;
	arena = arena_new();
	right = secret_equal_text(sign(arena, secret, body, size), given + strlen(prefix));
	arena_free(arena);
	return right;
}

bool signature_verify_hex(const char *secret, const void *body, size_t size, const char *prefix,
			  const char *given)
{
	return verify(secret, body, size, prefix, given, signature_hex);
}

bool signature_verify_base64(const char *secret, const void *body, size_t size,
			     const char *prefix, const char *given)
{
	return verify(secret, body, size, prefix, given, signature_base64);
}
