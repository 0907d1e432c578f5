/* What the Bot API answers: {"ok", "result"} or {"ok", "error_code", "description", "parameters"}. */
#include "base/vt.h"

#include "base/json.h"
#include "base/utf8.h"
#include "channel/telegram/telegram.h"

#define ANSWER_MAX ((size_t)1024 * 1024)
#define ERROR_MAX 200                  /* characters */
#define KEPT_S (INT64_C(30) * 24 * 3600)
#define PATH "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./"

/* Telegram tells faults apart by their words only. */
static const struct {
	const char *words;
	enum channel_fault fault;
} faults[] = {
	{ "chat not found", CHANNEL_FAULT_RECIPIENT },
	{ "user not found", CHANNEL_FAULT_RECIPIENT },
	{ "PEER_ID_INVALID", CHANNEL_FAULT_RECIPIENT },
	{ "wrong file identifier", CHANNEL_FAULT_MEDIA },
	{ "wrong remote file", CHANNEL_FAULT_MEDIA },
	{ "file is too big", CHANNEL_FAULT_MEDIA },
	{ "FILE_REFERENCE", CHANNEL_FAULT_MEDIA },
	{ "PHOTO_INVALID_DIMENSIONS", CHANNEL_FAULT_MEDIA },
	{ "IMAGE_PROCESS_FAILED", CHANNEL_FAULT_MEDIA },
	{ "wrong type of the web page content", CHANNEL_FAULT_MEDIA },
	{ "webhook", CHANNEL_FAULT_LINE },
};

static bool says(const struct channel_result *result, const char *words)
{
	return result->error && strcasestr(result->error, words) != NULL;
}

/* What was asked for is so already. */
static bool is_done(const struct channel_message *message, const struct channel_result *result)
{
	if (!strcmp(message->kind, "edit"))
		return says(result, "message is not modified");
	return !strcmp(message->kind, "delete") && says(result, "message to delete not found");
}

static void read_refusal(const struct channel_message *message, struct channel_result *result)
{
	result->outcome = CHANNEL_REFUSED;
	result->fault = CHANNEL_FAULT_MESSAGE;
	for (size_t i = 0; i < VT_COUNT(faults); i++) {
		if (says(result, faults[i].words)) {
			result->fault = faults[i].fault;
			break;
		}
	}
	if (is_done(message, result))
		result->outcome = CHANNEL_SENT;
	else if (!strcmp(message->kind, "edit") && !message->step &&
		 says(result, "no text in the message to edit"))
		result->outcome = CHANNEL_NEXT;
}

static void read_error(struct vt_ctx *ctx, const struct channel_message *message,
		       const struct channel_answer *answer, struct json *body, struct channel_result *result)
{
	const char *words = json_str(body, "description", "an answer that is not Telegram's");
	int64_t wait = json_i64(body, "parameters.retry_after", 0);
	bool file = !strcmp(message->kind, "fetch") && message->step;

	result->error = arena_strndup(ctx->arena, words, utf8_prefix(words, ERROR_MAX));
	result->error_code = answer->status;
	result->outcome = CHANNEL_REFUSED;
	if (answer->status == 429) {
		result->outcome = CHANNEL_RETRY;
		result->fault = CHANNEL_FAULT_RATE;
		result->retry_after_s = wait > 0 && wait < 86400 ? (int)wait : 0;
	} else if (answer->status >= 500 || answer->status < 400) {
		result->outcome = CHANNEL_RETRY;
		result->fault = CHANNEL_FAULT_SERVER;
	} else if (answer->status == 401 || (answer->status == 404 && !file)) {
		result->fault = CHANNEL_FAULT_LINE;
	} else if (answer->status == 403) {
		result->fault = says(result, "blocked by the user") ? CHANNEL_FAULT_BLOCKED : CHANNEL_FAULT_RECIPIENT;
	} else if (answer->status == 413 || file) {
		result->fault = CHANNEL_FAULT_MEDIA;
	} else {
		read_refusal(message, result);
	}
}

/* The largest of a photograph is its name in later messages. */
static const char *stored_id(struct json *sent)
{
	static const char *const fields[] = { "animation", "document", "video", "audio", "voice", "sticker" };
	struct json *photo = json_at(sent, "photo");

	if (json_array_size(photo))
		return json_str(json_array_at(photo, json_array_size(photo) - 1), "file_id", NULL);
	for (size_t i = 0; i < VT_COUNT(fields); i++) {
		struct json *file = json_at(sent, fields[i]);
		if (file)
			return json_str(file, "file_id", NULL);
	}
	return NULL;
}

static int read_sent(struct vt_ctx *ctx, struct json *sent, struct channel_result *result)
{
	int64_t id = json_i64(sent, "message_id", 0);

	if (!id)
		return vt_fail(ctx, VT_E_PROVIDER, "accepted, without a number");
	result->provider_id = arena_printf(ctx->arena, "%" PRId64, id);
	result->media_id = stored_id(sent);
	result->media_s = result->media_id ? KEPT_S : 0;
	return 0;
}

static int read_path(struct vt_ctx *ctx, struct json *file, struct channel_result *result)
{
	const char *path = json_str(file, "file_path", "");

	if (json_i64(file, "file_size", 0) > TELEGRAM_FETCH_MAX) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_MEDIA;
		result->error = "file is too big";
		return 0;
	}
	if (!*path || path[strspn(path, PATH)] || strstr(path, "..") || *path == '/')
		return vt_fail(ctx, VT_E_PROVIDER, "a file's place that is none");
	result->outcome = CHANNEL_NEXT;
	result->memory = path;
	return 0;
}

static void read_name(struct vt_ctx *ctx, struct json *chat, struct channel_result *result)
{
	const char *first = json_str(chat, "first_name", ""), *last = json_str(chat, "last_name", "");

	result->found = json_new_object(ctx);
	json_set_str(result->found, "name", arena_printf(ctx->arena, "%s%s%s", first, *first && *last ? " " : "",
							 last));
}

/* The token may be another bot's. */
static void read_bot(struct vt_ctx *ctx, const struct channel_message *message, struct json *bot,
		     struct channel_result *result)
{
	const char *name = json_str(bot, "username", ""), *account = json_str(message->settings, "account", "");

	account += *account == '@';
	result->memory = name;
	if (*account && strcasecmp(account, name) != 0) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_LINE;
		result->error = arena_printf(ctx->arena, "the token is of the bot @%s", name);
	} else if (*json_str(message->settings, "hook", "")) {
		result->outcome = CHANNEL_NEXT;
	} else {
		result->found = json_new_object(ctx);
		json_set_str(result->found, "text", arena_printf(ctx->arena, "@%s", name));
	}
}

static int read_answer(struct vt_ctx *ctx, const struct channel_message *message, struct json *found,
		       struct channel_result *result)
{
	result->outcome = CHANNEL_SENT;
	if (!strcmp(message->kind, "message"))
		return read_sent(ctx, found, result);
	if (!strcmp(message->kind, "fetch"))
		return read_path(ctx, found, result);
	if (!strcmp(message->kind, "profile"))
		read_name(ctx, found, result);
	else if (!strcmp(message->kind, "check") && !message->step)
		read_bot(ctx, message, found, result);
	else if (!strcmp(message->kind, "check")) {
		result->found = json_new_object(ctx);
		json_set_str(result->found, "text", arena_printf(ctx->arena, "@%s",
								 message->memory ? message->memory : ""));
	}
	return 0;
}

int telegram_result(struct vt_ctx *ctx, const struct channel_message *message,
		    const struct channel_answer *answer, struct channel_result *result)
{
	struct json *body = NULL;

	if (!strcmp(message->kind, "fetch") && message->step && answer->status == 200) {
		result->outcome = CHANNEL_SENT;
		return 0;
	}
	if (json_parse(ctx, answer->body, answer->size, ANSWER_MAX, &body) < 0) {
		if (answer->status == 200)
			return -1;
		vt_error_clear(ctx);
	}
	if (answer->status == 200 && json_bool(body, "ok", false))
		return read_answer(ctx, message, json_at(body, "result"), result);
	read_error(ctx, message, answer, body, result);
	return 0;
}
