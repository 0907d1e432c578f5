/*
 * A brake on pages that ask again and again without moving on: the same page
 * with the same cursor is answered at most every PACE_MS. A fixed table that
 * forgets whom it must: then somebody is answered at once. Pure: time is given.
 */
#ifndef VT_LIVE_PACE_H
#define VT_LIVE_PACE_H

#include "base/vt.h"

#define PACE_MS 50
#define PACE_SLOTS 8192

struct pace {
	struct { uint64_t page, cursor; int64_t at_ms; } slots[PACE_SLOTS];
};

/* A number for a text. */
uint64_t pace_hash(uint64_t seed, const char *text, size_t size);
/* Milliseconds until this page may be answered; 0: now. */
int64_t pace_wait(const struct pace *pace, uint64_t page, uint64_t cursor, int64_t now_ms);
void pace_note(struct pace *pace, uint64_t page, uint64_t cursor, int64_t now_ms);

#endif
