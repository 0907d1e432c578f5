/* What the Send API's answers mean. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/meta/page-private.h"

#define MEDIA_KEPT_S (85 * 24 * 3600)  /* the provider keeps an upload for 90 days */
#define LATE 'l'
#define IN_TIME 'r'
#define CODE_PERMISSION 10
#define CODE_PERMISSIONS 200

/* Errors of messages to people, beside the Graph API's own (meta_error). 0 is any. */
static const struct {
	int64_t code, subcode;
	enum channel_outcome outcome;
	enum channel_fault fault;
	const char *words;
} errors[] = {
	{ 10, 2018278, CHANNEL_REFUSED, CHANNEL_FAULT_WINDOW, "too long after the person's last message" },
	{ 10, 2534022, CHANNEL_REFUSED, CHANNEL_FAULT_WINDOW, "too long after the person's last message" },
	{ 10, 2018065, CHANNEL_REFUSED, CHANNEL_FAULT_WINDOW, "too long after the person's last message" },
	{ 10, 2018108, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person takes no messages from us" },
	{ 100, 2018001, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "there is no such person any more" },
	{ 0, 1545041, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person cannot be reached" },
	{ 551, 0, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person cannot be reached" },
	{ 230, 0, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person takes no messages from us" },
	{ 0, 2018008, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the file could not be fetched" },
	{ 0, 2018047, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the file could not be uploaded" },
	{ 0, 2018074, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the upload is not there any more" },
	{ 0, 2018109, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "the file is too large" },
	{ 100, 33, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the account is not there, or the token is not its own" },
	{ 613, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls" },
	{ 4, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls" },
	{ 32, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the page" },
	{ 80006, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the account" },
	{ 1200, 0, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the provider has trouble" },
	{ 190, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the token does not hold any more" },
	{ CODE_PERMISSIONS, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app lacks a permission" },
	{ CODE_PERMISSION, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app lacks a permission" },
};

bool page_is_late(const struct channel_message *message)
{
	return message->memory && *message->memory == LATE;
}

const char *page_attachment(const struct channel_message *message)
{
	return message->memory && *message->memory && message->memory[1] ? message->memory + 1 : message->media_id;
}

const char *page_memory(struct vt_ctx *ctx, bool late, const char *attachment)
{
	return arena_printf(ctx->arena, "%c%s", late ? LATE : IN_TIME, attachment ? attachment : "");
}

bool page_uploads(const struct channel_message *message)
{
	return !strcmp(message->kind, "message") && json_at(message->payload, "file") &&
		!page_attachment(message);
}

static void judge(int64_t code, int64_t subcode, struct channel_result *result)
{
	for (size_t i = 0; i < VT_COUNT(errors); i++) {
		if ((errors[i].code && errors[i].code != code) ||
		    (errors[i].subcode && errors[i].subcode != subcode))
			continue;
		result->outcome = errors[i].outcome;
		result->fault = errors[i].fault;
		result->error = errors[i].words;
		return;
	}
}

/* Of the time in which one may answer, the provider's clock decides: what was refused as a reply goes
 * once more as a person's late answer, if it is one. */
static void judge_late(struct vt_ctx *ctx, const struct channel_message *message, int64_t code,
		       struct channel_result *result)
{
	if (strcmp(message->kind, "message") != 0)
		return;
	if (page_is_late(message) && (code == CODE_PERMISSION || code == CODE_PERMISSIONS) &&
	    result->fault == CHANNEL_FAULT_LINE) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_WINDOW;
		result->error = "the app may not answer after 24 hours (Human Agent)";
		return;
	}
	if (result->fault != CHANNEL_FAULT_WINDOW || page_is_late(message) ||
	    !json_bool(message->payload, "human", false))
		return;
	result->outcome = CHANNEL_NEXT;
	result->memory = page_memory(ctx, true, page_attachment(message));
}

static int read_error(struct vt_ctx *ctx, const struct channel_message *message,
		      const struct channel_answer *answer, struct json *body, struct channel_result *result)
{
	int64_t code = json_i64(body, "error.code", 0);

	meta_error(ctx, answer, body, result);
	if (code)
		judge(code, json_i64(body, "error.error_subcode", 0), result);
	judge_late(ctx, message, code, result);
	return 0;
}

/* The file's bytes went to where they were asked for; here is only whether they came. */
static int read_fetched(const struct channel_answer *answer, struct channel_result *result)
{
	if (answer->status >= 200 && answer->status < 300) {
		result->outcome = CHANNEL_SENT;
		return 0;
	}
	bool later = answer->status == 429 || answer->status >= 500;
	result->outcome = later ? CHANNEL_RETRY : CHANNEL_REFUSED;
	result->fault = later ? CHANNEL_FAULT_SERVER : CHANNEL_FAULT_MEDIA;
	result->error_code = answer->status;
	result->error = later ? "the file's server has trouble" : "the file is not there any more";
	return 0;
}

static int read_upload(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		       struct channel_result *result)
{
	const char *id;

	if (json_str_req(ctx, body, "attachment_id", PAGE_ID_MAX, &id) < 0)
		return -1;
	result->outcome = CHANNEL_NEXT;
	result->memory = page_memory(ctx, page_is_late(message), id);
	result->media_id = id;
	result->media_s = MEDIA_KEPT_S;
	return 0;
}

static void read_profile(struct vt_ctx *ctx, struct json *body, struct channel_result *result)
{
	const char *first = json_str(body, "first_name", ""), *last = json_str(body, "last_name", "");
	const char *name = json_str(body, "name", "");

	if (*first && *last)
		name = arena_printf(ctx->arena, "%s %s", first, last);
	else if (!*name)
		name = *first ? first : *last ? last : json_str(body, "username", "");
	result->found = json_new_object(ctx);
	json_set_str(result->found, "name", *name ? name : NULL);
}

static void read_check(struct vt_ctx *ctx, struct json *body, struct channel_result *result)
{
	const char *user = json_str(body, "username", NULL), *name = json_str(body, "name", "");

	result->found = json_new_object(ctx);
	json_set_str(result->found, "text", user ? arena_printf(ctx->arena, "%s (@%s)", name, user) : name);
}

static int read_taken(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_result *result)
{
	if (page_uploads(message))
		return read_upload(ctx, message, body, result);
	result->outcome = CHANNEL_SENT;
	if (!strcmp(message->kind, "profile"))
		read_profile(ctx, body, result);
	else if (!strcmp(message->kind, "check"))
		read_check(ctx, body, result);
	else if (!strcmp(message->kind, "token"))
		return meta_token_result(ctx, message, body, result);
	else if (!strcmp(message->kind, "message"))
		return json_str_req(ctx, body, "message_id", PAGE_ID_MAX, &result->provider_id);
	return 0;
}

int page_result(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		const struct channel_answer *answer, struct channel_result *result)
{
	struct json *body = NULL;

	(void)page;
	if (!strcmp(message->kind, "fetch"))
		return read_fetched(answer, result);
	if (json_parse(ctx, answer->body, answer->size, META_RAW_MAX, &body) < 0)
		vt_error_clear(ctx);
	if (answer->status < 200 || answer->status > 299 || json_at(body, "error"))
		return read_error(ctx, message, answer, body, result);
	if (!json_is_object(body))
		return vt_fail(ctx, VT_E_PROVIDER, "an answer that is no JSON object");
	return read_taken(ctx, message, body, result);
}
