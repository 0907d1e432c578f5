#include "base/vt.h"
#include "base/strbuf.h"

#define CAPACITY_MIN 64

void strbuf_init(struct strbuf *buffer, struct arena *arena, size_t hint)
{
	buffer->arena = arena;
	buffer->capacity = hint < CAPACITY_MIN ? CAPACITY_MIN : hint + 1;
	buffer->data = arena_alloc(arena, buffer->capacity);
	buffer->size = 0;
}

/* Room for `size` more bytes and the NUL. */
static void reserve(struct strbuf *buffer, size_t size)
{
	size_t capacity = buffer->capacity;
	char *data;

	if (size < capacity - buffer->size)
		return;
	while (size >= capacity - buffer->size) {
		VT_BUG_ON(capacity > SIZE_MAX / 2);
		capacity *= 2;
	}
	data = arena_alloc(buffer->arena, capacity);
	memcpy(data, buffer->data, buffer->size);
	buffer->data = data;
	buffer->capacity = capacity;
}

void strbuf_add(struct strbuf *buffer, const void *data, size_t size)
{
	if (!size)
		return;
	reserve(buffer, size);
	memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}

void strbuf_puts(struct strbuf *buffer, const char *text)
{
	if (text)
		strbuf_add(buffer, text, strlen(text));
}

void strbuf_putc(struct strbuf *buffer, char c)
{
	reserve(buffer, 1);
	buffer->data[buffer->size++] = c;
	buffer->data[buffer->size] = '\0';
}

void strbuf_printf(struct strbuf *buffer, const char *fmt, ...)
{
	size_t room = buffer->capacity - buffer->size;
	va_list args;
	int size;

	va_start(args, fmt);
	size = vsnprintf(buffer->data + buffer->size, room, fmt, args);
	va_end(args);
	VT_BUG_ON(size < 0);
	if ((size_t)size >= room) {
		reserve(buffer, (size_t)size);
		va_start(args, fmt);
		vsnprintf(buffer->data + buffer->size, (size_t)size + 1, fmt, args);
		va_end(args);
	}
	buffer->size += (size_t)size;
}

void strbuf_truncate(struct strbuf *buffer, size_t size)
{
	VT_BUG_ON(size > buffer->size);
	buffer->size = size;
	buffer->data[size] = '\0';
}

/* Append text, replacing the bytes for which replacement() gives a text. */
static void add_escaped(struct strbuf *buffer, const char *text,
			const char *(*replacement)(unsigned char c, char scratch[8]))
{
	const char *start = text;
	char scratch[8];

	if (!text)
		return;
	for (; *text; text++) {
		const char *instead = replacement((unsigned char)*text, scratch);

		if (!instead)
			continue;
		strbuf_add(buffer, start, (size_t)(text - start));
		strbuf_puts(buffer, instead);
		start = text + 1;
	}
	strbuf_add(buffer, start, (size_t)(text - start));
}

static const char *json_replacement(unsigned char c, char scratch[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		if (c >= 0x20)
			return NULL;
		snprintf(scratch, 8, "\\u%04x", c);
		return scratch;
	}
}

static const char *url_replacement(unsigned char c, char scratch[8])
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '.' || c == '_' || c == '~')
		return NULL;
	snprintf(scratch, 8, "%%%02X", c);
	return scratch;
}

void strbuf_json(struct strbuf *buffer, const char *text)
{
	add_escaped(buffer, text, json_replacement);
}

void strbuf_url(struct strbuf *buffer, const char *text)
{
	add_escaped(buffer, text, url_replacement);
}
