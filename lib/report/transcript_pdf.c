#include "base/vt.h"
#include "base/clock.h"
#include "report/transcript-private.h"

#include <cairo-pdf.h>

#define SANS "Open Sans, DejaVu Sans"
#define MONO "DejaVu Sans Mono"
#define RADIUS 9.0
#define RADIUS_SPEAKER 2.5             /* the corner where its speaker stands */
#define SHEET_WIDTH 14.0
#define SHEET_HEIGHT 18.0
#define SHEET_FOLD 5.0

/* Colours of who speaks, as on the pages (static/css/ventanilla.css). */
struct look { unsigned fill, edge, text, name; bool right, dashed; };
static const struct look looks[TRANSCRIPT_VOICES] = {
	[TRANSCRIPT_CONTACT] = { 0xffffff, 0xd9dfe8, 0x141d2b, 0x465266, false, false },
	[TRANSCRIPT_BOT] = { 0xefe9fc, 0xd6c8f5, 0x35206b, 0x6a3fc2, true, false },
	[TRANSCRIPT_AGENT] = { 0xdbe8fe, 0xbcd3fb, 0x0e2757, 0x1a4db5, true, false },
	[TRANSCRIPT_NOTE] = { 0xfff5d8, 0xe3bd55, 0x543d00, 0x543d00, false, true },
	[TRANSCRIPT_SUPERVISOR] = { 0xddf3f2, 0xa9dcda, 0x0a4442, 0x0b706d, true, false },
	[TRANSCRIPT_EVENT] = { 0xf4f6f9, 0xdfe4ec, 0x465266, 0x465266, false, false },
};
#define INK 0x141d2b
#define INK_SOFT 0x5c677a
#define BRAND 0x1d56c9
#define RULE 0xdfe4ec
#define BOX 0xf4f6f9

static const struct { const char *family; double size; PangoWeight weight; } fonts[FONT_MAX] = {
	[FONT_BODY] = { SANS, 9.5, PANGO_WEIGHT_NORMAL },
	[FONT_WHO] = { SANS, 7.5, PANGO_WEIGHT_SEMIBOLD },
	[FONT_SMALL] = { SANS, 7, PANGO_WEIGHT_NORMAL },
	[FONT_TITLE] = { SANS, 17, PANGO_WEIGHT_BOLD },
	[FONT_AGENCY] = { SANS, 9.5, PANGO_WEIGHT_SEMIBOLD },
	[FONT_LABEL] = { SANS, 7, PANGO_WEIGHT_NORMAL },
	[FONT_VALUE] = { SANS, 9, PANGO_WEIGHT_SEMIBOLD },
	[FONT_FILE] = { SANS, 9, PANGO_WEIGHT_SEMIBOLD },
	[FONT_DIGEST] = { MONO, 6, PANGO_WEIGHT_NORMAL },
};

static void colour(cairo_t *cr, unsigned rgb)
{
	cairo_set_source_rgb(cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void rule(cairo_t *cr, double x, double y, double width)
{
	colour(cr, RULE);
	cairo_set_line_width(cr, 0.6);
	cairo_move_to(cr, x, y);
	cairo_rel_line_to(cr, width, 0);
	cairo_stroke(cr);
}

/* A corner each: top left, top right; those below are RADIUS. */
static void rounded(cairo_t *cr, double x, double y, double width, double height, double left, double right)
{
	const double quarter = 1.5707963267948966;

	cairo_new_sub_path(cr);
	cairo_arc(cr, x + width - right, y + right, right, -quarter, 0);
	cairo_arc(cr, x + width - RADIUS, y + height - RADIUS, RADIUS, 0, quarter);
	cairo_arc(cr, x + RADIUS, y + height - RADIUS, RADIUS, quarter, 2 * quarter);
	cairo_arc(cr, x + left, y + left, left, 2 * quarter, 3 * quarter);
	cairo_close_path(cr);
}

static void show(cairo_t *cr, const struct pdf_text *text, unsigned rgb)
{
	colour(cr, rgb);
	cairo_move_to(cr, text->x, text->y);
	pango_cairo_show_layout(cr, text->layout);
}

/* --- A piece of the conversation ---------------------------------------------------------------- */

static void sheet(cairo_t *cr, double x, double y, unsigned rgb)
{
	colour(cr, rgb);
	cairo_set_line_width(cr, 1);
	cairo_move_to(cr, x, y);
	cairo_rel_line_to(cr, SHEET_WIDTH - SHEET_FOLD, 0);
	cairo_rel_line_to(cr, SHEET_FOLD, SHEET_FOLD);
	cairo_rel_line_to(cr, 0, SHEET_HEIGHT - SHEET_FOLD);
	cairo_rel_line_to(cr, -SHEET_WIDTH, 0);
	cairo_close_path(cr);
	cairo_move_to(cr, x + SHEET_WIDTH - SHEET_FOLD, y);
	cairo_rel_line_to(cr, 0, SHEET_FOLD);
	cairo_rel_line_to(cr, SHEET_FOLD, 0);
	cairo_stroke(cr);
}

static double left_of(const struct pdf_block *block)
{
	double width = block->width + 2 * PAD_X;

	if (block->voice == TRANSCRIPT_EVENT)
		return (PAGE_WIDTH - block->width) / 2;
	return looks[block->voice].right ? PAGE_WIDTH - MARGIN - width : MARGIN;
}

static void bubble_shape(cairo_t *cr, const struct pdf_piece *piece, double left)
{
	const struct pdf_block *block = piece->block;
	const struct look *look = &looks[block->voice];
	double top = piece->y, height = 2 * PAD_Y;
	bool begun = false;

	for (size_t i = piece->first; i < piece->end; i++) {
		const struct pdf_line *line = &block->lines[i];
		if (pdf_in_bubble(line))
			height += line->above + line->height;
		else if (!begun)
			top += line->above + line->height;
		begun |= pdf_in_bubble(line);
	}
	if (!begun)
		return;
	rounded(cr, left, top, block->width + 2 * PAD_X, height, look->right ? RADIUS : RADIUS_SPEAKER,
		look->right ? RADIUS_SPEAKER : RADIUS);
	colour(cr, look->fill);
	cairo_fill_preserve(cr);
	colour(cr, look->edge);
	cairo_set_line_width(cr, 0.8);
	if (look->dashed)
		cairo_set_dash(cr, (double[]){ 3, 2 }, 2, 0);
	cairo_stroke(cr);
	cairo_set_dash(cr, NULL, 0, 0);
}

/* Left end of a line: names and times stand at the side of who speaks. */
static double line_left(const struct pdf_block *block, const struct pdf_line *line, double left)
{
	if (pdf_in_bubble(line))
		return left + PAD_X + line->x;
	if (block->voice == TRANSCRIPT_EVENT)
		return left + line->x;
	return looks[block->voice].right ? PAGE_WIDTH - MARGIN - line->width - 2 : MARGIN + 2 + line->x;
}

static unsigned line_colour(const struct look *look, enum pdf_kind kind)
{
	switch (kind) {
	case LINE_WHO:
		return look->name;
	case LINE_TIME:
	case LINE_EVENT:
		return INK_SOFT;
	case LINE_QUOTE:
	case LINE_BODY:
	case LINE_OPTION:
	case LINE_FILE:
	case LINE_FILE_MORE:
	case LINE_DAY:
		break;
	}
	return look->text;
}

static void ornament(cairo_t *cr, const struct pdf_block *block, const struct pdf_line *line, double x, double y)
{
	const struct look *look = &looks[block->voice];

	if (line->kind == LINE_OPTION) {
		rounded(cr, x - PAD_X, y - 2.5, line->width + 2 * PAD_X, line->height + 5, RADIUS, RADIUS);
		colour(cr, look->name);
		cairo_set_line_width(cr, 0.8);
		cairo_stroke(cr);
	} else if (line->kind == LINE_QUOTE) {
		colour(cr, look->name);
		cairo_rectangle(cr, x - 8, y, 2, line->height);
		cairo_fill(cr);
	} else if (line->kind == LINE_FILE) {
		sheet(cr, x - SHEET_WIDTH - 9, y + 2, look->name);
	} else if (line->kind == LINE_DAY) {
		double middle = y + line->height / 2, side = x - 10 - MARGIN;
		rule(cr, MARGIN, middle, side);
		rule(cr, x + line->width + 10, middle, side);
	}
}

static void piece_draw(cairo_t *cr, const struct pdf_piece *piece)
{
	const struct pdf_block *block = piece->block;
	const struct look *look = &looks[block->voice];
	double left = left_of(block), y = piece->y;
	bool inside = false;

	bubble_shape(cr, piece, left);
	for (size_t i = piece->first; i < piece->end; i++) {
		const struct pdf_line *line = &block->lines[i];
		double x = line_left(block, line, left);
		if (pdf_in_bubble(line) != inside) {
			y += PAD_Y;
			inside = !inside;
		}
		y += line->above;
		/* One file's sheet stands beside its first line only. */
		if (line->kind != LINE_FILE || i == 0 || block->lines[i - 1].kind != LINE_FILE)
			ornament(cr, block, line, x, y);
		colour(cr, line_colour(look, line->kind));
		cairo_move_to(cr, x, y + line->ascent);
		pango_cairo_show_layout_line(cr, line->line);
		y += line->height;
	}
}

/* --- Pages --------------------------------------------------------------------------------------- */

static void head_draw(struct pdf *pdf, cairo_t *cr)
{
	rounded(cr, MARGIN, pdf->box_top, CONTENT_WIDTH, pdf->box_height, RADIUS, RADIUS);
	colour(cr, BOX);
	cairo_fill(cr);
	show(cr, &pdf->agency, BRAND);
	show(cr, &pdf->title, INK);
	for (size_t i = 0; i < pdf->transcript->fact_count; i++) {
		show(cr, &pdf->facts[i].label, INK_SOFT);
		show(cr, &pdf->facts[i].value, INK);
	}
}

static void show_small(struct pdf *pdf, cairo_t *cr, enum pdf_font font, const char *text, double y, bool right)
{
	struct pdf_text out = { pdf_layout(pdf, font, text, right ? 0 : CONTENT_WIDTH), MARGIN, y };

	pango_layout_set_auto_dir(out.layout, FALSE);
	pango_layout_set_height(out.layout, -1);
	if (right)
		out.x = PAGE_WIDTH - MARGIN - pdf_layout_width(out.layout);
	else
		pango_layout_set_ellipsize(out.layout, PANGO_ELLIPSIZE_END);
	show(cr, &out, INK_SOFT);
}

static void page_frame(struct pdf *pdf, cairo_t *cr, int page)
{
	const struct transcript *transcript = pdf->transcript;
	double foot = PAGE_HEIGHT - 42;

	if (page == 1) {
		head_draw(pdf, cr);
	} else {
		show_small(pdf, cr, FONT_SMALL, transcript_line(pdf->arena, transcript->agency), MARGIN, false);
		show_small(pdf, cr, FONT_SMALL, transcript->title, MARGIN, true);
		rule(cr, MARGIN, MARGIN + 14, CONTENT_WIDTH);
	}
	rule(cr, MARGIN, foot - 6, CONTENT_WIDTH);
	show_small(pdf, cr, FONT_SMALL, transcript_line(pdf->arena, transcript->made), foot, false);
	show_small(pdf, cr, FONT_SMALL, arena_printf(pdf->arena, "%s %d %s %d", transcript->page, page, transcript->of,
						     pdf->pages), foot, true);
	show_small(pdf, cr, FONT_DIGEST, arena_printf(pdf->arena, "SHA-256 %s", pdf->digest), foot + 11, false);
}

static void pages_draw(struct pdf *pdf, cairo_t *cr)
{
	const struct pdf_piece *piece = pdf->pieces;

	for (int page = 1; page <= pdf->pages; page++) {
		page_frame(pdf, cr, page);
		for (; piece && piece->page == page; piece = piece->next)
			piece_draw(cr, piece);
		cairo_show_page(cr);
	}
}

/* --- The document -------------------------------------------------------------------------------- */

static cairo_status_t take(void *closure, const unsigned char *data, unsigned size)
{
	strbuf_add(closure, data, size);
	return CAIRO_STATUS_SUCCESS;
}

static void release_surface(void *surface)
{
	cairo_surface_destroy(surface);
}

static void release_cairo(void *cr)
{
	cairo_destroy(cr);
}

static void release_context(void *context)
{
	g_object_unref(context);
}

static void release_font(void *font)
{
	pango_font_description_free(font);
}

static void release_attributes(void *attributes)
{
	pango_attr_list_unref(attributes);
}

/* Shapes as they are, not as they would look on a screen. */
static void prepare_text(struct pdf *pdf)
{
	cairo_font_options_t *options = cairo_font_options_create();

	pdf->pango = pango_font_map_create_context(pango_cairo_font_map_get_default());
	arena_defer(pdf->arena, release_context, pdf->pango);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pdf->pango, options);
	pango_cairo_context_set_resolution(pdf->pango, 72);
	pango_context_set_round_glyph_positions(pdf->pango, FALSE);
	pango_context_set_language(pdf->pango, pango_language_from_string("es-ar"));
	cairo_font_options_destroy(options);
	pdf->as_written = pango_attr_list_new();
	arena_defer(pdf->arena, release_attributes, pdf->as_written);
	pango_attr_list_insert(pdf->as_written, pango_attr_insert_hyphens_new(FALSE));
	for (int i = 0; i < FONT_MAX; i++) {
		pdf->fonts[i] = pango_font_description_new();
		arena_defer(pdf->arena, release_font, pdf->fonts[i]);
		pango_font_description_set_family_static(pdf->fonts[i], fonts[i].family);
		pango_font_description_set_size(pdf->fonts[i], (int)(fonts[i].size * PANGO_SCALE));
		pango_font_description_set_weight(pdf->fonts[i], fonts[i].weight);
	}
}

static void describe(struct vt_ctx *ctx, cairo_surface_t *surface, const struct transcript *transcript,
		     const char *digest)
{
	struct clock_local local;

	clock_local(ctx->now_us, &local);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, transcript->title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
				       transcript_line(ctx->arena, transcript->agency));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT,
				       arena_printf(ctx->arena, "SHA-256 %s", digest));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
				       arena_printf(ctx->arena, "%04d-%02d-%02dT%02d:%02d:%02d-03:00", local.year,
						    local.month, local.day, local.hour, local.minute,
						    local.second));
}

int transcript_pdf(struct vt_ctx *ctx, const struct transcript *transcript, const char *digest,
		   struct strbuf *out)
{
	struct pdf pdf = { .arena = ctx->arena, .transcript = transcript, .digest = digest };
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, out, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);

	arena_defer(ctx->arena, release_surface, surface);
	arena_defer(ctx->arena, release_cairo, cr);
	prepare_text(&pdf);
	describe(ctx, surface, transcript, digest);
	pdf_flow(&pdf);
	pages_draw(&pdf, cr);
	cairo_surface_finish(surface);
	if (cairo_status(cr) || cairo_surface_status(surface))
		return vt_fail(ctx, VT_E_BUG, "draw a transcript: %s",
			       cairo_status_to_string(cairo_status(cr) ? cairo_status(cr)
						      : cairo_surface_status(surface)));
	return 0;
}
