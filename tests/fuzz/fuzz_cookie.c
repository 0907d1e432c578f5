/* A Cookie header of any bytes gives valid texts; under https only those with the prefix. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/cookie.h"

static void check(const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		VT_BUG_ON(!utf8_valid(pairs->items[i].name, strlen(pairs->items[i].name)));
		VT_BUG_ON(!utf8_valid(pairs->items[i].value, strlen(pairs->items[i].value)));
		VT_BUG_ON(strpbrk(pairs->items[i].name, ";="));
		VT_BUG_ON(strpbrk(pairs->items[i].value, ";"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pairs plain, secure;
	struct vt_ctx ctx;
	const char *header;

	fuzz_begin(&ctx);
	header = arena_strndup(ctx.arena, (const char *)data, size);
	cookie_parse(&ctx, header, false, &plain);
	cookie_parse(&ctx, header, true, &secure);
	check(&plain);
	check(&secure);
	VT_BUG_ON(secure.count > plain.count || plain.count > 50);
	arena_reset(ctx.arena);
	return 0;
}
