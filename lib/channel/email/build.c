/* A mail as SMTP takes it, and what the server's answer means. */
#include "base/vt.h"

#include "base/secret.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/email/email.h"
#include "channel/refresh.h"

#define BASE64_LINE_BYTES 57           /* 76 characters (RFC 2045) */
#define SUBJECT_MAX 200                /* characters */
#define IDS_MAX 20                     /* of References */
#define ID_MAX 200
#define TOKEN_ANSWER_MAX ((size_t)64 * 1024)

static const char *domain_of(const char *address)
{
	const char *at = strchr(address, '@');

	return at ? at + 1 : "localhost";
}

static const char *message_id(struct vt_ctx *ctx, const struct channel_message *message)
{
	return arena_printf(ctx->arena, "<conv-%" PRId64 ".m%s@%s>",
			    json_i64(message->payload, "mail.conversation", 0), message->reference,
			    domain_of(json_str(message->settings, "account", "")));
}

/* One that can stand in a header: "<...>" of ASCII without spaces. */
static size_t id_size(const char *text)
{
	const char *close = strchr(text, '>');
	size_t size = close ? (size_t)(close - text) + 1 : 0;

	if (*text != '<' || size > ID_MAX)
		return 0;
	for (size_t i = 0; i < size; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return 0;
	}
	return size;
}

/* The ids that a text names, a line each; other things are left out. */
static void put_ids(struct strbuf *out, const char *name, const char *ids, const char *last)
{
	const char *lists[] = { ids, last };
	int count = 0;

	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		for (const char *at = strchr(lists[i], '<'); at && count < IDS_MAX; at = strchr(at + 1, '<')) {
			size_t size = id_size(at);
			if (!size)
				continue;
			if (count++)
				strbuf_puts(out, "\r\n ");
			else
				strbuf_printf(out, "%s: ", name);
			strbuf_add(out, at, size);
		}
	}
	if (count)
		strbuf_puts(out, "\r\n");
}

/* What is about something else than the mail before begins a thread of its own in its reader's program: no "Re:". */
static const char *subject_of(struct vt_ctx *ctx, const struct channel_message *message)
{
	const char *answered = json_str(message->payload, "mail.subject", "");
	const char *wanted = json_str(message->payload, "subject", "");
	bool another = *wanted && strcmp(wanted, email_subject(ctx, answered)) != 0;
	const char *subject = another ? wanted : *answered ? answered : json_str(message->settings, "subject", "");
	int64_t conversation = json_i64(message->payload, "mail.conversation", 0);
	const char *number = conversation ? arena_printf(ctx->arena, "[#%" PRId64 "]", conversation) : "";
	struct strbuf out;

	strbuf_init(&out, ctx->arena, SUBJECT_MAX);
	if (!another && *answered && strncasecmp(answered, "re:", 3) != 0)
		strbuf_puts(&out, "Re: ");
	strbuf_add(&out, subject, utf8_prefix(subject, SUBJECT_MAX));
	if (*number && !strstr(subject, number))
		strbuf_printf(&out, "%s%s", out.size ? " " : "", number);
	return out.data;
}

/* The address that was written to answers, while it is one of the line's. */
static const char *sender_of(const struct channel_message *message)
{
	const char *written = json_str(message->payload, "mail.from", "");

	return email_is_own(message->settings, written) ? written : json_str(message->settings, "account", "");
}

static void put_head(struct vt_ctx *ctx, const struct channel_message *message, struct strbuf *out)
{
	const char *name = json_str(message->settings, "sender_name", "");
	const char *answers = json_str(message->payload, "quote.id", json_str(message->payload, "mail.in_reply_to", ""));
	const char *account = sender_of(message);

	if (*name) {
		const char *line = mime_header(ctx, "From", name);
		strbuf_printf(out, "%.*s\r\n <%s>\r\n", (int)strlen(line) - 2, line, account);
	} else {
		strbuf_printf(out, "From: <%s>\r\n", account);
	}
	strbuf_printf(out, "To: <%s>\r\n", json_str(message->payload, "to.value", ""));
	strbuf_puts(out, mime_header(ctx, "Subject", subject_of(ctx, message)));
	strbuf_printf(out, "Date: %s\r\n", mime_date(ctx, message->now_us));
	strbuf_printf(out, "Message-ID: %s\r\n" EMAIL_REFERENCE_HEADER ": %s\r\n", message_id(ctx, message),
		      message->reference);
	put_ids(out, "In-Reply-To", answers, "");
	put_ids(out, "References", json_str(message->payload, "mail.references", ""), answers);
	if (!json_bool(message->payload, "human", false))
		strbuf_puts(out, "Auto-Submitted: auto-replied\r\n");
	strbuf_puts(out, "MIME-Version: 1.0\r\n");
}

static void put_text(struct vt_ctx *ctx, const struct channel_message *message, struct strbuf *out)
{
	const char *text = email_text(ctx, message);
	size_t size = strlen(text);

	strbuf_puts(out, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	for (size_t at = 0; at < size; at += BASE64_LINE_BYTES) {
		size_t part = size - at < BASE64_LINE_BYTES ? size - at : BASE64_LINE_BYTES;
		strbuf_printf(out, "%s\r\n", secret_base64(ctx->arena, (const uint8_t *)text + at, part));
	}
}

/* RFC 2231: no quote, line or byte of a name can end the header. */
static void put_parameter(struct strbuf *out, const char *name, const char *value)
{
	strbuf_printf(out, ";\r\n %s*=UTF-8''", name);
	strbuf_url(out, value);
}

static bool is_type(const char *type)
{
	return strlen(type) < 100 && strchr(type, '/') && !type[strspn(type,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_/")];
}

/* What stands before the bytes of a file. */
static const char *file_head(struct vt_ctx *ctx, const char *boundary, struct json *file)
{
	const char *type = json_str(file, "type", "");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 256);
	strbuf_printf(&out, "\r\n--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
		      "Content-Disposition: attachment", boundary, is_type(type) ? type : "application/octet-stream");
	put_parameter(&out, "filename", json_str(file, "name", "adjunto"));
	strbuf_puts(&out, "\r\n\r\n");
	return out.data;
}

static void put_with_files(struct vt_ctx *ctx, const struct channel_message *message, struct strbuf *out,
			   struct channel_request *request)
{
	const char *boundary = arena_printf(ctx->arena, "=_%s", message->reference);
	struct json *further = json_at(message->payload, "further");
	size_t count = json_array_size(further);
	const char **between = arena_calloc(ctx->arena, count + 1, sizeof(*between));

	strbuf_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	put_text(ctx, message, out);
	strbuf_puts(out, file_head(ctx, boundary, json_at(message->payload, "file")));
	for (size_t i = 0; i < count; i++)
		between[i] = file_head(ctx, boundary, json_array_at(further, i));
	request->with_file = request->file_base64 = true;
	request->between = between;
	request->further_count = count;
	request->tail = arena_printf(ctx->arena, "\r\n--%s--\r\n", boundary);
	request->tail_size = strlen(request->tail);
}

int email_address(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	if (json_str_req(ctx, message->settings, "smtp", 300, &request->url) < 0 ||
	    json_str_req(ctx, message->settings, "account", 254, &request->mail_from) < 0)
		return -1;
	if (!mime_is_address(request->mail_from))
		return vt_fail(ctx, VT_E_INVALID, "the line has no address");
	if (*json_str(message->settings, "user", ""))
		request->user = json_str(message->settings, "user", "");
	return 0;
}

static int build_message(struct vt_ctx *ctx, const struct channel_message *message,
			 struct channel_request *request)
{
	const char **to = arena_calloc(ctx->arena, 2, sizeof(*to));
	struct strbuf out;

	if (email_address(ctx, message, request) < 0 || json_str_req(ctx, message->payload, "to.value", 254, &to[0]) < 0)
		return -1;
	if (!mime_is_address(to[0]))
		return vt_fail(ctx, VT_E_INVALID, "no address to write to");
	if (utf8_length(json_str(message->payload, "text", "")) > EMAIL_TEXT_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_long", "a text over the limit");
	strbuf_init(&out, ctx->arena, 4096);
	put_head(ctx, message, &out);
	if (json_is_object(json_at(message->payload, "file")))
		put_with_files(ctx, message, &out, request);
	else
		put_text(ctx, message, &out);
	request->body = out.data;
	request->body_size = out.size;
	request->mail_to = to;
	return 0;
}

/* In the form, as Google and Microsoft describe it. Asked once more than it had to be, nothing is lost. */
static int build_token(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	request->quiet = true;
	return channel_refresh_build(ctx, message, json_str(message->settings, "token_url", ""), CHANNEL_REFRESH_FORM, request);
}

int email_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	if (!strcmp(message->kind, "message"))
		return build_message(ctx, message, request);
	if (!strcmp(message->kind, "check"))
		return email_check_build(ctx, message, request);
	if (!strcmp(message->kind, "token"))
		return build_token(ctx, message, request);
	return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "e-mail has no such thing");
}

/* "550 5.1.1 ...": class, subject and detail (RFC 3463); false: the server writes none. */
static bool enhanced(const char *words, int code[3])
{
	const char *at = strlen(words) > 4 ? words + 4 : "";

	return sscanf(at, "%1d.%3d.%3d", &code[0], &code[1], &code[2]) == 3;
}

static enum channel_fault fault_of(int status, const char *words)
{
	int code[3] = { 0 };

	if (status == 530 || status == 534 || status == 535 || status == 538)
		return CHANNEL_FAULT_LINE;
	if (enhanced(words, code)) {
		if (code[1] == 1 && (code[2] == 7 || code[2] == 8))
			return CHANNEL_FAULT_LINE;      /* our own address is not taken */
		if (code[1] == 7 && code[2] >= 8 && code[2] <= 9)
			return CHANNEL_FAULT_LINE;
		if (code[1] == 1 || code[1] == 2 || code[1] == 4)
			return CHANNEL_FAULT_RECIPIENT;
		return CHANNEL_FAULT_MESSAGE;
	}
	return status == 550 || status == 551 || status == 553 ? CHANNEL_FAULT_RECIPIENT : CHANNEL_FAULT_MESSAGE;
}

const char *email_server_said(struct vt_ctx *ctx, const struct channel_answer *answer)
{
	int code[3] = { 0 };

	return enhanced(answer->body, code)
		? arena_printf(ctx->arena, "the mail server said %d %d.%d.%d", answer->status, code[0], code[1], code[2])
		: arena_printf(ctx->arena, "the mail server said %d", answer->status);
}

static int token_result(struct vt_ctx *ctx, const struct channel_answer *answer, struct channel_result *result)
{
	bool given = answer->status >= 200 && answer->status < 300;
	struct json *body = NULL;

	if (json_parse(ctx, answer->body, answer->size, TOKEN_ANSWER_MAX, &body) < 0) {
		if (given)
			return -1;
		vt_error_clear(ctx);
	}
	if (given)
		return channel_refresh_result(ctx, body, result);
	channel_refresh_refused(ctx, answer, body, result);
	return 0;
}

int email_result(struct vt_ctx *ctx, const struct channel_message *message,
		 const struct channel_answer *answer, struct channel_result *result)
{
	int code[3] = { 0 };

	if (!strcmp(message->kind, "check"))
		return email_check_result(ctx, message, answer, result);
	if (!strcmp(message->kind, "token"))
		return token_result(ctx, answer, result);
	if (answer->status >= 200 && answer->status < 400) {
		result->outcome = CHANNEL_SENT;
		result->provider_id = message_id(ctx, message);
		return 0;
	}
	enhanced(answer->body, code);
	result->error_code = answer->status;
	result->error = email_server_said(ctx, answer);
	if (answer->status >= 400 && answer->status < 500) {
		result->outcome = CHANNEL_RETRY;
		result->fault = code[1] == 2 ? CHANNEL_FAULT_RECIPIENT : CHANNEL_FAULT_SERVER;
		return 0;
	}
	result->outcome = CHANNEL_REFUSED;
	result->fault = fault_of(answer->status, answer->body);
	return 0;
}
