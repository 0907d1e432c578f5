/* A POST to Kannel's sendsms, its parameters as headers; and what it answers. */
#include "base/vt.h"

#include "base/json.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/sms/segment.h"
#include "channel/sms/sms.h"

#define HEADERS_MAX 13
#define DLR_MASK 31                    /* every report that there is */
#define ERROR_MAX 120

struct headers {
	struct vt_ctx *ctx;
	const char **list;
	size_t count;
};

static void put(struct headers *headers, const char *name, const char *value)
{
	VT_BUG_ON(headers->count + 1 >= HEADERS_MAX);
	if (*value)
		headers->list[headers->count++] = arena_printf(headers->ctx->arena, "%s: %s", name, value);
}

/* What a message is, by itself or as its channel says: "transactional", "notification", "institutional". */
static const char *class_of(const struct channel_message *message)
{
	return json_str(message->payload, "class", json_str(message->settings, "class", "transactional"));
}

/* The number or the connection of a class, else the line's own. */
static const char *of_class(struct vt_ctx *ctx, const struct channel_message *message, const char *what,
			    const char *otherwise)
{
	const char *own = json_str(message->settings, arena_printf(ctx->arena, "%s_%.20s", what, class_of(message)), "");

	return *own ? own : json_str(message->settings, otherwise, "");
}

/* How urgent it is to Kannel: what someone waits for goes before what is for everybody. */
static const char *priority(const char *class)
{
	if (!strcmp(class, "institutional"))
		return "1";
	return !strcmp(class, "notification") ? "2" : "3";
}

static const char *text_of(struct vt_ctx *ctx, const struct channel_message *message)
{
	const char *text = json_str(message->payload, "text", "");
	struct json *options = json_at(message->payload, "options");
	struct strbuf out;

	if (json_array_size(options)) {
		strbuf_init(&out, ctx->arena, 512);
		strbuf_puts(&out, text);
		for (size_t i = 0; i < json_array_size(options); i++)
			strbuf_printf(&out, "%s%zu. %s", out.size ? "\n" : "", i + 1,
				      json_str(json_array_at(options, i), "label", ""));
		text = out.data;
	}
	return json_bool(message->settings, "plain", false) ? sms_plain(ctx->arena, text) : text;
}

/* Where its reports go: our own number in the address, the rest is for Kannel to fill in. */
static const char *report_address(struct vt_ctx *ctx, const struct channel_message *message)
{
	const char *token = message->secret(message->secrets, "hook_token");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 300);
	strbuf_puts(&out, json_str(message->settings, "hook", ""));
	strbuf_puts(&out, "?token=");
	strbuf_url(&out, token ? token : "");
	strbuf_puts(&out, "&id=");
	strbuf_url(&out, message->reference);
	strbuf_puts(&out, "&s=%d&t=%T&a=%A&fid=%F&smsc=%i&to=%p");
	return out.data;
}

static int address(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *base;
	size_t size;

	if (json_str_req(ctx, message->settings, "base", 300, &base) < 0)
		return -1;
	for (size = strlen(base); size && base[size - 1] == '/'; )
		size--;
	request->url = arena_printf(ctx->arena, "%.*s/cgi-bin/sendsms", (int)size, base);
	request->method = "POST";
	return 0;
}

static int identify(struct vt_ctx *ctx, const struct channel_message *message, struct headers *headers)
{
	const char *password = message->secret(message->secrets, "password");

	if (!password || !*password)
		return vt_fail(ctx, VT_E_INVALID, "the line has no password");
	headers->list = arena_calloc(ctx->arena, HEADERS_MAX, sizeof(*headers->list));
	put(headers, "X-Kannel-Username", json_str(message->settings, "user", ""));
	put(headers, "X-Kannel-Password", password);
	return 0;
}

static int build_message(struct vt_ctx *ctx, const struct channel_message *message,
			 struct channel_request *request)
{
	const char *text = text_of(ctx, message), *to;
	struct sms_segments segments = sms_segments(text);
	struct headers headers = { .ctx = ctx };

	if (json_at(message->payload, "file"))
		return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "a file does not go by SMS");
	if (!segments.count)
		return vt_fail(ctx, VT_E_INVALID, "nothing to say");
	if (segments.count > SMS_SEGMENTS_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_long", "%d segments", segments.count);
	if (json_str_req(ctx, message->payload, "to.value", 15, &to) < 0 ||
	    address(ctx, message, request) < 0 || identify(ctx, message, &headers) < 0)
		return -1;
	if (!*to || to[strspn(to, "0123456789")])
		return vt_fail(ctx, VT_E_INVALID, "not a telephone number");
	put(&headers, "X-Kannel-From", of_class(ctx, message, "from", "account"));
	put(&headers, "X-Kannel-To", arena_printf(ctx->arena, "+%s", to));
	put(&headers, "X-Kannel-Coding", segments.gsm ? "0" : "2");
	put(&headers, "X-Kannel-DLR-Mask", arena_printf(ctx->arena, "%d", DLR_MASK));
	put(&headers, "X-Kannel-DLR-Url", report_address(ctx, message));
	put(&headers, "X-Kannel-SMSC", of_class(ctx, message, "smsc", "smsc"));
	put(&headers, "X-Kannel-Priority", priority(class_of(message)));
	put(&headers, "Content-Type", "text/plain; charset=UTF-8");
	request->headers = headers.list;
	request->body = text;
	request->body_size = strlen(text);
	request->segments = segments.count;
	return 0;
}

/* Kannel has nothing to ask: a message to nobody tells whether it would take one. */
static int build_check(struct vt_ctx *ctx, const struct channel_message *message,
		       struct channel_request *request)
{
	struct headers headers = { .ctx = ctx };

	if (address(ctx, message, request) < 0 || identify(ctx, message, &headers) < 0)
		return -1;
	put(&headers, "Content-Type", "text/plain; charset=UTF-8");
	request->headers = headers.list;
	request->body = "-";
	request->body_size = 1;
	return 0;
}

int sms_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	if (!strcmp(message->kind, "message"))
		return build_message(ctx, message, request);
	if (!strcmp(message->kind, "check"))
		return build_check(ctx, message, request);
	return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "SMS has no such thing");
}

static void refuse(struct channel_result *result, enum channel_outcome outcome, enum channel_fault fault)
{
	result->outcome = outcome;
	result->fault = fault;
}

/* Kannel's own words, of one line. */
int sms_result(struct vt_ctx *ctx, const struct channel_message *message,
	       const struct channel_answer *answer, struct channel_result *result)
{
	const char *words = answer->body, *line = utf8_repair(ctx->arena, words, strcspn(words, "\r\n"));
	bool nobody = strcasestr(words, "receiver") != NULL;

	result->error_code = answer->status;
	result->error = arena_strndup(ctx->arena, line, utf8_prefix_bytes(line, ERROR_MAX));
	if (answer->status == 202 || (!strcmp(message->kind, "check") && answer->status == 400 && nobody)) {
		refuse(result, CHANNEL_SENT, 0);
		result->error = NULL;
		result->error_code = 0;
	} else if (answer->status == 429 || answer->status >= 500) {
		refuse(result, CHANNEL_RETRY, CHANNEL_FAULT_SERVER);
	} else if (answer->status == 400 && (nobody || strcasestr(words, "routable"))) {
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT);
	} else if (answer->status == 400) {
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE);
	} else {
		refuse(result, CHANNEL_REFUSED, CHANNEL_FAULT_LINE);
	}
	return 0;
}
