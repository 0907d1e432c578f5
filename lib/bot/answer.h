/* Is what a person wrote a CUIT, a DNI, an e-mail, a number, a date? Pure. */
#ifndef VT_BOT_ANSWER_H
#define VT_BOT_ANSWER_H

#include "base/vt.h"

/* kind: enum ask_kind. On true *value is the normal form (CUIT and DNI as digits, number with a
 * point, date as yyyy-mm-dd), in ctx->arena. */
bool answer_read(struct vt_ctx *ctx, int kind, const char *text, const char **value);

#endif
