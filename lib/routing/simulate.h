/*
 * What a day would have been with another rule: a recorded day of one queue
 * (arrivals, handling times, when its operators were there) run again with the
 * very decision of the router (strategy.h). Pure; simulate_load.c reads the day.
 *
 * What it takes for granted: each case takes the operator as long as it did;
 * one that the contact gave up is given up after the same wait, and takes the
 * day's median when it is attended before; what operators had of other queues
 * they have all the same; who attends what, and how much, is as now.
 */
#ifndef VT_ROUTING_SIMULATE_H
#define VT_ROUTING_SIMULATE_H

#include "base/vt.h"

#define SIMULATE_HOURS 24
#define SIMULATE_ARRIVALS_MAX 20000
#define SIMULATE_OPERATORS_MAX 1000
#define SIMULATE_SPANS_MAX 50000

/* Instants are us UTC. */
struct simulate_arrival {
	int64_t at, channel_id;
	int priority;
	bool attended;         /* as it was */
	int64_t waited_us;     /* as it was: till somebody took it, or it was given up */
	int64_t handled_us;    /* how long somebody had it; 0: nobody */
	int operator;          /* who, an index; -1 nobody, or somebody else */
};

struct simulate_span { int operator; int64_t from, to, channel_id; };

struct simulate_operator {
	int64_t user_id;
	const char *name;
	int capacity;
	const int64_t *channel_ids; size_t channel_count;
	const int64_t *channel_capacities;     /* of each, 0: no limit of its own; NULL: none has */
};

struct simulate_day {
	int64_t from, to;      /* the day */
	int64_t queue_id;
	int queue_capacity;    /* 0: no limit of its own */
	int64_t service_level_s;
	struct simulate_arrival *arrivals; size_t arrival_count;      /* in their order */
	struct simulate_operator *operators; size_t operator_count;
	struct simulate_span *present; size_t present_count;          /* available to work */
	struct simulate_span *others; size_t other_count;             /* with a case of another queue */
};

struct simulate_hour { int arrivals, attended, lost; int64_t wait_us, longest_us; };
struct simulate_load { int cases; int64_t handled_us; };   /* of this queue; the time of its cases, added up */

struct simulate_result {
	int arrivals, attended, lost, within;  /* within the service level */
	int64_t mean_us, half_us, most_us, longest_us;  /* waits of the attended: mean, p50, p90, maximum */
	struct simulate_hour hours[SIMULATE_HOURS];     /* by when they arrived */
	struct simulate_load *operators;                /* in the order of the day's */
};

/* Run it with strategy (STRATEGY_*, not manual). out lives in ctx->arena. */
int simulate_run(struct vt_ctx *ctx, const struct simulate_day *day, int strategy,
		 struct simulate_result *out) VT_MUST_CHECK;
/* As it was, in the same figures. */
void simulate_recorded(struct vt_ctx *ctx, const struct simulate_day *day, struct simulate_result *out);

/* "2026-11-27" in Buenos Aires: its first and the next day's first instant. VT_E_INVALID on "day"
 * (error.simulate.day) when it is none, or has not begun. */
int simulate_day_parse(struct vt_ctx *ctx, const char *text, int64_t *from, int64_t *to) VT_MUST_CHECK;
/* Read the day of a queue. VT_E_NOT_FOUND without such a queue. ctx->db; no transaction needed. */
int simulate_load(struct vt_ctx *ctx, int64_t queue_id, int64_t from, int64_t to,
		  struct simulate_day *out) VT_MUST_CHECK;

#endif
