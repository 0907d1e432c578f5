#include "base/vt.h"
#include "base/clock.h"
#include "db/db.h"
#include "people/login_check.h"
#include "people/oidc.h"
#include "sql_login.h"

static void keys_step(struct vt_ctx *ctx, const struct oidc *oidc, struct login_steps *steps)
{
	size_t count;

	if (oidc_keys_count(ctx, oidc, &count) < 0)
		login_step_failed(ctx, steps, "keys");
	else if (!count)
		login_step(ctx, steps, "keys", LOGIN_STEP_BAD, "access.no_keys", "%s", "RS256, ES256");
	else
		login_step(ctx, steps, "keys", LOGIN_STEP_GOOD, NULL, "%zu", count);
}

/* A code that cannot be right: who refuses the code has accepted the client. */
static void client_step(struct vt_ctx *ctx, const struct oidc *oidc, struct login_steps *steps)
{
	struct json *answer;
	bool denied = false;
	const char *form = arena_printf(ctx->arena, "grant_type=authorization_code&code=prueba&redirect_uri=%s"
					"&code_verifier=0123456789012345678901234567890123456789012",
					oidc->redirect_uri);

	if (oidc_token_request(ctx, oidc, form, &answer, &denied) == 0 || denied) {
		vt_error_clear(ctx);
		login_step(ctx, steps, "client", LOGIN_STEP_GOOD, NULL, "%s", oidc->client_id);
		return;
	}
	if (ctx->error.code == VT_E_PROVIDER)
		snprintf(ctx->error.key, sizeof(ctx->error.key), "access.client_refused");
	login_step_failed(ctx, steps, "client");
}

static void logout_step(struct vt_ctx *ctx, const struct oidc *oidc, struct login_steps *steps)
{
	bool there = oidc_endpoint(oidc, "end_session_endpoint");
	bool back = json_bool(oidc->discovery, "backchannel_logout_supported", false);

	login_step(ctx, steps, "single_logout", there ? LOGIN_STEP_GOOD : LOGIN_STEP_NOTE,
		   there ? NULL : "access.no_logout", "%s", "");
	login_step(ctx, steps, "back_channel", back ? LOGIN_STEP_GOOD : LOGIN_STEP_NOTE,
		   back ? NULL : "access.no_back_channel", "%s", "");
}

void oidc_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		const struct login_provider *provider, const char *base_url, struct login_steps *steps)
{
	struct login_provider now = *provider;
	struct oidc oidc;
	int64_t began_us = clock_monotonic_us();

	/* As it is at this moment, not as it was kept. */
	now.down = false;
	if (db_exec(ctx, NULL, &SQL_LOGIN_DOCUMENTS_FORGET, "i", provider->id) < 0 ||
	    oidc_open(ctx, key, &now, base_url, &oidc) < 0) {
		login_step_failed(ctx, steps, "discovery");
		return;
	}
	login_step(ctx, steps, "discovery", LOGIN_STEP_GOOD, NULL, "%s, %" PRId64 " ms", oidc.issuer,
		   (clock_monotonic_us() - began_us) / 1000);
	keys_step(ctx, &oidc, steps);
	client_step(ctx, &oidc, steps);
	logout_step(ctx, &oidc, steps);
	login_step_rules(ctx, provider, steps);
}
