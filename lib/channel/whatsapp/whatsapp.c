#include "base/vt.h"
#include "channel/whatsapp/whatsapp-private.h"

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 40 },
	{ .name = "waba", .type = "text", .max = 40 },
	{ .name = "app_id", .type = "text", .max = 40 },
	{ .name = "app_secret", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "verify_token", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "token", .type = "secret", .required = true, .max = 1000 },
	{ .name = "throughput", .type = "number", .max = 5000, .fallback = "80" },
	{ .name = "list_button", .type = "text", .max = 20, .fallback = "Ver opciones" },
	{ .name = "base", .type = "url", .max = 200, .fallback = "https://graph.facebook.com" },
	{ .name = "version", .type = "text", .max = 10, .fallback = "v25.0" },
};

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
	.typing_s = 25,
	.text_max = WHATSAPP_TEXT_MAX,
	.caption_max = WHATSAPP_CAPTION_MAX,
	.file_max = WHATSAPP_FILE_MAX,
	.takes = whatsapp_takes,
	.window_s = WHATSAPP_WINDOW_S,
	/* 80 a second; to one person one in 6 s, about 45 at once: some less, for what a shift forgets */
	.pace = { .per_s = 80, .each_ms = 6000, .each_burst = 30 },
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = meta_check,
	.challenge = meta_challenge,
	.verify = meta_verify,
	.split = split,
	.parse = whatsapp_parse,
	.news = whatsapp_news,
	.build = whatsapp_build,
	.result = whatsapp_result,
};
