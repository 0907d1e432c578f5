/*
 * The locale's texts of a process: keys and texts one after the other in one
 * block, found by key. As a tree of ClearSilver's they take five times the
 * memory, in every process; a page gets into the tree those that it names.
 */
#ifndef VT_WEB_TEXTS_H
#define VT_WEB_TEXTS_H

#include "base/vt.h"

struct texts {
	char *block;                   /* key NUL text NUL ... */
	size_t size, capacity;
	uint32_t *places; size_t count; /* where each key begins, by key */
};

/* Zeroed is empty. A key that was there has the newer text. */
void texts_add(struct texts *texts, const char *key, const char *text);
/* After the last texts_add, before anything is looked for. */
void texts_sort(struct texts *texts);
void texts_clear(struct texts *texts);

/* NULL when there is none. Lives until texts_clear. */
const char *texts_find(const struct texts *texts, const char *key);
/* How many there are of a key and below it ("desk": "desk.title", ...), the first of them *first. */
size_t texts_below(const struct texts *texts, const char *path, size_t *first);
const char *texts_key(const struct texts *texts, size_t index);
const char *texts_text(const struct texts *texts, size_t index);

#endif
