#include "base/vt.h"
#include "web/texts.h"

#define BLOCK_HINT ((size_t)64 * 1024)

static void append(struct texts *texts, const char *text)
{
	size_t size = strlen(text) + 1;

	while (texts->size + size > texts->capacity) {
		texts->capacity = texts->capacity ? 2 * texts->capacity : BLOCK_HINT;
		texts->block = realloc(texts->block, texts->capacity);
		VT_BUG_ON(!texts->block || texts->capacity > UINT32_MAX);
	}
	memcpy(texts->block + texts->size, text, size);
	texts->size += size;
}

void texts_add(struct texts *texts, const char *key, const char *text)
{
	append(texts, key);
	append(texts, text);
	texts->count++;
}

/* By key; of one key's the newest first. */
static int by_key(const void *a, const void *b, void *block)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
	int order = strcmp((char *)block + one, (char *)block + other);

	return order ? order : one < other ? 1 : -1;
}

static const char *past(const char *text)
{
	return text + strlen(text) + 1;
}

void texts_sort(struct texts *texts)
{
	const char *at = texts->block;
	size_t kept = 0;

	texts->places = calloc(texts->count + 1, sizeof(*texts->places));
	VT_BUG_ON(!texts->places);
	for (size_t i = 0; i < texts->count; i++, at = past(past(at)))
		texts->places[i] = (uint32_t)(at - texts->block);
	qsort_r(texts->places, texts->count, sizeof(*texts->places), by_key, texts->block);
	for (size_t i = 0; i < texts->count; i++) {
		if (!kept || strcmp(texts_key(texts, i), texts_key(texts, kept - 1)) != 0)
			texts->places[kept++] = texts->places[i];
	}
	texts->count = kept;
}

void texts_clear(struct texts *texts)
{
	free(texts->block);
	free(texts->places);
	*texts = (struct texts){ 0 };
}

const char *texts_key(const struct texts *texts, size_t index)
{
	return texts->block + texts->places[index];
}

const char *texts_text(const struct texts *texts, size_t index)
{
	return past(texts_key(texts, index));
}

/* The first whose key is not before this one. */
static size_t lower_bound(const struct texts *texts, const char *key)
{
	size_t low = 0, high = texts->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(texts_key(texts, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *texts_find(const struct texts *texts, const char *key)
{
	size_t index = lower_bound(texts, key);

	return index < texts->count && !strcmp(texts_key(texts, index), key) ? texts_text(texts, index) : NULL;
}

/* Nothing that a key may hold comes before the dot. */
size_t texts_below(const struct texts *texts, const char *path, size_t *first)
{
	size_t size = strlen(path), end;

	*first = lower_bound(texts, path);
	for (end = *first; end < texts->count; end++) {
		const char *key = texts_key(texts, end);
		if (strncmp(key, path, size) != 0 || (key[size] && key[size] != '.'))
			break;
	}
	return end - *first;
}
