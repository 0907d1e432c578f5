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
	int64_t *channel_room;     /* the same of the channels */
};

/* Who waits, as far as the decision needs to know. */
struct waiting {
	int64_t conversation_id;
	int64_t queue_id, channel_id;
	int queue_priority, priority;  /* higher first */
	int64_t requested_at;          /* us UTC: since when it waits */
	int strategy;                  /* its queue's, STRATEGY_* */
	int64_t preferred_id;          /* the operator it goes to when that one fits now; 0: nobody */
	const int64_t *passed_ids; size_t passed_count;   /* who let it pass: they get it only when nobody else fits */
	size_t row;                    /* the caller's own */
};

/* One case more, now; one that they closed. */
void candidate_takes(struct candidate *candidate, int64_t queue_id, int64_t channel_id, int64_t now_us);
void candidate_ends(struct candidate *candidate, int64_t queue_id, int64_t channel_id, int64_t now_us);

/* Present, with room, for this queue and channel? (Presence and breaks are the query's.) */
bool candidate_fits(const struct candidate *candidate, int64_t queue_id, int64_t channel_id);

/* Who comes first by strategy: below 0 when a does, never 0 for two people. Ties fall to longest
 * available, then lowest productivity today, then the lower user_id (B4). strategy: any but manual. */
int strategy_compare(int strategy, const struct candidate *a, const struct candidate *b);

/* The index of the best fit by strategy (STRATEGY_*), or -1 when none fits or the queue is manual. */
int strategy_choose(int strategy, const struct candidate *candidates, size_t count,
		    int64_t queue_id, int64_t channel_id);

/* The same for one that waits: its preferred operator before all (*preferred), whoever let it pass
 * after all. */
int strategy_choose_for(const struct waiting *waiting, const struct candidate *candidates, size_t count,
			bool *preferred);

/* Into the order in which they are served: the queue's priority, their own, since when they wait. */
void strategy_line(struct waiting *line, size_t count);

/* Called for each that is given, before the candidate's figures change. -1: stop. */
typedef int strategy_give(void *arg, const struct waiting *waiting, int chosen, bool preferred);

/* Give all that can be given, the line in order; candidates get one case more each time. The whole
 * decision: the router, the simulator and the tests run this and nothing else. */
int strategy_pass(const struct waiting *line, size_t count, struct candidate *candidates,
		  size_t candidate_count, int64_t now_us, strategy_give *give, void *arg) VT_MUST_CHECK;

#endif
