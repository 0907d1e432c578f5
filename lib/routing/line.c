#include "base/vt.h"
#include "base/secret.h"
#include "db/db.h"
#include "routing/line.h"
#include "routing/line_health.h"
#include "sql_channel.h"

static const struct edit_kind kind = { "channel", &SQL_CHANNEL_SNAPSHOT };

int line_secret_put(struct vt_ctx *ctx, const uint8_t *key, int64_t channel_id, const struct line_secret *secret)
{
	const char *boxed = secret_encrypt(ctx, key, secret->value);

	if (secret->verifies &&
	    db_exec(ctx, NULL, &SQL_CHANNEL_VERIFY_SECRET_PUT, "iss", channel_id, secret->name, boxed) < 0)
		return -1;
	if (secret->sends &&
	    db_exec(ctx, NULL, &SQL_CHANNEL_SEND_SECRET_PUT, "iss", channel_id, secret->name, boxed) < 0)
		return -1;
	return secret->sends ? db_exec(ctx, NULL, &SQL_CHANNEL_TOKEN_NEW, "i", channel_id) : 0;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct line *line = data;
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_CHANNEL_CHECK, "iii", *id, line->bot_id, line->queue_id) < 0)
		return -1;
	const char *why = db_text(result, 0, "why");
	if (*why)
		return vt_fail_field(ctx, why, "error.invalid", "there is none");
	if (db_one(ctx, &result, *id ? &SQL_CHANNEL_UPDATE : &SQL_CHANNEL_INSERT, "iisbiiiijs", *id,
		   line->messenger, line->name, (int)line->enabled, line->bot_id, line->queue_id,
		   line->idle_close_s, line->heartbeat_lost_s, line->settings, line->hook) < 0)
		return -1;
	*id = db_i64(result, 0, "channel_id");
	for (size_t i = 0; i < line->secret_count; i++) {
		if (line_secret_put(ctx, line->key, *id, &line->secrets[i]) < 0)
			return -1;
	}
	/* Whatever was wrong with it may be mended now. */
	return line_rest_end(ctx, *id);
}

int line_save(struct vt_ctx *ctx, struct edit *edit, const struct line *line)
{
	struct line data = *line;

	if (edit_run(ctx, edit, &kind, "channel.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int design(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const char *const *settings = data;

	return db_exec(ctx, NULL, &SQL_CHANNEL_DESIGN, "ij", *id, *settings);
}

int line_design(struct vt_ctx *ctx, struct edit *edit, const char *settings)
{
	return edit_run(ctx, edit, &kind, "channel.design", design, &settings);
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *used;

	(void)data;
	if (db_query(ctx, &used, &SQL_CHANNEL_USE, "i", *id) < 0)
		return -1;
	if (db_rows(used))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.channel.used", "the channel is in use");
	return db_exec(ctx, NULL, &SQL_CHANNEL_REMOVE, "i", *id);
}

int line_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "channel.remove", remove_it, NULL);
}
