/* Files that contacts sent, brought from their provider into our store. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "conversation/file.h"
#include "cron/send.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_send.h"

static bool is_fetch(const struct send_item *item)
{
	return !strcmp(item->message.kind, "fetch");
}

int send_file_take(struct vt_ctx *ctx, const char *files_directory, struct send_verdict *verdict)
{
	struct send_item *item = verdict->item;
	const char *type;

	if (!is_fetch(item) || verdict->next || verdict->state != OUTBOX_SENT || item->stored_id)
		return 0;
	if (file_store(ctx, files_directory, item->saved.data, item->saved.size, &item->stored_id, &type) == 0) {
		item->stored_type = arena_strdup(item->ctx.arena, type);
		return 0;
	}
	if (ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_TOO_LARGE)
		return -1;
	verdict->state = OUTBOX_FAILED;
	verdict->error = arena_strdup(ctx->arena, ctx->error.message);
	vt_error_clear(ctx);
	return 0;
}

/* "foto.jpg", for what came without a name. */
static const char *made_name(struct vt_ctx *ctx, const char *kind, const char *type)
{
	static const char *const words[][2] = {
		{ "image", "foto" }, { "audio", "audio" }, { "voice", "audio" }, { "video", "video" },
		{ "sticker", "sticker" },
	};
	const char *ending = strchr(type, '/'), *word = "archivo";

	for (size_t i = 0; i < VT_COUNT(words); i++) {
		if (!strcmp(kind, words[i][0]))
			word = words[i][1];
	}
	ending = !ending ? "bin" : !strcmp(ending, "/jpeg") ? "jpg" : !strcmp(ending, "/plain") ? "txt" : ending + 1;
	return file_safe_name(ctx, arena_printf(ctx->arena, "%s.%s", word, ending));
}

int send_file_note(struct vt_ctx *ctx, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;
	struct json *payload = item->message.payload;
	int64_t conversation_id = json_i64(payload, "conversation", 0);
	const char *kind = json_str(payload, "kind", "document"), *name = json_str(payload, "name", NULL);

	if (!is_fetch(item) || verdict->state == OUTBOX_WAITING)
		return 0;
	wake_add(ctx, 'c', conversation_id);
	if (!item->stored_id)
		return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_NOT_FETCHED, "ii", conversation_id,
				   json_i64(payload, "seq", 0));
	if (!name)
		name = made_name(ctx, kind, item->stored_type);
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_FETCHED, "iiisb", conversation_id,
			   json_i64(payload, "seq", 0), item->stored_id, name, (int)!strcmp(kind, "sticker"));
}
