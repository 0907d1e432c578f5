/*
 * A look at how the lines do, every ten seconds: whoever manages them is told of what nobody sees at a message, that too much
 * fails, that nothing comes in, that a token ends. Tokens that can be renewed are, by `send`.
 */
#ifndef VT_CRON_LINE_WATCH_H
#define VT_CRON_LINE_WATCH_H

#include "base/vt.h"

/* Own transaction. */
int line_watch(struct vt_ctx *ctx) VT_MUST_CHECK;

#endif
