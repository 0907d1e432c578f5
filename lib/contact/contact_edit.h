/*
 * What people do with a contact: its data, notes about it, and blocks. Whoever
 * sees any of its conversations sees the contact; whether they may change it is
 * the route's permission. Each is a whole transaction, taken once, on record.
 * Common error: VT_E_NOT_FOUND (none, or not for this viewer).
 */
#ifndef VT_CONTACT_CONTACT_EDIT_H
#define VT_CONTACT_CONTACT_EDIT_H

#include "people/edit.h"

struct session;
struct db_result;

#define CONTACT_NAME_MAX 120
#define CONTACT_EMAIL_MAX 200
#define CONTACT_PHONE_MAX 40
#define CONTACT_NOTE_MAX 2000
#define CONTACT_REASON_MAX 300
#define CONTACT_BLOCK_DAYS_MAX 3650

/* The viewer as contact_access wants it: who neither attends nor supervises has no cases. */
struct contact_viewer { int64_t user_id; bool supervises, all; };
void contact_viewer(const struct session *session, struct contact_viewer *out);
/* Whoever has a conversation with it before them sees it change. In a transaction, no pipeline open. */
int contact_wake(struct vt_ctx *ctx, int64_t contact_id) VT_MUST_CHECK;

/* A row of contact_open; of one that became part of another, that one's. */
int contact_find(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		 struct db_result **row) VT_MUST_CHECK;

/* What differs from what it is; NULL: stays, "": none (any more). own: values as
 * contact_field_value gives them. */
struct contact_own { int64_t contact_field_id; const char *value; };
struct contact_change {
	const char *name, *cuit, *email, *phone;
	const struct contact_own *own; size_t own_count;
};
/* Change contact edit->id. VT_E_INVALID on "cuit" (error.cuit; error.contact.cuit_taken: another
 * contact has it), "email" or "phone"; the second of two is told (edit_run). "contact.save". */
int contact_save(struct vt_ctx *ctx, const struct session *session, struct edit *edit,
		 const struct contact_change *change) VT_MUST_CHECK;

/* A note about it: a new one (note_id 0), or one's own changed, or with "" taken away.
 * "contact.note". */
struct contact_note { int64_t note_id; const char *body; };
int contact_note_save(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		      const struct contact_note *note, const char *once) VT_MUST_CHECK;

/* Block it for so many days, 0 until somebody lifts it: what it writes is kept and answered by
 * nobody. reason NULL: lift it. "contact.block", "contact.unblock". */
struct contact_block { const char *reason; int64_t days; };
int contact_block_set(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		      const struct contact_block *block, const char *once) VT_MUST_CHECK;

#endif
