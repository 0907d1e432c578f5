/*
 * A workbook (.xlsx) for people's spreadsheets, written row by row to a file:
 * rows that are done leave memory. Text is always text, whatever it begins
 * with: nothing in it is ever a formula or a link. The only file that touches
 * libxlsxwriter.
 */
#ifndef VT_BASE_SHEET_H
#define VT_BASE_SHEET_H

#include "base/vt.h"

#define SHEET_ROWS_MAX 1048575         /* of one sheet, without its heading; then another begins */
#define SHEET_TEXT_MAX 32767           /* characters of a cell; what is longer is cut */

struct sheet;

/* Begin at path. heading: the names of the columns, on every sheet; they live as long as it. Released with ctx->arena,
 * done or not; a file that was begun and not closed is none. */
struct sheet *sheet_open(struct vt_ctx *ctx, const char *path, const char *const *heading, size_t columns);
void sheet_cell(struct sheet *sheet, const char *text);        /* NULL and "": empty */
void sheet_cell_i64(struct sheet *sheet, int64_t value);       /* exact to 15 digits */
void sheet_end_row(struct sheet *sheet);
/* Write the file. VT_E_BUG with the reason. */
int sheet_close(struct vt_ctx *ctx, struct sheet *sheet) VT_MUST_CHECK;

#endif
