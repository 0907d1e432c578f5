/* Parameters of a statement as libpq wants them; see db.h for the format letters. */
#ifndef VT_DB_PARAMETER_H
#define VT_DB_PARAMETER_H

#include "base/vt.h"
#include "db/db.h"

/* One text (or NULL) per letter of format, in ctx->arena. The number of letters must be the
 * statement's number of parameters (abort: it is ours). */
const char **parameters_read(struct vt_ctx *ctx, const struct sql *sql, const char *format,
			     va_list args);

#endif
