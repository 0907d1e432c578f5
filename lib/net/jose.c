#include "base/vt.h"
#include "base/secret.h"
#include "net/jose.h"

#include <cjose/cjose.h>

#define CLAIMS_MAX ((size_t)32 * 1024)
#define KEYS_MAX 50
#define RSA_BYTES_MIN 256

struct parts {
	const char *header, *payload;
	size_t header_size, payload_size;
};

struct head {
	const char *algorithm, *key_id, *type;
};

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/* libcjose ends the program (assert) over some of what is no base64url: it never gets to see it. */
static bool is_base64url(const char *text, size_t size)
{
	return size && strspn(text, ALPHABET) >= size && size % 4 != 1;
}

static bool is_number(struct json *key, const char *name)
{
	const char *text = json_str(key, name, "");

	return is_base64url(text, strlen(text));
}

static bool split(const char *token, struct parts *parts)
{
	const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;

	if (!second || strchr(second + 1, '.') || strlen(token) > JOSE_TOKEN_MAX)
		return false;
	parts->header = token;
	parts->header_size = (size_t)(first - token);
	parts->payload = first + 1;
	parts->payload_size = (size_t)(second - first) - 1;
	return is_base64url(parts->header, parts->header_size) &&
	       is_base64url(parts->payload, parts->payload_size) &&
	       is_base64url(second + 1, strlen(second + 1));
}

static bool in_words(const char *words, const char *word)
{
	size_t size = strlen(word);

	for (; *words; words += strspn(words, " ")) {
		size_t length = strcspn(words, " ");
		if (size && length == size && !strncmp(words, word, size))
			return true;
		words += length;
	}
	return false;
}

static int head_read(struct vt_ctx *ctx, const struct parts *parts, const char *algorithms,
		     struct head *head)
{
	struct json *header;
	size_t size;
	const uint8_t *text = secret_from_base64url(ctx->arena, parts->header, parts->header_size, &size);

	if (!text)
		return vt_fail(ctx, VT_E_INVALID, "token header is not base64url");
	if (json_parse(ctx, (const char *)text, size, CLAIMS_MAX, &header) < 0)
		return vt_note(ctx, "in a token's header");
	if (!json_is_object(header) || json_at(header, "crit") || json_at(header, "b64"))
		return vt_fail(ctx, VT_E_INVALID, "token header with what we do not know");
	head->algorithm = json_str(header, "alg", "");
	head->key_id = json_str(header, "kid", NULL);
	head->type = json_str(header, "typ", "");
	if (!in_words(algorithms, head->algorithm) ||
	    (strcmp(head->algorithm, "RS256") != 0 && strcmp(head->algorithm, "ES256") != 0))
		return vt_fail(ctx, VT_E_INVALID, "token with algorithm %.20s", head->algorithm);
	return 0;
}

/* A key of the kind the algorithm wants, for signatures, strong enough. */
static bool fits(struct vt_ctx *ctx, struct json *key, const char *algorithm)
{
	const char *modulus = json_str(key, "n", "");
	size_t size = 0;

	if (strcmp(json_str(key, "use", "sig"), "sig") != 0 ||
	    strcmp(json_str(key, "alg", algorithm), algorithm) != 0)
		return false;
	if (!strcmp(algorithm, "ES256"))
		return !strcmp(json_str(key, "kty", ""), "EC") &&
		       !strcmp(json_str(key, "crv", ""), "P-256") &&
		       is_number(key, "x") && is_number(key, "y");
	return !strcmp(json_str(key, "kty", ""), "RSA") && is_number(key, "e") && is_number(key, "n") &&
	       secret_from_base64url(ctx->arena, modulus, strlen(modulus), &size) &&
	       size >= RSA_BYTES_MIN;
}

/* By its id; a token without one only when a single key fits. NULL: none. */
static struct json *key_choose(struct vt_ctx *ctx, struct json *jwks, const struct head *head)
{
	struct json *keys = json_at(jwks, "keys"), *chosen = NULL;
	size_t count = json_array_size(keys);

	for (size_t i = 0; i < count && i < KEYS_MAX; i++) {
		struct json *key = json_array_at(keys, i);
		if (!fits(ctx, key, head->algorithm))
			continue;
		if (head->key_id && !strcmp(json_str(key, "kid", ""), head->key_id))
			return key;
		if (head->key_id)
			continue;
		if (chosen)
			return NULL;
		chosen = key;
	}
	return chosen;
}

size_t jose_keys_count(struct vt_ctx *ctx, struct json *jwks)
{
	struct json *keys = json_at(jwks, "keys");
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(keys) && i < KEYS_MAX; i++)
		count += fits(ctx, json_array_at(keys, i), "RS256") ||
			 fits(ctx, json_array_at(keys, i), "ES256");
	return count;
}

static void release_key(void *key)
{
	cjose_jwk_release(key);
}

static void release_token(void *token)
{
	cjose_jws_release(token);
}

static int signature_check(struct vt_ctx *ctx, const char *token, struct json *key)
{
	const char *text = json_text(ctx, key);
	cjose_jwk_t *jwk = cjose_jwk_import(text, strlen(text), NULL);
	cjose_jws_t *jws;

	if (!jwk)
		return vt_fail(ctx, VT_E_INVALID, "the provider's key cannot be read");
	arena_defer(ctx->arena, release_key, jwk);
	jws = cjose_jws_import(token, strlen(token), NULL);
	if (!jws)
		return vt_fail(ctx, VT_E_INVALID, "token cannot be read");
	arena_defer(ctx->arena, release_token, jws);
	if (!cjose_jws_verify(jws, jwk, NULL))
		return vt_fail(ctx, VT_E_INVALID, "token's signature is wrong");
	return 0;
}

int jose_verify(struct vt_ctx *ctx, const char *token, struct json *jwks, const char *algorithms,
		struct jose *out, bool *unknown_key)
{
	struct parts parts;
	struct head head = { 0 };
	struct json *key;
	size_t size;

	*unknown_key = false;
	if (!split(token, &parts))
		return vt_fail(ctx, VT_E_INVALID, "not a signed token");
	if (head_read(ctx, &parts, algorithms, &head) < 0)
		return -1;
	key = key_choose(ctx, jwks, &head);
	*unknown_key = !key;
	if (!key)
		return vt_fail(ctx, VT_E_INVALID, "token of a key the provider does not publish");
	if (signature_check(ctx, token, key) < 0)
		return -1;
	const uint8_t *text = secret_from_base64url(ctx->arena, parts.payload, parts.payload_size, &size);
	if (!text || json_parse(ctx, (const char *)text, size, CLAIMS_MAX, &out->claims) < 0 ||
	    !json_is_object(out->claims))
		return vt_fail(ctx, VT_E_INVALID, "token without claims");
	out->type = head.type;
	return 0;
}
