#include "base/vt.h"

#include "channel/x/x.h"
#include "net/signature.h"

#define CHALLENGE_MAX 512

/* X asks now and then whether the address is of who knows the secret. */
static int challenge(struct vt_ctx *ctx, const struct channel_call *call, const char **answer)
{
	const char *token = call->query(call->data, "crc_token");
	const char *secret = call->secret(call->data, "consumer_secret");
	struct json *body;

	if (strcmp(call->method, "GET") != 0 || !token)
		return 0;
	if (!secret || !*secret || strlen(token) > CHALLENGE_MAX)
		return vt_fail(ctx, VT_E_FORBIDDEN, "no secret to answer X with");
	body = json_new_object(ctx);
	json_set_str(body, "response_token",
		     arena_printf(ctx->arena, "sha256=%s", signature_base64(ctx->arena, secret, token, strlen(token))));
	*answer = json_text(ctx, body);
	return 1;
}

static int verify(struct vt_ctx *ctx, const struct channel_call *call)
{
	const char *secret = call->secret(call->data, "consumer_secret");
	const char *given = call->header(call->data, "X-Twitter-Webhooks-Signature");

	if (strcmp(call->method, "POST") != 0 ||
	    !signature_verify_base64(secret, call->body, call->size, "sha256=", given))
		return vt_fail(ctx, VT_E_FORBIDDEN, "not X's signature");
	return 0;
}

static const char *check(const char *field, const char *value)
{
	if (!strcmp(field, "account"))
		return *value && !value[strspn(value, "0123456789")] ? NULL : "error.channel.x_account";
	if (!strcmp(field, "token") || !strcmp(field, "app_token") || !strcmp(field, "consumer_secret") ||
	    !strcmp(field, "client_id") || !strcmp(field, "client_secret") || !strcmp(field, "refresh_token"))
		return *value && !strpbrk(value, " \t\r\n") ? NULL : "error.invalid";
	return NULL;
}

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 20 },
	{ .name = "token", .type = "secret", .required = true, .max = 500 },
	{ .name = "refresh_token", .type = "secret", .max = 500 },
	{ .name = "client_id", .type = "text", .max = 100 },
	{ .name = "client_secret", .type = "secret", .max = 200 },
	{ .name = "consumer_secret", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "app_token", .type = "secret", .max = 500 },
	{ .name = "per_quarter", .type = "number", .max = 1440, .fallback = "15" },
	{ .name = "hook", .type = "url", .max = 300 },
	{ .name = "base", .type = "url", .max = 200, .fallback = "https://api.x.com" },
};

const struct channel channel_x = {
	.name = "x",
	.messenger = MESSENGER_X,
	.capabilities = CHANNEL_CAN_DELETE | CHANNEL_CAN_FILES,
	.text_max = X_TEXT_MAX,
	.caption_max = X_TEXT_MAX,
	.file_max = X_FILE_MAX,
	.takes = x_takes,
	.pace = { .quarter_max = 15, .day_max = 1440 },
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.challenge = challenge,
	.verify = verify,
	.split = x_split,
	.parse = x_parse,
	.build = x_build,
	.result = x_result,
};
