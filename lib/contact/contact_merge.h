/*
 * Two contacts that are one: one is kept and the other becomes part of it, with
 * its conversations, identities, notes and what the kept one had not; and apart
 * again, each with what it had and what came since by its own browsers and
 * identities. Only who sees all there is of both may. Each is a whole
 * transaction, taken once, on record.
 * Errors: VT_E_NOT_FOUND (none, or not all theirs to see), VT_E_CONFLICT with
 * error.contact.merge.merged, .cuit or .open (sql/functions/contact_merge.sql).
 */
#ifndef VT_CONTACT_CONTACT_MERGE_H
#define VT_CONTACT_CONTACT_MERGE_H

#include "base/vt.h"

struct session;

/* from becomes part of into. "contact.merge". */
int contact_merge(struct vt_ctx *ctx, const struct session *session, int64_t into, int64_t from,
		  const char *once) VT_MUST_CHECK;
/* What became part of contact by that merge is apart again. "contact.split". */
int contact_split(struct vt_ctx *ctx, const struct session *session, int64_t contact, int64_t merge_id,
		  const char *once) VT_MUST_CHECK;

#endif
