#include "base/vt.h"
#include "report/transcript-private.h"

#include <math.h>

#define BUBBLE_MAX (CONTENT_WIDTH * 0.7)
#define TOP_NEXT 72.0                  /* where the second page and those after it begin */
#define FOOT 58.0
#define FILE_INDENT 28.0
#define QUOTE_INDENT 8.0
#define FEW_LINES 4                    /* so many of a long message fit, or it begins on the next page */
#define BREAK_FROM 260.0               /* a block as high as this may be broken */
#define DAY_KEEPS 70.0                 /* so much must follow a day on its page */
#define FACT_COLUMNS 2
#define FACT_GAP 8.0
#define VALUE_LINES 4

/* A text of a block before it is lines. */
struct part {
	PangoLayout *layout;
	enum pdf_kind kind;
	double x, above;
};

static void unref(void *object)
{
	g_object_unref(object);
}

PangoLayout *pdf_layout(struct pdf *pdf, enum pdf_font font, const char *text, double width)
{
	PangoLayout *layout = pango_layout_new(pdf->pango);

	arena_defer(pdf->arena, unref, layout);
	pango_layout_set_font_description(layout, pdf->fonts[font]);
	pango_layout_set_attributes(layout, pdf->as_written);
	if (width > 0) {
		pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
	pango_layout_set_text(layout, text, -1);
	return layout;
}

double pdf_layout_width(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

double pdf_layout_height(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.height / PANGO_SCALE;
}

bool pdf_in_bubble(const struct pdf_line *line)
{
	return line->kind >= LINE_QUOTE && line->kind <= LINE_FILE_MORE;
}

double pdf_piece_height(const struct pdf_block *block, size_t first, size_t end)
{
	double height = 0;
	bool bubble = false;

	for (size_t i = first; i < end; i++) {
		height += block->lines[i].above + block->lines[i].height;
		bubble |= pdf_in_bubble(&block->lines[i]);
	}
	return height + (bubble ? 2 * PAD_Y : 0);
}

/* --- From texts to blocks ---------------------------------------------------------------------- */

static void lines_of(struct pdf_block *block, const struct part *part)
{
	PangoLayoutIter *iter = pango_layout_get_iter(part->layout);
	double above = part->above;

	do {
		struct pdf_line *line = &block->lines[block->count++];
		PangoRectangle logical;
		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		line->line = pango_layout_iter_get_line_readonly(iter);
		line->kind = part->kind;
		line->above = above;
		line->x = part->x + (double)logical.x / PANGO_SCALE;
		line->width = (double)logical.width / PANGO_SCALE;
		line->height = (double)logical.height / PANGO_SCALE;
		line->ascent = (double)(pango_layout_iter_get_baseline(iter) - logical.y) / PANGO_SCALE;
		above = 0;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

/* What is written from right to left, or in the middle, stands away from the left of its layout: the layout must be no
 * wider than it. */
static void shrink(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	if (logical.x > 0)
		pango_layout_set_width(layout, logical.width + PANGO_SCALE);
}

static void block_of(struct pdf *pdf, struct pdf_block *block, const struct part *parts, size_t count)
{
	size_t lines = 0;

	for (size_t i = 0; i < count; i++) {
		shrink(parts[i].layout);
		lines += (size_t)pango_layout_get_line_count(parts[i].layout);
	}
	block->lines = arena_calloc(pdf->arena, lines, sizeof(*block->lines));
	for (size_t i = 0; i < count; i++)
		lines_of(block, &parts[i]);
	for (size_t i = 0; i < block->count; i++) {
		if (pdf_in_bubble(&block->lines[i]) || block->lines[i].kind >= LINE_DAY)
			block->width = fmax(block->width, block->lines[i].x + block->lines[i].width);
	}
	if (block->voice == TRANSCRIPT_NOTE)
		block->width = CONTENT_WIDTH - 2 * PAD_X;
}

static struct part text_part(struct pdf *pdf, enum pdf_kind kind, enum pdf_font font, const char *text, double x,
			     double above, double width)
{
	return (struct part){ pdf_layout(pdf, font, text, width - x), kind, x, above };
}

static void bubble(struct pdf *pdf, const struct transcript_entry *entry, struct pdf_block *block)
{
	struct part *parts = arena_calloc(pdf->arena, entry->option_count + 8, sizeof(*parts));
	double width = (entry->voice == TRANSCRIPT_NOTE ? CONTENT_WIDTH : BUBBLE_MAX) - 2 * PAD_X;
	const char *text = transcript_lines(pdf->arena, entry->text);
	const struct transcript_file *file = entry->file;
	size_t count = 0;

	if (!entry->follows)
		parts[count++] = text_part(pdf, LINE_WHO, FONT_WHO, transcript_line(pdf->arena, entry->who), 0, 0,
					   width);
	if (entry->subject)
		parts[count++] = text_part(pdf, LINE_BODY, FONT_FILE, transcript_line(pdf->arena, entry->subject), 0, 0,
					   width);
	if (entry->quote)
		parts[count++] = text_part(pdf, LINE_QUOTE, FONT_SMALL, transcript_line(pdf->arena, entry->quote),
					   QUOTE_INDENT, 0, width);
	if (*text)
		parts[count++] = text_part(pdf, LINE_BODY, FONT_BODY, text, 0, entry->quote ? 3 : 0, width);
	for (size_t i = 0; i < entry->option_count; i++)
		parts[count++] = text_part(pdf, LINE_OPTION, FONT_BODY,
					   transcript_line(pdf->arena, entry->options[i]), PAD_X, 7, width - PAD_X);
	if (file) {
		parts[count++] = text_part(pdf, LINE_FILE, FONT_FILE, transcript_line(pdf->arena, file->name),
					   FILE_INDENT, *text ? 6 : 0, width);
		parts[count++] = text_part(pdf, LINE_FILE_MORE, FONT_SMALL, file->about, FILE_INDENT, 0, width);
		if (*file->sha256)
			parts[count++] = text_part(pdf, LINE_FILE_MORE, FONT_DIGEST, file->sha256, FILE_INDENT, 1,
						   width);
	}
	parts[count++] = text_part(pdf, LINE_TIME, FONT_SMALL, entry->time, 0, 1, width);
	block->voice = entry->voice;
	block->above = entry->follows ? 4 : 9;
	block_of(pdf, block, parts, count);
}

static void middle(struct pdf *pdf, enum pdf_kind kind, const char *text, struct pdf_block *block)
{
	const struct part part = text_part(pdf, kind, FONT_SMALL, text, 0, 0, CONTENT_WIDTH - 80);

	pango_layout_set_alignment(part.layout, PANGO_ALIGN_CENTER);
	block->voice = TRANSCRIPT_EVENT;
	block->above = kind == LINE_DAY ? 14 : 9;
	block_of(pdf, block, &part, 1);
}

/* --- From blocks to pages ---------------------------------------------------------------------- */

static void next_page(struct pdf *pdf)
{
	pdf->pages++;
	pdf->y = TOP_NEXT;
}

static void piece(struct pdf *pdf, const struct pdf_block *block, size_t first, size_t end, double above)
{
	struct pdf_piece *new = arena_alloc(pdf->arena, sizeof(*new));

	*new = (struct pdf_piece){ NULL, block, first, end, pdf->y + above, pdf->pages };
	*pdf->last = new;
	pdf->last = &new->next;
	pdf->y = new->y + pdf_piece_height(block, first, end);
}

/* How many lines from first on there is room for; never a name without words, or a time alone. */
static size_t fitting(const struct pdf_block *block, size_t first, double room)
{
	size_t end = first;

	while (end < block->count && pdf_piece_height(block, first, end + 1) <= room)
		end++;
	if (end + 1 == block->count && block->lines[end].kind == LINE_TIME && end > first + 1)
		end--;
	if (end < block->count && end > first && block->lines[end - 1].kind == LINE_WHO)
		return first;
	return end;
}

static void place(struct pdf *pdf, const struct pdf_block *block)
{
	double height = pdf_piece_height(block, 0, block->count), above = block->above;
	double keeps = block->lines[0].kind == LINE_DAY ? DAY_KEEPS : 0;
	double room = pdf->bottom - pdf->y - above;
	bool breaks = height > BREAK_FROM && fitting(block, 0, room) >= FEW_LINES;

	if (height + keeps > room && !breaks) {
		next_page(pdf);
		above = 0;
	}
	for (size_t first = 0; first < block->count; ) {
		size_t end = fitting(block, first, pdf->bottom - pdf->y - above);
		/* A line that is higher than a page stands there all the same. */
		if (end == first && pdf->y <= TOP_NEXT)
			end = first + 1;
		if (end > first)
			piece(pdf, block, first, end, above);
		if (end < block->count)
			next_page(pdf);
		first = end;
		above = 0;
	}
}

/* --- What stands on top of the first page ------------------------------------------------------ */

/* At most so many lines of it. */
static struct pdf_text text_at(struct pdf *pdf, enum pdf_font font, const char *text, double x, double y, double width,
			       int lines)
{
	struct pdf_text out = { pdf_layout(pdf, font, text, width), x, y };

	pango_layout_set_auto_dir(out.layout, FALSE);
	pango_layout_set_height(out.layout, -lines);
	pango_layout_set_ellipsize(out.layout, PANGO_ELLIPSIZE_END);
	return out;
}

static double fact(struct pdf *pdf, size_t i, double x, double y, double width)
{
	const struct transcript_fact *one = &pdf->transcript->facts[i];
	struct pdf_fact *out = &pdf->facts[i];

	out->label = text_at(pdf, FONT_LABEL, one->label, x, y, width, 1);
	y += pdf_layout_height(out->label.layout);
	out->value = text_at(pdf, FONT_VALUE, transcript_line(pdf->arena, one->value), x, y, width,
			     VALUE_LINES);
	return y + pdf_layout_height(out->value.layout);
}

static void head(struct pdf *pdf)
{
	const struct transcript *transcript = pdf->transcript;
	double width = (CONTENT_WIDTH - 2 * FACT_PAD) / FACT_COLUMNS, y = MARGIN;

	pdf->agency = text_at(pdf, FONT_AGENCY, transcript_line(pdf->arena, transcript->agency), MARGIN, y,
			      CONTENT_WIDTH, 1);
	y += pdf_layout_height(pdf->agency.layout);
	pdf->title = text_at(pdf, FONT_TITLE, transcript->title, MARGIN, y, CONTENT_WIDTH, 1);
	y += pdf_layout_height(pdf->title.layout) + 8;
	pdf->box_top = y;
	pdf->facts = arena_calloc(pdf->arena, transcript->fact_count + 1, sizeof(*pdf->facts));
	y += FACT_PAD - FACT_GAP;
	for (size_t i = 0; i < transcript->fact_count; i += FACT_COLUMNS) {
		double top = y + FACT_GAP;
		for (size_t column = 0; column < FACT_COLUMNS && i + column < transcript->fact_count; column++)
			y = fmax(y, fact(pdf, i + column, MARGIN + FACT_PAD + (double)column * width, top,
					 width - FACT_PAD));
	}
	pdf->box_height = y + FACT_PAD - pdf->box_top;
	pdf->y = y + FACT_PAD + HEAD_GAP;
}

void pdf_flow(struct pdf *pdf)
{
	const struct transcript *transcript = pdf->transcript;

	pdf->last = &pdf->pieces;
	pdf->bottom = PAGE_HEIGHT - FOOT;
	pdf->pages = 1;
	head(pdf);
	for (size_t i = 0; i < transcript->entry_count; i++) {
		const struct transcript_entry *entry = &transcript->entries[i];
		struct pdf_block *blocks = arena_calloc(pdf->arena, 2, sizeof(*blocks));
		if (entry->day) {
			middle(pdf, LINE_DAY, entry->day, &blocks[0]);
			place(pdf, &blocks[0]);
		}
		if (entry->voice == TRANSCRIPT_EVENT)
			middle(pdf, LINE_EVENT, transcript_line(pdf->arena, arena_printf(pdf->arena, "%s · %s",
				entry->time, entry->text)), &blocks[1]);
		else
			bubble(pdf, entry, &blocks[1]);
		place(pdf, &blocks[1]);
	}
	if (transcript->cut) {
		struct pdf_block *last = arena_alloc(pdf->arena, sizeof(*last));
		middle(pdf, LINE_EVENT, transcript->cut, last);
		place(pdf, last);
	}
}
