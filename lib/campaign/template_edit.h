/*
 * Templates as an administrator writes them: a draft is kept, submitted, and
 * taken back. The provider's answer comes later (template.h). Channel's
 * whatsapp/written.h says what a draft must be.
 */
#ifndef VT_CAMPAIGN_TEMPLATE_EDIT_H
#define VT_CAMPAIGN_TEMPLATE_EDIT_H

#include "people/edit.h"

struct whatsapp_written;

struct template_draft {
	int64_t channel_id;            /* of a new one: a line of the account it is for */
	const char *language;          /* "es_AR" */
	const struct whatsapp_written *written;
	int64_t file_id;               /* another sample of the header; 0: the one there is */
	const char *file_name;
	bool submit;                   /* and ask the provider for its review */
};

/* Keep it, and submit it when it is to be: checked as far as that (whatsapp_written_check). VT_E_INVALID on a field, also
 * "line" and "language"; VT_E_CONFLICT: error.template.busy (something is being asked of the provider), .fixed (nothing
 * can be changed in its state), .lately (an approved one changes once a day, ten times in thirty). Own transaction (edit_run, "template.save" or
 * "template.submit"). */
int template_save(struct vt_ctx *ctx, struct edit *edit, const struct template_draft *draft) VT_MUST_CHECK;

/* Remove it here and, where the provider has it, there: in that language alone. VT_E_CONFLICT error.template.busy.
 * "template.remove". */
int template_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* Bring all lists now. On record as "template.list". Own transaction. */
int template_list_now(struct vt_ctx *ctx, const char *once) VT_MUST_CHECK;

#endif
