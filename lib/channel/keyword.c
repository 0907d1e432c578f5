#include "base/vt.h"

#include "base/utf8.h"
#include "channel/keyword.h"

#define TEXT_MAX 100                   /* bytes; what is longer is no word alone */

/* Neither a blank nor a mark, of ASCII, Latin-1 or general punctuation. */
static bool is_of_a_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c >= 0xc0 && (c < 0x2000 || c > 0x206f);
}

/* As it is compared: folded, bare of what stands around it. */
static const char *bare(struct arena *arena, const char *text, size_t size)
{
	size_t from = 0, to = 0;
	uint32_t c;

	text = utf8_fold(arena, arena_strndup(arena, text, size));
	size = strlen(text);
	for (size_t at = 0, taken; at < size; at += taken) {
		taken = utf8_decode(text + at, size - at, &c);
		if (is_of_a_word(c))
			to = at + taken;
		else if (!to)
			from = at + taken;
	}
	return to ? arena_strndup(arena, text + from, to - from) : "";
}

bool channel_keyword(struct arena *arena, const char *words, const char *text)
{
	const char *said;

	if (strlen(text) > TEXT_MAX)
		return false;
	said = bare(arena, text, strlen(text));
	for (size_t size; *words; words += size + (words[size] == ',')) {
		size = strcspn(words, ",");
		if (*said && !strcmp(said, bare(arena, words, size)))
			return true;
	}
	return false;
}

static bool is_word(const char *word, size_t size)
{
	size_t characters = 0;
	bool letter = false;
	uint32_t c;

	for (size_t at = 0; at < size; characters++) {
		at += utf8_decode(word + at, size - at, &c);
		letter = letter || (is_of_a_word(c) && c > '9');
	}
	return letter && characters <= CHANNEL_KEYWORD_MAX;
}

bool channel_keywords_valid(const char *words)
{
	for (size_t size; *words; words += size + (words[size] == ',')) {
		size = strcspn(words, ",");
		if (!is_word(words, size))
			return false;
	}
	return true;
}
