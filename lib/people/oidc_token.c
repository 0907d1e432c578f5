#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "net/http.h"
#include "net/jose.h"
#include "people/oidc.h"

#include <strings.h>

#define SKEW_S 60
#define SUBJECT_MAX 255
#define CLAIM_MAX 500
#define USERINFO_MAX ((size_t)256 * 1024)

#define REFUSE(ctx, ...) vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider", __VA_ARGS__)

/* --- claims of any token -------------------------------------------------------------------- */

static bool is_audience(struct json *claims, const char *client_id)
{
	struct json *audience = json_at(claims, "aud");
	size_t count = json_array_size(audience);
	bool ours = json_is_string(audience) && !strcmp(json_str(audience, "", ""), client_id);

	for (size_t i = 0; i < count && !ours; i++)
		ours = !strcmp(json_str(json_array_at(audience, i), "", ""), client_id);
	const char *party = json_str(claims, "azp", count > 1 ? "" : client_id);
	return ours && !strcmp(party, client_id);
}

int oidc_claims_check(struct vt_ctx *ctx, const struct oidc *oidc, const struct jose *token,
		      bool need_exp)
{
	struct json *claims = token->claims;
	int64_t now_s = clock_now_us() / CLOCK_SECOND;
	int64_t issued_s = json_i64(claims, "iat", -1), over_s = json_i64(claims, "exp", -1);

	if (strcmp(json_str(claims, "iss", ""), oidc->issuer) != 0)
		return REFUSE(ctx, "token of another issuer");
	if (!is_audience(claims, oidc->client_id))
		return REFUSE(ctx, "token for somebody else");
	if (issued_s < 0 || issued_s > now_s + SKEW_S)
		return REFUSE(ctx, "token of the future, or without iat");
	if ((over_s < 0 && need_exp) || (over_s >= 0 && over_s <= now_s - SKEW_S))
		return REFUSE(ctx, "token that is over, or without exp");
	if (json_i64(claims, "nbf", 0) > now_s + SKEW_S)
		return REFUSE(ctx, "token that is not valid yet");
	return 0;
}

/* Half of the access token's hash (OpenID Connect Core, 3.1.3.6), when the provider gives it. */
static bool at_hash_fits(struct vt_ctx *ctx, struct json *claims, const char *access_token)
{
	const char *given = json_str(claims, "at_hash", NULL);
	uint8_t hash[SECRET_HASH_SIZE];

	if (!given)
		return json_is_null(json_at(claims, "at_hash"));
	secret_sha256(access_token, strlen(access_token), hash);
	return secret_equal_text(secret_base64url(ctx->arena, hash, sizeof(hash) / 2), given);
}

int oidc_id_token_check(struct vt_ctx *ctx, const struct oidc *oidc, const char *token,
			const char *nonce, const char *access_token, struct json **claims)
{
	struct jose verified;
	const char *subject;

	if (oidc_verify(ctx, oidc, token, &verified) < 0) {
		char *why = arena_strdup(ctx->arena, ctx->error.message);
		return ctx->error.code == VT_E_INVALID ? REFUSE(ctx, "ID token: %s", why) : -1;
	}
	*claims = verified.claims;
	if (*verified.type && strcasecmp(verified.type, "JWT") != 0)
		return REFUSE(ctx, "not an ID token but %.20s", verified.type);
	if (json_at(*claims, "events"))
		return REFUSE(ctx, "an event in place of an ID token");
	if (oidc_claims_check(ctx, oidc, &verified, true) < 0)
		return -1;
	if (nonce && !secret_equal_text(nonce, json_str(*claims, "nonce", "")))
		return REFUSE(ctx, "ID token of another log-in (nonce)");
	subject = json_str(*claims, "sub", "");
	if (!*subject || strlen(subject) > SUBJECT_MAX)
		return REFUSE(ctx, "ID token without a subject");
	if (!at_hash_fits(ctx, *claims, access_token))
		return REFUSE(ctx, "ID token of another access token");
	return 0;
}

/* --- who it is ------------------------------------------------------------------------------ */

static struct json *claim(struct json *claims, const char *path)
{
	struct json *value = NULL;

	/* Some providers name a claim by an address, dots and all. */
	if (json_object_find(claims, path, &value))
		return value;
	return json_at(claims, path);
}

static const char *either(struct json *first, struct json *second, const char *path)
{
	const char *text = json_str(claim(first, path), "", NULL);

	if (!text)
		text = json_str(claim(second, path), "", "");
	return strlen(text) <= CLAIM_MAX ? text : "";
}

static void groups_read(struct vt_ctx *ctx, struct json *value, struct login_person *person)
{
	size_t count = json_array_size(value);
	const char **groups = arena_calloc(ctx->arena, LOGIN_GROUPS_MAX, sizeof(*groups));

	if (json_is_string(value))
		groups[person->group_count++] = json_str(value, "", "");
	for (size_t i = 0; i < count && person->group_count < LOGIN_GROUPS_MAX; i++) {
		const char *group = json_str(json_array_at(value, i), "", "");
		if (*group && strlen(group) <= LOGIN_RULE_VALUE_MAX)
			groups[person->group_count++] = group;
	}
	person->groups = groups;
}

static int userinfo(struct vt_ctx *ctx, const struct oidc *oidc, const char *access_token,
		    struct json **out, bool *denied)
{
	const char *headers[] = { arena_printf(ctx->arena, "Authorization: Bearer %s", access_token),
				  "Accept: application/json", NULL };
	struct http_request request = { .url = oidc_endpoint(oidc, "userinfo_endpoint"),
					.headers = headers };
	struct http_response response;

	*out = NULL;
	if (!request.url)
		return 0;
	if (oidc_request(ctx, oidc, &request, &response) < 0)
		return -1;
	*denied = response.status == 401 || response.status == 403;
	if (response.status != 200 ||
	    json_parse(ctx, response.body, response.body_size, USERINFO_MAX, out) < 0)
		return REFUSE(ctx, "userinfo: status %d, or no JSON", response.status);
	return 0;
}

int oidc_person_read(struct vt_ctx *ctx, const struct oidc *oidc, const char *access_token,
		     struct json *id_claims, const char *subject, struct login_person *person,
		     bool *denied)
{
	struct json *told;

	*denied = false;
	if (strpbrk(access_token, "\r\n") || !*access_token)
		return REFUSE(ctx, "no access token");
	if (userinfo(ctx, oidc, access_token, &told, denied) < 0)
		return -1;
	if (told && strcmp(json_str(told, "sub", ""), subject) != 0)
		return REFUSE(ctx, "userinfo of somebody else");
	person->issuer = oidc->issuer;
	person->subject = subject;
	person->login = either(told, id_claims, oidc->provider->values[LOGIN_OIDC_LOGIN_CLAIM]);
	person->name = either(told, id_claims, "name");
	person->email = either(told, id_claims, "email");
	struct json *roles = claim(told, oidc->provider->values[LOGIN_OIDC_ROLE_CLAIM]);
	groups_read(ctx, roles ? roles : claim(id_claims, oidc->provider->values[LOGIN_OIDC_ROLE_CLAIM]),
		    person);
	return 0;
}
