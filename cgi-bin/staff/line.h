/* What the screens of channels share: channels.c (list and form), line_health.c. */
#ifndef VT_STAFF_LINE_H
#define VT_STAFF_LINE_H

#include "cgi-bin/staff/staff.h"

/* One line of channel_list: heard, last_in, last_out, fault (a key of L.channels.short) while it rests or its mailbox
 * cannot be read. */
void line_health_item(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item);
/* The same of channel_health, whole: fault (of L.channels.fault) while it rests, until, error, error_at; deaf (of
 * L.channels.deaf) while its mailbox cannot be read, deaf_at, deaf_error; waiting, checked, check_ok, check_text, testing, lost. */
void line_health_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *health);

#endif
