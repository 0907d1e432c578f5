/* A template as Meta tells it, or as somebody writes it: read, looked at, written again, and filled in. */
#include "tests/fuzz/fuzz.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/whatsapp/filled.h"

#define BODY_MAX (256 * 1024)

/* What there is stays what it is when it is written and read once more. */
static void check_again(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	struct whatsapp_written again;

	if (written->category == TEMPLATE_AUTHENTICATION)      /* its words are Meta's */
		return;
	whatsapp_written_read(ctx, whatsapp_written_components(ctx, written), &again);
	VT_BUG_ON(strcmp(again.body, written->body) || again.button_count > written->button_count);
}

static void check_filled(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	struct whatsapp_filled filled;

	whatsapp_filled_begin(ctx, written, &filled);
	VT_BUG_ON(filled.count > WHATSAPP_SLOTS_MAX);
	for (size_t i = 0; i < filled.count; i++)
		filled.slots[i].value = i % 2 ? written->body : "x";
	const char *text = whatsapp_filled_text(ctx, &filled);
	VT_BUG_ON(!utf8_valid(text, strlen(text)));
	for (size_t i = 0; i < written->button_count; i++)
		whatsapp_filled_button(ctx, &filled, i);
	if (whatsapp_filled_check(ctx, &filled) == 0)
		VT_BUG_ON(!json_text(ctx, whatsapp_filled_components(ctx, &filled, true)));
	else
		VT_BUG_ON(ctx->error.code != VT_E_INVALID || !*ctx->error.field);
	vt_error_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct whatsapp_written written;
	struct json *components;
	struct vt_ctx ctx;

	fuzz_begin(&ctx);
	if (json_parse(&ctx, (const char *)data, size, BODY_MAX, &components) == 0) {
		whatsapp_written_read(&ctx, components, &written);
		VT_BUG_ON(written.button_count > WHATSAPP_BUTTONS_MAX || written.sample_count > WHATSAPP_VARIABLES_MAX);
		written.name = "turno";
		written.category = 1 + (int)(size % 3);
		if (whatsapp_written_check(&ctx, &written, size % 2) < 0)
			VT_BUG_ON(ctx.error.code != VT_E_INVALID || !*ctx.error.field);
		vt_error_clear(&ctx);
		check_again(&ctx, &written);
		check_filled(&ctx, &written);
	}
	arena_reset(ctx.arena);
	return 0;
}
