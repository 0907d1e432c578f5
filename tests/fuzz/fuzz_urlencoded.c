/* A query of any bytes gives valid texts, at most 200 pairs of them, or is refused. */
#include "base/vt.h"
#include "base/utf8.h"
#include "web/urlencoded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	struct pairs pairs;
	struct vt_ctx ctx;

	if (!arena)
		arena = arena_new();
	vt_ctx_init(&ctx, arena, "fuzz");
	if (urlencoded_parse(&ctx, (const char *)data, size, &pairs) < 0) {
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
	} else {
		VT_BUG_ON(pairs.count > REQUEST_PAIRS_MAX);
		for (size_t i = 0; i < pairs.count; i++) {
			VT_BUG_ON(!utf8_valid(pairs.items[i].name, strlen(pairs.items[i].name)));
			VT_BUG_ON(!utf8_valid(pairs.items[i].value, strlen(pairs.items[i].value)));
		}
	}
	arena_reset(arena);
	return 0;
}
