/* A QR code as the path of an SVG. */
#ifndef VT_WEB_QR_H
#define VT_WEB_QR_H

#include "base/vt.h"

/* What is black, in squares of one unit, for <path d>; *size: units of a side, the quiet zone of four
 * on each included. text: at most some hundred bytes (abort). In ctx->arena. */
const char *qr_path(struct vt_ctx *ctx, const char *text, int64_t *size);

#endif
