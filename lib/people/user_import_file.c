#include "base/vt.h"
#include "base/id.h"
#include "base/json.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/user_import.h"
#include "sql_user.h"
#include "sql_user_import.h"

static int record(struct vt_ctx *ctx, const char *action, int64_t import_id, struct json *after)
{
	const struct audit audit = { .action = action, .entity = "user_import", .entity_id = import_id,
				     .after = after ? json_text(ctx, after) : NULL };

	return audit_alone(ctx, &audit);
}

/* --- Kept -------------------------------------------------------------------------------------- */

struct upload_change {
	const char *once, *file_name;
	const void *data;
	size_t size;
	int64_t id;
};

static int store(struct vt_ctx *ctx, void *arg)
{
	struct upload_change *change = arg;
	struct json *after = json_new_object(ctx);
	struct db_result *result;
	const char *answer;
	bool repeat;

	if (once_claim(ctx, change->once, &repeat, &answer) < 0)
		return -1;
	if (repeat && (!answer || id_parse(answer, 1, INT64_MAX, &change->id) < 0))
		return vt_fail(ctx, VT_E_CONFLICT, "the form was another one's");
	if (repeat)
		return 0;
	if (db_one(ctx, &result, &SQL_USER_IMPORT_INSERT, "isy", ctx->user_id, change->file_name,
		   (const uint8_t *)change->data, change->size) < 0)
		return -1;
	change->id = db_i64(result, 0, "user_import_id");
	json_set_str(after, "file", change->file_name);
	if (db_pipe_begin(ctx) < 0 ||
	    once_answer(ctx, change->once, arena_printf(ctx->arena, "%" PRId64, change->id)) < 0 ||
	    db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	return record(ctx, "user.upload", change->id, after);
}

int user_import_store(struct vt_ctx *ctx, const char *once, const char *file_name, const void *data,
		      size_t size, int64_t *import_id)
{
	struct upload_change change = { once, file_name, data, size, 0 };

	if (db_transaction(ctx, store, &change) < 0)
		return -1;
	*import_id = change.id;
	return 0;
}

int user_import_load(struct vt_ctx *ctx, int64_t import_id, struct user_import_file *out)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_USER_IMPORT_GET, "ii", import_id, ctx->user_id) < 0)
		return -1;
	out->name = db_text(result, 0, "file_name");
	out->at = db_time_us(result, 0, "created_at");
	out->data = db_bytes(ctx, result, 0, "content", &out->size);
	return 0;
}

/* --- Applied ----------------------------------------------------------------------------------- */

struct apply {
	const char *once;
	int64_t import_id;
	const struct user_import_words *words;
	size_t *line;
};

static int apply_rows(struct vt_ctx *ctx, const struct user_import *import, size_t *line)
{
	for (size_t i = 0; i < import->count; i++) {
		const struct user_import_row *row = &import->rows[i];
		int64_t id = row->user_id;
		if (row->kind == USER_IMPORT_SAME)
			continue;
		*line = row->line;
		if (user_put(ctx, &row->user, &id) < 0)
			return -1;
	}
	*line = 0;
	return 0;
}

static int apply(struct vt_ctx *ctx, void *arg)
{
	const struct apply *change = arg;
	struct json *after = json_new_object(ctx);
	struct user_import_file file;
	struct user_import import;
	const char *answer;
	bool repeat;

	*change->line = 0;
	if (once_claim(ctx, change->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	/* Nobody changes people meanwhile: what was just looked at still stands. */
	if (db_query(ctx, NULL, &SQL_USER_LOCK, "") < 0 ||
	    user_import_load(ctx, change->import_id, &file) < 0 ||
	    user_import_read(ctx, change->words, file.data, file.size, &import) < 0)
		return -1;
	if (import.kinds[USER_IMPORT_WRONG])
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.import.wrong", "%zu lines are wrong",
				   import.kinds[USER_IMPORT_WRONG]);
	if (apply_rows(ctx, &import, change->line) < 0 ||
	    db_exec(ctx, NULL, &SQL_USER_IMPORT_END, "ib", change->import_id, 1) < 0)
		return -1;
	json_set_str(after, "file", file.name);
	json_set_i64(after, "new", (int64_t)import.kinds[USER_IMPORT_NEW]);
	json_set_i64(after, "changed", (int64_t)import.kinds[USER_IMPORT_CHANGE]);
	return record(ctx, "user.import", change->import_id, after);
}

int user_import_apply(struct vt_ctx *ctx, const char *once, int64_t import_id,
		      const struct user_import_words *words, size_t *line)
{
	struct apply change = { once, import_id, words, line };

	return db_transaction(ctx, apply, &change);
}

static int discard(struct vt_ctx *ctx, void *arg)
{
	int64_t import_id = *(const int64_t *)arg;
	struct user_import_file file;

	if (user_import_load(ctx, import_id, &file) < 0 ||
	    db_exec(ctx, NULL, &SQL_USER_IMPORT_END, "ib", import_id, 0) < 0)
		return -1;
	return record(ctx, "user.discard", import_id, NULL);
}

int user_import_discard(struct vt_ctx *ctx, int64_t import_id)
{
	return db_transaction(ctx, discard, &import_id);
}
