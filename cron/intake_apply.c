#include "base/vt.h"
#include "base/json.h"
#include "campaign/template.h"
#include "contact/cuit.h"
#include "conversation/file.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_conversation.h"
#include "sql_intake.h"

int intake_flush(struct vt_ctx *ctx, struct intake_batch *batch, struct db_result **last)
{
	struct db_result **results;
	size_t count;

	if (db_pipe_run(ctx, &results, &count, &batch->failed_owner) < 0)
		return -1;
	if (last)
		*last = results[count - 1];
	return db_pipe_begin(ctx);
}

static int declare_cuit(struct vt_ctx *ctx, struct intake_batch *batch,
			struct intake_sender *sender, const char *text)
{
	struct conversation *conversation = sender->conversation;
	char cuit[CUIT_DIGITS];
	int64_t owner;

	if (!cuit_parse(text, cuit))
		return 0;
	if (contact_declare_cuit(ctx, conversation->contact_id, cuit, &owner,
				 &batch->failed_owner) < 0)
		return -1;
	if (owner == conversation->contact_id)
		return 0;
	conversation->contact_id = owner;
	conversation->changed = true;
	sender->contact_id = owner;
	return contact_move(ctx, &sender->identity, owner);
}

int intake_identify(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    const char *field, const char *value)
{
	struct contact_words words = { 0 };

	if (!strcmp(field, "cuit"))
		return declare_cuit(ctx, batch, sender, value);
	if (!strcmp(field, "name"))
		words.name = value;
	else if (!strcmp(field, "email"))
		words.email = value;
	else if (!strcmp(field, "phone"))
		words.phone = value;
	return contact_fill(ctx, sender->conversation->contact_id, &words);
}

/* A second conversation of the same sender in one batch has no id drawn ahead. */
static int next_id(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		   int64_t *id)
{
	struct db_result *result;

	*id = sender->new_conversation_id;
	sender->new_conversation_id = 0;
	if (*id)
		return 0;
	if (db_pipe_add(ctx, intake_owner(batch->at), &SQL_INTAKE_CONVERSATION_ID, "t",
			ctx->now_us) < 0 ||
	    intake_flush(ctx, batch, &result) < 0)
		return -1;
	*id = db_i64(result, 0, "conversation_id");
	return 0;
}

/* What the first form asked for. */
static int take_form(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		     const struct channel_event *event)
{
	const struct contact_words words = {
		.name = event->contact_name, .email = event->contact_email,
	};

	if (contact_fill(ctx, sender->conversation->contact_id, &words) < 0)
		return -1;
	return event->contact_cuit ? declare_cuit(ctx, batch, sender, event->contact_cuit) : 0;
}

/* A call about the sender that waits for nothing of their conversation. id: what it is about, or NULL. */
static int call_about(struct vt_ctx *ctx, const struct intake_event *event, const char *kind, const char *id)
{
	const struct contact_identity *who = &event->sender->identity;

	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_CALL, "issss", who->channel_id, who->kind,
			   who->value, kind, id);
}

/* Some networks tell the name to who asks for it. */
static int ask_name(struct vt_ctx *ctx, const struct intake_event *event)
{
	if (event->sender->identity.visitor_id || !event->row->channel->network->tells_name)
		return 0;
	return call_about(ctx, event, "profile", NULL);
}

/* Where a pressed button turns on the telephone until it is told that it was taken. */
static int answer_button(struct vt_ctx *ctx, const struct intake_event *event)
{
	const char *id = json_str(event->event->detail, "callback_id", NULL);

	return id ? call_about(ctx, event, "answered", id) : 0;
}

/* A contact who is not known by this identity: by the other one that the network tells, or new. */
static int make_contact(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	struct intake_sender *sender = event->sender;
	struct contact_identity *identity = &sender->identity;
	struct db_result *known = NULL;

	if (told->other_kind &&
	    (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_BY_OTHER, "iss", identity->channel_id,
			 told->other_kind, told->other_value) < 0 ||
	     intake_flush(ctx, batch, &known) < 0))
		return -1;
	if (known && db_rows(known)) {
		sender->contact_id = db_i64(known, 0, "contact_id");
		return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_OTHER_IDENTITY, "iiss",
				   sender->contact_id, identity->channel_id, identity->kind, identity->value);
	}
	sender->contact_id = sender->new_contact_id;
	if (contact_create(ctx, sender->new_contact_id, told->contact_name, identity) < 0 ||
	    (!told->contact_name && ask_name(ctx, event) < 0))
		return -1;
	return told->other_kind ? db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_OTHER_IDENTITY, "iiss",
					      sender->contact_id, identity->channel_id, told->other_kind,
					      told->other_value) : 0;
}

static int open_conversation(struct vt_ctx *ctx, struct intake_batch *batch,
			     struct intake_event *event)
{
	struct intake_sender *sender = event->sender;
	struct conversation *conversation;
	int64_t id;

	if (next_id(ctx, batch, sender, &id) < 0)
		return -1;
	if (!sender->contact_id && make_contact(ctx, batch, event) < 0)
		return -1;
	conversation = intake_case_new(ctx, batch);
	*conversation = (struct conversation){
		.conversation_id = id, .channel_id = event->row->channel_id,
		.contact_id = sender->contact_id, .visitor_id = sender->identity.visitor_id,
		.bot_version_id = event->row->channel->bot_version_id,
	};
	sender->conversation = conversation;
	event->conversation_id = id;
	if (conversation_open(ctx, conversation) < 0 ||
	    (!sender->identity.visitor_id &&
	     db_pipe_add(ctx, intake_owner(batch->at), &SQL_INTAKE_CAME_BY, "iiss", id, sender->identity.channel_id,
			 sender->identity.kind, sender->identity.value) < 0))
		return -1;
	return take_form(ctx, batch, sender, event->event);
}

/* They write again while what was closed can be taken up: the same conversation, or a new one
 * straight to its queue, as that says. */
static int come_back(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event)
{
	struct intake_sender *sender = event->sender;
	const struct intake_last last = sender->last;
	struct db_result *row;

	sender->last = (struct intake_last){ 0 };
	if (last.mode != REOPEN_SAME) {
		if (open_conversation(ctx, batch, event) < 0)
			return -1;
		return conversation_return(ctx, sender->conversation, last.queue_id);
	}
	if (db_pipe_add(ctx, intake_owner(batch->at), &SQL_CONVERSATION_LOCK, "i",
			last.conversation_id) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	sender->conversation = intake_case_new(ctx, batch);
	conversation_from_row(sender->conversation, row, 0);
	event->conversation_id = last.conversation_id;
	return conversation_return(ctx, sender->conversation, last.queue_id);
}

/* The contact ended it. A closed row is written at once: the next event of the batch may open
 * another conversation, and only one may be open. */
static int leave(struct vt_ctx *ctx, struct intake_sender *sender)
{
	struct conversation *conversation = sender->conversation;
	int outcome = conversation->state == CONVERSATION_WAITING ? OUTCOME_ABANDONED :
								    OUTCOME_CLOSED;

	if (conversation_close(ctx, conversation, AUTHOR_CONTACT, outcome, NULL) < 0)
		return -1;
	return conversation_save(ctx, conversation);
}

/* They only came, by themselves or by a link. */
static bool says(const struct channel_event *told)
{
	return told->kind != CHANNEL_OPEN && told->kind != CHANNEL_REFERRAL;
}

/* What brought them, and what they said. */
static int tell(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	if (intake_brought(ctx, event) < 0)
		return -1;
	return says(event->event) ? intake_said(ctx, batch, event) : 0;
}

/* Of a contact that is blocked: kept, shown to whoever looks, and no more. */
static int keep_unheard(struct vt_ctx *ctx, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	const char *file = told->kind == CHANNEL_FILE ? file_safe_name(ctx, told->file_name) : NULL;

	if (!says(told))
		return 0;
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_UNHEARD, "iitsis",
			   event->sender->contact_id, event->row->channel_id, event->row->received_at,
			   told->text ? told->text : "", file ? told->file_id : (int64_t)0, file);
}

/* Who attends what was just said in a conversation: the bot, or the queue that it was written to. */
static int attend(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event, bool first, bool answered)
{
	struct intake_sender *sender = event->sender;
	struct conversation *conversation = sender->conversation;

	if (!answered)
		return conversation->state == CONVERSATION_BOT
			? conversation_hand_off(ctx, conversation, event->row->channel->default_queue_id) : 0;
	if (first && intake_arrive(ctx, batch, sender) < 0)
		return -1;
	if (conversation->state != CONVERSATION_BOT || event->event->standby)
		return 0;
	return first && event->event->queue ? intake_to_queue(ctx, batch, sender, event->event->queue)
					    : intake_bot(ctx, batch, event, first);
}

static int apply_words(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event)
{
	struct intake_sender *sender = event->sender;
	bool first = !sender->conversation, answered;

	if (answer_button(ctx, event) < 0 || intake_may_answer(ctx, batch, event, &answered) < 0)
		return -1;
	if (first && sender->last.conversation_id) {
		if (come_back(ctx, batch, event) < 0 || tell(ctx, batch, event) < 0)
			return -1;
		return answered ? intake_returned(ctx, batch, sender) : 0;
	}
	if (first && open_conversation(ctx, batch, event) < 0)
		return -1;
	if (tell(ctx, batch, event) < 0)
		return -1;
	return first || says(event->event) ? attend(ctx, batch, event, first, answered) : 0;
}

/* A word that says a wish, alone: neither the bot nor a queue has anything to do with it. A conversation that is
 * made for it ends with it. */
static int apply_wish(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event, int wish)
{
	struct intake_sender *sender = event->sender;
	bool first = !sender->conversation;

	if ((first && open_conversation(ctx, batch, event) < 0) || intake_said(ctx, batch, event) < 0 ||
	    intake_wish(ctx, batch, event, wish) < 0)
		return -1;
	if (!first)
		return 0;
	return conversation_close(ctx, sender->conversation, AUTHOR_BOT, OUTCOME_CONTAINED, NULL) < 0 ? -1
		: conversation_save(ctx, sender->conversation);
}

static int take_words(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event)
{
	int wish = intake_wish_word(ctx, event);

	if (intake_writes(ctx, batch, event) < 0)
		return -1;
	if (event->sender->blocked)
		return wish && intake_wish_unheard(ctx, batch, event, wish) < 0 ? -1 : keep_unheard(ctx, event);
	return wish ? apply_wish(ctx, batch, event, wish) : apply_words(ctx, batch, event);
}

/* A contact with two identities has one conversation: none of them has it any more. */
static void forget_closed(struct intake_batch *batch, const struct conversation *conversation)
{
	if (!conversation || conversation->state != CONVERSATION_CLOSED)
		return;
	for (size_t i = 0; i < batch->sender_count; i++) {
		if (batch->senders[i].conversation == conversation)
			batch->senders[i].conversation = NULL;
	}
}

/* What concerns something said before, or the contact. Reports are taken for the whole batch
 * (intake_reports); what is left is no conversation's. */
static int apply_about(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	switch (event->event->kind) {
	case CHANNEL_EDIT:
	case CHANNEL_DELETE:
		return intake_revise(ctx, batch, event);
	case CHANNEL_REACTION:
		return intake_react(ctx, batch, event);
	case CHANNEL_TYPING:
		return intake_typing(ctx, event);
	case CHANNEL_MOVED:
		return intake_moved(ctx, event);
	case CHANNEL_PREFERENCE:
		/* Kept for the day that somebody of ours would write first. */
		if (event->event->opt_out && !event->sender->contact_id && make_contact(ctx, batch, event) < 0)
			return -1;
		return intake_willing(ctx, batch, event);
	case CHANNEL_BLOCKED:
		return intake_willing(ctx, batch, event);
	case CHANNEL_TEMPLATE:
		return template_told(ctx, intake_owner(event->row), event->event);
	case CHANNEL_ACCOUNT:
		return intake_news(ctx, event);
	case CHANNEL_OPEN:
	case CHANNEL_TEXT:
	case CHANNEL_CHOICE:
	case CHANNEL_POSTBACK:
	case CHANNEL_FILE:
	case CHANNEL_SEEN:
	case CHANNEL_LEAVE:
	case CHANNEL_ECHO:
	case CHANNEL_ENCRYPTED:
	case CHANNEL_AUTO_REPLY:
	case CHANNEL_STATUS:
	case CHANNEL_BOUNCE:
	case CHANNEL_DELIVERED:
	case CHANNEL_READ:
	case CHANNEL_REFERRAL:
		break;
	}
	return 0;
}

static bool is_words(enum channel_event_kind kind)
{
	return kind == CHANNEL_OPEN || kind == CHANNEL_TEXT || kind == CHANNEL_CHOICE || kind == CHANNEL_POSTBACK ||
		kind == CHANNEL_FILE || kind == CHANNEL_ENCRYPTED || kind == CHANNEL_REFERRAL;
}

static int apply(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event)
{
	const struct channel_event *told = event->event;
	struct intake_sender *sender = event->sender;

	if (is_words(told->kind))
		return take_words(ctx, batch, event);
	if (!sender->conversation)
		return apply_about(ctx, batch, event);
	if (told->kind == CHANNEL_SEEN)
		conversation_seen_by_contact(ctx, sender->conversation, told->delivered_seq, told->read_seq);
	if (told->kind == CHANNEL_LEAVE)
		return leave(ctx, sender);
	if (told->kind == CHANNEL_AUTO_REPLY && !sender->blocked)
		return intake_said(ctx, batch, event);
	if (told->kind == CHANNEL_ECHO)
		return intake_echo(ctx, batch, event);
	return apply_about(ctx, batch, event);
}

int intake_apply(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event)
{
	struct intake_sender *sender = event->sender;
	int result;

	batch->at = event->row;
	if (sender->identity.visitor_id && !sender->known)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such visitor");
	if (sender->conversation)
		event->conversation_id = sender->conversation->conversation_id;
	result = apply(ctx, batch, event);
	forget_closed(batch, sender->conversation);
	return result;
}
