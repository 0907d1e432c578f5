/*
 * What may be said on a line with a template, for whoever says it: the desk when
 * a window is closed, campaigns. Rows of kind "template" go out with it
 * (channel/outgoing.h).
 */
#ifndef VT_CAMPAIGN_TEMPLATE_OFFER_H
#define VT_CAMPAIGN_TEMPLATE_OFFER_H

#include "channel/whatsapp/written.h"
#include "contact/contact_wish.h"

struct template {
	int64_t template_id;
	const char *name, *language;   /* "turno", "es_AR" */
	int state;                     /* TEMPLATE_APPROVED, _FLAGGED or _PAUSED; of template_stands any but a draft */
	int64_t paused_until;          /* us UTC, as far as it is known; 0: not paused */
	bool named;                    /* its variables go out by their names, else by their order */
	/* As it is approved: category, header, body, footer, buttons, with the samples of the body's variables. */
	struct whatsapp_written written;
	/* What must be given to send it: the body's variables in their order, and whether header and buttons want one. */
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	size_t variable_count;
};

/* Those of a line by name: the approved ones, then those that are paused; at most 1,000. All in ctx->arena. */
int template_list(struct vt_ctx *ctx, int64_t channel_id, struct template **out, size_t *count) VT_MUST_CHECK;
/* One of them. VT_E_NOT_FOUND: the line has no such one, or it may never be used. */
int template_find(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, struct template *out) VT_MUST_CHECK;
/* The same of one whatever became of it meanwhile, for whoever was about to use it. VT_E_NOT_FOUND: the line never had
 * it. */
int template_stands(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, struct template *out) VT_MUST_CHECK;
/* Why it may not be used now: a locale key (error.template.paused, .unusable); NULL: it may. */
const char *template_refusal(const struct template *template);
/* The same of sending it to a contact who may not want it: promotion stops with notices, what concerns them only
 * with a block (contact_may_send). */
const char *template_refusal_to(const struct template *template, const struct contact_refusals *refusals);

#endif
