/* The Bot API's calls: POST <base>/bot<token>/<method> with JSON, or a form when a file goes up. */
#include "base/vt.h"

#include "base/id.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/multipart.h"
#include "channel/telegram/telegram.h"

static const char *const json_headers[] = { "Content-Type: application/json", NULL };

static int unable(struct vt_ctx *ctx)
{
	return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "Telegram has no such thing");
}

static int method(struct vt_ctx *ctx, const struct channel_message *message, const char *folder,
		  const char *name, struct channel_request *request)
{
	const char *token = message->secret(message->secrets, "token");
	const char *base = json_str(message->settings, "base", "");
	size_t size = strlen(*base ? base : (base = "https://api.telegram.org"));

	if (!token || !*token)
		return vt_fail(ctx, VT_E_INVALID, "the line has no token");
	while (size && base[size - 1] == '/')
		size--;
	request->url = arena_printf(ctx->arena, "%.*s%s/bot%s/%s", (int)size, base, folder, token, name);
	return 0;
}

static int call(struct vt_ctx *ctx, const struct channel_message *message, const char *name,
		struct json *body, struct channel_request *request)
{
	if (method(ctx, message, "", name, request) < 0)
		return -1;
	request->headers = json_headers;
	request->body = json_text(ctx, body);
	request->body_size = strlen(request->body);
	return 0;
}

/* A number of Telegram's from the payload, as `as` into body. */
static int put_number(struct vt_ctx *ctx, const struct channel_message *message, const char *path,
		      struct json *body, const char *as)
{
	int64_t value = json_i64(message->payload, path, 0);

	if (!value)
		return vt_fail(ctx, VT_E_INVALID, "%s is no number of Telegram's", path);
	json_set_i64(body, as, value);
	return 0;
}

/* The keys of all options fit behind buttons. */
static bool has_buttons(struct json *options)
{
	for (size_t i = 0; i < json_array_size(options); i++) {
		struct json *option = json_array_at(options, i);
		size_t size = strlen(json_str(option, "key", ""));
		if (!size || size > TELEGRAM_KEY_MAX || !*json_str(option, "label", ""))
			return false;
	}
	return json_array_size(options) > 0;
}

/* A button below the other: labels are sentences. */
static struct json *keyboard(struct vt_ctx *ctx, struct json *options)
{
	struct json *rows = json_new_array(ctx), *markup = json_new_object(ctx);

	for (size_t i = 0; i < json_array_size(options); i++) {
		struct json *option = json_array_at(options, i);
		struct json *row = json_new_array(ctx), *button = json_new_object(ctx);
		json_set_str(button, "text", json_str(option, "label", ""));
		json_set_str(button, "callback_data", json_str(option, "key", ""));
		json_append_node(row, button);
		json_append_node(rows, row);
	}
	json_set_node(markup, "inline_keyboard", rows);
	return markup;
}

static const char *numbered(struct vt_ctx *ctx, const char *text, struct json *options)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, text);
	for (size_t i = 0; i < json_array_size(options); i++)
		strbuf_printf(&out, "%s%zu. %s", out.size ? "\n" : "", i + 1,
			      json_str(json_array_at(options, i), "label", ""));
	return out.data;
}

static int bounded(struct vt_ctx *ctx, const char *text, size_t characters)
{
	if (utf8_length(text) > characters)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_long", "over %zu characters", characters);
	return 0;
}

/* What it answers, and its buttons. */
static int dress(struct vt_ctx *ctx, const struct channel_message *message, struct json *body)
{
	struct json *options = json_at(message->payload, "options");
	struct json *reply = json_new_object(ctx);

	if (has_buttons(options))
		json_set_node(body, "reply_markup", keyboard(ctx, options));
	if (!json_at(message->payload, "quote.id"))
		return 0;
	if (put_number(ctx, message, "quote.id", reply, "message_id") < 0)
		return -1;
	json_set_bool(reply, "allow_sending_without_reply", true);
	json_set_node(body, "reply_parameters", reply);
	return 0;
}

static int build_text(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_request *request)
{
	struct json *options = json_at(message->payload, "options");
	const char *text = json_str(message->payload, "text", "");

	if (json_array_size(options) && !has_buttons(options))
		text = numbered(ctx, text, options);
	if (!*text)
		return vt_fail(ctx, VT_E_INVALID, "nothing to say");
	if (bounded(ctx, text, TELEGRAM_TEXT_MAX) < 0 || dress(ctx, message, body) < 0)
		return -1;
	json_set_str(body, "text", text);
	return call(ctx, message, "sendMessage", body, request);
}

/* Which call takes a file, by its type; a photograph that is too large goes as a document. */
static const struct upload {
	const char *type, *method, *field;
	int64_t max;
} uploads[] = {
	{ "image/jpeg", "sendPhoto", "photo", TELEGRAM_PHOTO_MAX },
	{ "image/png", "sendPhoto", "photo", TELEGRAM_PHOTO_MAX },
	{ "image/gif", "sendAnimation", "animation", TELEGRAM_FILE_MAX },
	{ "video/mp4", "sendVideo", "video", TELEGRAM_FILE_MAX },
	{ "audio/mpeg", "sendAudio", "audio", TELEGRAM_FILE_MAX },
	{ "audio/mp4", "sendAudio", "audio", TELEGRAM_FILE_MAX },
	{ "audio/ogg", "sendVoice", "voice", TELEGRAM_FILE_MAX },
	{ "", "sendDocument", "document", TELEGRAM_FILE_MAX },
};
static const struct upload sticker = { "", "sendSticker", "sticker", 512 * 1024 };

static const struct upload *upload_of(const struct channel_message *message)
{
	const char *type = json_str(message->payload, "file.type", "");
	int64_t size = json_i64(message->payload, "file.size", 0);

	if (json_bool(message->payload, "sticker", false) && size <= sticker.max)
		return &sticker;
	for (size_t i = 0; i + 1 < VT_COUNT(uploads); i++) {
		if (!strcmp(uploads[i].type, type) && size <= uploads[i].max)
			return &uploads[i];
	}
	return &uploads[VT_COUNT(uploads) - 1];
}

static int upload(struct vt_ctx *ctx, const struct channel_message *message, const struct upload *way,
		  struct json *body, struct channel_request *request)
{
	const char **headers = arena_calloc(ctx->arena, 2, sizeof(*headers));
	struct json_member member;
	struct multipart form;
	void *cursor = NULL;

	if (method(ctx, message, "", way->method, request) < 0)
		return -1;
	multipart_begin(ctx, &form);
	while (json_object_next(body, &cursor, &member))
		multipart_field(&form, member.name, json_is_string(member.value)
				? json_str(member.value, "", "") : json_text(ctx, member.value));
	headers[0] = multipart_file(ctx, &form, way->field, json_str(message->payload, "file.name", "archivo"),
				    json_str(message->payload, "file.type", "application/octet-stream"), request);
	request->headers = headers;
	return 0;
}

static int build_file(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_request *request)
{
	const struct upload *way = upload_of(message);
	const char *caption = json_str(message->payload, "text", "");

	if (json_i64(message->payload, "file.size", 0) > TELEGRAM_FILE_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_large", "Telegram takes 50 MB");
	if (bounded(ctx, caption, TELEGRAM_CAPTION_MAX) < 0 || dress(ctx, message, body) < 0)
		return -1;
	if (*caption && way == &sticker)
		way = &uploads[VT_COUNT(uploads) - 1];
	if (*caption)
		json_set_str(body, "caption", caption);
	if (!message->media_id)
		return upload(ctx, message, way, body, request);
	json_set_str(body, way->field, message->media_id);
	return call(ctx, message, way->method, body, request);
}

static int build_message(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			 struct channel_request *request)
{
	return json_is_object(json_at(message->payload, "file")) ? build_file(ctx, message, body, request)
		: build_text(ctx, message, body, request);
}

/* The words under a file are another method's: result asks for it when there is no text to edit. */
static int build_edit(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_request *request)
{
	const char *text = json_str(message->payload, "text", "");
	bool caption = message->step > 0;

	if (put_number(ctx, message, "id", body, "message_id") < 0 ||
	    bounded(ctx, text, caption ? TELEGRAM_CAPTION_MAX : TELEGRAM_TEXT_MAX) < 0)
		return -1;
	json_set_str(body, caption ? "caption" : "text", text);
	return call(ctx, message, caption ? "editMessageCaption" : "editMessageText", body, request);
}

static int build_delete(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			struct channel_request *request)
{
	if (put_number(ctx, message, "id", body, "message_id") < 0)
		return -1;
	return call(ctx, message, "deleteMessage", body, request);
}

static int build_reaction(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			  struct channel_request *request)
{
	const char *emoji = json_str(message->payload, "emoji", "");
	struct json *reactions = json_new_array(ctx), *one = json_new_object(ctx);

	if (put_number(ctx, message, "id", body, "message_id") < 0)
		return -1;
	json_set_str(one, "type", "emoji");
	json_set_str(one, "emoji", emoji);
	if (*emoji)
		json_append_node(reactions, one);
	json_set_node(body, "reaction", reactions);
	return call(ctx, message, "setMessageReaction", body, request);
}

static int build_typing(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			struct channel_request *request)
{
	json_set_str(body, "action", "typing");
	return call(ctx, message, "sendChatAction", body, request);
}

static int build_profile(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			 struct channel_request *request)
{
	return call(ctx, message, "getChat", body, request);
}

static int build_answered(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request)
{
	struct json *body = json_new_object(ctx);
	const char *id;

	if (json_str_req(ctx, message->payload, "id", 100, &id) < 0)
		return -1;
	json_set_str(body, "callback_query_id", id);
	return call(ctx, message, "answerCallbackQuery", body, request);
}

/* Where it is first, then its bytes. */
static int build_fetch(struct vt_ctx *ctx, const struct channel_message *message,
		       struct channel_request *request)
{
	struct json *body = json_new_object(ctx);
	const char *id;

	if (message->step) {
		if (method(ctx, message, "/file", message->memory ? message->memory : "", request) < 0)
			return -1;
		request->method = "GET";
		request->saves = true;
		return 0;
	}
	if (json_str_req(ctx, message->payload, "id", 300, &id) < 0)
		return -1;
	json_set_str(body, "file_id", id);
	return call(ctx, message, "getFile", body, request);
}

/* Who the bot is; then its updates come to our address. */
static int build_check(struct vt_ctx *ctx, const struct channel_message *message,
		       struct channel_request *request)
{
	static const char *const wanted[] = {
		"message", "edited_message", "callback_query", "my_chat_member", "message_reaction",
	};
	const char *secret = message->secret(message->secrets, "hook_token");
	struct json *body = json_new_object(ctx), *kinds = json_new_array(ctx);

	if (!message->step)
		return call(ctx, message, "getMe", body, request);
	if (!secret || !*secret)
		return vt_fail(ctx, VT_E_INVALID, "the line has no secret for its address");
	for (size_t i = 0; i < VT_COUNT(wanted); i++)
		json_append_str(kinds, wanted[i]);
	json_set_str(body, "url", json_str(message->settings, "hook", ""));
	json_set_str(body, "secret_token", secret);
	json_set_node(body, "allowed_updates", kinds);
	return call(ctx, message, "setWebhook", body, request);
}

/* Without a chat. */
static const struct {
	const char *name;
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
} lone[] = { { "answered", build_answered }, { "fetch", build_fetch }, { "check", build_check } };

static const struct {
	const char *name;
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		     struct channel_request *request);
} kinds[] = {
	{ "message", build_message }, { "edit", build_edit }, { "delete", build_delete },
	{ "reaction", build_reaction }, { "typing", build_typing }, { "profile", build_profile },
};

int telegram_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	struct json *body = json_new_object(ctx);

	for (size_t i = 0; i < VT_COUNT(lone); i++) {
		if (!strcmp(lone[i].name, message->kind))
			return lone[i].build(ctx, message, request);
	}
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (strcmp(kinds[i].name, message->kind) != 0)
			continue;
		if (put_number(ctx, message, "to.value", body, "chat_id") < 0)
			return -1;
		return kinds[i].build(ctx, message, body, request);
	}
	return unable(ctx);
}
