/* Fields are UTF-8 within their bounds, and what was read is written so that it reads the same. */
#include "base/vt.h"
#include "base/csv.h"
#include "base/utf8.h"

static const struct csv_limits limits = { .rows = 1000, .columns = 50, .field_bytes = 2000 };
static const struct csv_limits wider = { .rows = 1000, .columns = 50, .field_bytes = 2001 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(struct vt_ctx *ctx, struct csv_reader *reader, const struct csv_row *row)
{
	struct csv_row again;

	VT_BUG_ON(csv_next(ctx, reader, &again) != 1);
	VT_BUG_ON(again.count != row->count);
	for (size_t i = 0; i < row->count; i++) {
		const char *field = again.fields[i];

		VT_BUG_ON(strcmp(field, row->fields[i]) &&
			  (*field != '\'' || strcmp(field + 1, row->fields[i])));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_reader *reader, *again;
	struct csv_writer writer;
	struct csv_row row;
	struct vt_ctx ctx;
	struct strbuf out;

	vt_ctx_init(&ctx, arena_new(), "fuzz");
	strbuf_init(&out, ctx.arena, size);
	strbuf_puts(&out, "\xef\xbb\xbf");
	csv_writer_init(&writer, &out, ',');
	if (!csv_open(&ctx, (const char *)data, size, &limits, &reader)) {
		while (csv_next(&ctx, reader, &row) > 0) {
			VT_BUG_ON(!row.count || row.count > limits.columns);
			for (size_t i = 0; i < row.count; i++) {
				size_t length = strlen(row.fields[i]);

				VT_BUG_ON(length > limits.field_bytes);
				VT_BUG_ON(!utf8_valid(row.fields[i], length));
				csv_cell(&writer, row.fields[i]);
			}
			csv_end_row(&writer);
		}
		VT_BUG_ON(csv_open(&ctx, out.data, out.size, &wider, &again));
		VT_BUG_ON(csv_open(&ctx, (const char *)data, size, &limits, &reader));
		while (csv_next(&ctx, reader, &row) > 0)
			compare(&ctx, again, &row);
		VT_BUG_ON(csv_next(&ctx, again, &row) != 0);
	}
	arena_free(ctx.arena);
	return 0;
}
