/*
 * Signed tokens of an identity provider (JWS, RFC 7515): is one signed by a key
 * the provider publishes, with an algorithm we allow? What it claims is for the
 * caller to judge.
 *
 * Asymmetric signatures only: RS256 with at least 2048 bits, and ES256. "none",
 * HMAC, another algorithm, a critical header and a key that is meant for
 * encryption are refused before any cryptography.
 */
#ifndef VT_NET_JOSE_H
#define VT_NET_JOSE_H

#include "base/vt.h"
#include "base/json.h"

#define JOSE_TOKEN_MAX ((size_t)32 * 1024)

struct jose {
	const char *type;             /* header typ, "" when absent */
	struct json *claims;
};

/*
 * Verify token against jwks (an RFC 7517 set, parsed). algorithms: those allowed, with a space
 * between them ("RS256 ES256"). VT_E_INVALID for anything that is not such a token of one of these
 * keys; *unknown_key then says whether the set just lacks its key (a newer set may have it).
 * Memory is ctx->arena's.
 */
int jose_verify(struct vt_ctx *ctx, const char *token, struct json *jwks, const char *algorithms,
		struct jose *out, bool *unknown_key) VT_MUST_CHECK;

/* Keys of the set that could verify a token with RS256 or ES256. */
size_t jose_keys_count(struct vt_ctx *ctx, struct json *jwks);

#endif
