/* What is done about something said before, or about the contact: edits, reactions, another number. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_intake.h"

#define EMOJI_MAX 40                   /* bytes */

/* Who looks at the conversation that a statement named has something to see; none: it is not known. */
static void wake_changed(struct vt_ctx *ctx, const struct db_result *row)
{
	if (!db_rows(row))
		return;
	wake_add(ctx, 'c', db_i64(row, 0, "conversation_id"));
	if (db_i64(row, 0, "user_id"))
		wake_add(ctx, 'o', db_i64(row, 0, "user_id"));
}

int intake_revise(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	struct conversation *conversation = event->sender->conversation;
	const char *text = told->kind == CHANNEL_EDIT ? told->text ? told->text : "" : NULL;
	const char *key = intake_message_key(ctx, event, told->ref ? told->ref : told->message_id);
	struct db_result *row;

	if (!key)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_REVISE, "isst", event->row->channel_id, key,
			text, ctx->now_us) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	wake_changed(ctx, row);
	if (db_rows(row) && db_bool(row, 0, "last") && conversation &&
	    conversation->conversation_id == db_i64(row, 0, "conversation_id"))
		conversation_preview(ctx, conversation, text);
	return 0;
}

/* One emoji is short, whatever a network says it is. */
static const char *bounded(struct vt_ctx *ctx, const char *emoji)
{
	return emoji ? arena_strndup(ctx->arena, emoji, utf8_cut(emoji, utf8_prefix_bytes(emoji, EMOJI_MAX))) : NULL;
}

int intake_react(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	const char *key = intake_message_key(ctx, event, told->ref);
	struct db_result *row;

	if (!key)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_REACT, "isst", event->row->channel_id, key,
			told->removed ? NULL : bounded(ctx, told->emoji), ctx->now_us) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	wake_changed(ctx, row);
	return 0;
}

int intake_news(struct vt_ctx *ctx, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	int64_t at = told->sent_at_s ? told->sent_at_s * CLOCK_SECOND : event->row->received_at;
	struct channel_news news;

	if (!event->row->channel->network->news)
		return 0;
	event->row->channel->network->news(ctx, told, &news);
	wake_add(ctx, 'l', 0);
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_NEWS, "itsisssssj", event->row->channel_id, at,
			   news.word, (int64_t)news.tone, news.said, news.quality, news.limit, news.number, told->name,
			   json_text(ctx, told->detail));
}

int intake_typing(struct vt_ctx *ctx, const struct intake_event *event)
{
	if (event->sender->conversation)
		wake_typing(ctx, event->sender->conversation->conversation_id, 0, 'v');
	return 0;
}

int intake_moved(struct vt_ctx *ctx, const struct intake_event *event)
{
	const struct contact_identity *who = &event->sender->identity;

	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_MOVED, "isss", who->channel_id, who->kind,
			   who->value, event->event->new_identity);
}
