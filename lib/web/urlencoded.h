/* Query strings and urlencoded forms. */
#ifndef VT_WEB_URLENCODED_H
#define VT_WEB_URLENCODED_H

#include "web/request.h"

/* Pairs of "a=1&b=%C3%B1", in ctx->arena, as browsers write them (WHATWG URL): + is a space, a %
 * without two hex digits stands for itself. VT_E_INVALID (error.malformed): more than
 * REQUEST_PAIRS_MAX pairs, NUL, not UTF-8. */
int urlencoded_parse(struct vt_ctx *ctx, const char *text, size_t size,
		     struct pairs *out) VT_MUST_CHECK;

/* Decode %XX (and + when plus is true) into out, which has room for size bytes and a NUL.
 * Returns the bytes written. */
size_t urlencoded_decode(const char *text, size_t size, bool plus, char *out);

#endif
