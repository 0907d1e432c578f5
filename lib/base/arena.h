/*
 * Memory of one request or job: allocated in bumps, zeroed, freed all at once.
 *
 * Nothing taken from an arena is freed by itself. Foreign objects (PGresult,
 * json_object, CURL, HDF, FILE) register their release with arena_defer right
 * after creation and are released, last first, by arena_reset.
 * Allocation never returns NULL: at the cap (64 MiB) or when the system has
 * no memory the process logs and aborts; callers bound their input before.
 * Under --enable-asan-arena each object is a malloc of its own, so that
 * overflows show.
 */
#ifndef VT_BASE_ARENA_H
#define VT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);             /* the caller frees it */
void arena_reset(struct arena *arena);     /* releases, keeps the first block */
void arena_free(struct arena *arena);      /* resets and frees; NULL is fine */

void *arena_alloc(struct arena *arena, size_t size)          /* zeroed */
	__attribute__((returns_nonnull, malloc, alloc_size(2)));
void *arena_calloc(struct arena *arena, size_t count, size_t size)
	__attribute__((returns_nonnull, malloc, alloc_size(2, 3)));
char *arena_strdup(struct arena *arena, const char *text);   /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t size);
void *arena_memdup(struct arena *arena, const void *data, size_t size);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Call release(object) at the next reset, in reverse order of registration. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
