/*
 * Field visibility: what a person sees of a contact, by their roles: seen,
 * masked or not at all, and whether it leaves in an export. One function for
 * pages, JSON, search, exports and PDF alike.
 */
#ifndef VT_PEOPLE_FIELD_H
#define VT_PEOPLE_FIELD_H

#include "base/codes.h"
#include "people/edit.h"

enum field {
#define FIELD(constant, key) constant,
#include "people/field.def"
#undef FIELD
	FIELD_MAX
};

struct field_sight {
	int shows[FIELD_MAX];          /* FIELD_HIDDEN, FIELD_MASKED, FIELD_SEEN */
	bool exports[FIELD_MAX];
	const char *text;              /* what it was read from, for the agency's own fields; NULL: no limit */
};

/* A field of the agency's own (contact/contact_field.h), known as "x<id>". */
struct field_own {
	int64_t contact_field_id;
	int shows;
	bool exports;
};

const char *field_key(enum field field);

/* From "cuit:1:0 name:2:1" (session_find's): what is not named is seen and may be exported. A field
 * that the text limits twice has the stricter of both. text lives as long as out is used. */
void field_sight_read(struct field_sight *out, const char *text);

/* What of a value is shown: itself, masked, or NULL for nothing (also when there is no value).
 * Masked: a CUIT or a phone keeps its last digits, an address its domain, a name its first word and
 * initials. In ctx->arena. */
const char *field_shown(struct vt_ctx *ctx, const struct field_sight *sight, enum field field,
			const char *value);
/* The same for a file that leaves: NULL also when the role may not export the field. */
const char *field_exported(struct vt_ctx *ctx, const struct field_sight *sight, enum field field,
			   const char *value);

/* The agency's own field as it is limited; what is not named is seen and may be exported. */
void field_own_read(const struct field_sight *sight, int64_t contact_field_id, struct field_own *out);
/* What of its value is shown; masked: its first character. As field_shown. */
const char *field_own_shown(struct vt_ctx *ctx, const struct field_sight *sight,
			    int64_t contact_field_id, const char *value);

/* What a role sees, own fields too; edit->id is the role's, which exists. VT_E_NOT_FOUND. Own
 * transaction. */
int field_save(struct vt_ctx *ctx, struct edit *edit, const struct field_sight *sight,
	       const struct field_own *own, size_t own_count) VT_MUST_CHECK;

#endif
