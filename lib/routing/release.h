/*
 * Cases that go back to their queue by rule: of operators nobody sees any
 * more, of those who attend no more (disabled, removed, not enabled to attend),
 * and those that nobody answered in the queue's time. First in line, with the
 * time they waited. Time in which no live program listened does not count.
 */
#ifndef VT_ROUTING_RELEASE_H
#define VT_ROUTING_RELEASE_H

#include "base/vt.h"

/* Give back what is due (only `expire` calls it), at most 200, each in a transaction of its own. *released: how many. Whoever
 * let one pass in a queue that says so is out (agent_set_state). */
int release_due(struct vt_ctx *ctx, int *released) VT_MUST_CHECK;
/* The same of those who attend no more, for whoever has just said so: at once, and on record as theirs. */
int release_disabled(struct vt_ctx *ctx, int *released) VT_MUST_CHECK;

#endif
