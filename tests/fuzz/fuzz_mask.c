/* What goes into the record of exchanges: bounded, valid, and without the numbers and words of anybody. */
#include "tests/fuzz/fuzz.h"
#include "base/mask.h"
#include "base/utf8.h"

#define MAX 400
#define SECRET "EAAGsecretoDeNadie0123456789"
#define PHONE "5492215550199"

static void check(const char *text, size_t max)
{
	VT_BUG_ON(!utf8_valid(text, strlen(text)) || strlen(text) > max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_ctx ctx;

	fuzz_begin(&ctx);
	check(mask_body(&ctx, (const char *)data, size, size % 2, MAX), MAX);
	const char *text = utf8_repair(ctx.arena, (const char *)data, size);
	check(mask_words(&ctx, text, MAX), MAX);
	check(mask_path(&ctx, text), strlen(text) + MAX);
	/* As values of a body that is otherwise of anybody's making. */
	if (!strpbrk(text, "\"\\") && size < MAX) {
		const char *body = arena_printf(ctx.arena, "{\"to\":\"" PHONE "\",\"token\":\"" SECRET "\",\"text\":\"%s\"}", text);
		const char *masked = mask_body(&ctx, body, strlen(body), false, MAX);
		check(masked, MAX);
		VT_BUG_ON(strstr(masked, SECRET) || strstr(masked, PHONE));
	}
	arena_reset(ctx.arena);
	return 0;
}
