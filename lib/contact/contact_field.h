/*
 * Fields of contacts that the agency defines: text, number, date, one of a
 * list, yes or no. What a role sees of one is people/field.h's.
 */
#ifndef VT_CONTACT_CONTACT_FIELD_H
#define VT_CONTACT_CONTACT_FIELD_H

#include "base/codes.h"
#include "people/edit.h"

#define CONTACT_FIELD_NAME_MAX 60
#define CONTACT_FIELD_OPTIONS_MAX 100
#define CONTACT_FIELD_OPTION_MAX 80
#define CONTACT_FIELD_VALUE_MAX 500
#define CONTACT_FIELD_POSITION_MAX 9999

struct contact_field {
	const char *name;              /* unique */
	int64_t kind;                  /* CONTACT_FIELD_*; as it was made */
	const char *const *options; size_t option_count;       /* of a list: one at least */
	bool required;
	int64_t position;
};

/* Make (edit->id 0) or change it. VT_E_INVALID on "name" or "options". Own transaction (edit_run). */
int contact_field_save(struct vt_ctx *ctx, struct edit *edit, const struct contact_field *field) VT_MUST_CHECK;
/* Remove it; what contacts have in it is kept, and shown no more. */
int contact_field_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* Pure. What a person wrote, one a line, without blanks around, empty ones and repeats: at most
 * CONTACT_FIELD_OPTIONS_MAX; NULL when there are more or one is too long. */
const char *const *contact_field_options(struct vt_ctx *ctx, const char *text, size_t *count);
/* Pure. A value as a person wrote it, "" for none, as it is kept: a number with a point, a date as
 * 2026-06-09, yes or no as 1 or 0. NULL when it is none of the kind. options: of a list. */
const char *contact_field_value(struct vt_ctx *ctx, int64_t kind, const char *const *options,
				size_t option_count, const char *text);

#endif
