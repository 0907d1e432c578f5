/*
 * Types of conversation: what it is about in the agency's terms (consulta,
 * reclamo, denuncia), beside what was done about it (the tipificación).
 */
#ifndef VT_CONVERSATION_TYPE_H
#define VT_CONVERSATION_TYPE_H

#include "people/edit.h"

#define CONVERSATION_TYPE_NAME_MAX 60
#define CONVERSATION_TYPE_DESCRIPTION_MAX 200

struct conversation_type {
	const char *name;              /* unique among those that are not removed */
	const char *description;
	int64_t position;              /* in lists; 0-9999 */
	bool enabled;                  /* offered to people and bots */
};

/* Make (edit->id 0) or change it; edit brings once, id and revision, and takes the id back.
 * VT_E_INVALID on "name" when there is one of that name. Own transaction (edit_run). */
int conversation_type_save(struct vt_ctx *ctx, struct edit *edit,
			   const struct conversation_type *type) VT_MUST_CHECK;

/* Remove it: conversations that have it keep it. */
int conversation_type_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

#endif
