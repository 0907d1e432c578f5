#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "net/http.h"
#include "net/jose.h"
#include "people/oidc.h"
#include "sql_login.h"

#define PATIENCE_US (4 * CLOCK_SECOND)
#define CONNECT_MS 2000
#define DOCUMENT_MAX ((size_t)256 * 1024)
#define HUNG_US CLOCK_SECOND
#define ALGORITHMS "RS256 ES256"

/* --- asking it ----------------------------------------------------------------------------- */

/* In words of a log-in, with what happened as it was told. */
static int away(struct vt_ctx *ctx, const struct oidc *oidc, int64_t began_us)
{
	bool hung = clock_monotonic_us() - began_us > HUNG_US;
	char *why = arena_strdup(ctx->arena, ctx->error.message);

	if (ctx->error.code == VT_E_FORBIDDEN)
		return -1;
	if (ctx->error.code != VT_E_UNAVAILABLE)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider", "%s", why);
	if (hung)
		login_provider_is_down(ctx, oidc->provider);
	return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away", "%s", why);
}

int oidc_request(struct vt_ctx *ctx, const struct oidc *oidc, struct http_request *request,
		 struct http_response *response)
{
	int64_t began_us = clock_monotonic_us(), left_ms = (oidc->until_us - began_us) / 1000;

	if (left_ms <= 0)
		return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away", "no patience left");
	request->guard = oidc->guard;
	request->ca_pem = oidc->provider->values[LOGIN_OIDC_CA];
	request->timeout_ms = (int)left_ms;
	request->connect_timeout_ms = left_ms < CONNECT_MS ? (int)left_ms : CONNECT_MS;
	request->response_max = DOCUMENT_MAX;
	if (http_request(ctx, request, response) < 0)
		return away(ctx, oidc, began_us);
	return 0;
}

/* --- what it publishes --------------------------------------------------------------------- */

static int fetch(struct vt_ctx *ctx, const struct oidc *oidc, const char *kind, const char *url,
		 struct json **out)
{
	struct http_request request = { .url = url };
	struct http_response response;

	if (oidc_request(ctx, oidc, &request, &response) < 0)
		return -1;
	if (response.status != 200 ||
	    json_parse(ctx, response.body, response.body_size, DOCUMENT_MAX, out) < 0 ||
	    !json_is_object(*out))
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider",
				   "%s: status %d, or no JSON object", kind, response.status);
	return db_exec(ctx, NULL, &SQL_LOGIN_DOCUMENT_SET, "isss", oidc->provider->id, kind, url,
		       json_text(ctx, *out));
}

/* From what is kept; from the provider when it is older than an hour, or anew is wanted and a minute
 * has passed. *fetched (may be NULL): it came from the provider now. */
static int document(struct vt_ctx *ctx, const struct oidc *oidc, const char *kind, const char *url,
		    bool anew, struct json **out, bool *fetched)
{
	struct db_result *row;
	int64_t may = 0;

	*out = NULL;
	if (db_query(ctx, &row, &SQL_LOGIN_DOCUMENT_GET, "iss", oidc->provider->id, kind, url) < 0)
		return -1;
	bool there = db_rows(row) && !db_is_null(row, 0, "body");
	if ((!there || anew || !db_bool(row, 0, "fresh")) &&
	    db_exec(ctx, &may, &SQL_LOGIN_DOCUMENT_TRY, "iss", oidc->provider->id, kind, url) < 0)
		return -1;
	if (fetched)
		*fetched = may > 0;
	if (may && (fetch(ctx, oidc, kind, url, out) == 0 || !there || anew))
		return *out ? 0 : -1;
	/* Older than an hour is better than nobody. */
	vt_error_clear(ctx);
	if (!there)
		return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away", "%s was not to be had", kind);
	const char *text = db_text(row, 0, "body");
	return json_parse(ctx, text, strlen(text), DOCUMENT_MAX, out);
}

const char *oidc_endpoint(const struct oidc *oidc, const char *name)
{
	const char *url = json_str(oidc->discovery, name, NULL);

	return url && !strncmp(url, "https://", 8) && !strpbrk(url, " \t\r\n\"<>\\") ? url : NULL;
}

static int discover(struct vt_ctx *ctx, struct oidc *oidc)
{
	static const char *const needed[] = { "authorization_endpoint", "token_endpoint",
					       "userinfo_endpoint", "jwks_uri" };
	size_t length = strlen(oidc->issuer);
	const char *slash = length && oidc->issuer[length - 1] == '/' ? "" : "/";
	const char *url = arena_printf(ctx->arena, "%s%s.well-known/openid-configuration", oidc->issuer,
				       slash);

	if (document(ctx, oidc, "discovery", url, false, &oidc->discovery, NULL) < 0)
		return -1;
	if (strcmp(json_str(oidc->discovery, "issuer", ""), oidc->issuer) != 0)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.issuer",
				   "discovery is of another issuer");
	for (size_t i = 0; i < VT_COUNT(needed); i++) {
		if (!oidc_endpoint(oidc, needed[i]))
			return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider",
					   "discovery without an https %s", needed[i]);
	}
	return 0;
}

static int open_it(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		   const struct login_provider *provider, const char *base_url, int64_t until_us,
		   struct oidc *out)
{
	*out = (struct oidc){
		.key = key, .provider = provider, .issuer = provider->values[LOGIN_OIDC_ISSUER],
		.client_id = provider->values[LOGIN_OIDC_CLIENT],
		.redirect_uri = arena_printf(ctx->arena, "%s/login/oidc/%" PRId64 "/callback", base_url,
					     provider->id),
		.home = arena_printf(ctx->arena, "%s/login", base_url),
		.until_us = until_us,
	};
	if (guard_parse(ctx, provider->values[LOGIN_OIDC_NETWORK], &out->guard) < 0)
		return -1;
	return discover(ctx, out);
}

void oidc_patience(struct oidc *oidc)
{
	oidc->until_us = clock_monotonic_us() + PATIENCE_US;
}

int oidc_open(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
	      const struct login_provider *provider, const char *base_url, struct oidc *out)
{
	if (provider->down)
		return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away",
				   "it did not answer a moment ago");
	return open_it(ctx, key, provider, base_url, clock_monotonic_us() + PATIENCE_US, out);
}

int oidc_open_kept(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		   const struct login_provider *provider, const char *base_url, struct oidc *out)
{
	return open_it(ctx, key, provider, base_url, 0, out);
}

/* --- its tokens ---------------------------------------------------------------------------- */

int oidc_verify(struct vt_ctx *ctx, const struct oidc *oidc, const char *token, struct jose *out)
{
	const char *url = oidc_endpoint(oidc, "jwks_uri");
	struct json *keys;
	bool unknown, fetched;

	if (document(ctx, oidc, "keys", url, false, &keys, &fetched) < 0)
		return -1;
	if (jose_verify(ctx, token, keys, ALGORITHMS, out, &unknown) == 0)
		return 0;
	if (!unknown || fetched)
		return -1;
	struct vt_error error = ctx->error;
	vt_error_clear(ctx);
	if (document(ctx, oidc, "keys", url, true, &keys, &fetched) < 0)
		return -1;
	if (!fetched) {
		ctx->error = error;
		return -1;
	}
	return jose_verify(ctx, token, keys, ALGORITHMS, out, &unknown);
}

int oidc_keys_count(struct vt_ctx *ctx, const struct oidc *oidc, size_t *count)
{
	struct json *keys;

	if (document(ctx, oidc, "keys", oidc_endpoint(oidc, "jwks_uri"), false, &keys, NULL) < 0)
		return -1;
	*count = jose_keys_count(ctx, keys);
	return 0;
}

static void client_add(struct vt_ctx *ctx, const struct oidc *oidc, struct strbuf *form,
		       const char **authorization)
{
	const char *method = oidc->provider->values[LOGIN_OIDC_AUTH];
	const char *secret = oidc->provider->secret ? oidc->provider->secret : "";
	struct strbuf pair;

	*authorization = NULL;
	if (!strcmp(method, "basic")) {
		strbuf_init(&pair, ctx->arena, 128);
		strbuf_url(&pair, oidc->client_id);
		strbuf_putc(&pair, ':');
		strbuf_url(&pair, secret);
		*authorization = arena_printf(ctx->arena, "Authorization: Basic %s",
					      secret_base64(ctx->arena, (const uint8_t *)pair.data, pair.size));
		return;
	}
	strbuf_puts(form, "&client_id=");
	strbuf_url(form, oidc->client_id);
	if (!strcmp(method, "post")) {
		strbuf_puts(form, "&client_secret=");
		strbuf_url(form, secret);
	}
}

int oidc_token_request(struct vt_ctx *ctx, const struct oidc *oidc, const char *form,
		       struct json **out, bool *denied)
{
	const char *headers[4] = { "Content-Type: application/x-www-form-urlencoded",
				   "Accept: application/json" };
	struct http_response response;
	struct strbuf body;

	*denied = false;
	strbuf_init(&body, ctx->arena, 512);
	strbuf_puts(&body, form);
	client_add(ctx, oidc, &body, &headers[2]);
	struct http_request request = { .url = oidc_endpoint(oidc, "token_endpoint"), .headers = headers,
					.body = body.data, .body_size = body.size };
	if (oidc_request(ctx, oidc, &request, &response) < 0)
		return -1;
	if (json_parse(ctx, response.body, response.body_size, DOCUMENT_MAX, out) < 0)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider",
				   "token endpoint: status %d, no JSON", response.status);
	if (response.status == 200)
		return 0;
	*denied = !strcmp(json_str(*out, "error", ""), "invalid_grant");
	if (*denied)
		return vt_fail_key(ctx, VT_E_INVALID, "error.login.again", "the grant was refused");
	return vt_fail_key(ctx, VT_E_PROVIDER, "error.login.provider", "token endpoint: status %d, %.40s",
			   response.status, json_str(*out, "error", "no error"));
}
