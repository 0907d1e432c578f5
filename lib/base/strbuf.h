/*
 * A growing string in an arena. Always NUL-terminated; size excludes the NUL.
 * strbuf_init sets it up; there is no release: the arena owns the bytes.
 */
#ifndef VT_BASE_STRBUF_H
#define VT_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct strbuf {
	struct arena *arena;
	char *data;
	size_t size;
	size_t capacity;
};

void strbuf_init(struct strbuf *buffer, struct arena *arena, size_t hint);
void strbuf_add(struct strbuf *buffer, const void *data, size_t size);
void strbuf_puts(struct strbuf *buffer, const char *text);
void strbuf_putc(struct strbuf *buffer, char c);
void strbuf_printf(struct strbuf *buffer, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_truncate(struct strbuf *buffer, size_t size);

/* Append text as the inside of a JSON string (without quotes). */
void strbuf_json(struct strbuf *buffer, const char *text);
/* Append text percent-encoded (RFC 3986 unreserved kept). */
void strbuf_url(struct strbuf *buffer, const char *text);

#endif
