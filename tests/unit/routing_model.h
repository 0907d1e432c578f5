/*
 * Routing as plainly as it can be said: operators, queues and cases in arrays,
 * a rule written as a list of figures, and random steps. What is tested runs
 * beside it and must say the same (test_routing_model.c: the pure decision;
 * tests/worker/routing_drive.c: the database).
 */
#ifndef VT_TEST_ROUTING_MODEL_H
#define VT_TEST_ROUTING_MODEL_H

#include "base/vt.h"
#include "base/codes.h"

#define MODEL_OPERATORS 20
#define MODEL_QUEUES 6
#define MODEL_CHANNELS 3
#define MODEL_CASES 48          /* open at once */
#define MODEL_PASS_MAX 64
#define NOBODY (-1)

struct model_queue { int strategy, priority, capacity; };

struct model_operator {
	bool in_queue[MODEL_QUEUES], in_channel[MODEL_CHANNELS];
	bool available;
	int capacity, channel_capacity[MODEL_CHANNELS], closed_today;
	int64_t available_since, last_assigned_at;
};

struct model_case {
	bool open;
	int64_t number;                /* in the order of arrival */
	int queue, channel, owner, preferred;
	int64_t requested_at;
	bool passed[MODEL_OPERATORS];
};

struct model {
	uint64_t random;
	int64_t now, arrived;
	struct model_queue queues[MODEL_QUEUES];
	struct model_operator operators[MODEL_OPERATORS];
	struct model_case cases[MODEL_CASES];
};

enum model_action { MODEL_NOTHING, MODEL_ARRIVES, MODEL_CLOSES, MODEL_COMES, MODEL_GOES, MODEL_TAKEN, MODEL_UNANSWERED,
		    MODEL_TO_QUEUE, MODEL_TO_OPERATOR };

/* What a step did: the case or the operator it did it to. */
struct model_step { enum model_action action; int which, to; };

struct model_gift { int which, owner; };

/* xorshift64*: the same everywhere for a seed. */
static inline uint64_t model_random(struct model *model, uint64_t below)
{
	model->random ^= model->random >> 12;
	model->random ^= model->random << 25;
	model->random ^= model->random >> 27;
	return (model->random * UINT64_C(2685821657736338717) >> 33) % below;
}

static inline void model_begin(struct model *model, uint64_t seed)
{
	*model = (struct model){ .random = seed * 2 + 1, .now = 1 };
	for (int q = 0; q < MODEL_QUEUES; q++)
		model->queues[q] = (struct model_queue){ .strategy = q + 1, .priority = q % 2,
			.capacity = q == 2 ? 2 : 0 };
	for (int o = 0; o < MODEL_OPERATORS; o++) {
		struct model_operator *one = &model->operators[o];
		one->capacity = 1 + (int)model_random(model, 4);
		for (int q = 0; q < MODEL_QUEUES; q++)
			one->in_queue[q] = model_random(model, 3) == 0;
		for (int c = 0; c < MODEL_CHANNELS; c++)
			one->in_channel[c] = model_random(model, 3) > 0;
		/* Some have less of one channel than they may have in all. */
		one->channel_capacity[model_random(model, MODEL_CHANNELS)] = (int)model_random(model, 3);
	}
}

static inline int model_open(const struct model *model, int operator, int queue)
{
	int count = 0;

	for (int i = 0; i < MODEL_CASES; i++)
		count += model->cases[i].open && model->cases[i].owner == operator &&
			 (queue == NOBODY || model->cases[i].queue == queue);
	return count;
}

static inline int model_open_by(const struct model *model, int operator, int channel)
{
	int count = 0;

	for (int i = 0; i < MODEL_CASES; i++)
		count += model->cases[i].open && model->cases[i].owner == operator && model->cases[i].channel == channel;
	return count;
}

static inline bool model_can(const struct model *model, int operator, int queue, int channel)
{
	const struct model_operator *one = &model->operators[operator];
	int limit = model->queues[queue].capacity, most = one->channel_capacity[channel];

	return one->available && one->in_queue[queue] && one->in_channel[channel] &&
	       model_open(model, operator, NOBODY) < one->capacity &&
	       (!limit || model_open(model, operator, queue) < limit) &&
	       (!most || model_open_by(model, operator, channel) < most);
}

/* The rule as figures, the smallest first. */
static inline void model_figures(const struct model *model, const struct model_case *what, int operator,
				 int64_t figures[6])
{
	const struct model_operator *one = &model->operators[operator];
	int64_t open = model_open(model, operator, NOBODY);
	int64_t idle = one->available_since > one->last_assigned_at ? one->available_since : one->last_assigned_at;
	const int64_t first[] = { 0, open, idle, one->last_assigned_at, open - one->capacity, one->closed_today };

	figures[0] = what->passed[operator];
	figures[1] = figures[0] || what->preferred != operator;
	figures[2] = first[model->queues[what->queue].strategy];
	figures[3] = one->available_since;
	figures[4] = one->closed_today;
	figures[5] = operator;
}

static inline bool model_less(const int64_t *a, const int64_t *b, int count)
{
	for (int i = 0; i < count; i++) {
		if (a[i] != b[i])
			return a[i] < b[i];
	}
	return false;
}

static inline int model_best(const struct model *model, const struct model_case *what)
{
	int64_t best[6], figures[6];
	int chosen = NOBODY;

	for (int o = 0; o < MODEL_OPERATORS && model->queues[what->queue].strategy != STRATEGY_MANUAL; o++) {
		if (!model_can(model, o, what->queue, what->channel))
			continue;
		model_figures(model, what, o, figures);
		if (chosen == NOBODY || model_less(figures, best, 6)) {
			memcpy(best, figures, sizeof(best));
			chosen = o;
		}
	}
	return chosen;
}

/* Of those that wait and that somebody can take, who is first; NOBODY when there is none. */
static inline int model_next(const struct model *model)
{
	int64_t first[3] = { 0 };
	int next = NOBODY;

	for (int i = 0; i < MODEL_CASES; i++) {
		const struct model_case *one = &model->cases[i];
		const int64_t figures[3] = { -model->queues[one->queue].priority, one->requested_at, one->number };
		if (!one->open || one->owner != NOBODY || (next != NOBODY && !model_less(figures, first, 3)) ||
		    model_best(model, one) == NOBODY)
			continue;
		memcpy(first, figures, sizeof(first));
		next = i;
	}
	return next;
}

/* Give what can be given, a moment later; how many, in their order. */
static inline int model_pass(struct model *model, struct model_gift *gifts)
{
	int count = 0;

	model->now++;
	for (int next; (next = model_next(model)) != NOBODY; ) {
		struct model_case *one = &model->cases[next];
		one->owner = model_best(model, one);
		model->operators[one->owner].last_assigned_at = model->now;
		gifts[count++] = (struct model_gift){ next, one->owner };
	}
	return count;
}

static inline int model_pick(struct model *model, bool waiting)
{
	int from = (int)model_random(model, MODEL_CASES);

	for (int i = 0; i < MODEL_CASES; i++) {
		int which = (from + i) % MODEL_CASES;
		const struct model_case *one = &model->cases[which];
		if (one->open && (one->owner == NOBODY) == waiting)
			return which;
	}
	return NOBODY;
}

static inline void model_leaves(struct model *model, struct model_case *what, bool passed)
{
	what->passed[what->owner] |= passed;
	model->operators[what->owner].available_since = model->now;
	what->owner = NOBODY;
}

static inline struct model_step model_arrives(struct model *model)
{
	for (int i = 0; i < MODEL_CASES; i++) {
		struct model_case *one = &model->cases[i];
		if (one->open)
			continue;
		*one = (struct model_case){ .open = true, .number = ++model->arrived, .owner = NOBODY,
			.queue = (int)model_random(model, MODEL_QUEUES), .preferred = NOBODY,
			.channel = (int)model_random(model, MODEL_CHANNELS), .requested_at = model->now };
		return (struct model_step){ MODEL_ARRIVES, i, 0 };
	}
	return (struct model_step){ MODEL_NOTHING, 0, 0 };
}

static inline struct model_step model_moves(struct model *model, int which)
{
	struct model_case *one = &model->cases[which];
	int to = (int)model_random(model, MODEL_OPERATORS);

	if (to != one->owner && model_can(model, to, one->queue, one->channel)) {
		model_leaves(model, one, false);
		one->owner = to;
		model->operators[to].last_assigned_at = model->now;
		return (struct model_step){ MODEL_TO_OPERATOR, which, to };
	}
	to = (int)model_random(model, MODEL_QUEUES);
	model_leaves(model, one, false);
	one->queue = to;
	one->requested_at = model->now;
	return (struct model_step){ MODEL_TO_QUEUE, which, to };
}

static inline struct model_step model_state(struct model *model)
{
	int which = (int)model_random(model, MODEL_OPERATORS);
	struct model_operator *one = &model->operators[which];

	one->available = !one->available;
	if (one->available)
		one->available_since = model->now;
	return (struct model_step){ one->available ? MODEL_COMES : MODEL_GOES, which, 0 };
}

/* One thing that happens, and time goes on. */
static inline struct model_step model_step(struct model *model)
{
	uint64_t dice = model_random(model, 100);
	int which = model_pick(model, dice >= 95);

	model->now++;
	if (dice < 40)
		return model_arrives(model);
	if (dice < 50)
		return model_state(model);
	if (which == NOBODY)
		return (struct model_step){ MODEL_NOTHING, 0, 0 };
	struct model_case *one = &model->cases[which];
	if (dice < 75) {
		model->operators[one->owner].closed_today++;
		model_leaves(model, one, false);
		one->open = false;
		return (struct model_step){ MODEL_CLOSES, which, 0 };
	}
	if (dice < 81 || dice < 87) {
		model_leaves(model, one, true);
		return (struct model_step){ dice < 81 ? MODEL_TAKEN : MODEL_UNANSWERED, which, 0 };
	}
	if (dice < 95)
		return model_moves(model, which);
	/* The contact goes away while it waits. */
	one->open = false;
	return (struct model_step){ MODEL_CLOSES, which, 0 };
}

/* What must hold whatever happens; NULL when it does. */
static inline const char *model_broken(const struct model *model)
{
	for (int o = 0; o < MODEL_OPERATORS; o++) {
		if (model_open(model, o, NOBODY) > model->operators[o].capacity)
			return "somebody has more than they can attend";
		for (int c = 0; c < MODEL_CHANNELS; c++) {
			int most = model->operators[o].channel_capacity[c];
			if (most && model_open_by(model, o, c) > most)
				return "somebody has more of a channel than they can attend";
		}
	}
	if (model_next(model) != NOBODY)
		return "somebody waits while an operator is free";
	return NULL;
}

#endif
