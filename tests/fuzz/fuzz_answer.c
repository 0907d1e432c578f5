/* What a provider answers to what we send, with anything in it: an outcome, or that it was no answer of theirs. The first
 * three bytes choose the network, what was asked and the status; the rest is the body. */
#include "tests/fuzz/fuzz.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

static const char *const kinds[] = {
	"message", "edit", "delete", "reaction", "read", "typing", "answered", "fetch", "profile", "template", "templates",
	"submit", "remove", "check", "token",
};
static const int statuses[] = { 200, 201, 202, 204, 302, 400, 401, 403, 404, 413, 429, 500, 503 };

static const char *header(void *data, const char *name)
{
	return strcasecmp(name, "retry-after") ? "" : data;
}

static const char *secret(void *secrets, const char *name)
{
	(void)secrets;
	(void)name;
	return "x";
}

static void answer(struct vt_ctx *ctx, const uint8_t *chosen, const char *body, size_t size)
{
	const struct channel *network = channel_at(chosen[0] % channel_count());
	struct channel_message message = {
		.reference = "7.1795446000000000", .kind = kinds[chosen[1] % VT_COUNT(kinds)], .step = chosen[1] / 64,
		.memory = "m", .payload = json_new_object(ctx), .settings = json_new_object(ctx), .secret = secret,
		.now_us = INT64_C(1795446000000000),
	};
	const struct channel_answer given = {
		.status = statuses[chosen[2] % VT_COUNT(statuses)], .header = header, .data = (void *)body, .body = body,
		.size = size,
	};
	struct channel_result result = { 0 };

	if (!network->result)
		return;
	if (network->result(ctx, &message, &given, &result) < 0) {
		VT_BUG_ON(ctx->error.code == VT_E_BUG);
		return;
	}
	VT_BUG_ON(result.error && !utf8_valid(result.error, strlen(result.error)));
	VT_BUG_ON(result.provider_id && !utf8_valid(result.provider_id, strlen(result.provider_id)));
	VT_BUG_ON(result.retry_after_s < 0 || result.media_s < 0);
	VT_BUG_ON(result.found && !json_text(ctx, result.found));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_ctx ctx;

	if (size < 3)
		return 0;
	fuzz_begin(&ctx);
	char *body = arena_calloc(ctx.arena, size - 2, 1);
	memcpy(body, data + 3, size - 3);
	answer(&ctx, data, body, size - 3);
	arena_reset(ctx.arena);
	return 0;
}
