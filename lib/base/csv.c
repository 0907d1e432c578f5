#include "base/vt.h"
#include "base/csv.h"
#include "base/utf8.h"

struct csv_reader {
	struct csv_limits limits;
	char *position;            /* in the copy, which unquoting rewrites in place */
	char *end;                 /* *end is NUL */
	const char **fields;
	size_t fields_room;
	size_t rows;
	size_t line;
	char separator;
};

/* Code points of Windows-1252 from 0x80 to 0x9f; 0xfffd: none. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd,
	0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

static size_t from_windows_1252(const char *data, size_t size, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)data[i];
		uint32_t codepoint = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;

		used += utf8_encode(codepoint, out + used);
	}
	return used;
}

/* The separator outside quotes that comes oftener before the first line's end. */
static char sniff_separator(const char *text)
{
	size_t commas = 0, semicolons = 0;
	bool quoted = false;

	for (; *text && (quoted || (*text != '\n' && *text != '\r')); text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == ',')
			commas++;
		else if (!quoted && *text == ';')
			semicolons++;
	}
	return semicolons > commas ? ';' : ',';
}

int csv_open(struct vt_ctx *ctx, const char *data, size_t size, const struct csv_limits *limits,
	     struct csv_reader **out)
{
	struct csv_reader *reader = arena_alloc(ctx->arena, sizeof(*reader));
	bool utf8;
	char *copy;

	if (size > CSV_SIZE_MAX)
		return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.csv.size", "CSV of %zu bytes", size);
	if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
		data += 3;
		size -= 3;
	}
	if (size && memchr(data, 0, size))
		return vt_fail_key(ctx, VT_E_INVALID, "error.csv.encoding", "CSV with NUL bytes");
	utf8 = utf8_valid(data, size);
	copy = malloc((utf8 ? size : size * 3) + 1);
	if (!copy)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "no memory for a CSV of %zu bytes", size);
	arena_defer(ctx->arena, free, copy);
	if (!utf8)
		size = from_windows_1252(data, size, copy);
	else if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';

	reader->limits = *limits;
	reader->position = copy;
	reader->end = copy + size;
	reader->line = 1;
	reader->separator = sniff_separator(copy);
	*out = reader;
	return 0;
}

/* Step over one line end, if there is one. */
static bool skip_line_end(struct csv_reader *reader)
{
	char *at = reader->position;

	if (*at != '\r' && *at != '\n')
		return false;
	reader->position += at[0] == '\r' && at[1] == '\n' ? 2 : 1;
	reader->line++;
	return true;
}

/* Rewrite the quoted text at reader->position to *to, without its quotes. */
static int read_quoted(struct vt_ctx *ctx, struct csv_reader *reader, char **to)
{
	size_t line = reader->line;
	char *from = reader->position + 1;

	for (; from < reader->end; from++) {
		if (from[0] == '"' && from[1] == '"')
			from++;
		else if (*from == '"')
			break;
		else if (*from == '\n' || (*from == '\r' && from[1] != '\n'))
			reader->line++;
		*(*to)++ = *from;
	}
	if (from == reader->end)
		return vt_fail_key(ctx, VT_E_INVALID, "error.csv.quote",
				   "CSV line %zu: quote never closed", line);
	reader->position = from + 1;
	return 0;
}

/* One field; *more tells that a separator follows it. */
static int read_field(struct vt_ctx *ctx, struct csv_reader *reader, const char **field,
		      bool *more)
{
	char *start = reader->position, *to = start, *from, end;

	if (*start == '"' && read_quoted(ctx, reader, &to))
		return -1;
	/* the whole of an unquoted field, or what somebody left behind a closing quote */
	for (from = reader->position; *from && *from != reader->separator && *from != '\r' &&
	     *from != '\n'; from++)
		*to++ = *from;
	reader->position = from;
	end = *from;
	*more = end && end == reader->separator;
	if (*more)
		reader->position++;
	else
		skip_line_end(reader);
	*to = '\0';
	if ((size_t)(to - start) > reader->limits.field_bytes)
		return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.csv.field",
				   "CSV before line %zu: field of %zu bytes", reader->line,
				   (size_t)(to - start));
	*field = start;
	return 0;
}

static void make_room(struct vt_ctx *ctx, struct csv_reader *reader)
{
	size_t room = reader->fields_room ? reader->fields_room * 2 : 16;
	const char **fields = arena_calloc(ctx->arena, room, sizeof(*fields));

	if (reader->fields_room)
		memcpy(fields, reader->fields, reader->fields_room * sizeof(*fields));
	reader->fields = fields;
	reader->fields_room = room;
}

int csv_next(struct vt_ctx *ctx, struct csv_reader *reader, struct csv_row *row)
{
	size_t count = 0;
	bool more = true;

	while (skip_line_end(reader))
		;
	if (reader->position == reader->end)
		return 0;
	row->line = reader->line;
	if (reader->rows++ == reader->limits.rows)
		return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.csv.rows",
				   "CSV line %zu: more than %zu rows", row->line,
				   reader->limits.rows);
	while (more) {
		if (count == reader->limits.columns)
			return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.csv.columns",
					   "CSV line %zu: more than %zu columns", row->line,
					   count);
		if (count == reader->fields_room)
			make_room(ctx, reader);
		if (read_field(ctx, reader, &reader->fields[count++], &more))
			return -1;
	}
	row->fields = reader->fields;
	row->count = count;
	return 1;
}

char csv_separator(const struct csv_reader *reader)
{
	return reader->separator;
}

void csv_writer_init(struct csv_writer *writer, struct strbuf *out, char separator)
{
	writer->out = out;
	writer->separator = separator;
	writer->row_begun = false;
}

static void begin_cell(struct csv_writer *writer)
{
	if (writer->row_begun)
		strbuf_putc(writer->out, writer->separator);
	writer->row_begun = true;
}

static bool looks_like_formula(const char *text)
{
	static const char *const full_width[] = {
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0", /* = + - @ */
	};

	if (*text && strchr("=+-@\t\r", *text))
		return true;
	for (size_t i = 0; i < VT_COUNT(full_width); i++) {
		if (!strncmp(text, full_width[i], 3))
			return true;
	}
	return false;
}

void csv_cell(struct csv_writer *writer, const char *text)
{
	bool first = !writer->row_begun, formula;

	begin_cell(writer);
	if (!text || !*text) {
		/* a row of one empty field must not look like an empty line */
		strbuf_puts(writer->out, first ? "\"\"" : "");
		return;
	}
	formula = looks_like_formula(text);
	if (!strpbrk(text, "\"\r\n,;")) {
		strbuf_puts(writer->out, formula ? "'" : "");
		strbuf_puts(writer->out, text);
		return;
	}
	strbuf_puts(writer->out, formula ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			strbuf_putc(writer->out, '"');
		strbuf_putc(writer->out, *text);
	}
	strbuf_putc(writer->out, '"');
}

void csv_cell_i64(struct csv_writer *writer, int64_t value)
{
	begin_cell(writer);
	strbuf_printf(writer->out, "%" PRId64, value);
}

void csv_end_row(struct csv_writer *writer)
{
	strbuf_puts(writer->out, "\r\n");
	writer->row_begun = false;
}
