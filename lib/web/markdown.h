/*
 * Markdown to HTML that may stand in a page: CommonMark with tables by
 * libcmark-gfm, without raw HTML and without addresses that run something.
 */
#ifndef VT_WEB_MARKDOWN_H
#define VT_WEB_MARKDOWN_H

#include "base/vt.h"
#include "base/strbuf.h"

/* What becomes of the addresses that a text was written with. */
struct markdown_page {
	const void *data;
	/* Where a link leads; address itself, or in ctx->arena. One that runs something is left out afterwards. */
	const char *(*link)(struct vt_ctx *ctx, const void *data, const char *address);
	/* Append the HTML of a picture, which goes into the page as it is. text: what it shows, not escaped. -1 raises. */
	int (*picture)(struct vt_ctx *ctx, const void *data, const char *address, const char *text, struct strbuf *html);
};

/* The text of the first heading, "" when there is none. In ctx->arena. */
const char *markdown_title(struct vt_ctx *ctx, const char *text);
/* Append text as HTML; headings one level lower, for a page that has a heading of its own. page NULL: addresses as
 * they stand. -1: page's picture raised; nothing is appended. */
int markdown_html(struct vt_ctx *ctx, const char *text, const struct markdown_page *page,
		  struct strbuf *out) VT_MUST_CHECK;

#endif
