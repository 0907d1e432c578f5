/*
 * What of a row the contact has seen. Before each call but a first one that
 * the contact sees, the queue notes which it is and whether it shows anything:
 * a later attempt begins there, and after a crash the row is unknown when the
 * call showed something, and made again when it did not.
 */
#include "base/vt.h"
#include "base/json.h"
#include "cron/send.h"
#include "db/db.h"
#include "sql_send.h"

#define PROGRESS_MAX ((size_t)16 * 1024)

int send_progress_read(struct send_item *item, const char *text, bool quiet)
{
	struct vt_ctx *ctx = &item->ctx;
	struct json *noted;
	int64_t from;

	if (json_parse(ctx, text, strlen(text), PROGRESS_MAX, &noted) < 0)
		return -1;
	item->progress = arena_strdup(ctx->arena, text);
	item->quiet = quiet;
	from = json_i64(noted, "from", 0);
	if (from < 0 || (item->text && (size_t)from > strlen(item->text)))
		return vt_fail(ctx, VT_E_INVALID, "a part that begins beyond its text");
	if (item->text)
		item->text_left = item->text + from;
	item->segments = json_i64(noted, "segments", 0);
	item->file_done = json_bool(noted, "file", false);
	item->message.step = (int)json_i64(noted, "step", 0);
	item->message.memory = json_str(noted, "memory", NULL);
	item->message.media_id = json_str(noted, "media", item->message.media_id);
	item->resumed = item->message.step > 0;
	return 0;
}

static const char *progress_text(struct vt_ctx *ctx, const struct send_item *item)
{
	struct json *noted = json_new_object(ctx);

	json_set_i64(noted, "from", item->text ? item->part - item->text : 0);
	json_set_bool(noted, "file", item->part_file_done);
	if (item->segments)
		json_set_i64(noted, "segments", item->segments);
	json_set_i64(noted, "step", item->message.step);
	json_set_str(noted, "memory", item->message.memory);
	if (item->message.step)
		json_set_str(noted, "media", item->message.media_id);
	return json_text(ctx, noted);
}

bool send_is_said(const struct send_item *item)
{
	return !strcmp(item->message.kind, "message") || !strcmp(item->message.kind, "template");
}

/* A call that waits for its turn shows nothing yet. */
static bool is_quiet(const struct send_item *item)
{
	return item->request.quiet || item->held;
}

bool send_progress_due(struct vt_ctx *ctx, const struct send_item *item)
{
	bool first = !item->message.step && (!item->text || item->part == item->text) && !item->part_file_done;

	if (item->out_part)
		return true;
	/* What is done once more after a crash in any case needs no note. */
	if (!send_is_said(item) || (first && !item->request.quiet && !item->progress))
		return false;
	return !item->progress || item->quiet != is_quiet(item) ||
		strcmp(item->progress, progress_text(ctx, item)) != 0;
}

void send_part_out(struct send_item *item, const struct send_verdict *verdict)
{
	const char *slash = strchr(item->message.reference, '/'), *part = slash ? slash + 1 : "";

	/* An upload is no message; a part that ended is one, also where the network gives no ids (SMS). */
	if (!send_is_said(item) || (verdict->next && !verdict->provider_id))
		return;
	item->out_id = verdict->provider_id ? arena_strdup(item->ctx.arena, verdict->provider_id) : NULL;
	/* What goes before the words of one call's part is its file. */
	item->out_part = !verdict->next ? part : arena_printf(item->ctx.arena, "%s%sfile", part, *part ? "/" : "");
}

/* Where ids are unique within a chat only they are kept with it (intake_message_key). */
const char *send_known_as(struct vt_ctx *ctx, const struct send_item *item, const char *provider_id)
{
	if (!item->network->ids_per_contact)
		return provider_id;
	return arena_printf(ctx->arena, "%s:%s", json_str(item->message.payload, "to.value", ""), provider_id);
}

int send_part_put(struct vt_ctx *ctx, struct send_item *item)
{
	if (!item->out_part)
		return 0;
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_PART, "issiii", item->outbox_id, item->out_part,
			   item->out_id ? send_known_as(ctx, item, item->out_id) : NULL, item->channel_id,
			   item->conversation_id, item->seq);
}

static int note_parts(struct vt_ctx *ctx, struct send_item *items, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any |= items[i].outbox_id && items[i].to_note && items[i].out_part;
	if (!any)
		return 0;
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (items[i].outbox_id && items[i].to_note && send_part_put(ctx, &items[i]) < 0)
			return -1;
	}
	if (db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (items[i].to_note)
			items[i].out_part = NULL;
	}
	return 0;
}

int send_progress_note(struct vt_ctx *ctx, int lane, struct send_item *items, size_t count)
{
	int64_t *ids = arena_calloc(ctx->arena, count, sizeof(*ids));
	int64_t *quiet = arena_calloc(ctx->arena, count, sizeof(*quiet));
	const char **texts = arena_calloc(ctx->arena, count, sizeof(*texts));
	size_t due = 0;

	if (note_parts(ctx, items, count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct send_item *item = &items[i];

		if (!item->outbox_id || !item->to_note)
			continue;
		item->progress = progress_text(&item->ctx, item);
		item->quiet = is_quiet(item);
		ids[due] = item->outbox_id;
		quiet[due] = item->quiet;
		texts[due++] = item->progress;
	}
	if (due && db_exec(ctx, NULL, &SQL_SEND_PROGRESS, "iISI", (int64_t)lane, ids, due, texts, due, quiet, due) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		items[i].to_note = false;
	return 0;
}
