/*
 * What it costs to decide whether somebody may do something: their permissions
 * from the database's text to bits, as each request does it, and one decision
 * for every permission there is. Prints microseconds per decision, the text's
 * part shared out.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "people/permission.h"

#define ROUNDS 20000

int main(void)
{
	struct arena *arena = arena_new();
	volatile int allowed = 0;
	struct strbuf all;

	strbuf_init(&all, arena, 1024);
	for (int i = PERM_SESSION + 1; i < PERM_MAX; i += 2)
		strbuf_printf(&all, "%s%s", all.size ? " " : "", permission_key((enum permission)i));
	int64_t began = clock_monotonic_us();
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t granted = permission_bits(all.data);
		for (int i = 0; i < PERM_MAX; i++)
			allowed += permission_allows((enum permission)i, true, granted);
	}
	int64_t spent = clock_monotonic_us() - began;
	/* Half of them, and the two that a session is enough for. */
	bool right = allowed >= ROUNDS * (PERM_MAX / 2) && allowed <= ROUNDS * (PERM_MAX / 2 + 3);
	printf("%.4f\n", (double)spent / ROUNDS / PERM_MAX);
	arena_free(arena);
	return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
