#include "base/vt.h"
#include "routing/strategy.h"

/* Is it one of theirs, with room for one more? */
static bool has_room(const int64_t *ids, size_t count, const int64_t *room, int64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return !room || room[i] > 0;
	}
	return false;
}

static bool contains(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return true;
	}
	return false;
}

bool candidate_fits(const struct candidate *candidate, int64_t queue_id, int64_t channel_id)
{
	return candidate->open_count < candidate->capacity &&
	       has_room(candidate->queue_ids, candidate->queue_count, candidate->queue_room, queue_id) &&
	       has_room(candidate->channel_ids, candidate->channel_count, candidate->channel_room, channel_id);
}

static int compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int fewest_cases(const struct candidate *a, const struct candidate *b)
{
	return compare(a->open_count, b->open_count);
}

static int longest_available(const struct candidate *a, const struct candidate *b)
{
	return compare(a->available_since, b->available_since);
}

static int64_t idle_since(const struct candidate *candidate)
{
	return candidate->available_since > candidate->last_assigned_at
		? candidate->available_since : candidate->last_assigned_at;
}

/* As a queue's own rule it counts who has just been given a case as busy, so that a burst does not
 * fall on one. */
static int longest_idle(const struct candidate *a, const struct candidate *b)
{
	return compare(idle_since(a), idle_since(b));
}

static int round_robin(const struct candidate *a, const struct candidate *b)
{
	return compare(a->last_assigned_at, b->last_assigned_at);
}

static int most_available(const struct candidate *a, const struct candidate *b)
{
	return compare(b->capacity - b->open_count, a->capacity - a->open_count);
}

static int lowest_productivity(const struct candidate *a, const struct candidate *b)
{
	return compare(a->closed_today, b->closed_today);
}

typedef int comparator(const struct candidate *a, const struct candidate *b);

static comparator *const comparators[] = {
	[STRATEGY_FEWEST_CASES] = fewest_cases,
	[STRATEGY_LONGEST_AVAILABLE] = longest_idle,
	[STRATEGY_ROUND_ROBIN] = round_robin,
	[STRATEGY_MOST_AVAILABLE] = most_available,
	[STRATEGY_LOWEST_PRODUCTIVITY] = lowest_productivity,
};

int strategy_compare(int strategy, const struct candidate *a, const struct candidate *b)
{
	int order = comparators[strategy](a, b);

	if (!order)
		order = longest_available(a, b);
	if (!order)
		order = lowest_productivity(a, b);
	return order ? order : compare(a->user_id, b->user_id);
}

static bool passed(const struct waiting *waiting, const struct candidate *candidate)
{
	return contains(waiting->passed_ids, waiting->passed_count, candidate->user_id);
}

int strategy_choose_for(const struct waiting *waiting, const struct candidate *candidates, size_t count,
			bool *preferred)
{
	int best = -1;

	*preferred = false;
	if (waiting->strategy < STRATEGY_FEWEST_CASES || waiting->strategy >= STRATEGY_MANUAL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct candidate *one = &candidates[i];

		if (!candidate_fits(one, waiting->queue_id, waiting->channel_id))
			continue;
		if (one->user_id == waiting->preferred_id && !passed(waiting, one)) {
			*preferred = true;
			return (int)i;
		}
		if (best < 0) {
			best = (int)i;
			continue;
		}
		int order = compare(passed(waiting, one), passed(waiting, &candidates[best]));
		if (!order)
			order = strategy_compare(waiting->strategy, one, &candidates[best]);
		if (order < 0)
			best = (int)i;
	}
	return best;
}

int strategy_choose(int strategy, const struct candidate *candidates, size_t count,
		    int64_t queue_id, int64_t channel_id)
{
	const struct waiting waiting = { .strategy = strategy, .queue_id = queue_id, .channel_id = channel_id };
	bool preferred;

	return strategy_choose_for(&waiting, candidates, count, &preferred);
}

static int served_first(const void *one, const void *other)
{
	const struct waiting *a = one, *b = other;
	int order = compare(b->queue_priority, a->queue_priority);

	if (!order)
		order = compare(b->priority, a->priority);
	if (!order)
		order = compare(a->requested_at, b->requested_at);
	return order ? order : compare(a->conversation_id, b->conversation_id);
}

void strategy_line(struct waiting *line, size_t count)
{
	if (count)
		qsort(line, count, sizeof(*line), served_first);
}

static void fill(const int64_t *ids, size_t count, int64_t *room, int64_t id, int64_t by)
{
	for (size_t i = 0; room && i < count; i++) {
		if (ids[i] == id)
			room[i] -= by;
	}
}

void candidate_takes(struct candidate *candidate, int64_t queue_id, int64_t channel_id, int64_t now_us)
{
	candidate->open_count++;
	candidate->last_assigned_at = now_us;
	fill(candidate->queue_ids, candidate->queue_count, candidate->queue_room, queue_id, 1);
	fill(candidate->channel_ids, candidate->channel_count, candidate->channel_room, channel_id, 1);
}

void candidate_ends(struct candidate *candidate, int64_t queue_id, int64_t channel_id, int64_t now_us)
{
	candidate->open_count--;
	candidate->closed_today++;
	candidate->available_since = now_us;
	fill(candidate->queue_ids, candidate->queue_count, candidate->queue_room, queue_id, -1);
	fill(candidate->channel_ids, candidate->channel_count, candidate->channel_room, channel_id, -1);
}

int strategy_pass(const struct waiting *line, size_t count, struct candidate *candidates,
		  size_t candidate_count, int64_t now_us, strategy_give *give, void *arg)
{
	for (size_t i = 0; i < count; i++) {
		bool preferred;
		int chosen = strategy_choose_for(&line[i], candidates, candidate_count, &preferred);

		if (chosen < 0)
			continue;
		if (give(arg, &line[i], chosen, preferred) < 0)
			return -1;
		candidate_takes(&candidates[chosen], line[i].queue_id, line[i].channel_id, now_us);
	}
	return 0;
}
