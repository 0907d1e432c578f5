/*
 * A contact: the person or firm that writes. Known by a webchat visitor or by
 * an identity (channel, kind, value); a CUIT that somebody wrote is declared,
 * not proven.
 */
#ifndef VT_CONTACT_CONTACT_H
#define VT_CONTACT_CONTACT_H

#include "base/vt.h"

/* How somebody is known on a channel. */
struct contact_identity {
	int64_t channel_id;
	int64_t visitor_id;      /* webchat: the visitor is the identity; else 0 */
	const char *kind;        /* "phone" */
	const char *value;
};

/* A new contact (its id drawn before) behind a visitor or identity. name may be NULL. Queued. */
int contact_create(struct vt_ctx *ctx, int64_t contact_id, const char *name,
		   const struct contact_identity *identity) VT_MUST_CHECK;

/* What contacts say of themselves; NULL fields say nothing. Fills what is empty; replaces only
 * while no CUIT is known, because anybody may write anybody's CUIT. Queued. */
struct contact_words { const char *name, *email, *phone; };
int contact_fill(struct vt_ctx *ctx, int64_t contact_id,
		 const struct contact_words *words) VT_MUST_CHECK;

/* A contact declared a CUIT (11 digits, checked). *owner: whose it is now: the contact that
 * already had it, else this one, else a new one when this one has another CUIT. Runs the open
 * pipeline and opens it again; *failed_owner as in db_pipe_run. */
int contact_declare_cuit(struct vt_ctx *ctx, int64_t contact_id, const char *cuit,
			 int64_t *owner, int64_t *failed_owner) VT_MUST_CHECK;

/* An identity belongs to another contact from now on. Queued. */
int contact_move(struct vt_ctx *ctx, const struct contact_identity *identity,
		 int64_t contact_id) VT_MUST_CHECK;

#endif
