/*
 * How a line does, as the administrator sees and mends it. The worker writes it
 * (cron/send_line.c, cron/intake_health.c); a line that rests keeps what waits
 * for it.
 */
#ifndef VT_ROUTING_LINE_HEALTH_H
#define VT_ROUTING_LINE_HEALTH_H

#include "base/vt.h"

/* How late what comes in came, in classes: of a second, ... of more than an hour. */
#define LINE_LAGS 9
/* The class of so many seconds; negative ones (clocks differ) are of the first. */
int line_lag_class(int64_t seconds);
/* The most seconds of a class; 0: there is no most. */
int64_t line_lag_most(int lag_class);

/* Ask its provider whether it works; the answer comes into channel_health (checked_at). Nothing more
 * while that is under way. VT_E_NOT_FOUND: no such line. On record as "channel.test". Own transaction. */
int line_test(struct vt_ctx *ctx, const char *once, int64_t channel_id) VT_MUST_CHECK;

/* Ask for another token, where it can be renewed. Nothing more while that is under way. VT_E_NOT_FOUND: no
 * such line. On record as "channel.token". Own transaction. */
int line_token_renew(struct vt_ctx *ctx, const char *once, int64_t channel_id) VT_MUST_CHECK;

/* End a rest: what waited goes out. Nothing when it does not rest. VT_E_NOT_FOUND: no such line. On
 * record as "channel.resume". Own transaction. */
int line_resume(struct vt_ctx *ctx, const char *once, int64_t channel_id) VT_MUST_CHECK;

/* The same within a transaction of the caller's, without a record of its own. */
int line_rest_end(struct vt_ctx *ctx, int64_t channel_id) VT_MUST_CHECK;

#endif
