/* The door, the calls and the errors of the Graph API. */
#include "base/vt.h"
#include "base/id.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "channel/meta/meta.h"
#include "channel/multipart.h"
#include "net/signature.h"

#define BASE "https://graph.facebook.com"
#define VERSION "v25.0"
#define RETRY_MAX_S (24 * 3600)
#define DIGITS "0123456789"

static bool is_version(const char *value)
{
	size_t whole;

	if (*value != 'v')
		return false;
	whole = strspn(value + 1, DIGITS);
	return whole && value[1 + whole] == '.' && value[2 + whole] &&
		!value[2 + whole + strspn(value + 2 + whole, DIGITS)];
}

const char *meta_check(const char *field, const char *value)
{
	bool number = !strcmp(field, "account") || !strcmp(field, "waba") || !strcmp(field, "app_id");

	if (number && value[strspn(value, DIGITS)])
		return "error.channel.account";
	if (!strcmp(field, "version") && !is_version(value))
		return "error.channel.version";
	return NULL;
}

int meta_challenge(struct vt_ctx *ctx, const struct channel_call *call, const char **answer)
{
	const char *mode = call->query(call->data, "hub.mode");
	const char *given = call->query(call->data, "hub.verify_token");
	const char *token = call->secret(call->data, "verify_token");
	const char *challenge = call->query(call->data, "hub.challenge");

	if (strcmp(call->method, "GET") != 0)
		return 0;
	if (!mode || strcmp(mode, "subscribe") != 0 || !challenge || !token || !*token || !given ||
	    !secret_equal_text(token, given))
		return vt_fail(ctx, VT_E_FORBIDDEN, "no subscription with our verify token");
	*answer = challenge;
	return 1;
}

int meta_verify(struct vt_ctx *ctx, const struct channel_call *call)
{
	if (signature_verify_hex(call->secret(call->data, "app_secret"), call->body, call->size, "sha256=",
				 call->header(call->data, "X-Hub-Signature-256")))
		return 0;
	return vt_fail(ctx, VT_E_FORBIDDEN, "the signature is not the app's");
}

static const char *setting(const struct channel_message *message, const char *name, const char *fallback)
{
	const char *value = json_str(message->settings, name, fallback);

	return *value ? value : fallback;
}

const char *meta_url(struct vt_ctx *ctx, const struct channel_message *message, const char *path, ...)
{
	const char *base = setting(message, "base", BASE), *version = setting(message, "version", VERSION);
	size_t size = strlen(base);
	va_list args;

	while (size && base[size - 1] == '/')
		size--;
	va_start(args, path);
	const char *rest = arena_vprintf(ctx->arena, path, args);
	va_end(args);
	return arena_printf(ctx->arena, "%.*s/%s/%s", (int)size, base, version, rest);
}

/* type: a whole header. */
static int add_headers(struct vt_ctx *ctx, const struct channel_message *message, const char *type,
		       const char *const **headers)
{
	const char **list = arena_calloc(ctx->arena, 3, sizeof(*list));
	const char *token = message->secret(message->secrets, "token");

	if (!token || !*token)
		return vt_fail(ctx, VT_E_INVALID, "the line has no token");
	list[0] = arena_printf(ctx->arena, "Authorization: Bearer %s", token);
	list[1] = type;
	*headers = list;
	return 0;
}

int meta_headers(struct vt_ctx *ctx, const struct channel_message *message, const char *type,
		 const char *const **headers)
{
	const char *header = arena_printf(ctx->arena, "Content-Type: %s", type ? type : "application/json");

	return add_headers(ctx, message, header, headers);
}

void meta_body(struct vt_ctx *ctx, struct channel_request *request, struct json *body)
{
	request->body = json_text(ctx, body);
	request->body_size = strlen(request->body);
}

int meta_upload(struct vt_ctx *ctx, const struct channel_message *message, const char *const *fields,
		const char *file_field, struct channel_request *request)
{
	const char *name = json_str(message->payload, "file.name", "archivo");
	const char *type = json_str(message->payload, "file.type", "application/octet-stream");
	struct multipart form;

	request->quiet = true;
	multipart_begin(ctx, &form);
	for (; *fields; fields += 2)
		multipart_field(&form, fields[0], fields[1]);
	return add_headers(ctx, message, multipart_file(ctx, &form, file_field, name, type, request),
			   &request->headers);
}

const char *meta_numbered(struct vt_ctx *ctx, struct json *options, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, text);
	strbuf_puts(&out, *text ? "\n" : "");
	for (size_t i = 0; i < json_array_size(options); i++)
		strbuf_printf(&out, "\n%zu. %s", i + 1, json_str(json_array_at(options, i), "label", ""));
	return out.data;
}

/* What every part of the Graph API may answer; a network's own come before or after. */
static const struct {
	int64_t first, last;
	enum channel_outcome outcome;
	enum channel_fault fault;
	const char *words;
} classes[] = {
	{ 1, 2, CHANNEL_RETRY, CHANNEL_FAULT_SERVER, "the provider has trouble" },
	{ 3, 3, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app has no leave for this" },
	{ 4, 4, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the app" },
	{ 10, 10, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app lacks a permission" },
	{ 17, 17, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the user" },
	{ 32, 32, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the page" },
	{ 102, 104, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "there is no token" },
	{ 190, 190, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the token does not hold any more" },
	{ 200, 299, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the app lacks a permission" },
	{ 341, 341, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the app" },
	{ 368, 368, CHANNEL_RETRY, CHANNEL_FAULT_LINE, "the account is blocked for its conduct" },
	{ 613, 613, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls" },
	{ 80000, 80014, CHANNEL_RETRY, CHANNEL_FAULT_RATE, "too many calls of the account" },
};

static void judge_status(int status, struct channel_result *result)
{
	bool server = status >= 500 || status < 400;

	result->outcome = status == 429 || server ? CHANNEL_RETRY : CHANNEL_REFUSED;
	result->fault = status == 429 ? CHANNEL_FAULT_RATE :
		server ? CHANNEL_FAULT_SERVER :
		status == 401 ? CHANNEL_FAULT_LINE : CHANNEL_FAULT_MESSAGE;
	result->error = status == 429 ? "too many calls" : server ? "the provider has trouble" :
		status == 401 ? "the token does not hold any more" : "the provider refused it";
}

void meta_error(struct vt_ctx *ctx, const struct channel_answer *answer, struct json *body,
		struct channel_result *result)
{
	int64_t code = json_i64(body, "error.code", 0), wait = 0;

	(void)ctx;
	judge_status(answer->status, result);
	result->error_code = code > 0 && code <= INT32_MAX ? (int)code : answer->status;
	if (!json_is_object(json_at(body, "error"))) {
		if (answer->status < 500 && answer->status != 429)
			result->outcome = CHANNEL_RETRY, result->fault = CHANNEL_FAULT_SERVER;
	} else if (json_bool(body, "error.is_transient", false)) {
		result->outcome = CHANNEL_RETRY;
		result->fault = CHANNEL_FAULT_SERVER;
	}
	for (size_t i = 0; i < VT_COUNT(classes); i++) {
		if (code < classes[i].first || code > classes[i].last)
			continue;
		result->outcome = classes[i].outcome;
		result->fault = classes[i].fault;
		result->error = classes[i].words;
	}
	if (result->outcome == CHANNEL_RETRY &&
	    id_parse(answer->header(answer->data, "Retry-After"), 1, RETRY_MAX_S, &wait) == 0)
		result->retry_after_s = (int)wait;
}
