#include "base/vt.h"
#include "db/db.h"
#include "people/group.h"
#include "sql_group.h"

static const struct edit_kind kind = { "group", &SQL_GROUP_SNAPSHOT };

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct group *group = data;
	struct db_result *result;

	if (db_one(ctx, &result, *id ? &SQL_GROUP_UPDATE : &SQL_GROUP_INSERT, "iss", *id, group->name,
		   group->description) < 0)
		return -1;
	*id = db_i64(result, 0, "user_group_id");
	return db_query(ctx, NULL, &SQL_GROUP_MEMBERS_SET, "iI", *id, group->user_ids, group->user_count);
}

int group_save(struct vt_ctx *ctx, struct edit *edit, const struct group *group)
{
	struct group data = *group;

	if (edit_run(ctx, edit, &kind, "group.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *result;

	(void)data;
	if (db_one(ctx, &result, &SQL_GROUP_USE, "i", *id) < 0)
		return -1;
	if (db_bool(result, 0, "used"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.group.used", "a break is for the group");
	return db_exec(ctx, NULL, &SQL_GROUP_REMOVE, "i", *id);
}

int group_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "group.remove", remove_it, NULL);
}
