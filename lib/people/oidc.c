#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "net/jose.h"
#include "people/oidc.h"
#include "sql_login.h"

#define CODE_MAX 2000
#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"

/* --- there ---------------------------------------------------------------------------------- */

/* The nonce and PKCE's verifier come from the state by a key of ours: nothing of them is stored, and
 * who reads the table can finish no log-in. */
static char *derived(struct vt_ctx *ctx, const struct oidc *oidc, const char *purpose, const char *state)
{
	uint8_t own[SECRET_KEY_SIZE], mac[SECRET_HASH_SIZE];

	secret_key_derive(oidc->key, purpose, own);
	secret_hmac_sha256(own, sizeof(own), state, strlen(state), mac);
	secret_wipe(own, sizeof(own));
	return secret_base64url(ctx->arena, mac, sizeof(mac));
}

static char *nonce_of(struct vt_ctx *ctx, const struct oidc *oidc, const char *state)
{
	return derived(ctx, oidc, "oidc-nonce", state);
}

static char *verifier_of(struct vt_ctx *ctx, const struct oidc *oidc, const char *state)
{
	return derived(ctx, oidc, "oidc-verifier", state);
}

static void parameter(struct strbuf *url, const char *name, const char *value)
{
	strbuf_putc(url, strchr(url->data, '?') ? '&' : '?');
	strbuf_puts(url, name);
	strbuf_putc(url, '=');
	strbuf_url(url, value);
}

static const char *authorization_url(struct vt_ctx *ctx, const struct oidc *oidc, const char *state)
{
	const char *verifier = verifier_of(ctx, oidc, state);
	uint8_t challenge[SECRET_HASH_SIZE];
	struct strbuf url;

	secret_sha256(verifier, strlen(verifier), challenge);
	strbuf_init(&url, ctx->arena, 1024);
	strbuf_puts(&url, oidc_endpoint(oidc, "authorization_endpoint"));
	parameter(&url, "response_type", "code");
	parameter(&url, "client_id", oidc->client_id);
	parameter(&url, "redirect_uri", oidc->redirect_uri);
	parameter(&url, "scope", oidc->provider->values[LOGIN_OIDC_SCOPES]);
	parameter(&url, "state", state);
	parameter(&url, "nonce", nonce_of(ctx, oidc, state));
	parameter(&url, "code_challenge", secret_base64url(ctx->arena, challenge, sizeof(challenge)));
	parameter(&url, "code_challenge_method", "S256");
	return url.data;
}

int oidc_begin(struct vt_ctx *ctx, const struct oidc *oidc, const char *browser, const char *next,
	       const char **url)
{
	char state[SECRET_TOKEN_TEXT];
	uint8_t state_hash[SECRET_HASH_SIZE], browser_hash[SECRET_HASH_SIZE];

	secret_token(ctx, state);
	secret_sha256(state, strlen(state), state_hash);
	secret_sha256(browser, strlen(browser), browser_hash);
	*url = authorization_url(ctx, oidc, state);
	return db_exec(ctx, NULL, &SQL_LOGIN_FLOW_INSERT, "yyis", state_hash, sizeof(state_hash),
		       browser_hash, sizeof(browser_hash), oidc->provider->id, next);
}

/* --- and back ------------------------------------------------------------------------------- */

static int flow_use(struct vt_ctx *ctx, const struct oidc *oidc, const char *browser,
		    const char *state, const char **next)
{
	uint8_t state_hash[SECRET_HASH_SIZE], browser_hash[SECRET_HASH_SIZE];
	struct db_result *row;

	secret_sha256(state, strlen(state), state_hash);
	secret_sha256(browser, strlen(browser), browser_hash);
	if (db_query(ctx, &row, &SQL_LOGIN_FLOW_USE, "yyi", state_hash, sizeof(state_hash), browser_hash,
		     sizeof(browser_hash), oidc->provider->id) < 0)
		return -1;
	if (!db_rows(row))
		return vt_fail_key(ctx, VT_E_INVALID, "error.login.again",
				   "no log-in of this browser waits for that state");
	*next = db_text(row, 0, "next");
	return 0;
}

/* RFC 9207: an answer of another provider must not be taken for this one's. */
static int answer_check(struct vt_ctx *ctx, const struct oidc *oidc, const struct oidc_answer *answer)
{
	bool promised = json_bool(oidc->discovery, "authorization_response_iss_parameter_supported", false);

	if (*answer->issuer ? strcmp(answer->issuer, oidc->issuer) != 0 : promised)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider", "answer of another issuer");
	if (*answer->error)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.denied", "the provider said %.40s",
				   answer->error);
	if (!*answer->code || strlen(answer->code) > CODE_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.login.again", "no code");
	return 0;
}

static const char *code_form(struct vt_ctx *ctx, const struct oidc *oidc,
			     const struct oidc_answer *answer)
{
	struct strbuf form;

	strbuf_init(&form, ctx->arena, 512);
	strbuf_puts(&form, "grant_type=authorization_code&code=");
	strbuf_url(&form, answer->code);
	strbuf_puts(&form, "&redirect_uri=");
	strbuf_url(&form, oidc->redirect_uri);
	strbuf_puts(&form, "&code_verifier=");
	strbuf_url(&form, verifier_of(ctx, oidc, answer->state));
	return form.data;
}

static void tokens_keep(struct json *tokens, struct login_person *person)
{
	int64_t lasts_s = json_i64(tokens, "expires_in", 0);

	person->access_token = json_str(tokens, "access_token", NULL);
	person->refresh_token = json_str(tokens, "refresh_token", NULL);
	person->access_expires_at = lasts_s > 0 && lasts_s < INT32_MAX
		? clock_now_us() + lasts_s * CLOCK_SECOND : 0;
}

int oidc_finish(struct vt_ctx *ctx, const struct oidc *oidc, const char *browser,
		const struct oidc_answer *answer, struct login_person *person, const char **next)
{
	struct json *tokens, *claims;
	bool denied;

	*next = "";
	if (flow_use(ctx, oidc, browser, answer->state, next) < 0 ||
	    answer_check(ctx, oidc, answer) < 0 ||
	    oidc_token_request(ctx, oidc, code_form(ctx, oidc, answer), &tokens, &denied) < 0)
		return -1;
	const char *access = json_str(tokens, "access_token", "");
	person->id_token = json_str(tokens, "id_token", "");
	if (oidc_id_token_check(ctx, oidc, person->id_token, nonce_of(ctx, oidc, answer->state), access,
				&claims) < 0 ||
	    oidc_person_read(ctx, oidc, access, claims, json_str(claims, "sub", ""), person, &denied) < 0)
		return -1;
	person->provider_session = json_str(claims, "sid", NULL);
	tokens_keep(tokens, person);
	return 0;
}

/* --- out ------------------------------------------------------------------------------------ */

const char *oidc_logout_url(struct vt_ctx *ctx, const struct oidc *oidc, const char *id_token)
{
	const char *endpoint = oidc_endpoint(oidc, "end_session_endpoint");
	struct strbuf url;

	if (!endpoint || strcmp(oidc->provider->values[LOGIN_OIDC_LOGOUT], "1") != 0)
		return NULL;
	strbuf_init(&url, ctx->arena, 2048);
	strbuf_puts(&url, endpoint);
	if (id_token)
		parameter(&url, "id_token_hint", id_token);
	parameter(&url, "client_id", oidc->client_id);
	parameter(&url, "post_logout_redirect_uri", oidc->home);
	return url.data;
}

static int logout_token_check(struct vt_ctx *ctx, const struct oidc *oidc, const struct jose *token)
{
	struct json *claims = token->claims, *events, *event = NULL;

	if (*token->type && strcmp(token->type, "logout+jwt") != 0 && strcmp(token->type, "JWT") != 0)
		return vt_fail(ctx, VT_E_INVALID, "not a log-out token but %.20s", token->type);
	if (oidc_claims_check(ctx, oidc, token, false) < 0)
		return -1;
	events = json_at(claims, "events");
	if (!json_object_find(events, LOGOUT_EVENT, &event) || !json_is_object(event))
		return vt_fail(ctx, VT_E_INVALID, "not a log-out");
	if (json_at(claims, "nonce"))
		return vt_fail(ctx, VT_E_INVALID, "a log-out with a nonce");
	if (!*json_str(claims, "jti", "") || strlen(json_str(claims, "jti", "")) > CODE_MAX)
		return vt_fail(ctx, VT_E_INVALID, "a log-out without a name");
	if (clock_now_us() / CLOCK_SECOND - json_i64(claims, "iat", 0) > 10 * 60)
		return vt_fail(ctx, VT_E_INVALID, "an old log-out");
	if (!*json_str(claims, "sub", "") && !*json_str(claims, "sid", ""))
		return vt_fail(ctx, VT_E_INVALID, "a log-out of nobody");
	return 0;
}

int oidc_logout_taken(struct vt_ctx *ctx, const struct oidc *oidc, const char *token)
{
	struct db_result *sessions;
	struct jose verified;
	int64_t fresh;

	if (oidc_verify(ctx, oidc, token, &verified) < 0 || logout_token_check(ctx, oidc, &verified) < 0)
		return -1;
	if (db_exec(ctx, &fresh, &SQL_LOGIN_MESSAGE_ONCE, "is", oidc->provider->id,
		    json_str(verified.claims, "jti", "")) < 0)
		return -1;
	if (!fresh)
		return vt_fail(ctx, VT_E_INVALID, "a log-out that was taken before");
	if (db_query(ctx, &sessions, &SQL_LOGIN_SESSIONS_OF, "isss", oidc->provider->id, oidc->issuer,
		     json_str(verified.claims, "sub", ""), json_str(verified.claims, "sid", "")) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(sessions); row++) {
		if (login_session_end(ctx, db_i64(sessions, row, "session_id"), "provider_logout") < 0)
			return -1;
	}
	return 0;
}

/* --- still welcome? ------------------------------------------------------------------------- */

static int refresh(struct vt_ctx *ctx, const struct oidc *oidc, const char *refresh_token,
		   struct login_person *person, bool *denied)
{
	struct json *tokens;
	struct strbuf form;

	strbuf_init(&form, ctx->arena, 512);
	strbuf_puts(&form, "grant_type=refresh_token&refresh_token=");
	strbuf_url(&form, refresh_token);
	if (oidc_token_request(ctx, oidc, form.data, &tokens, denied) < 0)
		return -1;
	tokens_keep(tokens, person);
	return person->access_token ? 0 : vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider",
						      "a refresh without an access token");
}

int oidc_look_again(struct vt_ctx *ctx, const struct oidc *oidc, const char *subject,
		    const char *access_token, bool access_over, const char *refresh_token,
		    struct login_person *person)
{
	bool denied = access_over || !access_token;

	if (!denied && oidc_person_read(ctx, oidc, access_token, NULL, subject, person, &denied) == 0)
		return 0;
	if (!denied)
		return -1;
	vt_error_clear(ctx);
	if (!refresh_token)
		return access_over ? vt_fail(ctx, VT_E_PROVIDER, "no refresh token to ask with") : 1;
	if (refresh(ctx, oidc, refresh_token, person, &denied) < 0)
		return denied ? 1 : -1;
	if (oidc_person_read(ctx, oidc, person->access_token, NULL, subject, person, &denied) < 0)
		return denied ? 1 : -1;
	return 0;
}
