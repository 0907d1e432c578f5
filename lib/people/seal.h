/*
 * The audit trail's seals: each covers a range of finished transactions, keeps
 * the digest of every row in it and the digest of the seal before. A changed,
 * removed or added row differs from what its seal keeps, and is named; a
 * changed seal breaks the chain (data-scale notes, section 8).
 *
 * Who owns the database can still rewrite the whole chain from some seal on.
 * So each seal's digest is also written to the log of the command that makes
 * it, which is not the database owner's.
 */
#ifndef VT_PEOPLE_SEAL_H
#define VT_PEOPLE_SEAL_H

#include "base/vt.h"

#define SEAL_DIGEST_TEXT 65            /* SHA-256 in hex and NUL */

struct seal_made {
	int64_t seal_id;               /* 0: there was nothing to seal */
	int64_t rows;
	char digest[SEAL_DIGEST_TEXT];
};

/* Seal what is finished and not sealed yet, at most 20,000 rows. Own transaction; one process at a
 * time (the `seal` command's relay lock). */
int seal_next(struct vt_ctx *ctx, struct seal_made *made) VT_MUST_CHECK;

enum seal_fault {
	SEAL_HOLDS,
	SEAL_ALTERED,                  /* the row is not what it was */
	SEAL_REMOVED,
	SEAL_INSERTED,                 /* it was not there when its transactions were sealed */
	SEAL_BROKEN,                   /* the seal itself was changed, or one before it is missing */
};

struct seal_finding {
	enum seal_fault fault;
	int64_t seal_id;               /* where; 0 for an inserted row beyond all seals */
	int64_t audit_id;              /* the first bad row; 0 with SEAL_BROKEN */
	/* The row as it stands now; empty for one that was removed. In ctx->arena. */
	int64_t at;
	const char *actor_name, *action;
	int64_t checked;               /* seals that hold */
	char digest[SEAL_DIGEST_TEXT]; /* of the last one that holds */
};

/* Walk the whole chain up to the first fault, in the memory of one seal's rows. */
int seal_verify(struct vt_ctx *ctx, struct seal_finding *finding) VT_MUST_CHECK;

#endif
