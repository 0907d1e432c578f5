/*
 * Groups: named sets of people, for what is arranged for many at once (who may
 * take a break, whom a notice is for).
 */
#ifndef VT_PEOPLE_GROUP_H
#define VT_PEOPLE_GROUP_H

#include "people/edit.h"

#define GROUP_NAME_MAX 60
#define GROUP_DESCRIPTION_MAX 200
#define GROUP_USERS_MAX 900            /* with all of them a form has room for the rest */

struct group {
	const char *name;              /* unique among those that are not removed */
	const char *description;
	const int64_t *user_ids; size_t user_count;
};

/* Make (edit->id 0) or change it, who is in it too. VT_E_INVALID on "name" when there is one of that
 * name. Own transaction (edit_run), audited "group.save". */
int group_save(struct vt_ctx *ctx, struct edit *edit, const struct group *group) VT_MUST_CHECK;
/* Remove it. VT_E_CONFLICT (error.group.used) while a break is for it. Audited "group.remove". */
int group_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

#endif
