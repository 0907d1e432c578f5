#include "base/vt.h"

#include "channel/instagram/instagram.h"
#include "channel/meta/page.h"

/* Of the formats that a contact can be sent; others are refused before they are uploaded. */
static bool takes(const char *type)
{
	static const char *const types[] = {
		"image/png", "image/jpeg", "image/gif", "audio/aac", "audio/mp4", "audio/x-m4a", "audio/m4a",
		"audio/wav", "audio/x-wav", "video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime",
		"video/webm", "application/pdf",
	};

	for (size_t i = 0; i < VT_COUNT(types); i++) {
		if (!strcmp(type, types[i]))
			return true;
	}
	return false;
}

static int64_t takes_of(const char *type)
{
	return !takes(type) ? 0 : !strncmp(type, "image/", 6) ? INSTAGRAM_IMAGE_MAX : PAGE_FILE_MAX;
}

/* A heart has a name; others go as they are. */
static const char *reaction(const char *emoji)
{
	return !strncmp(emoji, "❤", strlen("❤")) ? "love" : emoji;
}

/* The one that its interface is sure to take. */
static const char *const reactions[] = { "❤", NULL };

static const struct page page = {
	.object = "instagram", .identity_kind = "igsid", .node = "me", .platform = "instagram",
	.profile = "name,username", .about = "name,username",
	.text_max = INSTAGRAM_TEXT_MAX, .text_bytes_max = INSTAGRAM_TEXT_BYTES_MAX,
	.image_max = INSTAGRAM_IMAGE_MAX, .takes = takes, .reaction = reaction,
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

const struct channel channel_instagram = {
	.name = "instagram",
	.messenger = MESSENGER_INSTAGRAM,
	.capabilities = CHANNEL_CAN_TYPING | CHANNEL_CAN_READ | CHANNEL_CAN_FILES | CHANNEL_CAN_BUTTONS |
		CHANNEL_CAN_REACT | CHANNEL_CAN_REPLY,
	.reactions = reactions,
	.typing_s = 20,
	.text_max = INSTAGRAM_TEXT_MAX,
	.text_bytes_max = INSTAGRAM_TEXT_BYTES_MAX,
	.file_max = PAGE_FILE_MAX,
	.takes = takes_of,
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
