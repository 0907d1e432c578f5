/*
 * A wheel of timers: setting, changing and clearing one costs the same however
 * many there are. A timer rings up to TIMER_STEP_MS late; one that is further
 * away than TIMER_REACH_MS rings then. Pure: time is given.
 */
#ifndef VT_LIVE_TIMER_H
#define VT_LIVE_TIMER_H

#include "base/vt.h"

#define TIMER_STEP_MS 16
#define TIMER_SLOTS 2048
#define TIMER_REACH_MS (TIMER_STEP_MS * (TIMER_SLOTS - 2))

/* Part of what it wakes; zeroes when not set. */
struct timer {
	struct timer *previous, *next;
};

struct wheel {
	int64_t step;                  /* rung up to this one */
	struct timer slots[TIMER_SLOTS];
};

void wheel_init(struct wheel *wheel, int64_t now_ms);
void timer_set(struct wheel *wheel, struct timer *timer, int64_t due_ms);
void timer_clear(struct timer *timer);
/* The next timer that is due, cleared; NULL when there is none. */
struct timer *wheel_ring(struct wheel *wheel, int64_t now_ms);
/* Milliseconds the loop may sleep: until something is due, at most max. */
int wheel_pause(const struct wheel *wheel, int64_t now_ms, int max);

#endif
