#include "base/vt.h"
#include "people/mailer.h"
#include "people/outgoing.h"

static bool given(const struct settings *settings, enum setting setting)
{
	return settings->values[setting] && *settings->values[setting];
}

int mailer_check(struct vt_ctx *ctx, const struct settings *settings)
{
	if (given(settings, SETTING_MAIL_HOST) && !mail_is_host(setting_text(settings, SETTING_MAIL_HOST)))
		return vt_fail_field(ctx, "mail.host", "error.mail.host", "no name of a server");
	if (given(settings, SETTING_MAIL_SENDER) && !mail_is_address(setting_text(settings, SETTING_MAIL_SENDER)))
		return vt_fail_field(ctx, "mail.sender", "error.mail.address", "no address");
	if (given(settings, SETTING_MAIL_USER) && settings->values[SETTING_MAIL_TLS] &&
	    !strcmp(setting_text(settings, SETTING_MAIL_TLS), "none"))
		return vt_fail_field(ctx, "mail.tls", "error.mail.plain", "a password without TLS");
	if (outgoing_check_authority(ctx, "mail.ca", setting_text(settings, SETTING_MAIL_CA)) < 0)
		return -1;
	return outgoing_check_inner(ctx, settings, SETTING_MAIL_INNER);
}

bool mailer_ready(const struct settings *settings)
{
	return given(settings, SETTING_MAIL_HOST) && given(settings, SETTING_MAIL_SENDER);
}

int mailer_send(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct settings *settings,
		const struct mail *mail)
{
	const char *tls = setting_text(settings, SETTING_MAIL_TLS);
	struct mail_server server = {
		.host = setting_text(settings, SETTING_MAIL_HOST),
		.port = setting_i64(settings, SETTING_MAIL_PORT),
		.tls = !strcmp(tls, "starttls") ? MAIL_TLS_STARTTLS
			: !strcmp(tls, "tls") ? MAIL_TLS_FROM_THE_START : MAIL_TLS_NONE,
		.sender = setting_text(settings, SETTING_MAIL_SENDER),
		.user = setting_text(settings, SETTING_MAIL_USER),
		.ca_pem = setting_text(settings, SETTING_MAIL_CA),
	};
	struct guard *guard;

	if (guard_parse(ctx, setting_text(settings, SETTING_MAIL_INNER), &guard) < 0)
		return vt_note(ctx, "while reading the setting mail.inner");
	if (*server.user && setting_secret(ctx, key, settings, SETTING_MAIL_PASSWORD, &server.password) < 0)
		return -1;
	server.guard = guard;
	return mail_send(ctx, &server, mail);
}
