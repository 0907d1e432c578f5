/*
 * The audit trail's seals: each covers a range of finished transactions and
 * carries the digest of the one before, so a changed, removed or added row
 * breaks the chain (data-scale notes, section 8).
 */
#ifndef VT_PEOPLE_SEAL_H
#define VT_PEOPLE_SEAL_H

#include "base/vt.h"

/* Seal what is finished and not sealed yet, at most 20,000 rows. *rows: how many. Own transaction;
 * one process at a time (the `seal` command's relay lock). */
int seal_next(struct vt_ctx *ctx, int64_t *rows) VT_MUST_CHECK;

/* Walk the whole chain. *broken is 0 when it holds, else the number of the first seal that does
 * not; *checked counts seals. Reads one seal's rows at a time. */
int seal_verify(struct vt_ctx *ctx, int64_t *checked, int64_t *broken) VT_MUST_CHECK;

#endif
