/* UTF-8: validity, repair and cutting by character. */
#ifndef VT_BASE_UTF8_H
#define VT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Well-formed (RFC 3629) and without NUL, as PostgreSQL wants text. */
bool utf8_valid(const char *text, size_t size);

/* A copy that PostgreSQL accepts: invalid bytes become U+FFFD, NUL is dropped. */
char *utf8_repair(struct arena *arena, const char *text, size_t size);

size_t utf8_length(const char *text);                     /* characters */
/* Bytes of the first `characters` characters of text (or all of it). */
size_t utf8_prefix(const char *text, size_t characters);
/* Bytes of what fits in `bytes` of them: whole characters. */
size_t utf8_prefix_bytes(const char *text, size_t bytes);
/* Where text may be cut at or before `size` (a character's beginning) so that nothing that people see as one
 * is torn: no accent, joiner, shade or variation goes on alone, no flag is halved. `size` itself when a
 * whole stretch before it hangs together. */
size_t utf8_cut(const char *text, size_t size);
/* Is it one emoji and nothing else: a sign or a picture with its variation, shade and what is joined to it, a flag, a
 * keycap? At most 40 bytes. */
bool utf8_is_emoji(const char *text);
/* Decode one character; returns bytes taken (1 and U+FFFD when invalid). */
size_t utf8_decode(const char *text, size_t size, uint32_t *codepoint);
size_t utf8_encode(uint32_t codepoint, char out[4]);

/* Lower case and without diacritics, for comparing what people type
 * ("Ñandú" -> "nandu", also when the accent came as a combining mark); letters
 * outside Latin-1/Latin Extended-A are kept. */
char *utf8_fold(struct arena *arena, const char *text);

#endif
