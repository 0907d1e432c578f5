#include "base/vt.h"
#include "base/clock.h"
#include "routing/simulate.h"
#include "routing/strategy.h"

#define ELSEWHERE 0                    /* no queue of ours */

enum kind { COMES, GOES, OTHER_BEGINS, OTHER_ENDS, ARRIVES, GIVES_UP };

struct event { int64_t at; enum kind kind; int which; int64_t channel_id; };

struct active { int operator; int64_t until, channel_id; };

struct run {
	struct vt_ctx *ctx;
	const struct simulate_day *day;
	struct simulate_result *out;
	struct event *events; size_t event_count;
	struct candidate *candidates;      /* of all; who is away has no capacity */
	struct waiting *line; size_t line_count;
	struct active *active; size_t active_count;
	int64_t *waits, *taken_at;         /* of the attended; of each arrival, 0 not yet, -1 given up */
	int64_t now, median_us;
	int strategy;
};

static int by_time(const void *a, const void *b)
{
	const struct event *one = a, *two = b;

	if (one->at != two->at)
		return one->at < two->at ? -1 : 1;
	return one->kind != two->kind ? (int)one->kind - (int)two->kind : one->which - two->which;
}

static int by_value(const void *a, const void *b)
{
	const int64_t *one = a, *two = b;

	return *one < *two ? -1 : *one > *two;
}

static int64_t median_handling(struct vt_ctx *ctx, const struct simulate_day *day)
{
	int64_t *list = arena_calloc(ctx->arena, day->arrival_count + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < day->arrival_count; i++) {
		if (day->arrivals[i].handled_us)
			list[count++] = day->arrivals[i].handled_us;
	}
	qsort(list, count, sizeof(*list), by_value);
	return count ? list[count / 2] : 5 * 60 * CLOCK_SECOND;
}

static void add(struct run *run, int64_t at, enum kind kind, int which, int64_t channel_id)
{
	run->events[run->event_count++] = (struct event){ at, kind, which, channel_id };
}

static void events_make(struct run *run)
{
	const struct simulate_day *day = run->day;
	size_t most = 2 * (day->present_count + day->other_count + day->arrival_count);

	run->events = arena_calloc(run->ctx->arena, most + 1, sizeof(*run->events));
	for (size_t i = 0; i < day->present_count; i++) {
		add(run, day->present[i].from, COMES, day->present[i].operator, 0);
		add(run, day->present[i].to, GOES, day->present[i].operator, 0);
	}
	for (size_t i = 0; i < day->other_count; i++) {
		const struct simulate_span *other = &day->others[i];
		add(run, other->from, OTHER_BEGINS, other->operator, other->channel_id);
		add(run, other->to, OTHER_ENDS, other->operator, other->channel_id);
	}
	for (size_t i = 0; i < day->arrival_count; i++) {
		add(run, day->arrivals[i].at, ARRIVES, (int)i, 0);
		if (!day->arrivals[i].attended)
			add(run, day->arrivals[i].at + day->arrivals[i].waited_us, GIVES_UP, (int)i, 0);
	}
	qsort(run->events, run->event_count, sizeof(*run->events), by_time);
}

static int64_t *channel_room(struct arena *arena, const struct simulate_operator *operator)
{
	int64_t *room = arena_calloc(arena, operator->channel_count + 1, sizeof(*room));

	for (size_t i = 0; i < operator->channel_count; i++) {
		int64_t capacity = operator->channel_capacities ? operator->channel_capacities[i] : 0;
		room[i] = capacity ? capacity : INT32_MAX;
	}
	return room;
}

static void prepare(struct run *run)
{
	const struct simulate_day *day = run->day;
	struct arena *arena = run->ctx->arena;

	run->candidates = arena_calloc(arena, day->operator_count + 1, sizeof(*run->candidates));
	run->line = arena_calloc(arena, day->arrival_count + 1, sizeof(*run->line));
	run->active = arena_calloc(arena, day->arrival_count + 1, sizeof(*run->active));
	run->waits = arena_calloc(arena, day->arrival_count + 1, sizeof(*run->waits));
	run->taken_at = arena_calloc(arena, day->arrival_count + 1, sizeof(*run->taken_at));
	run->out->operators = arena_calloc(arena, day->operator_count + 1, sizeof(*run->out->operators));
	for (size_t i = 0; i < day->operator_count; i++) {
		int64_t *room = arena_calloc(arena, 1, sizeof(*room));
		*room = day->queue_capacity ? day->queue_capacity : INT32_MAX;
		run->candidates[i] = (struct candidate){ .user_id = day->operators[i].user_id, .name = "",
			.display_name = "", .available_since = day->from,
			.queue_ids = &day->queue_id, .queue_count = 1, .queue_room = room,
			.channel_ids = day->operators[i].channel_ids,
			.channel_count = day->operators[i].channel_count,
			.channel_room = channel_room(arena, &day->operators[i]) };
	}
	events_make(run);
}

static int hour_of(const struct simulate_day *day, int64_t at)
{
	int64_t hour = (at - day->from) / (3600 * CLOCK_SECOND);

	return hour < 0 ? 0 : hour >= SIMULATE_HOURS ? SIMULATE_HOURS - 1 : (int)hour;
}

static void attended(const struct simulate_day *day, struct simulate_result *out, int64_t at, int64_t waited_us)
{
	struct simulate_hour *hour = &out->hours[hour_of(day, at)];

	hour->attended++;
	hour->wait_us += waited_us;
	if (waited_us > hour->longest_us)
		hour->longest_us = waited_us;
	out->within += waited_us <= day->service_level_s * CLOCK_SECOND;
	out->attended++;
}

static int give(void *arg, const struct waiting *waiting, int chosen, bool preferred)
{
	struct run *run = arg;
	const struct simulate_arrival *arrival = &run->day->arrivals[waiting->row];
	struct simulate_load *load = &run->out->operators[chosen];
	int64_t handled = arrival->handled_us ? arrival->handled_us : run->median_us;

	(void)preferred;
	run->taken_at[waiting->row] = run->now;
	run->waits[run->out->attended] = run->now - arrival->at;
	attended(run->day, run->out, arrival->at, run->now - arrival->at);
	run->active[run->active_count++] = (struct active){ chosen, run->now + handled,
								     arrival->channel_id };
	load->cases++;
	load->handled_us += handled;
	return 0;
}

static int pass(struct run *run)
{
	size_t left = 0;

	strategy_line(run->line, run->line_count);
	if (strategy_pass(run->line, run->line_count, run->candidates, run->day->operator_count, run->now, give,
			  run) < 0)
		return -1;
	for (size_t i = 0; i < run->line_count; i++) {
		if (!run->taken_at[run->line[i].row])
			run->line[left++] = run->line[i];
	}
	run->line_count = left;
	return 0;
}

static void give_up(struct run *run, int which)
{
	const struct simulate_arrival *arrival = &run->day->arrivals[which];

	if (run->taken_at[which])
		return;
	run->taken_at[which] = -1;
	run->out->lost++;
	run->out->hours[hour_of(run->day, arrival->at)].lost++;
	for (size_t i = 0; i < run->line_count; i++) {
		if (run->line[i].row == (size_t)which)
			run->line[i] = run->line[--run->line_count];
	}
}

static void arrives(struct run *run, int which)
{
	const struct simulate_arrival *arrival = &run->day->arrivals[which];

	run->out->arrivals++;
	run->out->hours[hour_of(run->day, arrival->at)].arrivals++;
	run->line[run->line_count++] = (struct waiting){ .conversation_id = which, .queue_id = run->day->queue_id,
		.channel_id = arrival->channel_id, .priority = arrival->priority, .requested_at = arrival->at,
		.strategy = run->strategy, .row = (size_t)which };
}

/* An operator comes, goes, or gets or ends a case of another queue. */
static void moves(struct run *run, const struct event *event)
{
	struct candidate *candidate = &run->candidates[event->which];

	switch (event->kind) {
	case COMES:
		candidate->capacity = run->day->operators[event->which].capacity;
		candidate->available_since = event->at;
		break;
	case GOES:
		candidate->capacity = 0;
		break;
	case OTHER_BEGINS:
		candidate_takes(candidate, ELSEWHERE, event->channel_id, event->at);
		break;
	case OTHER_ENDS:
		candidate_ends(candidate, ELSEWHERE, event->channel_id, event->at);
		break;
	case ARRIVES:
	case GIVES_UP:
		break;
	}
}

static void happens(struct run *run, const struct event *event)
{
	if (event->kind == ARRIVES)
		arrives(run, event->which);
	else if (event->kind == GIVES_UP)
		give_up(run, event->which);
	else
		moves(run, event);
}

/* The case that ends first; NULL without one. */
static struct active *next_end(struct run *run)
{
	struct active *first = NULL;

	for (size_t i = 0; i < run->active_count; i++) {
		if (!first || run->active[i].until < first->until)
			first = &run->active[i];
	}
	return first;
}

static void ends(struct run *run, struct active *active)
{
	candidate_ends(&run->candidates[active->operator], run->day->queue_id, active->channel_id, run->now);
	*active = run->active[--run->active_count];
}

static void waits_fill(struct simulate_result *out, int64_t *waits)
{
	int64_t sum = 0;

	if (!out->attended)
		return;
	qsort(waits, (size_t)out->attended, sizeof(*waits), by_value);
	for (int i = 0; i < out->attended; i++)
		sum += waits[i];
	out->mean_us = sum / out->attended;
	out->half_us = waits[out->attended / 2];
	out->most_us = waits[out->attended * 9 / 10];
	out->longest_us = waits[out->attended - 1];
}

int simulate_run(struct vt_ctx *ctx, const struct simulate_day *day, int strategy, struct simulate_result *out)
{
	struct run run = { .ctx = ctx, .day = day, .out = out, .strategy = strategy,
			   .median_us = median_handling(ctx, day) };
	size_t next = 0;

	*out = (struct simulate_result){ 0 };
	prepare(&run);
	while (next < run.event_count || run.active_count) {
		struct active *active = next_end(&run);
		if (active && (next == run.event_count || active->until <= run.events[next].at)) {
			run.now = active->until;
			ends(&run, active);
		} else {
			run.now = run.events[next].at;
			happens(&run, &run.events[next++]);
		}
		/* All that happens at one instant, then one pass. */
		if (next < run.event_count && run.events[next].at == run.now)
			continue;
		if (run.line_count && pass(&run) < 0)
			return -1;
	}
	/* Whoever is left nobody could attend that day. */
	for (size_t i = 0; i < run.line_count; i++)
		out->hours[hour_of(day, day->arrivals[run.line[i].row].at)].lost++;
	out->lost += (int)run.line_count;
	waits_fill(out, run.waits);
	return 0;
}

void simulate_recorded(struct vt_ctx *ctx, const struct simulate_day *day, struct simulate_result *out)
{
	int64_t *waits = arena_calloc(ctx->arena, day->arrival_count + 1, sizeof(*waits));

	*out = (struct simulate_result){ 0 };
	out->operators = arena_calloc(ctx->arena, day->operator_count + 1, sizeof(*out->operators));
	for (size_t i = 0; i < day->arrival_count; i++) {
		const struct simulate_arrival *one = &day->arrivals[i];
		struct simulate_hour *hour = &out->hours[hour_of(day, one->at)];
		out->arrivals++;
		hour->arrivals++;
		if (!one->attended) {
			out->lost++;
			hour->lost++;
			continue;
		}
		waits[out->attended] = one->waited_us;
		attended(day, out, one->at, one->waited_us);
		if (one->operator >= 0) {
			out->operators[one->operator].cases++;
			out->operators[one->operator].handled_us += one->handled_us;
		}
	}
	waits_fill(out, waits);
}
