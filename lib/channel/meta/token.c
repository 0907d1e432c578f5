/* Until when a token of Meta's holds: https://developers.facebook.com/docs/graph-api/reference/debug_token (read 2026-09). */
#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "channel/meta/meta.h"

int meta_token_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *token = message->secret(message->secrets, "token");
	struct strbuf url;

	if (meta_headers(ctx, message, NULL, &request->headers) < 0)
		return -1;
	strbuf_init(&url, ctx->arena, 512);
	strbuf_puts(&url, meta_url(ctx, message, "debug_token?input_token="));
	strbuf_url(&url, token);
	request->method = "GET";
	request->url = url.data;
	return 0;
}

int meta_token_result(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_result *result)
{
	struct json *data = json_at(body, "data");
	int64_t until = json_i64(data, "expires_at", 0), now = message->now_us / CLOCK_SECOND;

	if (!json_is_object(data))
		return vt_fail(ctx, VT_E_PROVIDER, "a token that nothing is said of");
	if (!json_bool(data, "is_valid", true)) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_LINE;
		result->error = "the token does not hold any more";
		return 0;
	}
	result->outcome = CHANNEL_SENT;
	result->found = json_new_object(ctx);
	json_set_i64(result->found, "expires_in", until == 0 ? -1 : until > now ? until - now : 1);
	return 0;
}
