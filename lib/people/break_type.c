#include "base/vt.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/break_type.h"
#include "sql_break.h"

static const struct edit_kind kind = { "break", &SQL_BREAK_SNAPSHOT };

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct break_type *type = data;
	struct db_result *result;

	if (db_one(ctx, &result, *id ? &SQL_BREAK_UPDATE : &SQL_BREAK_INSERT, "isiibIbiiiiibI", *id,
		   type->name, type->allowance_s, type->longest_s, (int)type->everybody,
		   type->user_ids, type->user_count, (int)type->by_oneself, type->at_once,
		   type->waiting_max, type->shows, type->over, type->position,
		   (int)type->enabled, type->group_ids, type->group_count) < 0)
		return -1;
	*id = db_i64(result, 0, "break_type_id");
	return 0;
}

int break_type_save(struct vt_ctx *ctx, struct edit *edit, const struct break_type *type)
{
	struct break_type data = *type;

	if (edit_run(ctx, edit, &kind, "break.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	(void)data;
	return db_exec(ctx, NULL, &SQL_BREAK_REMOVE, "i", *id);
}

int break_type_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "break.remove", remove_it, NULL);
}

int break_check(struct vt_ctx *ctx, int64_t user_id, int64_t break_type_id, bool by_oneself)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_BREAK_LOCK, "i", break_type_id) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail_field(ctx, "break_type", "error.break_type", "no such break type");
	/* After the lock, so that whoever was faster is seen. */
	if (db_one(ctx, &result, &SQL_BREAK_REFUSAL, "iib", user_id, break_type_id,
		   (int)by_oneself) < 0)
		return -1;
	const char *why = db_text(result, 0, "why");
	if (!*why)
		return 0;
	return vt_fail_key(ctx, VT_E_CONFLICT,
			   arena_printf(ctx->arena, by_oneself ? "error.break.%s" : "error.break_other.%s", why),
			   "break %" PRId64 " refused: %s", break_type_id, why);
}

int break_tell(struct vt_ctx *ctx, int64_t user_id, int64_t break_type_id, bool left)
{
	struct db_result *watchers;

	if (!break_type_id)
		return 0;
	if (db_query(ctx, &watchers, &SQL_BREAK_WATCHERS, "iib", user_id, break_type_id, (int)left) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(watchers); row++)
		wake_add(ctx, 'o', db_i64(watchers, row, "user_id"));
	return 0;
}
