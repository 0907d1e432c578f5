/*
 * The exact assignment: one pass over who waits and who is free, in one
 * transaction. Only the `route` command calls it, one process at a time under
 * the relay's lock, so that first come is first served and no operator gets
 * more than their capacity (data-scale notes, section 7). What happens beside
 * it (breaks, closings, hand-overs) takes the same locks: conversations by
 * number, then operators by number.
 */
#ifndef VT_ROUTING_ASSIGN_H
#define VT_ROUTING_ASSIGN_H

#include "base/vt.h"

#define ASSIGN_BATCH 50

/* Assign up to ASSIGN_BATCH waiting conversations. *assigned: how many; call again until it is 0.
 * Own transaction. */
int assign_pass(struct vt_ctx *ctx, int *assigned) VT_MUST_CHECK;

#endif
