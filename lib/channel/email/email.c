#include "base/vt.h"

#include "channel/email/email.h"
#include "net/imap_folder.h"

#define FILE_BYTES_MAX (18 * 1024 * 1024)              /* 25 MiB as base64 */

static bool has_scheme(const char *value, const char *plain, const char *secure)
{
	const char *host = NULL;

	if (!strncmp(value, plain, strlen(plain)))
		host = value + strlen(plain);
	else if (!strncmp(value, secure, strlen(secure)))
		host = value + strlen(secure);
	return host && *host && !host[strspn(host,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")];
}

static const char *check(const char *field, const char *value)
{
	const char *queue;

	if (!strcmp(field, "account"))
		return mime_is_address(value) ? NULL : "error.channel.mail_address";
	if (!strcmp(field, "imap"))
		return has_scheme(value, "imap://", "imaps://") ? NULL : "error.channel.imap";
	if (!strcmp(field, "smtp"))
		return has_scheme(value, "smtp://", "smtps://") ? NULL : "error.channel.smtp";
	if (!strcmp(field, "addresses")) {
		char address[256];
		queue = strchr(value, '=');
		if (!queue || !queue[1] || (size_t)(queue - value) >= sizeof(address))
			return "error.channel.mail_queue";
		snprintf(address, sizeof(address), "%.*s", (int)(queue - value), value);
		return mime_is_address(address) ? NULL : "error.channel.mail_queue";
	}
	if (!strcmp(field, "folder"))
		return imap_folder_valid(value) ? NULL : "error.channel.mail_folder";
	if (!strcmp(field, "token_url"))
		return !strncmp(value, "https://", 8) ? NULL : "error.channel.token_url";
	if (!strcmp(field, "client_id") || !strcmp(field, "client_secret") || !strcmp(field, "refresh_token"))
		return *value && !strpbrk(value, " \t\r\n") ? NULL : "error.invalid";
	if (!strcmp(field, "user") || !strcmp(field, "password") || !strcmp(field, "token") ||
	    !strcmp(field, "sender_name") || !strcmp(field, "subject"))
		return strpbrk(value, "\r\n") ? "error.invalid" : NULL;
	return NULL;
}

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 254 },
	{ .name = "sender_name", .type = "text", .max = 80 },
	{ .name = "imap", .type = "text", .max = 200 },
	{ .name = "folder", .type = "text", .max = 100, .fallback = "INBOX" },
	{ .name = "smtp", .type = "text", .required = true, .max = 200 },
	{ .name = "user", .type = "text", .max = 254 },
	{ .name = "password", .type = "secret", .max = 400 },
	{ .name = "token", .type = "secret", .max = 4000 },
	{ .name = "refresh_token", .type = "secret", .max = 4000 },
	{ .name = "token_url", .type = "url", .max = 300 },
	{ .name = "client_id", .type = "text", .max = 200 },
	{ .name = "client_secret", .type = "secret", .max = 400 },
	{ .name = "subject", .type = "text", .max = 120 },
	{ .name = "signature", .type = "list", .max = 8 },
	{ .name = "addresses", .type = "list", .max = 50 },
};

const struct channel channel_email = {
	.name = "email",
	.messenger = MESSENGER_EMAIL,
	.capabilities = CHANNEL_CAN_FILES | CHANNEL_CAN_REPLY,
	.one_mail = true,
	.text_max = EMAIL_TEXT_MAX,
	.caption_max = EMAIL_TEXT_MAX,
	.file_max = FILE_BYTES_MAX,
	.automatic_max = 10,
	.polls = true,
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.parse = email_parse,
	.build = email_build,
	.result = email_result,
};
