/*
 * What a database snapshot sees: the cursor of a poll is the text of
 * pg_current_snapshot() from before its page was read, "xmin:xmax:xip,xip".
 * A transaction is seen when it is below xmin, or below xmax and not among
 * those that were running. Pure.
 */
#ifndef VT_LIVE_SNAPSHOT_H
#define VT_LIVE_SNAPSHOT_H

#include "base/vt.h"

#define SNAPSHOT_RUNNING_MAX 512
#define SNAPSHOT_TEXT_MAX 8192

struct snapshot {
	uint64_t xmin, xmax;           /* the latter is the first not yet given out */
	size_t count;
	uint64_t running[SNAPSHOT_RUNNING_MAX];
};

/* 0, or -1 when text is not a snapshot, or too long a one. */
int snapshot_parse(const char *text, struct snapshot *out);
bool snapshot_sees(const struct snapshot *snapshot, uint64_t xid);

#endif
