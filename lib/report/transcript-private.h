/*
 * A transcript on its way to paper: first every text is laid out and given its
 * place on a page (transcript_flow.c), so that their number is known; then the
 * pages are drawn (transcript_pdf.c). All lengths are points.
 */
#ifndef VT_REPORT_TRANSCRIPT_PRIVATE_H
#define VT_REPORT_TRANSCRIPT_PRIVATE_H

#include "report/transcript.h"

#include <pango/pangocairo.h>

#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define MARGIN 44.0
#define CONTENT_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define PAD_X 9.0
#define PAD_Y 6.0
#define HEAD_GAP 14.0                  /* below what stands on top of a page */
#define FACT_PAD 12.0

enum pdf_font {
	FONT_BODY, FONT_WHO, FONT_SMALL, FONT_TITLE, FONT_AGENCY, FONT_LABEL, FONT_VALUE, FONT_FILE, FONT_DIGEST,
	FONT_MAX
};

enum pdf_kind {
	LINE_WHO, LINE_TIME,           /* above and below a bubble */
	LINE_QUOTE, LINE_BODY, LINE_OPTION, LINE_FILE, LINE_FILE_MORE,      /* in it */
	LINE_DAY, LINE_EVENT
};

struct pdf_line {
	PangoLayoutLine *line;         /* its layout's, which lives as long as the arena */
	double x;                      /* from the block's left */
	double above, width, ascent, height;
	enum pdf_kind kind;
};

/* A bubble with what belongs to it, or one thing in the middle. */
struct pdf_block {
	enum transcript_voice voice;
	struct pdf_line *lines; size_t count;
	double above, width;
};

/* The lines of a block that stand on one page. */
struct pdf_piece {
	struct pdf_piece *next;
	const struct pdf_block *block;
	size_t first, end;
	double y;
	int page;
};

struct pdf_text { PangoLayout *layout; double x, y; };
struct pdf_fact { struct pdf_text label, value; };

struct pdf {
	struct arena *arena;
	const struct transcript *transcript;
	const char *digest;
	PangoContext *pango;
	PangoFontDescription *fonts[FONT_MAX];
	PangoAttrList *as_written;     /* a broken word gets no hyphen */
	struct pdf_text agency, title;
	struct pdf_fact *facts;        /* transcript->fact_count; in a box */
	double box_top, box_height;
	double y, bottom;              /* where the next block goes; where a page ends */
	struct pdf_piece *pieces, **last;
	int pages;
};

/* A layout that lives as long as the arena; width: lines are broken there, 0: never. */
PangoLayout *pdf_layout(struct pdf *pdf, enum pdf_font font, const char *text, double width);
double pdf_layout_width(PangoLayout *layout);
double pdf_layout_height(PangoLayout *layout);
/* Lay out all of it: agency, title, facts, pieces, pages. */
void pdf_flow(struct pdf *pdf);
/* Of lines first to end (not included) of a block, on one page. */
double pdf_piece_height(const struct pdf_block *block, size_t first, size_t end);
bool pdf_in_bubble(const struct pdf_line *line);

#endif
