#include "base/vt.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "report/transcript.h"

#define INDENT "    "

/* LF, VT, FF, CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR. */
static bool ends_line(uint32_t c)
{
	return (c >= 0x0a && c <= 0x0d) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb);
}

/* Marks, embeddings, overrides and isolates. */
static bool turns_direction(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069);
}

static const char *clean(struct arena *arena, const char *text, bool one_line)
{
	size_t left = strlen(text);
	struct strbuf out;
	uint32_t c;

	strbuf_init(&out, arena, left + 1);
	while (left) {
		size_t size = utf8_decode(text, left, &c);
		if (c == '\r' && left > 1 && text[1] == '\n')
			size = 2;
		if (ends_line(c))
			strbuf_putc(&out, one_line ? ' ' : '\n');
		else if (c == '\t')
			strbuf_putc(&out, ' ');
		else if (!is_control(c) && !(one_line && turns_direction(c)))
			strbuf_add(&out, text, size);
		text += size;
		left -= size;
	}
	return out.data;
}

const char *transcript_line(struct arena *arena, const char *text)
{
	return clean(arena, text, true);
}

const char *transcript_lines(struct arena *arena, const char *text)
{
	return clean(arena, text, false);
}

/* Each line of it further in, so that nothing that somebody wrote looks like a line of ours. */
static void indented(struct arena *arena, const char *text, struct strbuf *out)
{
	text = transcript_lines(arena, text);
	while (*text) {
		size_t size = strcspn(text, "\n");
		strbuf_puts(out, INDENT);
		strbuf_add(out, text, size);
		strbuf_putc(out, '\n');
		text += size + (text[size] == '\n');
	}
}

static void entry_text(struct arena *arena, const struct transcript_entry *entry, struct strbuf *out)
{
	if (entry->day)
		strbuf_printf(out, "\n%s\n\n", entry->day);
	if (entry->voice == TRANSCRIPT_EVENT) {
		strbuf_printf(out, "[%s] -- %s\n", entry->time, transcript_line(arena, entry->text));
		return;
	}
	strbuf_printf(out, "[%s] %s\n", entry->time, transcript_line(arena, entry->who));
	if (entry->subject)
		strbuf_printf(out, INDENT "%s\n", transcript_line(arena, entry->subject));
	if (entry->quote)
		strbuf_printf(out, INDENT "> %s\n", transcript_line(arena, entry->quote));
	indented(arena, entry->text, out);
	for (size_t i = 0; i < entry->option_count; i++)
		strbuf_printf(out, INDENT "* %s\n", transcript_line(arena, entry->options[i]));
	if (!entry->file)
		return;
	strbuf_printf(out, INDENT "%s (%s)\n", transcript_line(arena, entry->file->name), entry->file->about);
	if (*entry->file->sha256)
		strbuf_printf(out, INDENT "SHA-256 %s\n", entry->file->sha256);
}

void transcript_content(struct arena *arena, const struct transcript *transcript, struct strbuf *out)
{
	strbuf_printf(out, "%s\n%s\n\n", transcript_line(arena, transcript->agency), transcript->title);
	for (size_t i = 0; i < transcript->fact_count; i++)
		strbuf_printf(out, "%s: %s\n", transcript->facts[i].label,
			      transcript_line(arena, transcript->facts[i].value));
	for (size_t i = 0; i < transcript->entry_count; i++)
		entry_text(arena, &transcript->entries[i], out);
	if (transcript->cut)
		strbuf_printf(out, "\n%s\n", transcript->cut);
	strbuf_putc(out, '\n');
}

void transcript_digest(const struct strbuf *content, char digest[TRANSCRIPT_DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[SECRET_HASH_SIZE];

	secret_sha256(content->data, content->size, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		digest[2 * i] = digits[hash[i] >> 4];
		digest[2 * i + 1] = digits[hash[i] & 15];
	}
	digest[2 * sizeof(hash)] = '\0';
}

void transcript_text(const struct transcript *transcript, const struct strbuf *content, const char *digest,
		     struct strbuf *out)
{
	strbuf_add(out, content->data, content->size);
	strbuf_printf(out, "%s\nSHA-256 %s\n", transcript_line(out->arena, transcript->made), digest);
}
