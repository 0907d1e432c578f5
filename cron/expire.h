/* What expire.c is made of. */
#ifndef VT_CRON_EXPIRE_H
#define VT_CRON_EXPIRE_H

#include "cron/relay.h"

/* Conversations in which nobody speaks: remind, tell, close (conversation/silence.h). */
int expire_silent(struct vt_ctx *ctx, struct relay *relay) VT_MUST_CHECK;

#endif
