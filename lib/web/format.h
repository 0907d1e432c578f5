/* How es-AR people read numbers, dates, spans, sizes and CUITs. Results in ctx->arena. */
#ifndef VT_WEB_FORMAT_H
#define VT_WEB_FORMAT_H

#include "base/vt.h"

const char *format_number(struct vt_ctx *ctx, int64_t n);            /* 4.812 */
const char *format_time(struct vt_ctx *ctx, int64_t us);             /* 09:54 */
const char *format_date_time(struct vt_ctx *ctx, int64_t us);        /* 09/06 09:54 */
const char *format_date_time_long(struct vt_ctx *ctx, int64_t us);   /* 09/06/2026 09:54:07 */
const char *format_date(struct vt_ctx *ctx, int64_t us);             /* 09/06/2026 */
const char *format_day_long(struct vt_ctx *ctx, int64_t us);         /* Hoy, 9 de junio de 2026 */
const char *format_duration(struct vt_ctx *ctx, int64_t seconds);    /* 08:04, 1:02:03 */
const char *format_size(struct vt_ctx *ctx, int64_t bytes);          /* 2,4 MB */
/* What is not eleven digits comes back as it is. */
const char *format_cuit(struct vt_ctx *ctx, const char *digits);     /* 27-14582360-4 */
const char *format_initials(struct vt_ctx *ctx, const char *name);   /* GB */
int format_avatar_tint(const char *name);                            /* 1-6: class a1..a6 */

#endif
