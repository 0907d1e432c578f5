#include "base/vt.h"

#include "base/secret.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/refresh.h"

#define ERROR_MAX 200                  /* characters */
#define TOKEN_MAX 8000
#define LASTS_MAX_S (365 * 86400)

static void put_field(struct strbuf *body, const char *name, const char *value)
{
	strbuf_printf(body, "%s%s=", body->size ? "&" : "", name);
	strbuf_url(body, value);
}

static const char *basic(struct vt_ctx *ctx, const char *id, const char *secret)
{
	struct strbuf pair;

	strbuf_init(&pair, ctx->arena, 256);
	strbuf_url(&pair, id);
	strbuf_putc(&pair, ':');
	strbuf_url(&pair, secret);
	return arena_printf(ctx->arena, "Authorization: Basic %s",
			    secret_base64(ctx->arena, (const uint8_t *)pair.data, pair.size));
}

int channel_refresh_build(struct vt_ctx *ctx, const struct channel_message *message, const char *url,
			  enum channel_refresh_way way, struct channel_request *request)
{
	const char *refresh = message->secret(message->secrets, "refresh_token");
	const char *secret = message->secret(message->secrets, "client_secret");
	const char *id = json_str(message->settings, "client_id", "");
	const char **headers = arena_calloc(ctx->arena, 3, sizeof(*headers));
	struct strbuf body;

	if (!refresh || !*refresh || !*id || !*url)
		return vt_fail(ctx, VT_E_INVALID, "the line has no refresh token, or no application");
	strbuf_init(&body, ctx->arena, 512);
	put_field(&body, "grant_type", "refresh_token");
	put_field(&body, "refresh_token", refresh);
	put_field(&body, "client_id", id);
	headers[0] = "Content-Type: application/x-www-form-urlencoded";
	if (secret && *secret && way == CHANNEL_REFRESH_FORM)
		put_field(&body, "client_secret", secret);
	else if (secret && *secret)
		headers[1] = basic(ctx, id, secret);
	request->url = url;
	request->headers = headers;
	request->body = body.data;
	request->body_size = body.size;
	return 0;
}

static bool is_token(const char *text)
{
	return *text && strlen(text) <= TOKEN_MAX && !strpbrk(text, " \t\r\n");
}

int channel_refresh_result(struct vt_ctx *ctx, struct json *body, struct channel_result *result)
{
	const char *token = json_str(body, "access_token", ""), *refresh = json_str(body, "refresh_token", "");
	int64_t lasts_s = json_i64(body, "expires_in", 0);

	if (!is_token(token) || (*refresh && !is_token(refresh)))
		return vt_fail(ctx, VT_E_PROVIDER, "a token that is none");
	result->outcome = CHANNEL_SENT;
	result->found = json_new_object(ctx);
	json_set_str(result->found, "token", token);
	if (*refresh)
		json_set_str(result->found, "refresh_token", refresh);
	json_set_i64(result->found, "expires_in", lasts_s > 0 && lasts_s < LASTS_MAX_S ? lasts_s : 0);
	return 0;
}

void channel_refresh_refused(struct vt_ctx *ctx, const struct channel_answer *answer, struct json *body,
			     struct channel_result *result)
{
	const char *words = json_str(body, "error_description", json_str(body, "error", "the token was not renewed"));
	bool busy = answer->status == 429 || answer->status >= 500 || answer->status < 400;
	const char *line = arena_strndup(ctx->arena, words, strcspn(words, "\r\n"));

	result->outcome = busy ? CHANNEL_RETRY : CHANNEL_REFUSED;
	result->fault = busy ? CHANNEL_FAULT_SERVER : CHANNEL_FAULT_LINE;
	result->error = arena_strndup(ctx->arena, line, utf8_prefix(line, ERROR_MAX));
	result->error_code = answer->status;
}
