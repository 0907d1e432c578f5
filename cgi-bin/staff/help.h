/* The manual on screen: docs/manual as pages. A page's key is its path without ".md", with a dot for the slash:
 * "operador", "administrador.audit". */
#ifndef VT_STAFF_HELP_H
#define VT_STAFF_HELP_H

#include "base/vt.h"
#include "base/strbuf.h"

struct request;

/* The file of a page, whether it is there or not; NULL: no such key. In ctx->arena. */
const char *help_path(struct vt_ctx *ctx, const char *key);
/* key, when the manual has that page; NULL otherwise. */
const char *help_page_key(struct vt_ctx *ctx, const char *key);
/* The page about the screen that a request asks for; entry: of the navigation, "desk". NULL: none. */
const char *help_screen_key(struct vt_ctx *ctx, const struct request *request, const char *entry);
/* Append the page's text as HTML: its links lead to pages here, its pictures come from /help/img/. */
int help_text(struct vt_ctx *ctx, const char *key, const char *text, struct strbuf *out) VT_MUST_CHECK;

#endif
