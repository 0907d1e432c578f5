/* A query of any bytes gives valid texts, at most 200 pairs of them, or is refused. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/urlencoded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pairs pairs;
	struct vt_ctx ctx;

	fuzz_begin(&ctx);
	if (urlencoded_parse(&ctx, (const char *)data, size, &pairs) < 0) {
		VT_BUG_ON(ctx.error.code != VT_E_INVALID);
	} else {
		VT_BUG_ON(pairs.count > REQUEST_PAIRS_MAX);
		for (size_t i = 0; i < pairs.count; i++) {
			VT_BUG_ON(!utf8_valid(pairs.items[i].name, strlen(pairs.items[i].name)));
			VT_BUG_ON(!utf8_valid(pairs.items[i].value, strlen(pairs.items[i].value)));
		}
	}
	arena_reset(ctx.arena);
	return 0;
}
