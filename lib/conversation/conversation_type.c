#include "base/vt.h"
#include "conversation/conversation_type.h"
#include "db/db.h"
#include "sql_type.h"

static const struct edit_kind kind = { "type", &SQL_TYPE_SNAPSHOT };

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct conversation_type *type = data;
	struct db_result *result;

	if (*id)
		return db_exec(ctx, NULL, &SQL_TYPE_UPDATE, "issib", *id, type->name,
			       type->description, type->position, (int)type->enabled);
	if (db_one(ctx, &result, &SQL_TYPE_INSERT, "ssib", type->name, type->description,
		   type->position, (int)type->enabled) < 0)
		return -1;
	*id = db_i64(result, 0, "conversation_type_id");
	return 0;
}

int conversation_type_save(struct vt_ctx *ctx, struct edit *edit,
			   const struct conversation_type *type)
{
	struct conversation_type data = *type;

	if (edit_run(ctx, edit, &kind, "type.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	(void)data;
	return db_exec(ctx, NULL, &SQL_TYPE_REMOVE, "i", *id);
}

int conversation_type_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "type.remove", remove_it, NULL);
}
