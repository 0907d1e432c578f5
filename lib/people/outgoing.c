#include "base/vt.h"
#include "net/authority.h"
#include "net/clamd.h"
#include "net/guard.h"
#include "people/outgoing.h"

int outgoing_check_inner(struct vt_ctx *ctx, const struct settings *settings, enum setting setting)
{
	const char *entries = setting_text(settings, setting);
	struct guard *guard;

	if (!entries || guard_parse(ctx, entries, &guard) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, setting_type(setting)->key, "error.guard.entry", "not a list of host:port:CIDR");
}

static int check_antivirus(struct vt_ctx *ctx, const struct settings *settings)
{
	const char *address = setting_text(settings, SETTING_ANTIVIRUS_ADDRESS);
	struct clamd_address read;

	if (!address || !*address || clamd_address_read(ctx, address, &read) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, setting_type(SETTING_ANTIVIRUS_ADDRESS)->key, "error.antivirus.address",
			     "neither a socket's path nor host:port:CIDR");
}

int outgoing_check_authority(struct vt_ctx *ctx, const char *field, const char *pem)
{
	if (!pem || authority_check(ctx, pem) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, field, "error.authority.pem", "no certificates in PEM");
}

int outgoing_check(struct vt_ctx *ctx, const struct settings *settings)
{
	if (outgoing_check_inner(ctx, settings, SETTING_NETWORK_INNER) < 0 || check_antivirus(ctx, settings) < 0)
		return -1;
	return outgoing_check_authority(ctx, "network.ca", setting_text(settings, SETTING_NETWORK_CA));
}
