#include "base/vt.h"

#include "base/secret.h"
#include "channel/telegram/telegram.h"

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
#define DIGITS "0123456789"

static int verify(struct vt_ctx *ctx, const struct channel_call *call)
{
	const char *wanted = call->secret(call->data, "hook_token");
	const char *given = call->header(call->data, "X-Telegram-Bot-Api-Secret-Token");

	if (strcmp(call->method, "POST") != 0 || !wanted || !*wanted || !given ||
	    !secret_equal_text(given, wanted))
		return vt_fail(ctx, VT_E_FORBIDDEN, "not Telegram's secret");
	return 0;
}

/* A call is one update. */
static int split(struct vt_ctx *ctx, const struct channel_call *call,
		 struct channel_piece **pieces, size_t *count)
{
	struct channel_event *event;

	if (telegram_parse(ctx, call->body, call->size, &event, count) < 0)
		return -1;
	if (!*count)
		return 0;
	*pieces = arena_alloc(ctx->arena, sizeof(**pieces));
	**pieces = (struct channel_piece){
		.raw = call->body, .size = call->size, .sender = event->identity_value,
	};
	return 0;
}

/* "123456:ABC-DEF": the bot's number and its key. */
static bool is_token(const char *value)
{
	size_t digits = strspn(value, DIGITS);

	return digits && value[digits] == ':' && strlen(value + digits) > 20 &&
		!value[digits + 1 + strspn(value + digits + 1, WORD)];
}

static const char *check(const char *field, const char *value)
{
	if (!strcmp(field, "account")) {
		value += *value == '@';
		return *value && !value[strspn(value, WORD)] ? NULL : "error.channel.bot_name";
	}
	if (!strcmp(field, "token"))
		return is_token(value) ? NULL : "error.channel.bot_token";
	if (!strcmp(field, "hook_token"))
		return strlen(value) >= 16 && !value[strspn(value, WORD)] ? NULL : "error.channel.hook_token";
	return NULL;
}

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 32 },
	{ .name = "token", .type = "secret", .required = true, .max = 100 },
	{ .name = "hook_token", .type = "secret", .required = true, .max = 256, .verifies = true, .told = true },
	{ .name = "hook", .type = "url", .max = 300, .hook = true },
	{ .name = "base", .type = "url", .max = 200, .fallback = "https://api.telegram.org" },
};

/* Of those that a bot may use (ReactionTypeEmoji) the ones that an agency may say. */
static const char *const reactions[] = {
	"👍", "❤", "🙏", "👏", "🎉", "😢", "👌", "🤝", "🔥", "💯", "🤔", "👀", "😁", "🤣", "🤗", "🥰", "😍", "🤩", "😎", "🫡",
	"😱", "🤯", "😨", "😭", "😇", "🤓", "😐", "🤨", "🥱", "😴", "👎", "💔", "⚡", "🏆", "🆒", "✍", "🤷", "👨‍💻", "🎄", "🎅",
	NULL,
};

const struct channel channel_telegram = {
	.name = "telegram",
	.messenger = MESSENGER_TELEGRAM,
	.capabilities = CHANNEL_CAN_EDIT | CHANNEL_CAN_DELETE | CHANNEL_CAN_TYPING | CHANNEL_CAN_FILES |
		CHANNEL_CAN_BUTTONS | CHANNEL_CAN_REACT | CHANNEL_CAN_REPLY,
	.reactions = reactions,
	.typing_s = 5,
	.text_max = TELEGRAM_TEXT_MAX,
	.caption_max = TELEGRAM_CAPTION_MAX,
	.file_max = TELEGRAM_FILE_MAX,
	.pace = { .per_s = 30, .each_ms = 1000, .each_burst = 3 },
	.change_s = INT64_C(48) * 3600,
	.ids_per_contact = true,
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.verify = verify,
	.split = split,
	.parse = telegram_parse,
	.build = telegram_build,
	.result = telegram_result,
};
