#include "base/vt.h"
#include "people/mailer.h"

bool mailer_ready(const struct settings *settings)
{
	return *setting_text(settings, SETTING_MAIL_HOST) && *setting_text(settings, SETTING_MAIL_SENDER);
}

int mailer_send(struct vt_ctx *ctx, const struct settings *settings, const struct mail *mail)
{
	const char *tls = setting_text(settings, SETTING_MAIL_TLS);
	struct mail_server server = {
		.host = setting_text(settings, SETTING_MAIL_HOST),
		.port = setting_i64(settings, SETTING_MAIL_PORT),
		.tls = !strcmp(tls, "starttls") ? MAIL_TLS_STARTTLS
			: !strcmp(tls, "tls") ? MAIL_TLS_FROM_THE_START : MAIL_TLS_NONE,
		.sender = setting_text(settings, SETTING_MAIL_SENDER),
	};
	struct guard *guard;

	if (guard_parse(ctx, setting_text(settings, SETTING_MAIL_INNER), &guard) < 0)
		return vt_note(ctx, "while reading the setting mail.inner");
	server.guard = guard;
	return mail_send(ctx, &server, mail);
}
