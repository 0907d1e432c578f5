/*
 * How a line does, as the administrator sees and mends it. The worker writes it
 * (cron/send_line.c, cron/intake_health.c); a line that rests keeps what waits
 * for it.
 */
#ifndef VT_ROUTING_LINE_HEALTH_H
#define VT_ROUTING_LINE_HEALTH_H

#include "base/vt.h"

/* Ask its provider whether it works; the answer comes into channel_health (checked_at). Nothing more
 * while that is under way. VT_E_NOT_FOUND: no such line. On record as "channel.test". Own transaction. */
int line_test(struct vt_ctx *ctx, const char *once, int64_t channel_id) VT_MUST_CHECK;

/* End a rest: what waited goes out. Nothing when it does not rest. VT_E_NOT_FOUND: no such line. On
 * record as "channel.resume". Own transaction. */
int line_resume(struct vt_ctx *ctx, const char *once, int64_t channel_id) VT_MUST_CHECK;

/* The same within a transaction of the caller's, without a record of its own. */
int line_rest_end(struct vt_ctx *ctx, int64_t channel_id) VT_MUST_CHECK;

#endif
