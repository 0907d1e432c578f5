/*
 * Roles: a name and the permissions it gives. The five shipped ones can be
 * adjusted and copied, not removed.
 */
#ifndef VT_PEOPLE_ROLE_H
#define VT_PEOPLE_ROLE_H

#include "people/edit.h"
#include "people/permission.h"
#include "people/session.h"

#define ROLE_NAME_MAX 60
#define ROLE_DESCRIPTION_MAX 200

struct role {
	const char *name;              /* unique among those that are not removed */
	const char *description;
	bool factor_required;          /* who has it needs a second factor to log in with a password */
	uint64_t permissions;          /* bits of enum permission; PUBLIC and SESSION are none */
};

/* Make (edit->id 0) or change it; who has it may do the new things at their next request.
 * VT_E_INVALID on "name" when there is one of that name, on "permissions" when nobody who can log
 * in could manage roles any more. Own transaction (edit_run). */
int role_save(struct vt_ctx *ctx, struct edit *edit, const struct role *role) VT_MUST_CHECK;

/* Remove it. VT_E_CONFLICT: error.role.shipped, or error.role.used while somebody has it. */
int role_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* Look at the product as role does, reading only; role_id 0 ends it. What shows the agency's
 * conversations and records is not given to who may not see them anyway. VT_E_NOT_FOUND: no such
 * role. Own transaction, audited as "role.view". */
int role_view_as(struct vt_ctx *ctx, const struct session *session, int64_t role_id) VT_MUST_CHECK;

#endif
