/*
 * What people want to be sent of our own accord: notices, campaigns. They tell
 * it by their network, with a word of theirs, or by asking somebody of ours; each
 * time is on record (table contact_wish). A wish about notices holds for all lines
 * of its network, a block for its line. What they ask is always answered.
 */
#ifndef VT_CONTACT_CONTACT_WISH_H
#define VT_CONTACT_CONTACT_WISH_H

#include "base/vt.h"
#include "base/codes.h"
#include "contact/contact.h"

struct session;

#define CONTACT_WISH_SAID_MAX 300

/* Why a contact may not be sent something on a line, by its purpose (PURPOSE_*): a locale key (error.wish.*),
 * NULL: it may. Whoever sends what nobody asked for looks here first; of sets of people SQL function
 * contact_refusal says it. */
struct contact_refusals { const char *of[PURPOSE_MARKETING + 1]; };
int contact_may_send(struct vt_ctx *ctx, int64_t contact_id, int64_t channel_id,
		     struct contact_refusals *out) VT_MUST_CHECK;

/* Somebody wishes it so (WISH_*) since `at` (us UTC). said: in their words, or NULL. Queued; its result
 * has one row with `news`, none when nobody is known by that identity. */
struct contact_wish { int wish, source; const char *said; int64_t at; };
int contact_wish_add(struct vt_ctx *ctx, int64_t owner, const struct contact_identity *who,
		     const struct contact_wish *wish) VT_MUST_CHECK;

/* They asked somebody of ours, in any way: said tells how. wish: WISH_OPTED_OUT or _IN, on all lines of
 * a network (MESSENGER_*). A whole transaction, taken once, on record: "contact.opt_out",
 * "contact.opt_in". VT_E_NOT_FOUND: no such contact for this viewer. VT_E_INVALID: on "messenger" they
 * are not known by that network, or it is so already; on "said" it is missing. */
struct contact_asked { int messenger, wish; const char *said; };
int contact_wish_asked(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		       const struct contact_asked *asked, const char *once) VT_MUST_CHECK;

#endif
