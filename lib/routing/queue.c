#include "base/vt.h"
#include "conversation/words.h"
#include "db/db.h"
#include "routing/queue.h"
#include "sql_queue.h"

static const struct edit_kind kind = { "queue", &SQL_QUEUE_SNAPSHOT };

static int check(struct vt_ctx *ctx, const struct queue *queue, int64_t id)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_QUEUE_CHECK, "iIi", id, queue->channel_ids,
		   queue->channel_count, queue->overflow_queue_id) < 0)
		return -1;
	const char *why = db_text(result, 0, "why");
	if (!strcmp(why, "entry"))
		return vt_fail_field(ctx, "channels", "error.queue.entry", "a channel begins with it");
	if (!strcmp(why, "channel"))
		return vt_fail_field(ctx, "channels", "error.invalid", "no such channel");
	if (!strcmp(why, "cycle"))
		return vt_fail_field(ctx, "overflow", "error.queue.cycle", "it would come back");
	if (*why)
		return vt_fail_field(ctx, "overflow", "error.invalid", "no such queue");
	return 0;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct queue *queue = data;
	struct db_result *result;

	if (check(ctx, queue, *id) < 0)
		return -1;
	if (db_one(ctx, &result, *id ? &SQL_QUEUE_UPDATE : &SQL_QUEUE_INSERT, "isIiiiiiibsisiiib", *id,
		   queue->name, queue->channel_ids, queue->channel_count, queue->strategy,
		   queue->priority, queue->capacity, queue->service_level_s, queue->max_wait_s,
		   queue->overflow_queue_id, (int)queue->typification_required, queue->greeting,
		   queue->greeting_mode, queue->farewell, queue->farewell_mode,
		   queue->preferred_hours, queue->answer_s, (int)queue->answer_out) < 0)
		return -1;
	*id = db_i64(result, 0, "queue_id");
	return db_exec(ctx, NULL, &SQL_QUEUE_ENDING, "iiii", *id, queue->ending.wrap_s,
		       queue->ending.reopen_mode, queue->ending.reopen_hours);
}

int queue_save(struct vt_ctx *ctx, struct edit *edit, const struct queue *queue)
{
	struct queue data = *queue;

	if (queue->overflow_queue_id && !queue->max_wait_s)
		return vt_fail_field(ctx, "max_wait", "error.queue.max_wait",
				     "an overflow without a maximum wait");
	if (words_check(ctx, "greeting", queue->greeting) < 0 ||
	    words_check(ctx, "farewell", queue->farewell) < 0)
		return -1;
	if (edit_run(ctx, edit, &kind, "queue.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int require(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const bool *required = data;

	return db_exec(ctx, NULL, &SQL_QUEUE_REQUIRE, "ib", *id, (int)*required);
}

int queue_require(struct vt_ctx *ctx, struct edit *edit, bool required)
{
	return edit_run(ctx, edit, &kind, "tag.required", require, &required);
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *used;

	(void)data;
	if (db_query(ctx, &used, &SQL_QUEUE_USE, "i", *id) < 0)
		return -1;
	if (db_rows(used))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.queue.used", "the queue is in use");
	return db_exec(ctx, NULL, &SQL_QUEUE_REMOVE, "i", *id);
}

int queue_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "queue.remove", remove_it, NULL);
}
