#include "base/vt.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "conversation/conversation.h"
#include "conversation/outbox.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/notice.h"
#include "sql_conversation.h"

#define PREVIEW_CHARACTERS 120

void conversation_from_row(struct conversation *out, const struct db_result *result, size_t row)
{
	*out = (struct conversation){
		.conversation_id = db_i64(result, row, "conversation_id"),
		.channel_id = db_i64(result, row, "channel_id"),
		.contact_id = db_i64(result, row, "contact_id"),
		.visitor_id = db_i64(result, row, "visitor_id"),
		.state = (int)db_i64(result, row, "state"),
		.queue_id = db_i64(result, row, "queue_id"),
		.user_id = db_i64(result, row, "user_id"),
		.opened_at = db_time_us(result, row, "opened_at"),
		.requested_at = db_time_us(result, row, "requested_at"),
		.assigned_at = db_time_us(result, row, "assigned_at"),
		.closed_at = db_time_us(result, row, "closed_at"),
		.closed_by = (int)db_i64(result, row, "closed_by"),
		.priority = (int)db_i64(result, row, "priority"),
		.seq = (int)db_i64(result, row, "seq"),
		.segment_seq = (int)db_i64(result, row, "segment_seq"),
		.segment_kind = (int)db_i64(result, row, "segment_kind"),
		.segment_first_message_at = db_time_us(result, row, "segment_first_message_at"),
		.bot_version_id = db_i64(result, row, "bot_version_id"),
		.bot_session = db_text_or_null(result, row, "bot_session"),
		.last_message_at = db_time_us(result, row, "last_message_at"),
		.last_message_author = (int)db_i64(result, row, "last_message_author"),
		.last_message_preview = db_text_or_null(result, row, "last_message_preview"),
		.last_contact_at = db_time_us(result, row, "last_contact_at"),
		.last_agent_at = db_time_us(result, row, "last_agent_at"),
		.unread_count = (int)db_i64(result, row, "unread_count"),
		.contact_delivered_seq = (int)db_i64(result, row, "contact_delivered_seq"),
		.contact_read_seq = (int)db_i64(result, row, "contact_read_seq"),
		.agent_delivered_seq = (int)db_i64(result, row, "agent_delivered_seq"),
		.agent_read_seq = (int)db_i64(result, row, "agent_read_seq"),
		.held_at = db_time_us(result, row, "held_at"),
		.resumed_at = db_time_us(result, row, "resumed_at"),
	};
}

int conversation_lock(struct vt_ctx *ctx, int64_t conversation_id, struct conversation *out)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_CONVERSATION_LOCK, "i", conversation_id) < 0)
		return -1;
	conversation_from_row(out, result, 0);
	return 0;
}

/* Who hears of a change: the open case, its operator's list or its queue's, the board. */
static void wake_staff(struct vt_ctx *ctx, const struct conversation *conversation)
{
	wake_add(ctx, 'c', conversation->conversation_id);
	if (conversation->state == CONVERSATION_WAITING)
		wake_add(ctx, 'q', conversation->queue_id);
	else if (conversation->user_id)
		wake_add(ctx, 'o', conversation->user_id);
	wake_add(ctx, 'b', 0);
}

static void wake_visitor(struct vt_ctx *ctx, const struct conversation *conversation)
{
	if (conversation->visitor_id)
		wake_add(ctx, 'v', conversation->visitor_id);
}

int conversation_open(struct vt_ctx *ctx, struct conversation *conversation)
{
	conversation->state = CONVERSATION_BOT;
	conversation->opened_at = ctx->now_us;
	if (db_pipe_add(ctx, 0, &SQL_CONVERSATION_INSERT, "iiiiti", conversation->conversation_id,
			conversation->channel_id, conversation->contact_id, conversation->visitor_id,
			conversation->opened_at, conversation->bot_version_id) < 0)
		return -1;
	const struct segment_start bot = { .kind = SEGMENT_BOT };
	return conversation_segment(ctx, conversation, 0, &bot);
}

static const char *preview(struct vt_ctx *ctx, const char *subject, const char *body)
{
	if (subject && *subject)
		body = *body ? arena_printf(ctx->arena, "%s · %s", subject, body) : subject;
	size_t size = utf8_prefix(body, PREVIEW_CHARACTERS);
	char *text = arena_strndup(ctx->arena, body, size);

	for (char *c = text; *c; c++) {
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	}
	return text;
}

void conversation_preview(struct vt_ctx *ctx, struct conversation *conversation, const char *text)
{
	conversation->last_message_preview = text ? preview(ctx, NULL, text) : NULL;
	conversation->changed = true;
}

static int first_message(struct vt_ctx *ctx, struct conversation *conversation, int64_t at)
{
	if (conversation->segment_kind != SEGMENT_AGENT || conversation->segment_first_message_at)
		return 0;
	conversation->segment_first_message_at = at;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_SEGMENT_FIRST_MESSAGE, "iit",
			   conversation->conversation_id, (int64_t)conversation->segment_seq, at);
}

/* To the contact, in words of ours, by a network that is not: a visitor reads it in the webchat. */
static bool goes_out(const struct conversation *conversation, const struct message *message)
{
	return !conversation->visitor_id && !message->elsewhere && message->kind != MESSAGE_EVENT &&
		message->author != AUTHOR_CONTACT && message->author != AUTHOR_NOTE;
}

int conversation_message(struct vt_ctx *ctx, struct conversation *conversation,
			 const struct message *message)
{
	int64_t at = message->created_at ? message->created_at : ctx->now_us;
	bool internal = message->author == AUTHOR_NOTE;

	conversation->seq++;
	conversation->changed = true;
	if (message->kind != MESSAGE_EVENT && !internal) {
		conversation->last_message_at = at;
		conversation->last_message_author = message->author;
		conversation->last_message_preview = preview(ctx, message->subject, message->body);
	}
	if (message->author == AUTHOR_CONTACT && !message->automatic) {
		conversation->last_contact_at = at;
		conversation->unread_count++;
	} else if (message->author == AUTHOR_AGENT && !message->automatic) {
		conversation->last_agent_at = at;
		if (first_message(ctx, conversation, at) < 0)
			return -1;
	} else if (message->author == AUTHOR_SUPERVISOR) {
		conversation->last_agent_at = at;
	}
	wake_staff(ctx, conversation);
	if (!internal)
		wake_visitor(ctx, conversation);
	if (goes_out(conversation, message) && outbox_message(ctx, conversation, message) < 0)
		return -1;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_MESSAGE_INSERT, "iitiiissj",
			   conversation->conversation_id, (int64_t)conversation->seq, at,
			   (int64_t)message->author, (int64_t)message->kind,
			   message->user_version_id, message->provider_id, message->body,
			   message->data);
}

int conversation_event(struct vt_ctx *ctx, struct conversation *conversation, const char *name,
		       const char *data)
{
	const struct message message = {
		.author = AUTHOR_SYSTEM, .kind = MESSAGE_EVENT, .body = "",
		.data = arena_printf(ctx->arena, "{\"event\":\"%s\"%s%s}", name, data ? "," : "",
				     data ? data : ""),
	};
	return conversation_message(ctx, conversation, &message);
}

int conversation_segment(struct vt_ctx *ctx, struct conversation *conversation, int outcome,
			 const struct segment_start *next)
{
	int64_t id = conversation->conversation_id;

	conversation->changed = true;
	if (conversation->segment_kind &&
	    db_pipe_add(ctx, id, &SQL_SEGMENT_END, "iiti", id, (int64_t)conversation->segment_seq,
			ctx->now_us, (int64_t)outcome) < 0)
		return -1;
	conversation->segment_kind = 0;
	conversation->segment_first_message_at = 0;
	if (!next)
		return 0;
	conversation->segment_seq++;
	conversation->segment_kind = next->kind;
	return db_pipe_add(ctx, id, &SQL_SEGMENT_START, "iiitiii", id,
			   (int64_t)conversation->segment_seq, (int64_t)next->kind, ctx->now_us,
			   next->queue_id, next->user_id,
			   next->kind == SEGMENT_BOT ? conversation->bot_version_id : (int64_t)0);
}

int conversation_hand_off(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id)
{
	const struct segment_start queue = { .kind = SEGMENT_QUEUE, .queue_id = queue_id };
	char *data = arena_printf(ctx->arena, "\"queue_id\":%" PRId64, queue_id);

	conversation->state = CONVERSATION_WAITING;
	conversation->queue_id = queue_id;
	conversation->requested_at = ctx->now_us;
	if (conversation_segment(ctx, conversation, OUTCOME_HANDED_OFF, &queue) < 0)
		return -1;
	wake_worker(ctx, "route", 0);
	return conversation_event(ctx, conversation, "handed_off", data);
}

int conversation_return(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id)
{
	const struct segment_start queue = { .kind = SEGMENT_QUEUE, .queue_id = queue_id };
	bool closed = conversation->state == CONVERSATION_CLOSED;
	const struct audit audit = {
		.action = "conversation.reopen", .entity = "conversation",
		.entity_id = conversation->conversation_id,
		.conversation_id = conversation->conversation_id,
	};

	conversation->state = CONVERSATION_WAITING;
	conversation->queue_id = queue_id;
	conversation->requested_at = ctx->now_us;
	conversation->closed_at = 0;
	conversation->closed_by = 0;
	if (conversation_segment(ctx, conversation, OUTCOME_HANDED_OFF, &queue) < 0 ||
	    (closed && audit_write(ctx, &audit) < 0))
		return -1;
	wake_worker(ctx, "route", 0);
	return conversation_event(ctx, conversation, closed ? "reopened" : "returned", NULL);
}

int conversation_move(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct conversation_place *to)
{
	const struct segment_start queue = { .kind = SEGMENT_QUEUE, .queue_id = to->queue_id };
	char *data = arena_printf(ctx->arena, "\"queue_id\":%" PRId64 ",\"from_id\":%" PRId64,
				  to->queue_id, conversation->queue_id);
	const struct audit audit = {
		.action = "conversation.move", .entity = "queue", .entity_id = to->queue_id,
		.conversation_id = conversation->conversation_id, .before = to->before,
		.after = to->after,
	};

	wake_add(ctx, 'q', conversation->queue_id);
	conversation->queue_id = to->queue_id;
	if (conversation_segment(ctx, conversation, OUTCOME_MOVED, &queue) < 0 ||
	    notice_add(ctx, NOTICE_TRANSFER, conversation->conversation_id, to->queue_id, 0) < 0 ||
	    audit_write(ctx, &audit) < 0)
		return -1;
	wake_worker(ctx, "route", 0);
	return conversation_event(ctx, conversation, "moved", data);
}

/* Only what a machine says needs this: names go in as JSON strings. */
static const char *json_member(struct vt_ctx *ctx, const char *name, const char *value)
{
	struct strbuf text;

	strbuf_init(&text, ctx->arena, 64);
	strbuf_printf(&text, "\"%s\":\"", name);
	strbuf_json(&text, value);
	strbuf_putc(&text, '"');
	return text.data;
}

int conversation_assign(struct vt_ctx *ctx, struct conversation *conversation,
			const struct conversation_choice *choice)
{
	int64_t id = conversation->conversation_id;
	const struct segment_start agent = { .kind = SEGMENT_AGENT, .user_id = choice->user_id,
					     .queue_id = conversation->queue_id };
	const struct audit audit = { .action = "conversation.assign", .entity = "user",
				     .entity_id = choice->user_id, .conversation_id = id,
				     .after = choice->reason };

	wake_add(ctx, 'q', conversation->queue_id);
	if (conversation_segment(ctx, conversation, OUTCOME_ASSIGNED, &agent) < 0)
		return -1;
	conversation->state = CONVERSATION_ACTIVE;
	conversation->user_id = choice->user_id;
	conversation->assigned_at = ctx->now_us;
	if (db_pipe_add(ctx, id, &SQL_ASSIGNMENT_INSERT, "iiiiitj", id,
			(int64_t)conversation->segment_seq, choice->user_id,
			choice->user_version_id, conversation->queue_id, ctx->now_us,
			choice->reason) < 0 ||
	    db_pipe_add(ctx, id, &SQL_AGENT_CASE_TAKEN, "it", choice->user_id, ctx->now_us) < 0 ||
	    audit_write(ctx, &audit) < 0 ||
	    notice_add(ctx, NOTICE_CASE, id, 0, choice->user_id) < 0 ||
	    conversation_event(ctx, conversation, "assigned",
			       json_member(ctx, "agent", choice->display_name)) < 0)
		return -1;
	if (!choice->greeting)
		return 0;
	const struct message greeting = {
		.author = AUTHOR_AGENT, .kind = MESSAGE_TEXT, .body = choice->greeting,
		.user_version_id = choice->user_version_id, .data = "{\"automatic\":true}",
		.automatic = true, .opens = true,
	};
	return conversation_message(ctx, conversation, &greeting);
}

int conversation_to_bot(struct vt_ctx *ctx, struct conversation *conversation)
{
	const struct segment_start bot = { .kind = SEGMENT_BOT };

	conversation->state = CONVERSATION_BOT;
	conversation->queue_id = 0;
	conversation->bot_session = NULL;
	conversation->unread_count = 0;
	wake_staff(ctx, conversation);
	if (conversation_segment(ctx, conversation, 0, &bot) < 0)
		return -1;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_CONVERSATION_RESUME, "it",
			   conversation->conversation_id, ctx->now_us);
}

int conversation_hold(struct vt_ctx *ctx, struct conversation *conversation, bool on)
{
	int64_t id = conversation->conversation_id;

	if (on == (conversation->held_at != 0))
		return 0;
	conversation->held_at = on ? ctx->now_us : 0;
	if (!on)
		conversation->resumed_at = ctx->now_us;
	if (conversation_event(ctx, conversation, on ? "held" : "resumed", NULL) < 0)
		return -1;
	return db_pipe_add(ctx, id, on ? &SQL_CONVERSATION_HOLD : &SQL_CONVERSATION_RESUME, "it", id,
			   ctx->now_us);
}

int conversation_close(struct vt_ctx *ctx, struct conversation *conversation, int author,
		       int outcome, const char *farewell)
{
	int64_t id = conversation->conversation_id;
	bool active = conversation->state == CONVERSATION_ACTIVE;
	const struct audit audit = {
		.action = "conversation.close", .entity = "conversation", .entity_id = id,
		.conversation_id = id,
		.after = arena_printf(ctx->arena, "{\"by\":\"%s\",\"outcome\":\"%s\"}",
				      code_name("author", author), code_name("outcome", outcome)),
	};

	wake_staff(ctx, conversation);
	if (farewell) {
		const struct message message = {
			.author = active ? AUTHOR_AGENT : AUTHOR_BOT, .kind = MESSAGE_TEXT,
			.body = farewell, .data = "{\"automatic\":true}", .automatic = true,
		};
		if (conversation_message(ctx, conversation, &message) < 0)
			return -1;
	}
	if (conversation_event(ctx, conversation, "closed",
			       json_member(ctx, "by", code_name("author", author))) < 0 ||
	    conversation_segment(ctx, conversation, outcome, NULL) < 0)
		return -1;
	conversation->state = CONVERSATION_CLOSED;
	conversation->closed_at = ctx->now_us;
	conversation->closed_by = author;
	conversation->unread_count = 0;
	if (active && (db_pipe_add(ctx, id, &SQL_ASSIGNMENT_END, "iti", id, ctx->now_us,
				   (int64_t)outcome) < 0 ||
		       db_pipe_add(ctx, id, &SQL_AGENT_CASE_ENDED, "itb", conversation->user_id,
				   ctx->now_us, author == AUTHOR_AGENT) < 0))
		return -1;
	if (active)
		wake_worker(ctx, "route", 0);
	return audit_write(ctx, &audit);
}

int conversation_typify(struct vt_ctx *ctx, struct conversation *conversation,
			int64_t typification_id, const char *key, int source,
			int64_t user_version_id)
{
	wake_add(ctx, 'c', conversation->conversation_id);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_TYPIFICATION_ADD, "iisiit",
			   conversation->conversation_id, typification_id, key, (int64_t)source,
			   user_version_id, ctx->now_us);
}

int conversation_typify_main(struct vt_ctx *ctx, const struct conversation *conversation,
			     int64_t typification_id)
{
	int64_t id = conversation->conversation_id;

	if (db_pipe_add(ctx, id, &SQL_TYPIFICATION_MAIN_CLEAR, "ii", id, typification_id) < 0)
		return -1;
	return db_pipe_add(ctx, id, &SQL_TYPIFICATION_MAIN, "ii", id, typification_id);
}

static bool raise(int *watermark, int seq, int last)
{
	if (seq > last)
		seq = last;
	if (seq <= *watermark)
		return false;
	*watermark = seq;
	return true;
}

void conversation_seen_by_contact(struct vt_ctx *ctx, struct conversation *conversation,
				  int delivered_seq, int read_seq)
{
	int delivered = delivered_seq > read_seq ? delivered_seq : read_seq;
	bool risen = raise(&conversation->contact_delivered_seq, delivered, conversation->seq);

	if (raise(&conversation->contact_read_seq, read_seq, conversation->seq) || risen) {
		conversation->changed = true;
		wake_add(ctx, 'c', conversation->conversation_id);
	}
}

void conversation_seen_by_agent(struct vt_ctx *ctx, struct conversation *conversation,
				int delivered_seq, int read_seq)
{
	int delivered = delivered_seq > read_seq ? delivered_seq : read_seq;
	bool risen = raise(&conversation->agent_delivered_seq, delivered, conversation->seq);

	if (raise(&conversation->agent_read_seq, read_seq, conversation->seq) || risen) {
		conversation->changed = true;
		wake_visitor(ctx, conversation);
	}
}

int conversation_save(struct vt_ctx *ctx, struct conversation *c)
{
	if (!c->changed)
		return 0;
	c->changed = false;
	return db_pipe_add(ctx, c->conversation_id, &SQL_CONVERSATION_UPDATE,
			   "iiiiitttiiiijtisttiiiiiit", c->conversation_id, c->contact_id,
			   (int64_t)c->state, c->queue_id, c->user_id, c->requested_at,
			   c->assigned_at, c->closed_at, (int64_t)c->closed_by,
			   (int64_t)c->priority, (int64_t)c->seq, (int64_t)c->segment_seq,
			   c->bot_session, c->last_message_at, (int64_t)c->last_message_author,
			   c->last_message_preview, c->last_contact_at, c->last_agent_at,
			   (int64_t)c->unread_count, (int64_t)c->contact_delivered_seq,
			   (int64_t)c->contact_read_seq, (int64_t)c->agent_delivered_seq,
			   (int64_t)c->agent_read_seq, (int64_t)c->segment_kind,
			   c->segment_first_message_at);
}
