#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "net/guard.h"
#include "net/negotiate.h"
#include "people/login_check.h"

void kerberos_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		    const struct login_provider *provider, const char *who, struct login_steps *steps)
{
	const char *keytab = provider->values[LOGIN_KERBEROS_KEYTAB];
	struct login_provider *directory;
	struct networks *networks;
	int64_t id = 0;

	if (negotiate_keytab(ctx, keytab) < 0)
		login_step_failed(ctx, steps, "keytab");
	else
		login_step(ctx, steps, "keytab", LOGIN_STEP_GOOD, NULL, "%s", keytab);
	if (networks_parse(ctx, provider->values[LOGIN_KERBEROS_NETWORKS], &networks) < 0)
		login_step_failed(ctx, steps, "networks");
	else
		login_step(ctx, steps, "networks",
			   networks_contain(networks, ctx->remote_address) ? LOGIN_STEP_GOOD : LOGIN_STEP_NOTE,
			   networks_contain(networks, ctx->remote_address) ? NULL : "access.not_this_network",
			   "%s", ctx->remote_address);
	if (id_parse(provider->values[LOGIN_KERBEROS_DIRECTORY], 1, INT64_MAX, &id) < 0 ||
	    login_provider_load_any(ctx, key, id, &directory) < 0) {
		login_step_failed(ctx, steps, "directory");
		return;
	}
	ldap_check(ctx, directory, who, steps);
}
