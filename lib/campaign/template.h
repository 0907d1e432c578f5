/*
 * Templates of WhatsApp: what may be said to somebody who has not written for a
 * day. They belong to the business account of a line, are written here
 * (template_edit.h), approved by the provider, and change their state, quality
 * and category on its side. Table template; every change stays in
 * template_change. Meta: https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
 */
#ifndef VT_CAMPAIGN_TEMPLATE_H
#define VT_CAMPAIGN_TEMPLATE_H

#include "base/vt.h"

struct channel_event;
struct json;

/* --- What the provider says: for the workers ------------------------------------------------------ */

/* An event of a webhook (CHANNEL_TEMPLATE): older ones than what is known change nothing; of a template that is not
 * known the list is wanted. Queued. owner: of the statement (db_pipe_add). */
int template_told(struct vt_ctx *ctx, int64_t owner, const struct channel_event *event) VT_MUST_CHECK;

/* Ask for the lists that are due, and settle what was lost on its way. list_s: how long a list is good for.
 * Own transaction. *asked: did it ask for any? */
int template_due(struct vt_ctx *ctx, int64_t list_s, bool *asked) VT_MUST_CHECK;

/* Is this kind of row (channel/outgoing.h) about templates themselves: "templates", "submit", "remove"? */
bool template_is_call(const char *kind);

struct template_answer {
	const char *kind;
	int64_t channel_id, outbox_id;
	int64_t asked_at;              /* us UTC: the row's created_at */
	struct json *payload;
	bool done;                     /* the provider did it; found says what it told */
	bool unknown;                  /* nobody knows whether it did */
	struct json *found;
	const char *error;             /* why not */
};
/* What became of such a row. Queued, in the transaction that settles it. */
int template_answered(struct vt_ctx *ctx, const struct template_answer *answer) VT_MUST_CHECK;

#endif
