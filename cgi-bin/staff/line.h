/* What the screens of channels share: channels.c (list and form), line_health.c. */
#ifndef VT_STAFF_LINE_H
#define VT_STAFF_LINE_H

#include "cgi-bin/staff/staff.h"

/* How one line does, row of channel_pulse: sign (a key of L.channels.short) with its tone, last_in, last_out, waiting,
 * hour (what failed in it), deaf (of L.channels.deaf) while its mailbox cannot be read, quality, limit, token. Nothing for a line of our own webchat. */
void line_pulse_fill(struct vt_ctx *ctx, const struct db_result *pulse, size_t row, struct t_node *item);

/* All that is known of one line: queue the statements of its card, and fill health from their results, which are the
 * same many. */
#define LINE_HEALTH_STATEMENTS 3
int line_health_ask(struct vt_ctx *ctx, int64_t channel_id) VT_MUST_CHECK;
void line_health_fill(struct vt_ctx *ctx, struct db_result **results, struct t_node *health);

#endif
