#include "base/vt.h"
#include "base/codes.h"
#include "conversation/canned.h"
#include "conversation/file.h"
#include "conversation/words.h"
#include "db/db.h"
#include "sql_canned.h"

static const struct edit_kind kind = { "canned", &SQL_CANNED_SNAPSHOT };

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct canned *canned = data;
	struct db_result *result;

	if (db_query(ctx, &result, *id ? &SQL_CANNED_UPDATE : &SQL_CANNED_INSERT,
		     *id ? "iiissiisb" : "iiissiis", *id, canned->owner_id, canned->kind,
		     canned->shortcut, canned->body, canned->queue_id, canned->file_id,
		     canned->file_name, (int)canned->drop_file) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail_field(ctx, "queue", "error.invalid", "no such queue");
	*id = db_i64(result, 0, "canned_reply_id");
	return 0;
}

/* One row, the owner's; found before anything else is said of it. */
static int owned(struct vt_ctx *ctx, int64_t id, int64_t owner_id, struct db_result **row)
{
	return db_one(ctx, row, &SQL_CANNED_GET, "ii", id, owner_id);
}

/* What it says and carries, with what it had. */
static int check(struct vt_ctx *ctx, const struct canned *canned, bool had_file)
{
	bool carries = canned->file_id || (had_file && !canned->drop_file);

	if (strpbrk(canned->shortcut, " /\t\n\r"))
		return vt_fail_field(ctx, "shortcut", "error.canned.shortcut", "not one word");
	if (canned->kind == CANNED_STICKER && !carries)
		return vt_fail_field(ctx, "file", "error.file.none", "a sticker without a picture");
	if (!*canned->body && !carries)
		return vt_fail_field(ctx, "body", "error.required", "neither text nor file");
	return words_check(ctx, "body", canned->body);
}

int canned_save(struct vt_ctx *ctx, struct edit *edit, const struct canned *canned)
{
	struct canned data = *canned;
	struct db_result *row;
	bool had_file = false;

	if (edit->id) {
		if (owned(ctx, edit->id, canned->owner_id, &row) < 0)
			return -1;
		data.kind = db_i64(row, 0, "kind");
		had_file = !db_is_null(row, 0, "file_name");
	}
	if (check(ctx, &data, had_file) < 0)
		return -1;
	if (data.file_id)
		data.file_name = file_safe_name(ctx, data.file_name);
	if (edit_run(ctx, edit, &kind, "canned.save", save, &data) < 0)
		return edit_taken(ctx, "shortcut");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	(void)data;
	return db_exec(ctx, NULL, &SQL_CANNED_REMOVE, "i", *id);
}

int canned_remove(struct vt_ctx *ctx, struct edit *edit, int64_t owner_id)
{
	struct db_result *row;

	if (owned(ctx, edit->id, owner_id, &row) < 0)
		return -1;
	return edit_run(ctx, edit, &kind, "canned.remove", remove_it, NULL);
}
