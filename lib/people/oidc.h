/*
 * OpenID Connect as a relying party: code flow with PKCE, state, nonce and the
 * issuer of RFC 9207; userinfo; log-out in both directions; and looking again
 * whether somebody is still welcome there.
 *
 * Everything that waits for the provider has one patience, four seconds from
 * oidc_open on. What it publishes is kept an hour, shared by all processes; its
 * keys are fetched anew for a key we do not know, at most once a minute.
 *
 * Errors: VT_E_UNAVAILABLE (error.login.away) it does not answer; VT_E_PROVIDER
 * (error.login.provider) it answers what we cannot accept; VT_E_INVALID
 * (error.login.again) what came back is not of a log-in that waits for it;
 * VT_E_FORBIDDEN (error.login.denied) it said no. Messages hold no token.
 */
#ifndef VT_PEOPLE_OIDC_H
#define VT_PEOPLE_OIDC_H

#include "base/json.h"
#include "net/guard.h"
#include "people/login_admit.h"

struct http_request;
struct http_response;

struct oidc {
	const uint8_t *key;                   /* the key file's */
	const struct login_provider *provider;
	const char *issuer, *client_id;
	const char *redirect_uri;             /* where it sends people back to */
	const char *home;                     /* where it sends them after log-out */
	struct guard *guard;
	int64_t until_us;                     /* monotonic: when patience ends */
	struct json *discovery;
};

/* What the browser brought back. All "" when absent. */
struct oidc_answer {
	const char *code, *state, *issuer, *error;
};

/* The provider (kind oidc), ready: its discovery document is at hand. base_url: ours. */
int oidc_open(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
	      const struct login_provider *provider, const char *base_url, struct oidc *out) VT_MUST_CHECK;

/* The same from what is kept of it, without asking it anything now. */
int oidc_open_kept(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		   const struct login_provider *provider, const char *base_url,
		   struct oidc *out) VT_MUST_CHECK;

/* Patience anew, for the next of several questions. */
void oidc_patience(struct oidc *oidc);

/* Begin: *url is where to send the browser. browser: what it will show again when it comes back (a
 * cookie of its own); next: a local path, or "". One statement. */
int oidc_begin(struct vt_ctx *ctx, const struct oidc *oidc, const char *browser, const char *next,
	       const char **url) VT_MUST_CHECK;
/* It came back. *next as given to oidc_begin, also when it fails after that was found. */
int oidc_finish(struct vt_ctx *ctx, const struct oidc *oidc, const char *browser,
		const struct oidc_answer *answer, struct login_person *person,
		const char **next) VT_MUST_CHECK;

/* Log-out there too: the address for the browser, or NULL when it has none or it is not wanted. */
const char *oidc_logout_url(struct vt_ctx *ctx, const struct oidc *oidc, const char *id_token);
/* A log-out token that the provider posted (back channel): ends the sessions it names. */
int oidc_logout_taken(struct vt_ctx *ctx, const struct oidc *oidc, const char *token) VT_MUST_CHECK;

/* Is somebody still welcome there? access and refresh: what we kept (NULL none). 0 with person's
 * groups (and new tokens, NULL where they stay); 1 they are not; -1 it cannot be told now. */
int oidc_look_again(struct vt_ctx *ctx, const struct oidc *oidc, const char *subject,
		    const char *access_token, bool access_over, const char *refresh_token,
		    struct login_person *person) VT_MUST_CHECK;

/* --- shared by its files ------------------------------------------------------------------ */

/* A request to the provider with what patience is left. Answers of any status are answers. */
int oidc_request(struct vt_ctx *ctx, const struct oidc *oidc, struct http_request *request,
		 struct http_response *response) VT_MUST_CHECK;
/* An https address of the discovery document; NULL when it has none. */
const char *oidc_endpoint(const struct oidc *oidc, const char *name);
/* Verify a token of the provider's; looks for newer keys when it must. */
struct jose;
int oidc_verify(struct vt_ctx *ctx, const struct oidc *oidc, const char *token, struct jose *out) VT_MUST_CHECK;
/* How many keys it publishes that could sign for us. */
int oidc_keys_count(struct vt_ctx *ctx, const struct oidc *oidc, size_t *count) VT_MUST_CHECK;
/* iss, aud, azp, iat and exp of any token of the provider's; exp may be absent when not required. */
int oidc_claims_check(struct vt_ctx *ctx, const struct oidc *oidc, const struct jose *token,
		      bool need_exp) VT_MUST_CHECK;
/* The whole ID token: signature, claims, nonce (NULL: of a refresh), at_hash. */
int oidc_id_token_check(struct vt_ctx *ctx, const struct oidc *oidc, const char *token,
			const char *nonce, const char *access_token, struct json **claims) VT_MUST_CHECK;
/* Token endpoint: form is application/x-www-form-urlencoded, without the client. *denied: the grant
 * was refused (invalid_grant). */
int oidc_token_request(struct vt_ctx *ctx, const struct oidc *oidc, const char *form,
		       struct json **out, bool *denied) VT_MUST_CHECK;
/* Userinfo of subject into person (names, groups); claims of the ID token fill what it lacks.
 * *denied: the access token is not good any more. */
int oidc_person_read(struct vt_ctx *ctx, const struct oidc *oidc, const char *access_token,
		     struct json *id_claims, const char *subject, struct login_person *person,
		     bool *denied) VT_MUST_CHECK;

#endif
