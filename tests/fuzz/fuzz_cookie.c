/* A Cookie header of any bytes gives valid texts; under https only those with the prefix. */
#include "base/vt.h"
#include "base/utf8.h"
#include "web/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	static struct arena *arena;
	struct pairs plain, secure;
	struct vt_ctx ctx;
	const char *header;

	if (!arena)
		arena = arena_new();
	vt_ctx_init(&ctx, arena, "fuzz");
	header = arena_strndup(arena, (const char *)data, size);
	cookie_parse(&ctx, header, false, &plain);
	cookie_parse(&ctx, header, true, &secure);
	check(&plain);
	check(&secure);
	VT_BUG_ON(secure.count > plain.count || plain.count > 50);
	arena_reset(arena);
	return 0;
}
