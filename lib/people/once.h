/* A form sent twice is answered like the first and changes nothing (design, Habits). */
#ifndef VT_PEOPLE_ONCE_H
#define VT_PEOPLE_ONCE_H

#include "base/vt.h"

/* Inside the transaction, before changing anything: *repeat true when ctx->user_id has sent this
 * id before, and *answer is then what once_answer stored (in ctx->arena). */
int once_claim(struct vt_ctx *ctx, const char *once, bool *repeat, const char **answer) VT_MUST_CHECK;
/* Remember the answer for repeats; queued when a pipeline is open. */
int once_answer(struct vt_ctx *ctx, const char *once, const char *answer) VT_MUST_CHECK;

#endif
