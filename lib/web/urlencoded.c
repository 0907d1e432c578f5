#include "base/vt.h"
#include "base/utf8.h"
#include "web/urlencoded.h"

#include <ctype.h>

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

size_t urlencoded_decode(const char *text, size_t size, bool plus, char *out)
{
	size_t written = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == '+' && plus)
			c = ' ';
		else if (c == '%' && size - i > 2 && hex_value(text[i + 1]) >= 0 &&
			 hex_value(text[i + 2]) >= 0) {
			c = (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
			i += 2;
		}
		out[written++] = c;
	}
	out[written] = '\0';
	return written;
}

static size_t piece_size(const char *text, size_t size)
{
	const char *end = memchr(text, '&', size);

	return end ? (size_t)(end - text) : size;
}

static size_t count_pieces(const char *text, size_t size)
{
	size_t count = 0;

	for (size_t at = 0; at < size;) {
		size_t piece = piece_size(text + at, size - at);

		count += piece > 0;
		at += piece + 1;
	}
	return count;
}

static int decode_text(struct vt_ctx *ctx, const char *text, size_t size, const char **out)
{
	char *decoded = arena_alloc(ctx->arena, size + 1);
	size_t length = urlencoded_decode(text, size, true, decoded);

	if (!utf8_valid(decoded, length))
		return vt_fail_key(ctx, VT_E_INVALID, "error.malformed", "not UTF-8");
	*out = decoded;
	return 0;
}

static int read_piece(struct vt_ctx *ctx, const char *text, size_t size, struct pair *pair)
{
	const char *equals = memchr(text, '=', size);
	size_t name_size = equals ? (size_t)(equals - text) : size;

	pair->value = "";
	if (decode_text(ctx, text, name_size, &pair->name) < 0)
		return -1;
	if (!equals)
		return 0;
	return decode_text(ctx, equals + 1, size - name_size - 1, &pair->value);
}

int urlencoded_parse(struct vt_ctx *ctx, const char *text, size_t size, struct pairs *out)
{
	size_t count = count_pieces(text, size);

	*out = (struct pairs){ 0 };
	if (count > REQUEST_PAIRS_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.malformed", "%zu fields", count);
	out->items = arena_calloc(ctx->arena, count, sizeof(*out->items));
	for (size_t at = 0; at < size;) {
		size_t piece = piece_size(text + at, size - at);

		if (piece && read_piece(ctx, text + at, piece, &out->items[out->count++]) < 0)
			return -1;
		at += piece + 1;
	}
	return 0;
}
