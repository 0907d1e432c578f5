/*
 * Cases that go back to their queue by rule: of operators nobody sees any
 * more, and those that nobody answered in the queue's time. First in line,
 * with the time they waited. Only `expire` calls it.
 */
#ifndef VT_ROUTING_RELEASE_H
#define VT_ROUTING_RELEASE_H

#include "base/vt.h"

/* Give back what is due, at most 200, each in a transaction of its own. *released: how many. Whoever
 * let one pass in a queue that says so is out (agent_set_state). */
int release_due(struct vt_ctx *ctx, int *released) VT_MUST_CHECK;

#endif
