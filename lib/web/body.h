/* Where a request's body is kept: a small one in memory, a large one in a file without a name that goes with it. */
#ifndef VT_WEB_BODY_H
#define VT_WEB_BODY_H

#include "base/vt.h"

#define BODY_IN_MEMORY_MAX ((size_t)1024 * 1024)

/* Room for size bytes and a NUL behind them, for as long as ctx->arena. One over BODY_IN_MEMORY_MAX is on the disk, mapped:
 * the system takes its pages when it needs memory. VT_E_UNAVAILABLE: no room on the disk. */
int body_room(struct vt_ctx *ctx, size_t size, char **out) VT_MUST_CHECK;

#endif
