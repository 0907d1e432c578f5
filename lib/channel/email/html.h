/*
 * HTML of strangers, with libxml2: what may be shown of it, and its text. Pure.
 */
#ifndef VT_CHANNEL_EMAIL_HTML_H
#define VT_CHANNEL_EMAIL_HTML_H

#include "base/vt.h"

#define HTML_SIZE_MAX ((size_t)1024 * 1024)   /* bytes that are read; the rest is cut off */

/* Only the tags and attributes of an allow list, links to http, https, mailto and tel, images by cid:
 * of the mail itself. No scripts, styles, frames, forms, nothing that calls elsewhere. */
const char *html_safe(struct vt_ctx *ctx, const char *html);
/* The same for a page: images of the mail at their addresses; in place of those of elsewhere stands their text.
 * *blocked: there are such. */
struct html_image {
	const char *content_id;        /* without <> */
	const char *address;
};
const char *html_shown(struct vt_ctx *ctx, const char *html, const struct html_image *images, size_t count,
		       bool *blocked);
/* As text: blocks on lines of their own, quotations behind "> ". */
const char *html_text(struct vt_ctx *ctx, const char *html);

#endif
