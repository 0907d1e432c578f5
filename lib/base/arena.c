#include "base/vt.h"
#include "base/log.h"

#include <stdalign.h>

#define FIRST_BLOCK ((size_t)16 * 1024)
#define BLOCK_MAX ((size_t)256 * 1024)
#define USED_MAX ((size_t)64 * 1024 * 1024)
#define ALIGNMENT alignof(max_align_t)

/* Larger objects get a block of their own; under the sanitizer every object does. */
#ifdef VT_ASAN_ARENA
#define SHARED_OBJECT_MAX ((size_t)0)
#else
#define SHARED_OBJECT_MAX ((size_t)4096)
#endif

struct block {
	struct block *next;
	alignas(max_align_t) char data[];
};

struct release {
	struct release *next;
	void (*function)(void *);
	void *object;
};

struct arena {
	char *position;            /* next free byte of the shared block in use */
	char *end;
	struct block *blocks;      /* all but the first, newest first */
	struct release *releases;  /* newest first */
	size_t used;
	size_t next_block;
	struct block *first;
};

static void __attribute__((noreturn)) out_of_memory(const char *why, size_t size)
{
	log_event(NULL, LOG_LEVEL_ERROR, "arena", "why=%s size=%zu", why, size);
	abort();
}

static struct block *block_new(size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (!block)
		out_of_memory("malloc", size);
	return block;
}

static void use_first_block(struct arena *arena)
{
	arena->position = arena->first->data;
	arena->end = arena->first->data + FIRST_BLOCK;
	arena->next_block = 2 * FIRST_BLOCK;
	arena->used = 0;
}

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		out_of_memory("malloc", sizeof(*arena));
	arena->first = block_new(FIRST_BLOCK);
	use_first_block(arena);
	return arena;
}

void arena_reset(struct arena *arena)
{
	while (arena->releases) {
		struct release *release = arena->releases;

		arena->releases = release->next;
		release->function(release->object);
	}
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	use_first_block(arena);
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	free(arena->first);
	free(arena);
}

static char *add_block(struct arena *arena, size_t size)
{
	struct block *block = block_new(size);

	block->next = arena->blocks;
	arena->blocks = block;
	return block->data;
}

static void *take(struct arena *arena, size_t size)
{
	size_t rounded;
	char *object;

	if (size > USED_MAX - arena->used)
		out_of_memory("cap", size);
	arena->used += size;
	if (size > SHARED_OBJECT_MAX)
		return add_block(arena, size);
	rounded = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (rounded > (size_t)(arena->end - arena->position)) {
		arena->position = add_block(arena, arena->next_block);
		arena->end = arena->position + arena->next_block;
		if (arena->next_block < BLOCK_MAX)
			arena->next_block *= 2;
	}
	object = arena->position;
	arena->position += rounded;
	return object;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *object = take(arena, size);

	memset(object, 0, size);
	return object;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory("overflow", count);
	return arena_alloc(arena, total);
}

static char *copy_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = take(arena, length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? copy_text(arena, text, strlen(text)) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size)
{
	return text ? copy_text(arena, text, strnlen(text, size)) : NULL;
}

void *arena_memdup(struct arena *arena, const void *data, size_t size)
{
	void *copy = take(arena, size);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_vprintf(struct arena *arena, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int size;

	va_copy(again, args);
	size = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	VT_BUG_ON(size < 0);
	text = take(arena, (size_t)size + 1);
	vsnprintf(text, (size_t)size + 1, fmt, args);
	return text;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(arena, fmt, args);
	va_end(args);
	return text;
}

void arena_defer(struct arena *arena, void (*function)(void *), void *object)
{
	struct release *release = take(arena, sizeof(*release));

	release->next = arena->releases;
	release->function = function;
	release->object = object;
	arena->releases = release;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
