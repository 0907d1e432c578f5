#include "base/vt.h"
#include "base/sheet.h"
#include "base/utf8.h"

#include <xlsxwriter.h>

#define COLUMN_WIDTH 20.0

struct sheet {
	lxw_workbook *workbook;
	lxw_worksheet *worksheet;
	lxw_format *bold, *whole;
	const char *const *heading;
	size_t columns;
	struct arena *arena;
	lxw_row_t row;
	lxw_col_t column;
	lxw_error error;               /* the first */
};

static void note(struct sheet *sheet, lxw_error error)
{
	if (!sheet->error)
		sheet->error = error;
}

static void begin_sheet(struct sheet *sheet)
{
	sheet->worksheet = workbook_add_worksheet(sheet->workbook, NULL);
	worksheet_set_column(sheet->worksheet, 0, (lxw_col_t)(sheet->columns - 1), COLUMN_WIDTH, NULL);
	worksheet_freeze_panes(sheet->worksheet, 1, 0);
	for (size_t i = 0; i < sheet->columns; i++)
		note(sheet, worksheet_write_string(sheet->worksheet, 0, (lxw_col_t)i, sheet->heading[i], sheet->bold));
	sheet->row = 1;
	sheet->column = 0;
}

static void release(void *object)
{
	struct sheet *sheet = object;

	lxw_workbook_free(sheet->workbook);
}

struct sheet *sheet_open(struct vt_ctx *ctx, const char *path, const char *const *heading, size_t columns)
{
	struct sheet *sheet = arena_alloc(ctx->arena, sizeof(*sheet));
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };

	*sheet = (struct sheet){ .heading = heading, .columns = columns, .arena = ctx->arena };
	sheet->workbook = workbook_new_opt(path, &options);
	VT_BUG_ON(!sheet->workbook);
	arena_defer(ctx->arena, release, sheet);
	sheet->bold = workbook_add_format(sheet->workbook);
	format_set_bold(sheet->bold);
	sheet->whole = workbook_add_format(sheet->workbook);
	format_set_num_format(sheet->whole, "0");
	begin_sheet(sheet);
	return sheet;
}

void sheet_cell(struct sheet *sheet, const char *text)
{
	size_t size = text ? utf8_prefix(text, SHEET_TEXT_MAX) : 0;

	if (size)
		note(sheet, worksheet_write_string(sheet->worksheet, sheet->row, sheet->column,
						   text[size] ? arena_strndup(sheet->arena, text, size) : text, NULL));
	sheet->column++;
}

void sheet_cell_i64(struct sheet *sheet, int64_t value)
{
	note(sheet, worksheet_write_number(sheet->worksheet, sheet->row, sheet->column++, (double)value,
					   sheet->whole));
}

void sheet_end_row(struct sheet *sheet)
{
	sheet->column = 0;
	if (++sheet->row > SHEET_ROWS_MAX)
		begin_sheet(sheet);
}

int sheet_close(struct vt_ctx *ctx, struct sheet *sheet)
{
	/* Frees the workbook, also when it fails. */
	note(sheet, workbook_close(sheet->workbook));
	sheet->workbook = NULL;
	if (sheet->error)
		return vt_fail(ctx, VT_E_BUG, "write a workbook: %s", lxw_strerror(sheet->error));
	return 0;
}
