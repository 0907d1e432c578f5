#include "base/vt.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "conversation/attend.h"
#include "conversation/conversation.h"
#include "conversation/file.h"
#include "conversation/outbox.h"
#include "conversation/saying.h"
#include "conversation/words.h"
#include "conversation/wrap.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/notice.h"
#include "people/once.h"
#include "people/session.h"
#include "sql_conversation.h"
#include "sql_saying.h"

struct attend {
	const struct session *session;
	int64_t conversation_id;
	struct attend_message message;
	struct attend_change change;
	const int64_t *typification_ids;
	size_t typification_count;
	const char *farewell;          /* the operator's own, where the queue suggests one */
	const char *once;
	struct message_file file;      /* attend_say: that goes with it; zeroed: none */
	int seq;                       /* of what was said */
	int delivered, read;           /* watermarks */
	bool on;                       /* hold: set aside, else taken up again */
	struct conversation conversation;
};

static int refuse(struct vt_ctx *ctx, const struct session *session,
		  const struct conversation *conversation)
{
	int64_t id = conversation->conversation_id;
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_ATTEND_ACCESS, "ibbi", session->user_id,
		   (int)permission_allows(PERM_CONVERSATION_SUPERVISE, true, session->permissions),
		   (int)permission_allows(PERM_CONVERSATION_ALL, true, session->permissions), id) < 0)
		return -1;
	if (!db_i64(result, 0, "access"))
		return vt_fail(ctx, VT_E_NOT_FOUND, "conversation %" PRId64 " is not theirs", id);
	const char *key = conversation->state == CONVERSATION_CLOSED
		? "error.conversation.closed" : "error.conversation.not_yours";
	return vt_fail_key(ctx, VT_E_CONFLICT, key, "conversation %" PRId64 " not with this operator", id);
}

int attend_begin(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const char *once, struct conversation *out, bool *repeat, const char **answer)
{
	*repeat = false;
	if (conversation_lock(ctx, conversation_id, out) < 0)
		return -1;
	if (once && once_claim(ctx, once, repeat, answer) < 0)
		return -1;
	if (*repeat)
		return 0;
	if (out->state != CONVERSATION_ACTIVE || out->user_id != session->user_id)
		return refuse(ctx, session, out);
	return 0;
}

/* The same, with a pipeline for what follows. */
static int begin(struct vt_ctx *ctx, struct attend *attend, bool *repeat, const char **answer)
{
	if (attend_begin(ctx, attend->session, attend->conversation_id, attend->once,
			 &attend->conversation, repeat, answer) < 0)
		return -1;
	return *repeat ? 0 : db_pipe_begin(ctx);
}

static int finish(struct vt_ctx *ctx, struct attend *attend, const char *action)
{
	struct conversation *conversation = &attend->conversation;
	const struct audit audit = { .action = action, .entity = "conversation",
				     .entity_id = conversation->conversation_id,
				     .conversation_id = conversation->conversation_id };

	if (conversation_save(ctx, conversation) < 0 ||
	    audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, attend->once, arena_printf(ctx->arena, "%d", attend->seq)) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

/* What the message answers, as it is shown beside it. Needs no open pipeline. */
static int quote_of(struct vt_ctx *ctx, const struct attend *attend, const char **quote)
{
	struct db_result *row;

	*quote = NULL;
	if (!attend->message.quote_seq)
		return 0;
	if (db_query(ctx, &row, &SQL_MESSAGE_QUOTED, "ii", attend->conversation_id,
		     (int64_t)attend->message.quote_seq) < 0)
		return -1;
	if (!db_rows(row))
		return vt_fail_field(ctx, "quote", "error.message.quote", "no message to answer");
	*quote = db_text(row, 0, "quote");
	return 0;
}

/* To the contact: said now, or held. */
static int say(struct vt_ctx *ctx, struct attend *attend, const struct saying *saying)
{
	struct conversation *conversation = &attend->conversation;

	if (attend->message.hold_s)
		return saying_hold(ctx, conversation, saying, attend->message.hold_s);
	if (saying_now(ctx, conversation, saying) < 0)
		return -1;
	attend->seq = conversation->seq;
	return 0;
}

static int note(struct vt_ctx *ctx, struct attend *attend)
{
	const struct message message = {
		.author = AUTHOR_NOTE, .kind = MESSAGE_TEXT,
		.user_version_id = attend->session->user_version_id,
		.provider_id = attend->once, .body = attend->message.text,
	};

	if (conversation_message(ctx, &attend->conversation, &message) < 0)
		return -1;
	attend->seq = attend->conversation.seq;
	return 0;
}

static struct saying saying_of(const struct attend *attend, const char *quote)
{
	return (struct saying){
		.user_id = attend->session->user_id,
		.user_version_id = attend->session->user_version_id, .once = attend->once,
		.text = attend->message.text, .quote = quote,
		.canned_reply_id = attend->message.canned_reply_id,
		.file_id = attend->message.file_id, .file_name = attend->message.file_name,
		.sticker = attend->message.sticker, .subject = attend->message.subject,
		.template = attend->message.template, .attachment_id = attend->file.attachment_id,
		.file = attend->file.file,
	};
}

/* Of the locked conversation, in the open pipeline: what was unread is read now. */
static int answer(struct vt_ctx *ctx, struct attend *attend, const char *quote)
{
	struct conversation *conversation = &attend->conversation;
	const struct saying saying = saying_of(attend, quote);

	if ((conversation->unread_count && outbox_sign(ctx, conversation, "read") < 0) ||
	    (!attend->message.note && outbox_typed(ctx, conversation) < 0))
		return -1;
	conversation->unread_count = 0;
	conversation->changed = true;
	conversation_seen_by_agent(ctx, conversation, conversation->seq, conversation->seq);
	return attend->message.note ? note(ctx, attend) : say(ctx, attend, &saying);
}

/* A stored file, and the number it will have. Needs no open pipeline. */
static int file_of(struct vt_ctx *ctx, const struct attend_file *given, struct message_file *out)
{
	struct db_result *file, *id;

	if (db_one(ctx, &file, &SQL_FILE_GET, "i", given->file_id) < 0 || db_one(ctx, &id, &SQL_ATTACHMENT_NEXT, "") < 0)
		return -1;
	*out = (struct message_file){ db_i64(id, 0, "attachment_id"), file, file_safe_name(ctx, given->name) };
	return 0;
}

int attend_say(struct vt_ctx *ctx, const struct session *session, struct conversation *conversation,
	       const struct attend_message *message, const char *once, const char *action, int *seq)
{
	struct attend attend = { .session = session, .conversation_id = conversation->conversation_id,
				 .message = *message, .once = once, .conversation = *conversation };
	const struct attend_file given = { message->file_id, message->file_name };

	if (message->file_id) {
		if (file_of(ctx, &given, &attend.file) < 0)
			return -1;
		attend.message.file_name = attend.file.name;
	}
	if (db_pipe_begin(ctx) < 0 || answer(ctx, &attend, NULL) < 0 || finish(ctx, &attend, action) < 0)
		return -1;
	*seq = attend.seq;
	return 0;
}

static int reply(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	const char *known = NULL, *quote;
	bool repeat;

	attend->seq = 0;
	if (quote_of(ctx, attend, &quote) < 0 || begin(ctx, attend, &repeat, &known) < 0)
		return -1;
	if (repeat) {
		attend->seq = known ? (int)strtol(known, NULL, 10) : 0;
		return 0;
	}
	if (answer(ctx, attend, quote) < 0)
		return -1;
	return finish(ctx, attend, attend->message.note ? "conversation.note" : "conversation.reply");
}

int attend_reply(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct attend_message *message, const char *once, int *seq)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id,
				 .message = *message, .once = once };

	if (!*message->text)
		return vt_fail_field(ctx, "text", "error.message.empty", "empty message");
	if (utf8_length(message->text) > ATTEND_TEXT_MAX)
		return vt_fail_field(ctx, "text", "error.message.long", "message too long");
	if (db_transaction(ctx, reply, &attend) < 0)
		return -1;
	*seq = attend.seq;
	return 0;
}

static int send_file(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	const struct attend_message *said = &attend->message;
	const struct attend_file first = { said->file_id, said->file_name };
	struct message_file *files = arena_calloc(ctx->arena, said->further_count + 1, sizeof(*files));
	const char *answer = NULL, *quote;
	bool repeat;

	attend->seq = 0;
	for (size_t i = 0; i <= said->further_count; i++) {
		if (file_of(ctx, i ? &said->further[i - 1] : &first, &files[i]) < 0)
			return -1;
	}
	if (quote_of(ctx, attend, &quote) < 0 || begin(ctx, attend, &repeat, &answer) < 0)
		return -1;
	if (repeat) {
		attend->seq = answer ? (int)strtol(answer, NULL, 10) : 0;
		return 0;
	}
	struct saying saying = saying_of(attend, quote);
	saying.attachment_id = files[0].attachment_id;
	saying.file = files[0].file;
	saying.further = files + 1;
	saying.further_count = said->further_count;
	if (say(ctx, attend, &saying) < 0)
		return -1;
	return finish(ctx, attend, "conversation.file");
}

int attend_file(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		const struct attend_message *message, const char *once, int *seq)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id,
				 .message = *message, .once = once };

	attend.message.file_name = file_safe_name(ctx, message->file_name);
	if (utf8_length(message->text) > ATTEND_TEXT_MAX)
		return vt_fail_field(ctx, "text", "error.message.long", "caption too long");
	if (db_transaction(ctx, send_file, &attend) < 0)
		return -1;
	*seq = attend.seq;
	return 0;
}

static int check_typifications(struct vt_ctx *ctx, const struct attend *attend, bool required)
{
	struct db_result *result;

	if (!attend->typification_count) {
		return required ? vt_fail_field(ctx, "typification", "error.typification.required",
						"no tipificación") : 0;
	}
	if (db_one(ctx, &result, &SQL_TYPIFICATIONS_OFFERED, "Ii", attend->typification_ids,
		   attend->typification_count, attend->conversation.queue_id) < 0)
		return -1;
	if ((size_t)db_i64(result, 0, "offered") != attend->typification_count)
		return vt_fail_field(ctx, "typification", "error.typification.unknown",
				     "a tipificación that this queue does not offer");
	return 0;
}

/* What is said on closing: the queue's words by themselves, or what the operator made of them. */
static const char *farewell(struct vt_ctx *ctx, const struct attend *attend,
			    const struct db_result *queue)
{
	struct words words;

	if (!db_rows(queue))
		return NULL;
	switch (db_i64(queue, 0, "farewell_mode")) {
	case TEXT_MODE_AUTOMATIC:
		words_from_row(&words, queue, 0, attend->session->display_name);
		return words_fill(ctx, db_text(queue, 0, "farewell"), &words);
	case TEXT_MODE_SUGGESTED:
		return attend->farewell && *attend->farewell ? attend->farewell : NULL;
	default:
		return NULL;
	}
}

/* The first one chosen is the main one. */
static int typify(struct vt_ctx *ctx, struct attend *attend)
{
	for (size_t i = 0; i < attend->typification_count; i++) {
		if (conversation_typify(ctx, &attend->conversation, attend->typification_ids[i], NULL,
					TYPIFICATION_AGENT, attend->session->user_version_id) < 0)
			return -1;
	}
	if (!attend->typification_count)
		return 0;
	return conversation_typify_main(ctx, &attend->conversation, attend->typification_ids[0]);
}

static int close_case(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	struct conversation *conversation = &attend->conversation;
	struct db_result *queue;
	const char *answer = NULL;
	bool repeat;

	if (db_query(ctx, &queue, &SQL_ATTEND_QUEUE, "i", attend->conversation_id) < 0 ||
	    begin(ctx, attend, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	bool required = db_rows(queue) && db_bool(queue, 0, "typification_required") &&
			!db_bool(queue, 0, "typified");
	if (db_pipe_run(ctx, NULL, NULL, NULL) < 0 ||
	    check_typifications(ctx, attend, required) < 0 || saying_all(ctx, conversation) < 0 ||
	    db_pipe_begin(ctx) < 0)
		return -1;
	if (typify(ctx, attend) < 0)
		return -1;
	conversation_seen_by_agent(ctx, conversation, conversation->seq, conversation->seq);
	if (conversation_close(ctx, conversation, AUTHOR_AGENT, OUTCOME_CLOSED,
			       farewell(ctx, attend, queue)) < 0 ||
	    wrap_begin(ctx, conversation, db_rows(queue) ? db_i64(queue, 0, "wrap_s") : 0) < 0 ||
	    conversation_save(ctx, conversation) < 0 || once_answer(ctx, attend->once, "closed") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int attend_close(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct attend_closing *closing, const char *once)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id,
				 .typification_ids = closing->typification_ids,
				 .typification_count = closing->typification_count,
				 .farewell = closing->farewell, .once = once };

	return db_transaction(ctx, close_case, &attend);
}

/* May it still be changed? */
static int check_change(struct vt_ctx *ctx, const struct attend *attend, const struct db_result *row)
{
	const struct attend_change *change = &attend->change;

	if (!db_rows(row))
		return vt_fail_field(ctx, "seq", "error.message.none", "no message of theirs");
	if (db_bool(row, 0, "deleted"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.message.gone", "taken back already");
	if (change->text && db_i64(row, 0, "kind") != MESSAGE_TEXT)
		return vt_fail_field(ctx, "seq", "error.message.none", "a file has no words to change");
	if (change->window_s &&
	    ctx->now_us - db_time_us(row, 0, "created_at") > change->window_s * CLOCK_SECOND)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.message.late", "its time is over");
	return 0;
}

static int revise(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	struct conversation *conversation = &attend->conversation;
	const char *text = attend->change.text, *answer;
	struct db_result *row;
	bool repeat;

	attend->seq = attend->change.seq;
	if (begin(ctx, attend, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (db_pipe_run(ctx, NULL, NULL, NULL) < 0 ||
	    db_query(ctx, &row, &SQL_MESSAGE_OWN, "iii", attend->conversation_id,
		     (int64_t)attend->seq, attend->session->user_id) < 0 ||
	    check_change(ctx, attend, row) < 0 || db_pipe_begin(ctx) < 0)
		return -1;
	if (db_pipe_add(ctx, 0, &SQL_MESSAGE_REVISE, "iiitis", attend->conversation_id,
			(int64_t)attend->seq, db_i64(row, 0, "revision") + 1, ctx->now_us,
			attend->session->user_version_id, text) < 0)
		return -1;
	if (db_bool(row, 0, "last"))
		conversation_preview(ctx, conversation, text);
	wake_add(ctx, 'c', conversation->conversation_id);
	wake_add(ctx, 'o', conversation->user_id);
	if (conversation->visitor_id)
		wake_add(ctx, 'v', conversation->visitor_id);
	if (outbox_change(ctx, conversation, attend->seq, text) < 0)
		return -1;
	return finish(ctx, attend, text ? "conversation.edit" : "conversation.delete");
}

int attend_revise(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		  const struct attend_change *change, const char *once)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id,
				 .change = *change, .once = once };

	if (change->text && utf8_length(change->text) > ATTEND_TEXT_MAX)
		return vt_fail_field(ctx, "text", "error.message.long", "message too long");
	return db_transaction(ctx, revise, &attend);
}

static int hold(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	struct conversation *conversation = &attend->conversation;
	const char *answer;
	bool repeat;

	if (begin(ctx, attend, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (attend->on == (conversation->held_at != 0))
		return db_pipe_run(ctx, NULL, NULL, NULL);
	if (conversation_hold(ctx, conversation, attend->on) < 0)
		return -1;
	return finish(ctx, attend, attend->on ? "conversation.hold" : "conversation.resume");
}

int attend_hold(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, bool on,
		const char *once)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id, .on = on,
				 .once = once };

	return db_transaction(ctx, hold, &attend);
}

static int mark_seen(struct vt_ctx *ctx, void *arg)
{
	struct attend *attend = arg;
	struct conversation *conversation = &attend->conversation;
	struct db_result **parts;
	const char *answer;
	bool repeat;

	if (begin(ctx, attend, &repeat, &answer) < 0)
		return -1;
	conversation_seen_by_agent(ctx, conversation, attend->delivered, attend->read);
	if (attend->read >= conversation->seq && conversation->unread_count) {
		if (outbox_sign(ctx, conversation, "read") < 0)
			return -1;
		conversation->unread_count = 0;
		conversation->changed = true;
		wake_add(ctx, 'o', attend->session->user_id);
	}
	if ((attend->read && notice_read_conversation(ctx, attend->session->user_id, attend->conversation_id) < 0) ||
	    conversation_save(ctx, conversation) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	/* The bell counts anew. */
	if (attend->read && db_rows(parts[0]))
		wake_add(ctx, 'o', attend->session->user_id);
	return 0;
}

int attend_read(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, int seq)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id, .read = seq };

	return db_transaction(ctx, mark_seen, &attend);
}

int attend_delivered(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		     int seq)
{
	struct attend attend = { .session = session, .conversation_id = conversation_id,
				 .delivered = seq };

	return db_transaction(ctx, mark_seen, &attend);
}
