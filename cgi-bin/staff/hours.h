/* What the screens of hours share (hours.c, hours_calendar.c, holidays.c). */
#ifndef VT_STAFF_HOURS_H
#define VT_STAFF_HOURS_H

#include "cgi-bin/staff/admin.h"
#include "routing/hours.h"

/* Whose hours: of a row with channel_id, queue_id, bot_id. */
void hours_row_scope(const struct db_result *rows, size_t row, enum hours_scope *scope, int64_t *scope_id);
const char *hours_scope_key(enum hours_scope scope);       /* "queue" */
/* Open or closed and why, as the key of L.hours.why: "open_week", "closed_holiday". */
const char *hours_why_key(struct vt_ctx *ctx, const struct hours_verdict *verdict);

#endif
