#include "base/vt.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "bot/bot.h"
#include "conversation/file.h"
#include "cron/intake.h"
#include "db/db.h"
#include "sql_intake.h"

#define HASH_DIGITS 64

struct scope {
	const struct intake_config *config;
	const struct conversation *conversation;
	int64_t bot_id;
	int64_t now_us;
};

/* "channel", "bot" or "queue:<key>"; what is not known is open. */
static bool is_open(void *data, const char *name)
{
	const struct scope *scope = data;

	if (!strncmp(name, "queue:", 6))
		return hours_open(&scope->config->hours, HOURS_QUEUE,
				  intake_queue_by_key(scope->config, name + 6), scope->now_us);
	if (!strcmp(name, "bot"))
		return hours_open(&scope->config->hours, HOURS_BOT, scope->bot_id, scope->now_us);
	return hours_open(&scope->config->hours, HOURS_CHANNEL, scope->conversation->channel_id,
			  scope->now_us);
}

static const char *options_data(struct vt_ctx *ctx, const struct bot_action *action)
{
	struct strbuf data;

	strbuf_init(&data, ctx->arena, 256);
	strbuf_puts(&data, "{\"options\":[");
	for (size_t i = 0; i < action->option_count; i++) {
		strbuf_puts(&data, i ? ",{\"key\":\"" : "{\"key\":\"");
		strbuf_json(&data, action->options[i].key);
		strbuf_puts(&data, "\",\"label\":\"");
		strbuf_json(&data, action->options[i].label);
		strbuf_puts(&data, "\"}");
	}
	strbuf_puts(&data, "]}");
	return data.data;
}

/* A file of the flow is "<SHA-256 in hex>/<name>" of a stored one; when it is not there, the words
 * go out alone. */
static int find_file(struct vt_ctx *ctx, struct intake_batch *batch, const char *file_key,
		     struct db_result **file)
{
	char *hash = arena_strndup(ctx->arena, file_key, HASH_DIGITS);

	*file = NULL;
	if (strlen(file_key) < HASH_DIGITS + 2 || file_key[HASH_DIGITS] != '/' ||
	    strspn(hash, "0123456789abcdef") != HASH_DIGITS)
		return 0;
	if (db_pipe_add(ctx, intake_owner(batch->at), &SQL_INTAKE_FLOW_FILE, "s", hash) < 0 ||
	    intake_flush(ctx, batch, file) < 0)
		return -1;
	if (!db_rows(*file))
		*file = NULL;
	return 0;
}

static int say(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_sender *sender,
	       const struct bot_action *action)
{
	struct message message = {
		.author = AUTHOR_BOT, .kind = MESSAGE_TEXT, .body = action->text ? action->text : "",
	};
	struct db_result *file = NULL;

	if (action->file_key && find_file(ctx, batch, action->file_key, &file) < 0)
		return -1;
	if (file)
		return conversation_file(ctx, sender->conversation, &message, db_i64(file, 0, "attachment_id"),
					 file, file_safe_name(ctx, action->file_key + HASH_DIGITS + 1));
	if (action->option_count) {
		message.kind = MESSAGE_MENU;
		message.data = options_data(ctx, action);
	}
	return conversation_message(ctx, sender->conversation, &message);
}

/* To the queue of that key; without one, unknown, or not for this channel, to the channel's default. */
static int hand_off(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    const char *key)
{
	int64_t queue_id = *key ? intake_queue_by_key(batch->config, key) : 0;

	if (queue_id && !intake_queue_attends(batch->config, queue_id, sender->conversation->channel_id))
		queue_id = 0;
	if (*key && !queue_id)
		log_event(ctx, LOG_LEVEL_WARN, "bot.queue", "version=%" PRId64 " key=%s",
			  sender->conversation->bot_version_id, key);
	if (!queue_id)
		queue_id = batch->at->channel->default_queue_id;
	return intake_hand_off(ctx, batch, sender, queue_id);
}

static int act(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
	       const struct bot_action *action)
{
	struct conversation *conversation = sender->conversation;

	switch (action->kind) {
	case BOT_SAY:
		return say(ctx, batch, sender, action);
	case BOT_TYPIFY:
		return conversation_typify(ctx, conversation, 0, action->key,
					   TYPIFICATION_BOT_PATH, 0);
	case BOT_IDENTIFY:
		return intake_identify(ctx, batch, sender, action->field, action->value);
	case BOT_HAND_OFF:
		return hand_off(ctx, batch, sender, action->key);
	case BOT_CLOSE:
		if (conversation_close(ctx, conversation, AUTHOR_BOT, OUTCOME_CONTAINED, NULL) < 0)
			return -1;
		return conversation_save(ctx, conversation);
	}
	return 0;
}

static struct bot_event bot_event(const struct channel_event *told, bool first)
{
	struct bot_event event = { .kind = BOT_TEXT, .text = told->text ? told->text : "", .key = told->key };

	if (first)
		event.kind = BOT_START;
	else if (told->kind == CHANNEL_CHOICE || told->kind == CHANNEL_POSTBACK)
		event.kind = BOT_CHOICE;
	else if (told->kind == CHANNEL_FILE || told->media_count)
		event.kind = BOT_FILE;
	return event;
}

/* Words go out at once; a file takes a while to be uploaded. */
static bool brings_file(const struct bot_turn *turn)
{
	for (size_t i = 0; i < turn->count; i++) {
		if (turn->actions[i].kind == BOT_SAY && turn->actions[i].file_key)
			return true;
	}
	return false;
}

/* Our side has read it: the bot did. */
static void mark_read(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		      const struct bot_turn *turn)
{
	struct conversation *conversation = event->sender->conversation;

	intake_seen_note(batch, event, turn && brings_file(turn));
	conversation->unread_count = 0;
	conversation->changed = true;
	conversation_seen_by_agent(ctx, conversation, conversation->seq, conversation->seq);
}

/* What the bot makes of it. A flow or session that is broken: a person takes over. */
static int step(struct vt_ctx *ctx, struct intake_batch *batch, const struct flow *flow,
		const struct intake_event *event, bool first, struct bot_turn *turn)
{
	struct conversation *conversation = event->sender->conversation;
	struct scope scope = { batch->config, conversation, event->row->channel->bot_id, ctx->now_us };
	const struct bot_environment environment = {
		.now_us = ctx->now_us, .is_open = is_open, .data = &scope,
	};
	const struct bot_event what = bot_event(event->event, first);

	if (flow && bot_step(ctx, flow, first ? NULL : conversation->bot_session, &what,
			     &environment, turn) == 0)
		return 0;
	if (flow) {
		log_error(ctx, "bot");
		vt_error_clear(ctx);
	}
	return -1;
}

/* Nothing in it that the bot can read: a sticker, what its network does not show us, a place without words. */
static bool is_wordless(const struct channel_event *told)
{
	if (told->kind == CHANNEL_ENCRYPTED)
		return true;
	if (told->kind != CHANNEL_TEXT || (told->text && *told->text))
		return false;
	return !told->media_count || (told->media[0].kind && !strcmp(told->media[0].kind, "sticker"));
}

/* One sensible line, and no second one until the bot has said something else. */
static int say_unread(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct intake_config *config = batch->config;
	const struct message message = {
		.author = AUTHOR_BOT, .kind = MESSAGE_TEXT, .automatic = true,
		.body = event->event->kind == CHANNEL_ENCRYPTED ? config->encrypted : config->unread,
		.data = "{\"automatic\":true,\"unread\":true}",
	};
	struct db_result *last;

	if (!*message.body)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_UNREAD_TOLD, "i",
			event->sender->conversation->conversation_id) < 0 ||
	    intake_flush(ctx, batch, &last) < 0)
		return -1;
	if (db_bool(last, 0, "told"))
		return 0;
	return conversation_message(ctx, event->sender->conversation, &message);
}

int intake_bot(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event,
	       bool first)
{
	struct conversation *conversation = event->sender->conversation;
	const struct flow *flow = NULL;
	struct bot_turn turn;

	if (conversation->bot_version_id &&
	    intake_flow(ctx, batch, conversation->bot_version_id, &flow) < 0)
		return -1;
	if (flow && !first && conversation->bot_session && is_wordless(event->event)) {
		mark_read(ctx, batch, event, NULL);
		return say_unread(ctx, batch, event);
	}
	if (step(ctx, batch, flow, event, first, &turn) < 0)
		return hand_off(ctx, batch, event->sender, "");
	mark_read(ctx, batch, event, &turn);
	conversation->bot_session = turn.session;
	for (size_t i = 0; i < turn.count && conversation->state == CONVERSATION_BOT; i++) {
		if (act(ctx, batch, event->sender, &turn.actions[i]) < 0)
			return -1;
	}
	/* A flow that ended hands over; one whose hand-off was answered "closed" has no session left. */
	if (conversation->state == CONVERSATION_BOT && !turn.waits && conversation->bot_session)
		return hand_off(ctx, batch, event->sender, "");
	/* Whoever begins in a chat that we cannot read must be told, or they go on in it. */
	if (conversation->state == CONVERSATION_BOT && event->event->kind == CHANNEL_ENCRYPTED)
		return say_unread(ctx, batch, event);
	return 0;
}

int intake_to_queue(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender, const char *key)
{
	return hand_off(ctx, batch, sender, key);
}
