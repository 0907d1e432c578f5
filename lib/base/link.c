#include "base/link.h"
#include "base/utf8.h"

#include <string.h>

static bool within(uint32_t c)
{
	if (c <= ' ' || c == 0x7f || strchr("<>\"'\\", (int)(c < 0x80 ? c : 'a')))
		return false;
	if (c == 0x61c || c == 0xfffd || c == 0xfeff || c == 0x3000 || c == 0x1680)
		return false;
	return !(c >= 0x80 && c <= 0xa0) && !(c >= 0x2000 && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202f) &&
	       !(c >= 0x205f && c <= 0x206f);
}

/* Bytes of "https://" where text begins with it; 0: it does not. */
static size_t scheme(const char *text)
{
	if (!strncmp(text, "https://", 8))
		return 8;
	return !strncmp(text, "http://", 7) ? 7 : 0;
}

static size_t address_size(const char *text, size_t begin)
{
	size_t size = begin, left = strlen(text), taken;
	uint32_t c;

	while (size < left) {
		taken = utf8_decode(text + size, left - size, &c);
		if (!within(c))
			break;
		size += taken;
	}
	while (size > begin && strchr(".,;:!?)]*_~", text[size - 1]))
		size--;
	return size;
}

bool link_find(const char *text, size_t *at, size_t *size)
{
	for (const char *from = strstr(text, "http"); from; from = strstr(from + 1, "http")) {
		size_t begin = scheme(from);
		if (!begin)
			continue;
		*at = (size_t)(from - text);
		*size = address_size(from, begin);
		size_t host = strcspn(from + begin, "/?#@");
		if (*size > begin && host > 0 && (begin + host >= *size || from[begin + host] != '@'))
			return true;
	}
	return false;
}
