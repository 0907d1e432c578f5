#include "base/vt.h"
#include "cron/intake.h"
#include "db/db.h"
#include "sql_hours.h"

struct closed {
	enum hours_scope scope;
	int64_t scope_id;
	const struct hours_reply *reply;       /* NULL: it is open */
};

static struct closed look(struct vt_ctx *ctx, const struct intake_batch *batch, enum hours_scope scope,
			  int64_t scope_id)
{
	return (struct closed){ scope, scope_id, hours_reply(&batch->config->hours, scope, scope_id,
							     ctx->now_us) };
}

/* What its rule says to them; in the thread of a network that is not ours it goes out too. */
static int say(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
	       const struct closed *closed)
{
	const struct message message = {
		.author = AUTHOR_BOT, .kind = MESSAGE_TEXT, .automatic = true,
		.body = hours_fill(ctx, closed->reply->text, &batch->config->hours, closed->scope,
				   closed->scope_id, ctx->now_us),
		.data = "{\"automatic\":true}",
	};

	if (!*closed->reply->text)
		return 0;
	return conversation_message(ctx, sender->conversation, &message);
}

/* They asked for somebody and we were not there: lost, never contained by the bot. */
static int close_it(struct vt_ctx *ctx, struct conversation *conversation)
{
	if (!conversation->requested_at)
		conversation->requested_at = ctx->now_us;
	if (conversation_close(ctx, conversation, AUTHOR_SYSTEM, OUTCOME_LOST, NULL) < 0)
		return -1;
	return conversation_save(ctx, conversation);
}

int intake_arrive(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender)
{
	const struct intake_channel *channel = batch->at->channel;
	struct conversation *conversation = sender->conversation;
	struct closed closed = look(ctx, batch, HOURS_CHANNEL, channel->channel_id);

	if (closed.reply && say(ctx, batch, sender, &closed) < 0)
		return -1;
	if ((!closed.reply || closed.reply->action == HOURS_TO_BOT) && channel->bot_id) {
		closed = look(ctx, batch, HOURS_BOT, channel->bot_id);
		if (closed.reply && say(ctx, batch, sender, &closed) < 0)
			return -1;
	}
	if (!closed.reply || closed.reply->action == HOURS_TO_BOT)
		return 0;
	if (closed.reply->action == HOURS_TO_CLOSE)
		return close_it(ctx, conversation);
	return intake_hand_off(ctx, batch, sender, channel->default_queue_id);
}

int intake_returned(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender)
{
	struct conversation *conversation = sender->conversation;
	const struct closed closed = look(ctx, batch, HOURS_QUEUE, conversation->queue_id);

	if (!closed.reply)
		return 0;
	if (say(ctx, batch, sender, &closed) < 0)
		return -1;
	return closed.reply->action == HOURS_TO_CLOSE ? close_it(ctx, conversation) : 0;
}

/* Nobody attends the queue, and its rule has something for that. */
static int absent(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_sender *sender,
		  struct closed *closed)
{
	const struct hours_reply *reply = &hours_rule(&batch->config->hours, HOURS_QUEUE,
						      closed->scope_id)->replies[HOURS_CASE_ABSENT];
	struct db_result *result;

	if (reply->action == HOURS_TO_QUEUE && !*reply->text)
		return 0;
	if (db_pipe_add(ctx, intake_owner(batch->at), &SQL_HOURS_PRESENT, "ii", closed->scope_id,
			sender->conversation->channel_id) < 0 ||
	    intake_flush(ctx, batch, &result) < 0)
		return -1;
	if (!db_bool(result, 0, "present"))
		closed->reply = reply;
	return 0;
}

int intake_hand_off(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    int64_t queue_id)
{
	struct conversation *conversation = sender->conversation;
	struct closed closed = look(ctx, batch, HOURS_QUEUE, queue_id);

	if (!closed.reply && absent(ctx, batch, sender, &closed) < 0)
		return -1;
	if (!closed.reply)
		return conversation_hand_off(ctx, conversation, queue_id);
	if (say(ctx, batch, sender, &closed) < 0)
		return -1;
	if (closed.reply->action == HOURS_TO_CLOSE)
		return close_it(ctx, conversation);
	if (closed.reply->action == HOURS_TO_QUEUE || !conversation->bot_version_id)
		return conversation_hand_off(ctx, conversation, queue_id);
	/* It stays with the bot, which begins anew when they write again. */
	conversation->bot_session = NULL;
	conversation->changed = true;
	return 0;
}
