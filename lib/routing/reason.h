/*
 * Why an operator got a case: the rule and the figures at that instant, as
 * JSON kept with the assignment and in the audit. The first ten of those who
 * could are kept by name; the next, up to REASON_OTHERS_MAX, as
 * [user_id, open, capacity, seconds available, closed today].
 */
#ifndef VT_ROUTING_REASON_H
#define VT_ROUTING_REASON_H

#include "routing/strategy.h"

#define REASON_NAMED_MAX 10
#define REASON_OTHERS_MAX 190

/* In ctx->arena. chosen: the index of who gets it, with the figures from before. Pure. */
const char *reason_text(struct vt_ctx *ctx, const struct waiting *waiting,
			const struct candidate *candidates, size_t count, int chosen, bool preferred);

#endif
