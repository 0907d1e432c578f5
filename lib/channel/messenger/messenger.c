#include "base/vt.h"

#include "channel/messenger/messenger.h"
#include "channel/meta/page.h"

static const struct page page = {
	.object = "page", .identity_kind = "psid",
	.profile = "first_name,last_name,name", .about = "name",
	.text_max = MESSENGER_TEXT_MAX, .image_max = PAGE_FILE_MAX, .echoes_reference = true,
};

static int split(struct vt_ctx *ctx, const struct channel_call *call, struct channel_piece **pieces,
		 size_t *count)
{
	return page_split(ctx, &page, call, pieces, count);
}

static int parse(struct vt_ctx *ctx, const char *raw, size_t size, struct channel_event **events,
		 size_t *count)
{
	return page_parse(ctx, &page, raw, size, events, count);
}

static int build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	return page_build(ctx, &page, message, request);
}

static int result(struct vt_ctx *ctx, const struct channel_message *message,
		  const struct channel_answer *answer, struct channel_result *out)
{
	return page_result(ctx, &page, message, answer, out);
}

const struct channel channel_messenger = {
	.name = "messenger",
	.messenger = MESSENGER_MESSENGER,
	.capabilities = CHANNEL_CAN_TYPING | CHANNEL_CAN_READ | CHANNEL_CAN_FILES | CHANNEL_CAN_BUTTONS |
		CHANNEL_CAN_REACT | CHANNEL_CAN_REPLY,
	.typing_s = 20,
	.text_max = MESSENGER_TEXT_MAX,
	.file_max = PAGE_FILE_MAX,
	.window_s = PAGE_WINDOW_S,
	/* 300 calls a second, 10 with audio or video */
	.pace = { .per_s = 250, .file_weight = 30 },
	.tells_name = true,
	.fields = page_fields,
	.field_count = PAGE_FIELD_COUNT,
	.check = meta_check,
	.challenge = meta_challenge,
	.verify = meta_verify,
	.split = split,
	.parse = parse,
	.build = build,
	.result = result,
};
