/* What the antivirus says of files that are about to leave. The worker asks it (cron/scan.c); nobody else does. */
#ifndef VT_CONVERSATION_SCAN_H
#define VT_CONVERSATION_SCAN_H

#include "base/vt.h"

#define SCAN_WAIT_MS 10000

/*
 * Wait, at most SCAN_WAIT_MS in all, until stored files may be used. Without an antivirus, and for those that it has
 * seen before, at once. VT_E_INVALID (field "file"): error.file.virus, error.file.unscanned (it does not answer, or has
 * not come so far), error.file.unscannable (more than it takes). What it looks at meanwhile it goes on looking at, so
 * that a second try finds it done. Outside any transaction.
 */
int scan_await(struct vt_ctx *ctx, const int64_t *file_ids, size_t count) VT_MUST_CHECK;

#endif
