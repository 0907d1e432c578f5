/* The manual on screen: docs/manual as pages. A page's key is its path without ".md", with a dot for the slash:
 * "operador", "administrador.audit". */
#ifndef VT_STAFF_HELP_H
#define VT_STAFF_HELP_H

#include "base/vt.h"

/* key, when the manual has that page; NULL otherwise. */
const char *help_page_key(struct vt_ctx *ctx, const char *key);

#endif
