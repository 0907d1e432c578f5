/*
 * CSV as people's spreadsheets write it (RFC 4180 with the liberties they
 * take), and CSV that is safe to open in one.
 *
 * Reading: a byte order mark is skipped, the separator (';' or ',') is the one
 * that comes oftener in the first record, lines end in CRLF, LF or CR, empty
 * lines are skipped, a quote inside an unquoted field is a letter. What is
 * not UTF-8 is taken for Windows-1252.
 */
#ifndef VT_BASE_CSV_H
#define VT_BASE_CSV_H

#include "base/strbuf.h"
#include "base/vt.h"

#define CSV_SIZE_MAX ((size_t)256 * 1024 * 1024)

struct csv_limits {
	size_t rows;          /* records, the header too */
	size_t columns;       /* fields of one record */
	size_t field_bytes;   /* of one field, as UTF-8 */
};

struct csv_row {
	const char **fields;  /* never NULL, UTF-8 */
	size_t count;         /* at least 1 */
	size_t line;          /* where the record begins, from 1 */
};

struct csv_reader;

/* Start reading; takes a copy of data that is released with ctx->arena.
 * VT_E_TOO_LARGE over CSV_SIZE_MAX; VT_E_INVALID (key error.csv.encoding) for
 * UTF-16 and binary data. */
int csv_open(struct vt_ctx *ctx, const char *data, size_t size, const struct csv_limits *limits,
	     struct csv_reader **reader) VT_MUST_CHECK;

/* The next record: 1 with *row filled, 0 at the end, -1 with VT_E_INVALID
 * (error.csv.quote: a quote is never closed) or VT_E_TOO_LARGE (error.csv.rows,
 * .columns, .field); the message names the line. row->fields is overwritten by
 * the next call, the texts in it live as long as the reader. */
int csv_next(struct vt_ctx *ctx, struct csv_reader *reader, struct csv_row *row) VT_MUST_CHECK;

/* The separator that was found. */
char csv_separator(const struct csv_reader *reader);

/* Writing: append to a strbuf of the caller's. */
struct csv_writer {
	struct strbuf *out;
	char separator;
	bool row_begun;
};

/* separator: ';' is what spreadsheets under es-AR expect. */
void csv_writer_init(struct csv_writer *writer, struct strbuf *out, char separator);
/* A field. Text that a spreadsheet could take for a formula (begins with = + - @
 * TAB CR or their full-width forms) gets an apostrophe in front. NULL is empty. */
void csv_cell(struct csv_writer *writer, const char *text);
/* A number of ours, without the apostrophe. */
void csv_cell_i64(struct csv_writer *writer, int64_t value);
void csv_end_row(struct csv_writer *writer);

#endif
