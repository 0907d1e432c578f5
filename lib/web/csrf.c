#include "base/vt.h"
#include "base/secret.h"
#include "web/csrf.h"
#include "web/router.h"

const char *csrf_token(struct vt_ctx *ctx, const char *seed)
{
	uint8_t key[SECRET_KEY_SIZE], mac[SECRET_HASH_SIZE];

	secret_key_derive(program_key(), "csrf", key);
	secret_hmac_sha256(key, sizeof(key), seed, strlen(seed), mac);
	secret_wipe(key, sizeof(key));
	return secret_base64url(ctx->arena, mac, sizeof(mac));
}

int csrf_check(struct vt_ctx *ctx, const struct request *request, const char *seed)
{
	const char *given = request_form(request, "csrf");

	if (!*given)
		given = request_header(request, "X_CSRF_TOKEN");
	if (!*seed || !secret_equal_text(csrf_token(ctx, seed), given))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.csrf", "CSRF token %s",
				   *given ? "of another session" : "missing");
	return 0;
}

const char *csrf_anonymous_seed(struct vt_ctx *ctx, const struct request *request,
				struct response *response)
{
	const char *seed = request_cookie(request, CSRF_COOKIE);
	char token[SECRET_TOKEN_TEXT];

	if (*seed)
		return seed;
	secret_token(ctx, token);
	response_cookie(response, CSRF_COOKIE, token, 0);
	return arena_strdup(ctx->arena, token);
}
