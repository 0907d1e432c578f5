/*
 * Markdown to HTML that may stand in a page: CommonMark by libcmark, without
 * raw HTML and without addresses that run something.
 */
#ifndef VT_WEB_MARKDOWN_H
#define VT_WEB_MARKDOWN_H

#include "base/vt.h"
#include "base/strbuf.h"

/* The text of the first heading, "" when there is none. In ctx->arena. */
const char *markdown_title(struct vt_ctx *ctx, const char *text);
/* Append text as HTML; headings one level lower, for a page that has a heading of its own. */
void markdown_html(struct vt_ctx *ctx, const char *text, struct strbuf *out);

#endif
