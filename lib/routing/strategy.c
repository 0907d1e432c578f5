#include "base/vt.h"
#include "routing/strategy.h"

static bool has_room(const struct candidate *candidate, int64_t queue_id)
{
	for (size_t i = 0; i < candidate->queue_count; i++) {
		if (candidate->queue_ids[i] == queue_id)
			return !candidate->queue_room || candidate->queue_room[i] > 0;
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
	       has_room(candidate, queue_id) &&
	       contains(candidate->channel_ids, candidate->channel_count, channel_id);
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
	[STRATEGY_LONGEST_AVAILABLE] = longest_available,
	[STRATEGY_ROUND_ROBIN] = round_robin,
	[STRATEGY_MOST_AVAILABLE] = most_available,
	[STRATEGY_LOWEST_PRODUCTIVITY] = lowest_productivity,
};

static int by_strategy(int strategy, const struct candidate *a, const struct candidate *b)
{
	int order = comparators[strategy](a, b);

	if (!order)
		order = longest_available(a, b);
	if (!order)
		order = lowest_productivity(a, b);
	return order ? order : compare(a->user_id, b->user_id);
}

int strategy_choose(int strategy, const struct candidate *candidates, size_t count,
		    int64_t queue_id, int64_t channel_id)
{
	int best = -1;

	if (strategy < STRATEGY_FEWEST_CASES || strategy >= STRATEGY_MANUAL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (!candidate_fits(&candidates[i], queue_id, channel_id))
			continue;
		if (best < 0 || by_strategy(strategy, &candidates[i], &candidates[best]) < 0)
			best = (int)i;
	}
	return best;
}
