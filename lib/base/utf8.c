#include "base/vt.h"
#include "base/utf8.h"
#include "base/strbuf.h"

#define REPLACEMENT 0xfffdu
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Length of the valid character at text, or 0. */
static size_t character_size(const unsigned char *text, size_t size)
{
	unsigned char lead = text[0], low = 0x80, high = 0xbf;
	size_t length;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (size < length)
		return 0;
	/* overlong forms, surrogates and what is above U+10FFFF */
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

/* How many bytes from the start are valid and not NUL. */
static size_t valid_prefix(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t i = 0;

	while (i < size) {
		uint64_t eight;
		size_t length;

		if (size - i >= sizeof(eight)) {
			memcpy(&eight, bytes + i, sizeof(eight));
			/* eight ASCII bytes, none of them NUL */
			if (!((eight | (eight - UINT64_C(0x0101010101010101))) & HIGH_BITS)) {
				i += sizeof(eight);
				continue;
			}
		}
		length = bytes[i] ? character_size(bytes + i, size - i) : 0;
		if (!length)
			break;
		i += length;
	}
	return i;
}

bool utf8_valid(const char *text, size_t size)
{
	return valid_prefix(text, size) == size;
}

char *utf8_repair(struct arena *arena, const char *text, size_t size)
{
	size_t good = valid_prefix(text, size);
	struct strbuf buffer;

	if (good == size) {
		char *copy = arena_alloc(arena, size + 1);

		if (size)
			memcpy(copy, text, size);
		return copy;
	}
	strbuf_init(&buffer, arena, size);
	while (size) {
		strbuf_add(&buffer, text, good);
		text += good;
		size -= good;
		if (!size)
			break;
		if (*text)
			strbuf_puts(&buffer, "\xef\xbf\xbd");
		text++;
		size--;
		good = valid_prefix(text, size);
	}
	return buffer.data;
}

size_t utf8_decode(const char *text, size_t size, uint32_t *codepoint)
{
	const unsigned char *bytes = (const unsigned char *)text;
	static const unsigned char lead_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t length;

	*codepoint = REPLACEMENT;
	if (!size)
		return 0;
	length = character_size(bytes, size);
	if (!length)
		return 1;
	*codepoint = bytes[0] & lead_mask[length];
	for (size_t i = 1; i < length; i++)
		*codepoint = *codepoint << 6 | (bytes[i] & 0x3f);
	return length;
}

size_t utf8_encode(uint32_t codepoint, char out[4])
{
	if (codepoint > 0x10ffff || (codepoint >= 0xd800 && codepoint < 0xe000))
		codepoint = REPLACEMENT;
	if (codepoint < 0x80) {
		out[0] = (char)codepoint;
		return 1;
	}
	if (codepoint < 0x800) {
		out[0] = (char)(0xc0 | codepoint >> 6);
		out[1] = (char)(0x80 | (codepoint & 0x3f));
		return 2;
	}
	if (codepoint < 0x10000) {
		out[0] = (char)(0xe0 | codepoint >> 12);
		out[1] = (char)(0x80 | (codepoint >> 6 & 0x3f));
		out[2] = (char)(0x80 | (codepoint & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | codepoint >> 18);
	out[1] = (char)(0x80 | (codepoint >> 12 & 0x3f));
	out[2] = (char)(0x80 | (codepoint >> 6 & 0x3f));
	out[3] = (char)(0x80 | (codepoint & 0x3f));
	return 4;
}

/* Walk at most `limit` characters; returns how many there were, *bytes their size. */
static size_t walk(const char *text, size_t limit, size_t *bytes)
{
	size_t size = strlen(text), done = 0, count = 0;
	uint32_t codepoint;

	while (count < limit && done < size) {
		done += utf8_decode(text + done, size - done, &codepoint);
		count++;
	}
	*bytes = done;
	return count;
}

size_t utf8_length(const char *text)
{
	size_t bytes;

	return walk(text, SIZE_MAX, &bytes);
}

size_t utf8_prefix(const char *text, size_t characters)
{
	size_t bytes;

	walk(text, characters, &bytes);
	return bytes;
}

/* What U+00C0 to U+017F fold to; "" keeps the character. */
static const char fold_table[0xc0][3] = {
	"a", "a", "a", "a", "a", "a", "ae", "c", /* U+00C0 */
	"e", "e", "e", "e", "i", "i", "i", "i", /* U+00C8 */
	"d", "n", "o", "o", "o", "o", "o", "", /* U+00D0 */
	"o", "u", "u", "u", "u", "y", "th", "ss", /* U+00D8 */
	"a", "a", "a", "a", "a", "a", "ae", "c", /* U+00E0 */
	"e", "e", "e", "e", "i", "i", "i", "i", /* U+00E8 */
	"d", "n", "o", "o", "o", "o", "o", "", /* U+00F0 */
	"o", "u", "u", "u", "u", "y", "th", "y", /* U+00F8 */
	"a", "a", "a", "a", "a", "a", "c", "c", /* U+0100 */
	"c", "c", "c", "c", "c", "c", "d", "d", /* U+0108 */
	"d", "d", "e", "e", "e", "e", "e", "e", /* U+0110 */
	"e", "e", "e", "e", "g", "g", "g", "g", /* U+0118 */
	"g", "g", "g", "g", "h", "h", "h", "h", /* U+0120 */
	"i", "i", "i", "i", "i", "i", "i", "i", /* U+0128 */
	"i", "i", "ij", "ij", "j", "j", "k", "k", /* U+0130 */
	"k", "l", "l", "l", "l", "l", "l", "l", /* U+0138 */
	"l", "l", "l", "n", "n", "n", "n", "n", /* U+0140 */
	"n", "n", "n", "n", "o", "o", "o", "o", /* U+0148 */
	"o", "o", "oe", "oe", "r", "r", "r", "r", /* U+0150 */
	"r", "r", "s", "s", "s", "s", "s", "s", /* U+0158 */
	"s", "s", "t", "t", "t", "t", "t", "t", /* U+0160 */
	"u", "u", "u", "u", "u", "u", "u", "u", /* U+0168 */
	"u", "u", "u", "u", "w", "w", "y", "y", /* U+0170 */
	"y", "z", "z", "z", "z", "z", "z", "s", /* U+0178 */
};

static const char *folded(uint32_t codepoint)
{
	if (codepoint == 0xaa)
		return "a";
	if (codepoint == 0xba)
		return "o";
	if (codepoint >= 0xc0 && codepoint < 0xc0 + VT_COUNT(fold_table))
		return fold_table[codepoint - 0xc0];
	return "";
}

char *utf8_fold(struct arena *arena, const char *text)
{
	size_t size = strlen(text);
	struct strbuf out;

	strbuf_init(&out, arena, size);
	while (size) {
		uint32_t codepoint;
		size_t taken = utf8_decode(text, size, &codepoint);
		bool combining = codepoint >= 0x300 && codepoint < 0x370;
		char encoded[4];

		text += taken;
		size -= taken;
		if (codepoint >= 'A' && codepoint <= 'Z')
			strbuf_putc(&out, (char)(codepoint - 'A' + 'a'));
		else if (*folded(codepoint))
			strbuf_puts(&out, folded(codepoint));
		else if (!combining)
			strbuf_add(&out, encoded, utf8_encode(codepoint, encoded));
	}
	return out.data;
}

size_t utf8_prefix_bytes(const char *text, size_t bytes)
{
	size_t size = strlen(text);

	if (size <= bytes)
		return size;
	while (bytes && ((unsigned char)text[bytes] & 0xc0) == 0x80)
		bytes--;
	return bytes;
}

#define JOINER 0x200d
#define CUT_BACK 100                   /* bytes that one thing seen can be long; the longest emoji has 35 */

static bool is_flag_half(uint32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* It belongs to the character before it: combining marks, variations, shades, keycaps, tags, the joiner. */
static bool goes_on(uint32_t c)
{
	return c == JOINER || (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
		(c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f) ||
		(c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0020 && c <= 0xe007f);
}

static size_t previous(const char *text, size_t at)
{
	do
		at--;
	while (at && ((unsigned char)text[at] & 0xc0) == 0x80);
	return at;
}

static uint32_t character_at(const char *text, size_t at)
{
	uint32_t c;

	utf8_decode(text + at, strlen(text + at), &c);
	return c;
}

/* Flags are pairs: an odd number of halves before `at` leaves one that wants what is at it. */
static bool halves_flag(const char *text, size_t at)
{
	size_t halves = 0;

	if (!is_flag_half(character_at(text, at)))
		return false;
	while (at && is_flag_half(character_at(text, previous(text, at)))) {
		at = previous(text, at);
		halves++;
	}
	return halves % 2;
}

size_t utf8_cut(const char *text, size_t size)
{
	size_t at = size;

	while (at && text[at] && size - at < CUT_BACK) {
		size_t before = previous(text, at);
		if (!goes_on(character_at(text, at)) && character_at(text, before) != JOINER && !halves_flag(text, at))
			return at;
		at = before;
	}
	return size;
}

#define EMOJI_BYTES_MAX 40
#define KEYCAP 0x20e3

static bool is_picture(uint32_t c)
{
	return (c >= 0x2190 && c <= 0x2bff) || (c >= 0x1f000 && c <= 0x1faff) || c == 0xa9 || c == 0xae || c == 0x203c ||
		c == 0x2049 || c == 0x2122 || c == 0x2139 || c == 0x3030 || c == 0x303d || c == 0x3297 || c == 0x3299;
}

static bool is_keycap(const char *text)
{
	size_t size = strlen(text);

	return strchr("0123456789#*", *text) && size > 3 && character_at(text, previous(text, size)) == KEYCAP;
}

bool utf8_is_emoji(const char *text)
{
	size_t size = strlen(text), at = 0;
	uint32_t c, before = 0;

	if (!size || size > EMOJI_BYTES_MAX || !utf8_valid(text, size) || (!is_picture(character_at(text, 0)) && !is_keycap(text)))
		return false;
	for (at = utf8_decode(text, size, &before); at < size; before = c) {
		size_t here = at;

		at += utf8_decode(text + at, size - at, &c);
		if (!goes_on(c) && !(before == JOINER && is_picture(c)) && !(is_flag_half(c) && halves_flag(text, here)))
			return false;
	}
	return before != JOINER && (!is_flag_half(character_at(text, 0)) || size == 8);
}
