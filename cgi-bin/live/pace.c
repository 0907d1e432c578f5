#include "base/vt.h"
#include "cgi-bin/live/pace.h"

uint64_t pace_hash(uint64_t seed, const char *text, size_t size)
{
	uint64_t hash = (seed ^ UINT64_C(0xcbf29ce484222325)) * UINT64_C(0x100000001b3);

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

int64_t pace_wait(const struct pace *pace, uint64_t page, uint64_t cursor, int64_t now_ms)
{
	size_t at = page % PACE_SLOTS;

	if (pace->slots[at].page != page || pace->slots[at].cursor != cursor ||
	    now_ms - pace->slots[at].at_ms >= PACE_MS)
		return 0;
	return PACE_MS - (now_ms - pace->slots[at].at_ms);
}

void pace_note(struct pace *pace, uint64_t page, uint64_t cursor, int64_t now_ms)
{
	size_t at = page % PACE_SLOTS;

	pace->slots[at].page = page;
	pace->slots[at].cursor = cursor;
	pace->slots[at].at_ms = now_ms;
}
