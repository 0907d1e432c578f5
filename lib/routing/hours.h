/*
 * Opening hours: of a channel, a queue or a bot. Spans of minutes per weekday
 * in Buenos Aires; a scope without spans is always open, one with spans is
 * closed on holidays.
 */
#ifndef VT_ROUTING_HOURS_H
#define VT_ROUTING_HOURS_H

#include "base/vt.h"

enum hours_scope { HOURS_CHANNEL, HOURS_QUEUE, HOURS_BOT };

struct hours_span {
	enum hours_scope scope;
	int64_t scope_id;
	int weekday;              /* 0 = Sunday */
	int from_minute;          /* of the day, 0-1439 */
	int to_minute;            /* not in it any more; up to 1440 */
};

struct hours {
	const struct hours_span *spans; size_t span_count;
	const int64_t *holidays; size_t holiday_count;      /* yyyymmdd */
};

/* All hours and holidays, in ctx->arena: two statements, one round trip. */
int hours_load(struct vt_ctx *ctx, struct hours *out) VT_MUST_CHECK;

/* Pure. at: us UTC. */
bool hours_open(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at);

#endif
