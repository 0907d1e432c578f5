/*
 * How fast lines and the people they write to may be written to, so that their
 * networks never have to refuse it: a bucket of tokens for each line, a window
 * of times where a network counts by the quarter of an hour, and for each
 * person the time until which all that was said to them is at its pace. In
 * this process's memory; what a change of shift must not forget is in the
 * database. Times are us UTC.
 */
#ifndef VT_CRON_SEND_METER_H
#define VT_CRON_SEND_METER_H

#include "cron/send.h"

struct send_meter;

struct send_meter *send_meter_new(void);
void send_meter_free(struct send_meter *meter);

/* The lines as they are set, and at the first time what the shift before sent. Often: settings change. */
int send_meter_load(struct vt_ctx *ctx, struct send_meter *meter) VT_MUST_CHECK;
/* Each line and how many rows of it may begin now. under_way: of the items, of count places. Arrays in ctx->arena;
 * tells the desk of a line that must wait. */
int send_meter_rooms(struct vt_ctx *ctx, struct send_meter *meter, const struct send_item *items, size_t count,
		     const int64_t **lines, const int64_t **rooms, size_t *line_count) VT_MUST_CHECK;
/* Us until the item's person may be written to; 0: now. */
int64_t send_meter_wait(const struct send_meter *meter, const struct send_item *item, int64_t now_us);
/* Its next call begins: it counts. Returns the us it should wait before that. */
int64_t send_meter_take(struct send_meter *meter, struct send_item *item, int64_t now_us);
/* Queues what must be remembered of an item that ended. Pipeline open. */
int send_meter_note(struct vt_ctx *ctx, struct send_meter *meter, const struct send_item *item) VT_MUST_CHECK;
/* Some line waits for a moment only: look again soon. */
bool send_meter_soon(const struct send_meter *meter);

#endif
