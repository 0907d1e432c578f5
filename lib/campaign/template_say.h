/*
 * An operator says something with a template, in a case of theirs: when the network takes nothing else from us any more,
 * and whenever they like. What was filled in is the message's text; which template it was stands in its data
 * ({"template":{"name","language"},"options":[{"key","label"}]}).
 */
#ifndef VT_CAMPAIGN_TEMPLATE_SAY_H
#define VT_CAMPAIGN_TEMPLATE_SAY_H

#include "campaign/template_offer.h"
#include "channel/whatsapp/filled.h"

struct session;

/* What was written into a field of whatsapp_filled; in those that the template has not, nothing counts. */
struct template_value { const char *field, *text; };

struct template_saying {
	int64_t template_id;
	const struct template_value *values; size_t value_count;
	int64_t file_id;               /* of the header, stored; 0: none, else the next two */
	const char *file_name, *file_type;
	int64_t hold_s;                /* so long it can be undone (conversation/saying.h); 0: said at once */
};

/* What is wanted of a template, with what was written so far. It lives as long as both. */
void template_fill(struct vt_ctx *ctx, const struct template *template, const struct template_value *values, size_t count,
		   struct whatsapp_filled *out);
/* Why it cannot be said by hand now to a contact (contact_may_send): a locale key; NULL: it can. */
const char *template_say_refusal(const struct template *template, const struct contact_refusals *refusals);
/* Say it: one transaction, as attend_reply; the same once again says nothing. VT_E_NOT_FOUND: the case's line has no such
 * template; VT_E_INVALID on "template" (it cannot be said now) or on the field at fault. */
int template_say(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct template_saying *saying, const char *once, int *seq) VT_MUST_CHECK;

#endif
