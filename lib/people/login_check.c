#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/login_check.h"
#include "sql_login.h"

void login_step(struct vt_ctx *ctx, struct login_steps *steps, const char *key,
		enum login_result result, const char *text, const char *format, ...)
{
	va_list args;

	if (steps->count == LOGIN_STEPS_MAX)
		return;
	va_start(args, format);
	steps->items[steps->count++] = (struct login_step){
		key, result, text, arena_vprintf(ctx->arena, format, args),
	};
	va_end(args);
}

void login_step_failed(struct vt_ctx *ctx, struct login_steps *steps, const char *key)
{
	const char *text = *ctx->error.key ? arena_strdup(ctx->arena, ctx->error.key) : NULL;
	char *why = arena_strdup(ctx->arena, ctx->error.message);

	vt_error_clear(ctx);
	login_step(ctx, steps, key, LOGIN_STEP_BAD, text, "%s", why);
}

void login_step_rules(struct vt_ctx *ctx, const struct login_provider *provider,
		      struct login_steps *steps)
{
	struct db_result *rules;

	if (db_query(ctx, &rules, &SQL_LOGIN_PROVIDER_RULES, "i", provider->id) < 0)
		login_step_failed(ctx, steps, "rules");
	else if (!db_rows(rules))
		login_step(ctx, steps, "rules", LOGIN_STEP_BAD, "access.no_rules", "%s", "");
	else
		login_step(ctx, steps, "rules", LOGIN_STEP_GOOD, NULL, "%zu", db_rows(rules));
}

void login_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		 const struct login_provider *provider, const char *base_url, const char *who,
		 struct login_steps *steps)
{
	*steps = (struct login_steps){ 0 };
	if (provider->kind == LOGIN_OIDC)
		oidc_check(ctx, key, provider, base_url, steps);
	else if (provider->kind == LOGIN_LDAP)
		ldap_check(ctx, provider, who, steps);
	else if (provider->kind == LOGIN_KERBEROS)
		kerberos_check(ctx, key, provider, who, steps);
	else
		login_step(ctx, steps, "local", LOGIN_STEP_GOOD, NULL, "%s", "");
}
