/*
 * Who gets the next case: comparators over the candidates of one queue. Pure,
 * so that tests, the property test and the simulator run it without a database.
 */
#ifndef VT_ROUTING_STRATEGY_H
#define VT_ROUTING_STRATEGY_H

#include "base/vt.h"
#include "base/codes.h"

struct candidate {
	int64_t user_id;
	int64_t user_version_id;
	const char *name;
	const char *display_name;
	int open_count;
	int capacity;
	int64_t available_since;   /* us UTC: last log-in, end of break, interaction, close, take-away */
	int64_t last_assigned_at;  /* us UTC, 0 never */
	int closed_today;
	const int64_t *queue_ids; size_t queue_count;
	int64_t *queue_room;       /* how many more of each; NULL: no limit but capacity */
	const int64_t *channel_ids; size_t channel_count;
};

/* Present, with room, for this queue and channel? (Presence and breaks are the query's.) */
bool candidate_fits(const struct candidate *candidate, int64_t queue_id, int64_t channel_id);

/* The index of the best fit by strategy (STRATEGY_*), or -1 when none fits or the queue is manual.
 * Ties fall to longest available, then lowest productivity today, then the lower user_id (B4). */
int strategy_choose(int strategy, const struct candidate *candidates, size_t count,
		    int64_t queue_id, int64_t channel_id);

#endif
