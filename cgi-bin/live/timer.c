#include "base/vt.h"
#include "cgi-bin/live/timer.h"

static struct timer *slot_of(struct wheel *wheel, int64_t step)
{
	return &wheel->slots[(uint64_t)step % TIMER_SLOTS];
}

void wheel_init(struct wheel *wheel, int64_t now_ms)
{
	wheel->step = now_ms / TIMER_STEP_MS;
	for (size_t i = 0; i < TIMER_SLOTS; i++)
		wheel->slots[i].previous = wheel->slots[i].next = &wheel->slots[i];
}

void timer_clear(struct timer *timer)
{
	if (!timer->next)
		return;
	timer->previous->next = timer->next;
	timer->next->previous = timer->previous;
	timer->previous = timer->next = NULL;
}

void timer_set(struct wheel *wheel, struct timer *timer, int64_t due_ms)
{
	int64_t step = (due_ms + TIMER_STEP_MS - 1) / TIMER_STEP_MS;

	timer_clear(timer);
	if (step <= wheel->step)
		step = wheel->step + 1;
	if (step - wheel->step >= TIMER_SLOTS)
		step = wheel->step + TIMER_SLOTS - 1;
	struct timer *slot = slot_of(wheel, step);
	timer->previous = slot->previous;
	timer->next = slot;
	slot->previous->next = timer;
	slot->previous = timer;
}

struct timer *wheel_ring(struct wheel *wheel, int64_t now_ms)
{
	int64_t last = now_ms / TIMER_STEP_MS;

	for (;;) {
		struct timer *slot = slot_of(wheel, wheel->step);

		if (slot->next != slot) {
			struct timer *timer = slot->next;
			timer_clear(timer);
			return timer;
		}
		if (wheel->step >= last)
			return NULL;
		wheel->step++;
	}
}

int wheel_pause(const struct wheel *wheel, int64_t now_ms, int max)
{
	for (int64_t step = wheel->step; (step * TIMER_STEP_MS) - now_ms < max; step++) {
		const struct timer *slot = &wheel->slots[(uint64_t)step % TIMER_SLOTS];

		if (slot->next != slot) {
			int64_t left = step * TIMER_STEP_MS - now_ms;
			return left > 0 ? (int)left : 0;
		}
	}
	return max;
}
