/* What every fuzzer begins with: a context for one input. */
#ifndef VT_FUZZ_FUZZ_H
#define VT_FUZZ_FUZZ_H

#include "base/vt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its arena is the same for all inputs: arena_reset(ctx->arena) at the end of each. */
static inline void fuzz_begin(struct vt_ctx *ctx)
{
	static struct arena *arena;

	if (!arena)
		arena = arena_new();
	vt_ctx_init(ctx, arena, "fuzz");
}

#endif
