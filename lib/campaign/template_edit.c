#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "campaign/template_edit.h"
#include "channel/whatsapp/written.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/once.h"
#include "sql_template.h"

static const struct edit_kind kind = { "template", &SQL_TEMPLATE_SNAPSHOT };

static const char *draft_json(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	static const char *const categories[] = {
		[TEMPLATE_UTILITY] = "UTILITY", [TEMPLATE_MARKETING] = "MARKETING", [TEMPLATE_AUTHENTICATION] = "AUTHENTICATION",
	};
	struct json *draft = json_new_object(ctx);

	json_set_str(draft, "category", categories[written->category]);
	json_set_str(draft, "format", whatsapp_written_format(ctx, written));
	json_set_node(draft, "components", whatsapp_written_components(ctx, written));
	return json_text(ctx, draft);
}

static int insert(struct vt_ctx *ctx, const struct template_draft *draft, int64_t *id)
{
	const struct whatsapp_written *written = draft->written;
	struct db_result *row;

	if (db_query(ctx, &row, &SQL_TEMPLATE_INSERT, "issijisi", draft->channel_id, written->name, draft->language,
		     (int64_t)written->category, draft_json(ctx, written), draft->file_id, draft->file_name, ctx->user_id) < 0)
		return edit_taken(ctx, "name");
	if (!db_rows(row))
		return vt_fail_field(ctx, "line", "error.template.account", "a line without an account");
	*id = db_i64(row, 0, "template_id");
	return 0;
}

/* Why it cannot be changed as it stands. */
static int refuse(struct vt_ctx *ctx, const struct db_result *now)
{
	bool busy = db_rows(now) && !db_is_null(now, 0, "call_kind");

	return vt_fail_key(ctx, VT_E_CONFLICT, busy ? "error.template.busy" : "error.template.fixed",
			   "a template that cannot be changed now");
}

static int update(struct vt_ctx *ctx, const struct template_draft *draft, int64_t id)
{
	struct whatsapp_written written = *draft->written;
	struct db_result *now, *row;

	if (db_one(ctx, &now, &SQL_TEMPLATE_GET, "i", id) < 0)
		return -1;
	int state = (int)db_i64(now, 0, "state");
	if (draft->submit && db_time_us(now, 0, "again_at") > ctx->now_us)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.template.lately", "an approved template was changed too often");
	/* The category of one that is in use is the provider's. */
	if (state == TEMPLATE_APPROVED || state == TEMPLATE_FLAGGED)
		written.category = (int)db_i64(now, 0, "category");
	if (db_query(ctx, &row, &SQL_TEMPLATE_UPDATE, "issijisi", id, written.name, draft->language, (int64_t)written.category,
		     draft_json(ctx, &written), draft->file_id, draft->file_name, ctx->user_id) < 0)
		return edit_taken(ctx, "name");
	return db_rows(row) ? 0 : refuse(ctx, now);
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct template_draft *draft = data;
	struct db_result *row;

	if ((*id ? update(ctx, draft, *id) : insert(ctx, draft, id)) < 0)
		return -1;
	if (!draft->submit)
		return 0;
	if (db_query(ctx, &row, &SQL_TEMPLATE_SUBMIT, "ii", *id, ctx->user_id) < 0)
		return -1;
	if (!db_rows(row))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.template.account", "no line of its account is there");
	wake_worker(ctx, "send", 0);
	return 0;
}

static bool is_language(const char *text)
{
	return strlen(text) >= 2 && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")];
}

int template_save(struct vt_ctx *ctx, struct edit *edit, const struct template_draft *draft)
{
	struct template_draft data = *draft;

	if (!is_language(draft->language))
		return vt_fail_field(ctx, "language", "error.required", "no language");
	if (whatsapp_written_check(ctx, draft->written, draft->submit) < 0)
		return -1;
	return edit_run(ctx, edit, &kind, draft->submit ? "template.submit" : "template.save", save, &data);
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *row, *now;

	(void)data;
	if (db_query(ctx, &row, &SQL_TEMPLATE_REMOVE, "ii", *id, ctx->user_id) < 0)
		return -1;
	wake_worker(ctx, "send", 0);
	if (db_rows(row))
		return 0;
	return db_query(ctx, &now, &SQL_TEMPLATE_GET, "i", *id) < 0 ? -1 : refuse(ctx, now);
}

int template_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "template.remove", remove_it, NULL);
}

static int list_now(struct vt_ctx *ctx, void *arg)
{
	const struct audit audit = { .action = "template.list", .entity = "template" };
	const char *once = arg, *answer;
	bool repeat;

	if (once_claim(ctx, once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	wake_worker(ctx, "expire", 0);
	return db_exec(ctx, NULL, &SQL_TEMPLATE_ASK_ALL, "") < 0 ? -1 : audit_alone(ctx, &audit);
}

int template_list_now(struct vt_ctx *ctx, const char *once)
{
	return db_transaction(ctx, list_now, (void *)once);
}
