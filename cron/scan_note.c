#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "cron/scan.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "sql_scan.h"

static int put(struct vt_ctx *ctx, void *arg)
{
	const struct scan_verdict *verdict = arg;
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SCAN_LOCK, "i", verdict->file_id) < 0)
		return -1;
	if (!db_rows(rows))
		return 0;
	if (db_query(ctx, &rows, &SQL_SCAN_VERDICT, "iis", verdict->file_id, (int64_t)verdict->state, verdict->virus) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		wake_add(ctx, 'c', db_i64(rows, row, "conversation_id"));
		if (!db_is_null(rows, row, "visitor_id"))
			wake_add(ctx, 'v', db_i64(rows, row, "visitor_id"));
	}
	return 0;
}

int scan_verdict_put(struct vt_ctx *ctx, const struct scan_verdict *verdict)
{
	struct scan_verdict given = *verdict;

	return db_transaction(ctx, put, &given);
}

int scan_release(struct vt_ctx *ctx)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SCAN_FREE, "") < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		const struct scan_verdict verdict = { .file_id = db_i64(rows, row, "file_id"), .state = SCAN_NONE };

		if (scan_verdict_put(ctx, &verdict) < 0)
			return -1;
	}
	return db_rows(rows) > 0;
}

struct found { const struct db_result *rows; size_t row; };

static int tell(struct vt_ctx *ctx, void *arg)
{
	const struct found *found = arg;
	int64_t file_id = db_i64(found->rows, found->row, "file_id");
	int64_t conversation_id = db_i64(found->rows, found->row, "conversation_id");
	const char *virus = db_text(found->rows, found->row, "virus"), *name = db_text(found->rows, found->row, "name");
	struct json *after = json_new_object(ctx);
	struct audit audit = {
		.action = "antivirus.found", .entity = "file", .entity_id = file_id, .conversation_id = conversation_id,
	};

	json_set_str(after, "virus", virus);
	json_set_str(after, "sha256", db_text(found->rows, found->row, "sha256"));
	if (*name)
		json_set_str(after, "name", name);
	audit.after = json_text(ctx, after);
	if (db_query(ctx, NULL, &SQL_SCAN_TOLD, "issi", file_id, conversation_id ? "virus" : "virus_nowhere",
		     *name ? arena_printf(ctx->arena, "%s (%s)", name, virus) : virus, conversation_id) < 0)
		return -1;
	return audit_alone(ctx, &audit);
}

int scan_tell(struct vt_ctx *ctx, int64_t after_s)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SCAN_UNTOLD, "i", after_s) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct found found = { rows, row };

		if (db_transaction(ctx, tell, &found) < 0)
			return -1;
	}
	return 0;
}
