/* What the Cloud API's answers mean. */
#include "base/vt.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/whatsapp/whatsapp-private.h"

#define MEDIA_KEPT_S (29 * 24 * 3600)  /* the provider keeps an upload for 30 days */
#define URL_MAX 4000

/* Errors beside the Graph API's own (meta_error), by the classes of
 * https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
static const struct {
	int64_t code;
	enum channel_outcome outcome;
	enum channel_fault fault;
	const char *words;
} errors[] = {
	{ 130497, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the line may not write to this country" },
	{ 131005, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app lacks a permission" },
	{ 131031, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the account is locked" },
	{ 131042, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the account has no valid payment" },
	{ 131045, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the number's certificate is wrong" },
	{ 133010, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the number is not registered" },
	{ 130429, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many messages of the line" },
	{ 131048, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many were reported or blocked" },
	{ 131064, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many messages of the line" },
	{ 133016, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many registrations" },
	{ 131056, CHANNEL_RETRY, CHANNEL_FAULT_RECIPIENT_RATE, "too many messages to this person" },
	{ 131000, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the provider has trouble" },
	{ 131016, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the provider has trouble" },
	{ 131057, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the account is being maintained" },
	{ 135000, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the provider has trouble" },
	{ 131052, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the file could not be downloaded" },
	{ 131053, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the file could not be uploaded" },
	{ 131021, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the line cannot write to itself" },
	{ 131026, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "it cannot be delivered to this person" },
	{ 131030, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person is not on the test line's list" },
	{ 131062, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "this goes to a telephone number only" },
	{ 137000, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT, "the person's identity changed" },
	{ 130472, CHANNEL_REFUSED, CHANNEL_FAULT_LATER, "the person takes part in an experiment" },
	{ 131049, CHANNEL_REFUSED, CHANNEL_FAULT_LATER, "the person had enough advertising for now" },
	{ 131050, CHANNEL_REFUSED, CHANNEL_FAULT_OPT_OUT, "the person wants no advertising" },
	{ 131047, CHANNEL_REFUSED, CHANNEL_FAULT_WINDOW, "more than 24 hours since their last message" },
	{ 100, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "a parameter is wrong" },
	{ 131008, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "a parameter is missing" },
	{ 131009, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "a parameter is wrong" },
	{ 131051, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "messages of this type are not taken" },
	{ 131060, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE, "the message is not to be had" },
	{ 131063, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "advertising is not enabled for the line" },
	{ 132000, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template has another number of parameters" },
	{ 132001, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "there is no such template in this language" },
	{ 132005, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the filled template is too long" },
	{ 132007, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template is against the policy" },
	{ 132012, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "a parameter is not as the template wants it" },
	{ 132015, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template is paused" },
	{ 132016, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template is disabled" },
	{ 132018, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template's parameters are wrong" },
	{ 132068, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template's flow is blocked" },
	{ 132069, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template's flow is throttled" },
};

bool whatsapp_error_class(int64_t code, enum channel_outcome *outcome, enum channel_fault *fault,
			  const char **words)
{
	for (size_t i = 0; i < VT_COUNT(errors); i++) {
		if (errors[i].code != code)
			continue;
		*outcome = errors[i].outcome;
		*fault = errors[i].fault;
		*words = errors[i].words;
		return true;
	}
	return false;
}

static void refuse(struct channel_result *result, enum channel_outcome outcome, enum channel_fault fault,
		   const char *words)
{
	result->outcome = outcome;
	result->fault = fault;
	result->error = words;
}

/* What the code alone does not tell. */
static void judge_case(const struct channel_message *message, struct json *body, int64_t code,
		       struct channel_result *result)
{
	bool names_thing = code == 100 && json_i64(body, "error.error_subcode", 0) == 33;
	bool old_upload = message->media_id && !message->memory && !strcmp(message->kind, "message");

	if (!code && json_at(body, "error.code"))
		refuse(result, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the token does not hold any more");
	else if (!strcmp(message->kind, "fetch") && code == 100)
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the file is not there any more");
	else if (names_thing && strcmp(message->kind, "remove") != 0)
		refuse(result, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the line is not there, or the token is not its own");
	else if (old_upload && (code == 100 || code == 131009))
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA, "the upload is not there any more");
}

#define SAID_MAX 300
#define NOT_THERE 2593002              /* error_subcode: a template that is to go, and is none */

/* Whoever wrote a template reads what the provider says of it. What is to go and is not there is gone. */
static void judge_template(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			   struct channel_result *result)
{
	bool removes = !strcmp(message->kind, "remove");
	const char *said = json_str(body, "error.error_user_msg", json_str(body, "error.error_data.details",
									   json_str(body, "error.message", "")));

	if (!removes && strcmp(message->kind, "submit") != 0)
		return;
	if (removes && json_i64(body, "error.error_subcode", 0) == NOT_THERE) {
		result->outcome = CHANNEL_SENT;
		return;
	}
	if (result->outcome == CHANNEL_REFUSED && *said)
		result->error = arena_strndup(ctx->arena, said, utf8_prefix(said, SAID_MAX));
}

static int read_error(struct vt_ctx *ctx, const struct channel_message *message,
		      const struct channel_answer *answer, struct json *body, struct channel_result *result)
{
	int64_t code = json_i64(body, "error.code", 0);

	meta_error(ctx, answer, body, result);
	whatsapp_error_class(code, &result->outcome, &result->fault, &result->error);
	judge_case(message, body, code, result);
	judge_template(ctx, message, body, result);
	return 0;
}

static int go_on(struct channel_result *result, const char *memory)
{
	result->outcome = CHANNEL_NEXT;
	result->memory = memory;
	return 0;
}

static int read_upload(struct vt_ctx *ctx, struct json *body, struct channel_result *result)
{
	if (json_str_req(ctx, body, "id", WHATSAPP_ID_MAX, &result->media_id) < 0)
		return -1;
	result->media_s = MEDIA_KEPT_S;
	return go_on(result, arena_printf(ctx->arena, WHATSAPP_MEMORY_FILE "%s", result->media_id));
}

static int read_said(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		     struct channel_result *result)
{
	enum whatsapp_part part = whatsapp_part_of(message);

	if (part == WHATSAPP_UPLOAD)
		return read_upload(ctx, body, result);
	if (json_str_req(ctx, body, "messages.0.id", WHATSAPP_ID_MAX, &result->provider_id) < 0)
		return -1;
	return part == WHATSAPP_MEDIA && whatsapp_has_rest(message) ? go_on(result, WHATSAPP_MEMORY_REST) : 0;
}

static int read_fetch(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_result *result)
{
	if (message->memory)
		return 0;
	return json_str_req(ctx, body, "url", URL_MAX, &result->memory) < 0 ? -1 : go_on(result, result->memory);
}

static int read_template(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			 struct channel_result *result)
{
	const char *state;

	if (whatsapp_part_of(message) == WHATSAPP_UPLOAD)
		return read_upload(ctx, body, result);
	if (json_str_req(ctx, body, "messages.0.id", WHATSAPP_ID_MAX, &result->provider_id) < 0)
		return -1;
	state = json_str(body, "messages.0.message_status", "accepted");
	if (!strcmp(state, "paused"))
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE, "the template is paused");
	return 0;
}

static int read_templates(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			  struct channel_result *result)
{
	struct json *items = json_at(body, "data");
	const char *after = json_at(body, "paging.next") ? json_str(body, "paging.cursors.after", NULL) : NULL;

	(void)message;
	if (!json_is_array(items))
		return vt_fail(ctx, VT_E_PROVIDER, "a list of templates that is none");
	result->found = json_new_object(ctx);
	json_set_node(result->found, "items", items);
	if (after)
		json_set_str(result->found, "after", after);
	return 0;
}

/* A sample of the header is uploaded in two calls before the template itself. */
static int read_submit(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		       struct channel_result *result)
{
	if (json_at(message->payload, "file") && message->step < 2) {
		if (json_str_req(ctx, body, message->step ? "h" : "id", URL_MAX, &result->memory) < 0)
			return -1;
		return go_on(result, result->memory);
	}
	result->found = json_new_object(ctx);
	json_set_node(result->found, "items", json_new_array(ctx));
	json_append_node(json_at(result->found, "items"), body);
	/* Of a change it only says that it is taken. */
	if (json_at(message->payload, "id"))
		return json_bool(body, "success", false) ? 0 : vt_fail(ctx, VT_E_PROVIDER, "a change that was not taken");
	return json_str_req(ctx, body, "id", WHATSAPP_ID_MAX, &result->provider_id);
}

static int read_check(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_result *result)
{
	const char *name = json_str(body, "verified_name", ""), *number = json_str(body, "display_phone_number", "");

	(void)message;
	result->found = json_new_object(ctx);
	json_set_str(result->found, "text", arena_printf(ctx->arena, "%s (%s)", name, number));
	json_set_node(result->found, "line", body);
	return 0;
}

static const struct {
	const char *kind;
	int (*read)(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		    struct channel_result *result);
} kinds[] = {
	{ "message", read_said }, { "fetch", read_fetch }, { "template", read_template },
	{ "templates", read_templates }, { "submit", read_submit }, { "check", read_check },
	{ "token", meta_token_result },
};

/* The file's bytes went to where they were asked for; here is only whether they came. */
static int read_bytes(const struct channel_answer *answer, struct channel_result *result)
{
	bool later = answer->status == 429 || answer->status >= 500;

	result->error_code = answer->status;
	refuse(result, later ? CHANNEL_RETRY : CHANNEL_REFUSED, later ? CHANNEL_FAULT_SERVER : CHANNEL_FAULT_MEDIA,
	       later ? "the file's server has trouble" : "the file is not there any more");
	return 0;
}

int whatsapp_result(struct vt_ctx *ctx, const struct channel_message *message,
		    const struct channel_answer *answer, struct channel_result *result)
{
	bool taken = answer->status >= 200 && answer->status <= 299;
	bool bytes = !strcmp(message->kind, "fetch") && (message->memory || !json_at(message->payload, "id"));
	struct json *body = NULL;

	result->outcome = CHANNEL_SENT;
	if (bytes)
		return taken ? 0 : read_bytes(answer, result);
	if (json_parse(ctx, answer->body, answer->size, META_RAW_MAX, &body) < 0)
		vt_error_clear(ctx);
	if (!taken || json_at(body, "error"))
		return read_error(ctx, message, answer, body, result);
	if (!json_is_object(body))
		return vt_fail(ctx, VT_E_PROVIDER, "an answer that is no JSON object");
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(message->kind, kinds[i].kind))
			return kinds[i].read(ctx, message, body, result);
	}
	return 0;
}
