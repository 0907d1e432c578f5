/* A mail of anybody's: read, cleaned and stored as an event without a fault. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "channel/email/email.h"
#include "channel/email/html.h"

static void check_stored(struct vt_ctx *ctx, const struct mime_mail *mail)
{
	const char *raw = email_stored(ctx, mail, json_new_object(ctx), NULL, 0);
	struct channel_event *events;
	size_t count;

	VT_BUG_ON(!utf8_valid(raw, strlen(raw)) || mail->part_count > MIME_PARTS_MAX);
	if (channel_email.parse(ctx, raw, strlen(raw), &events, &count) < 0)
		VT_BUG_ON(ctx->error.code != VT_E_INVALID);
	else
		VT_BUG_ON(count != 1 || !events->provider_id || !channel_event_json(ctx, events));
	VT_BUG_ON(strcasestr(html_safe(ctx, mail->html), "<script"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mime_mail *mail;
	struct vt_ctx ctx;

	fuzz_begin(&ctx);
	if (mime_read(&ctx, (const char *)data, size, &mail) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
	else
		check_stored(&ctx, mail);
	arena_reset(ctx.arena);
	return 0;
}
