#include "base/vt.h"
#include "base/json.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/role.h"
#include "sql_role.h"
#include "sql_user.h"

static const struct edit_kind kind = { "role", &SQL_ROLE_SNAPSHOT };

/* Somebody who can log in must be able to undo whatever is done here. */
static int require_manager(struct vt_ctx *ctx)
{
	struct db_result *result;

	/* Not while somebody takes the role from the last other one. */
	if (db_query(ctx, NULL, &SQL_USER_LOCK, "") < 0 ||
	    db_one(ctx, &result, &SQL_ROLE_MANAGERS, "s", permission_key(PERM_ROLE_MANAGE)) < 0)
		return -1;
	if (db_i64(result, 0, "count") == 0)
		return vt_fail_field(ctx, "permissions", "error.role.manager",
				     "nobody could manage roles any more");
	return 0;
}

static size_t keys_of(uint64_t permissions, const char *keys[PERM_MAX])
{
	size_t count = 0;

	for (int i = PERM_SESSION + 1; i < PERM_MAX; i++) {
		if (permissions >> i & 1)
			keys[count++] = permission_key((enum permission)i);
	}
	return count;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct role *role = data;
	const char *keys[PERM_MAX];
	size_t count = keys_of(role->permissions, keys);
	struct db_result *result;

	if (db_one(ctx, &result, *id ? &SQL_ROLE_UPDATE : &SQL_ROLE_INSERT, "issb", *id, role->name,
		   role->description, (int)role->factor_required) < 0)
		return -1;
	*id = db_i64(result, 0, "role_id");
	if (db_query(ctx, NULL, &SQL_ROLE_PERMISSIONS_SET, "iS", *id, keys, count) < 0)
		return -1;
	return require_manager(ctx);
}

int role_save(struct vt_ctx *ctx, struct edit *edit, const struct role *role)
{
	struct role data = *role;

	if (edit_run(ctx, edit, &kind, "role.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *result;

	(void)data;
	if (db_one(ctx, &result, &SQL_ROLE_USE, "i", *id) < 0)
		return -1;
	if (db_bool(result, 0, "builtin"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.role.shipped", "a shipped role");
	if (db_i64(result, 0, "users"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.role.used", "the role is in use");
	return db_exec(ctx, NULL, &SQL_ROLE_REMOVE, "i", *id);
}

int role_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "role.remove", remove_it, NULL);
}

struct view { const struct session *session; int64_t role_id; };

static int view(struct vt_ctx *ctx, void *arg)
{
	const struct view *change = arg;
	const struct audit audit = { .action = "role.view", .entity = "role",
				     .entity_id = change->role_id };
	int64_t affected;

	if (db_exec(ctx, &affected, &SQL_ROLE_VIEW, "ii", change->session->session_id,
		    change->role_id) < 0)
		return -1;
	if (!affected)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, change->role_id);
	return audit_alone(ctx, &audit);
}

int role_view_as(struct vt_ctx *ctx, const struct session *session, int64_t role_id)
{
	struct view change = { session, role_id };

	return db_transaction(ctx, view, &change);
}
