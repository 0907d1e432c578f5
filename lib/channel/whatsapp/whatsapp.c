#include "base/vt.h"
#include "channel/whatsapp/whatsapp-private.h"

#define DIGITS "0123456789"

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 40 },
	{ .name = "waba", .type = "text", .max = 40 },
	{ .name = "app_id", .type = "text", .max = 40 },
	{ .name = "app_secret", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "verify_token", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "token", .type = "secret", .required = true, .max = 1000 },
	{ .name = "list_button", .type = "text", .max = 20, .fallback = "Ver opciones" },
	{ .name = "base", .type = "url", .max = 200, .fallback = "https://graph.facebook.com" },
	{ .name = "version", .type = "text", .max = 10, .fallback = "v25.0" },
};

static bool is_version(const char *value)
{
	size_t whole;

	if (*value != 'v')
		return false;
	whole = strspn(value + 1, DIGITS);
	return whole && value[1 + whole] == '.' && value[2 + whole] &&
		!value[2 + whole + strspn(value + 2 + whole, DIGITS)];
}

static const char *check(const char *field, const char *value)
{
	bool number = !strcmp(field, "account") || !strcmp(field, "waba") || !strcmp(field, "app_id");

	if (number && value[strspn(value, DIGITS)])
		return "error.channel.account";
	if (!strcmp(field, "version") && !is_version(value))
		return "error.channel.version";
	return NULL;
}

static int split(struct vt_ctx *ctx, const struct channel_call *call, struct channel_piece **pieces,
		 size_t *count)
{
	return meta_split(ctx, call, WHATSAPP_OBJECT, pieces, count);
}

const struct channel channel_whatsapp = {
	.name = "whatsapp",
	.messenger = MESSENGER_WHATSAPP,
	.capabilities = CHANNEL_CAN_TYPING | CHANNEL_CAN_READ | CHANNEL_CAN_FILES | CHANNEL_CAN_BUTTONS |
		CHANNEL_CAN_REACT | CHANNEL_CAN_REPLY | CHANNEL_CAN_TEMPLATE,
	.text_max = WHATSAPP_TEXT_MAX,
	.caption_max = WHATSAPP_CAPTION_MAX,
	.file_max = WHATSAPP_FILE_MAX,
	.window_s = WHATSAPP_WINDOW_S,
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.challenge = meta_challenge,
	.verify = meta_verify,
	.split = split,
	.parse = whatsapp_parse,
	.build = whatsapp_build,
	.result = whatsapp_result,
};
