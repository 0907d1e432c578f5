/* That the bot has read what contacts wrote, told to the networks that show it. */
#include "base/vt.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_intake.h"

void intake_seen_note(struct intake_batch *batch, const struct intake_event *event, bool typing)
{
	const struct channel *network = event->row->channel->network;
	size_t at = 0;

	if (event->sender->identity.visitor_id || !(network->capabilities & CHANNEL_CAN_READ) || !event->event->message_id)
		return;
	while (at < batch->seen_count && batch->seen[at].event->sender != event->sender)
		at++;
	batch->seen[at].event = event;
	batch->seen[at].typing = network->typing_s && (typing || batch->seen[at].typing);
	batch->seen_count += at == batch->seen_count;
}

int intake_seen(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	size_t count = batch->seen_count;
	int64_t *channels = arena_calloc(ctx->arena, count + 1, sizeof(*channels));
	int64_t *conversations = arena_calloc(ctx->arena, count + 1, sizeof(*conversations));
	const char **kinds = arena_calloc(ctx->arena, count + 1, sizeof(*kinds));
	const char **values = arena_calloc(ctx->arena, count + 1, sizeof(*values));
	const char **ids = arena_calloc(ctx->arena, count + 1, sizeof(*ids));
	const char **signs = arena_calloc(ctx->arena, count + 1, sizeof(*signs));

	if (!count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct intake_event *event = batch->seen[i].event;
		channels[i] = event->row->channel_id;
		conversations[i] = event->conversation_id;
		kinds[i] = event->sender->identity.kind;
		values[i] = event->sender->identity.value;
		ids[i] = event->event->message_id;
		signs[i] = batch->seen[i].typing ? "typing" : "read";
	}
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, 0, &SQL_INTAKE_SEEN, "IISSSS", channels, count, conversations, count, kinds, count, values,
			   count, ids, count, signs, count);
}
