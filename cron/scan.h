/* Files and the antivirus: scan.c asks it, scan_note.c has on record what it said. */
#ifndef VT_CRON_SCAN_H
#define VT_CRON_SCAN_H

#include "base/vt.h"
#include "net/clamd.h"

#define SCAN_AT_ONCE 4

struct scan_verdict {
	int64_t file_id;
	int state;                 /* SCAN_* */
	const char *virus;         /* SCAN_INFECTED: the signature's name */
};

/* Once for each file, with the pages that show it. One that has its verdict keeps it. Own transaction. */
int scan_verdict_put(struct vt_ctx *ctx, const struct scan_verdict *verdict) VT_MUST_CHECK;
/* There is no antivirus any more: some of what waited for it is like what came before. 1: there may be more. */
int scan_release(struct vt_ctx *ctx) VT_MUST_CHECK;
/* On record, and whoever may change settings is told, of what was found; of what no message brought within after_s
 * seconds too. Own transactions. */
int scan_tell(struct vt_ctx *ctx, int64_t after_s) VT_MUST_CHECK;

#endif
