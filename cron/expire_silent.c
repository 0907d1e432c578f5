#include "base/vt.h"
#include "base/codes.h"
#include "base/clock.h"
#include "conversation/conversation.h"
#include "conversation/saying.h"
#include "conversation/silence.h"
#include "conversation/words.h"
#include "cron/expire.h"
#include "db/db.h"
#include "people/notice.h"
#include "sql_silence.h"

/* A row of silence_due. */
struct due {
	const struct db_result *rows;
	size_t row;
	struct silence_rule rule;
};

/* The bot's patience is the channel's; with an operator it is the rule's. */
static void rule_read(struct due *due)
{
	const struct db_result *rows = due->rows;
	bool bot = db_i64(rows, due->row, "state") == CONVERSATION_BOT;

	due->rule = (struct silence_rule){
		.contact_warn_s = db_i64(rows, due->row, "contact_warn_s"),
		.contact_close_s = db_i64(rows, due->row, bot ? "idle_close_s" : "contact_close_s"),
		.agent_warn_s = db_i64(rows, due->row, "agent_warn_s"),
		.warn_text = db_text(rows, due->row, "warn_text"),
		.close_text = db_text(rows, due->row, "close_text"),
		.typification_id = db_i64(rows, due->row, "typification_id"),
	};
}

static struct silence silence_of(const struct conversation *conversation, int64_t warned_at)
{
	bool bot = conversation->state == CONVERSATION_BOT;
	int64_t began_at = bot ? conversation->opened_at : conversation->assigned_at;

	return (struct silence){
		.bot = bot,
		.began_at = conversation->resumed_at > began_at ? conversation->resumed_at : began_at,
		.last_contact_at = conversation->last_contact_at,
		.last_agent_at = conversation->last_agent_at, .warned_at = warned_at,
	};
}

/* A line of ours to the contact; on a network that is not ours it goes out. */
static int say(struct vt_ctx *ctx, struct conversation *conversation, const struct due *due,
	       const char *text)
{
	struct words words;

	words_from_row(&words, due->rows, due->row, db_text(due->rows, due->row, "operator_name"));
	const struct message message = {
		.author = AUTHOR_BOT, .kind = MESSAGE_TEXT, .automatic = true,
		.body = words_fill(ctx, text, &words), .data = "{\"automatic\":true}",
	};
	if (!message.body)
		return 0;
	return conversation_message(ctx, conversation, &message);
}

static int close_it(struct vt_ctx *ctx, struct conversation *conversation, const struct due *due)
{
	if (say(ctx, conversation, due, due->rule.close_text) < 0)
		return -1;
	if (due->rule.typification_id &&
	    conversation_typify(ctx, conversation, due->rule.typification_id, NULL,
				TYPIFICATION_SYSTEM, 0) < 0)
		return -1;
	return conversation_close(ctx, conversation, AUTHOR_SYSTEM, OUTCOME_PROTOCOL, NULL);
}

static int act(struct vt_ctx *ctx, struct conversation *conversation, const struct due *due,
	       enum silence_step step)
{
	switch (step) {
	case SILENCE_CLOSE:
		return close_it(ctx, conversation, due);
	case SILENCE_WARN_CONTACT:
		if (say(ctx, conversation, due, due->rule.warn_text) < 0)
			return -1;
		break;
	case SILENCE_WARN_AGENT:
		if (notice_add(ctx, NOTICE_SILENT, conversation->conversation_id,
			       conversation->queue_id, conversation->user_id) < 0)
			return -1;
		break;
	case SILENCE_NOTHING:
		break;
	}
	return db_pipe_add(ctx, 0, &SQL_SILENCE_MARK, "it", conversation->conversation_id, ctx->now_us);
}

/* Locked, it is looked at again: a word may have come meanwhile. */
static int expire_one(struct vt_ctx *ctx, void *arg)
{
	struct due *due = arg;
	struct conversation conversation;
	int state = (int)db_i64(due->rows, due->row, "state");

	if (conversation_lock(ctx, db_i64(due->rows, due->row, "conversation_id"), &conversation) < 0)
		return -1;
	if (conversation.state != state || conversation.held_at)
		return 0;
	/* Who sent something and may still undo it is not silent. */
	if (saying_all(ctx, &conversation) < 0)
		return -1;
	const struct silence silence = silence_of(&conversation,
						  db_time_us(due->rows, due->row, "silence_at"));
	enum silence_step step = silence_decide(&due->rule, &silence, ctx->now_us);
	if (step == SILENCE_NOTHING)
		return 0;
	if (db_pipe_begin(ctx) < 0 || act(ctx, &conversation, due, step) < 0 ||
	    conversation_save(ctx, &conversation) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int expire_silent(struct vt_ctx *ctx, struct relay *relay)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SILENCE_DUE, "") < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct due due = { .rows = rows, .row = row };
		rule_read(&due);
		if (db_transaction(ctx, expire_one, &due) < 0)
			return -1;
		relay->done++;
	}
	return 0;
}
