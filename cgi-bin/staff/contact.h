/* What the screens of a contact share. */
#ifndef VT_STAFF_CONTACT_H
#define VT_STAFF_CONTACT_H

#include "cgi-bin/staff/staff.h"

/* A JSON object of a contact's values (contact_snapshot's, or the audit's before and after) as this
 * viewer may see it, in the words of people: fields are rows of contact_fields. NULL for NULL. */
int contact_visible(struct vt_ctx *ctx, const struct session *session, const struct db_result *fields,
		    const char *text, const char **out) VT_MUST_CHECK;

/* An own field's value as people read it: a date, a number, yes or no. */
const char *contact_own_text(struct vt_ctx *ctx, int64_t kind, const char *value);

/* The panel beside a conversation: side.more from contact_panel's row. */
int contact_panel_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *row,
		       struct t_node *page) VT_MUST_CHECK;

/* Where a form of the panel goes back to: the conversation it stood beside. */
const char *contact_back(const struct request *request);
/* What every form of the panel has: its once, the contact's address and where it goes back to. */
void contact_form_fill(struct vt_ctx *ctx, const struct request *request, int64_t contact_id, struct t_node *page);

/* What it wants no more (contact_wishes' JSON, "" for nothing): side.wishes, and thread.wish of the line where it is
 * attended: blocked, opted_out, since when. */
void contact_wishes_fill(struct vt_ctx *ctx, const char *wishes, struct t_node *page);

#endif
