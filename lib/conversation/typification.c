#include "base/vt.h"
#include "conversation/typification.h"
#include "db/db.h"
#include "sql_people.h"
#include "sql_tag.h"

static const struct edit_kind kind = { "tag", &SQL_TAG_SNAPSHOT };

/* One at a time: two moves together could make a circle of the tree. */
static int lock_tree(struct vt_ctx *ctx)
{
	return db_query(ctx, NULL, &SQL_EDIT_LOCK, "si", kind.entity, (int64_t)0);
}

/* *why: "" when id may stand below parent_id. */
static int check(struct vt_ctx *ctx, int64_t id, const struct typification *where, const char **why)
{
	struct db_result *result;

	if (lock_tree(ctx) < 0 ||
	    db_one(ctx, &result, &SQL_TAG_CHECK, "iiIi", id, where->parent_id, where->queue_ids,
		   where->queue_count, (int64_t)TYPIFICATION_DEPTH_MAX) < 0)
		return -1;
	*why = db_text(result, 0, "why");
	return 0;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct typification *one = data;
	struct db_result *result;
	const char *why;

	if (check(ctx, *id, one, &why) < 0)
		return -1;
	if (!strcmp(why, "queue"))
		return vt_fail_field(ctx, "queues", "error.invalid", "no such queue");
	if (*why)
		return vt_fail_field(ctx, "parent", arena_printf(ctx->arena, "error.tag.%s", why),
				     "it cannot stand there");
	if (db_one(ctx, &result, *id ? &SQL_TAG_UPDATE : &SQL_TAG_INSERT, "iisb", *id, one->parent_id,
		   one->name, (int)one->enabled) < 0)
		return -1;
	*id = db_i64(result, 0, "typification_id");
	if (db_query(ctx, NULL, &SQL_TAG_QUEUES_SET, "iI", *id, one->queue_ids, one->queue_count) < 0)
		return -1;
	return db_exec(ctx, NULL, &SQL_TAG_PATHS, "i", *id);
}

int typification_save(struct vt_ctx *ctx, struct edit *edit, const struct typification *typification)
{
	struct typification data = *typification;

	if (edit_run(ctx, edit, &kind, "tag.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

/* Where a step leads; *nowhere when it leads nowhere. */
static int step(struct vt_ctx *ctx, int64_t id, struct typification_place *place, bool *nowhere)
{
	struct db_result *result;

	*nowhere = false;
	if (!place->step)
		return 0;
	if (db_query(ctx, &result, &SQL_TAG_STEP, "is", id, place->step) < 0)
		return -1;
	*nowhere = !db_rows(result);
	if (*nowhere)
		return 0;
	place->parent_id = db_i64(result, 0, "parent_id");
	place->before_id = db_i64(result, 0, "before_id");
	return 0;
}

static int move(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct typification_place place = *(const struct typification_place *)data;
	struct typification where = { 0 };
	const char *why;
	bool nowhere;

	if (lock_tree(ctx) < 0 || step(ctx, *id, &place, &nowhere) < 0)
		return -1;
	if (nowhere)
		return 0;
	where.parent_id = place.parent_id;
	if (check(ctx, *id, &where, &why) < 0)
		return -1;
	if (*why)
		return vt_fail_key(ctx, VT_E_CONFLICT,
				   arena_printf(ctx->arena, "error.tag.%s", why),
				   "it cannot stand there");
	if (db_exec(ctx, NULL, &SQL_TAG_PLACE, "ii", *id, place.parent_id) < 0 ||
	    db_exec(ctx, NULL, &SQL_TAG_ORDER, "iii", *id, place.parent_id, place.before_id) < 0)
		return -1;
	return db_exec(ctx, NULL, &SQL_TAG_PATHS, "i", *id);
}

int typification_move(struct vt_ctx *ctx, struct edit *edit, const struct typification_place *place)
{
	struct typification_place data = *place;

	if (edit_run(ctx, edit, &kind, "tag.move", move, &data) == 0)
		return 0;
	if (strcmp(ctx->error.sqlstate, "23505") != 0)
		return -1;
	vt_error_clear(ctx);
	return vt_fail_key(ctx, VT_E_CONFLICT, "error.tag.taken", "there is one of that name");
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *used;

	(void)data;
	if (lock_tree(ctx) < 0 || db_query(ctx, &used, &SQL_TAG_USE, "i", *id) < 0)
		return -1;
	if (db_rows(used))
		return vt_fail_key(ctx, VT_E_CONFLICT,
				   arena_printf(ctx->arena, "error.tag.%s", db_text(used, 0, "what")),
				   "it is in use");
	return db_exec(ctx, NULL, &SQL_TAG_REMOVE, "i", *id);
}

int typification_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "tag.remove", remove_it, NULL);
}
