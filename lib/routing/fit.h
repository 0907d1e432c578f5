/* Who could take a case at this moment, with the figures that decide, and why the others cannot. */
#ifndef VT_ROUTING_FIT_H
#define VT_ROUTING_FIT_H

#include "base/vt.h"

struct db_result;

#define FIT_PRESENCE_S 90      /* an operator without a heartbeat for this long gets nothing */

struct fit {
	int64_t user_id, user_version_id;
	const char *name, *display_name;
	int open_count, capacity;
	int64_t available_since;       /* us UTC; 0: never in */
	int closed_today;
	int channel_open, channel_capacity;    /* of the case's channel; 0 of 0: no capacity of its own */
	/* "": can. Else "disabled" (does not attend), "queue" or "channel" (not theirs), "out", "break",
	 * "coaching" or "training" (their state), "absent" (no sign of life), "wrap" (ends a case),
	 * "full", "queue_full", "channel_full". */
	const char *why;
};

/* All who attend, for a case of queue_id by channel_id: those who can first, in the order of the
 * default rule. Queued (an open pipeline, no transaction needed); read its rows with fit_from_row. */
int fit_ask(struct vt_ctx *ctx, int64_t queue_id, int64_t channel_id) VT_MUST_CHECK;
/* Strings live as long as result. */
void fit_from_row(struct fit *out, const struct db_result *result, size_t row);

#endif
