#include "base/vt.h"
#include "base/utf8.h"
#include "conversation/conversation.h"
#include "conversation/saying.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/notice.h"
#include "people/once.h"
#include "people/permission.h"
#include "people/session.h"
#include "routing/handover.h"
#include "routing/supervise.h"
#include "sql_conversation.h"
#include "sql_supervise.h"

#define SUPERVISES 3           /* conversation_access: of a supervised queue, or their own */
#define RULE_TRIES 5           /* of the best, when somebody else fills them meanwhile */

struct supervise {
	const struct session *session;
	struct supervise_case which;
	int64_t user_id;
	const char *text;
	bool whisper;
	const struct supervise_closing *closing;
	const char *once;
	const char *answer;            /* what the first of a repeated form was answered */
	bool repeat;
	const char *agent;
	int seq;
	struct conversation conversation;
};

static int access_of(struct vt_ctx *ctx, const struct supervise *what, int64_t *access)
{
	const struct session *session = what->session;
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_ATTEND_ACCESS, "ibbi", session->user_id,
		   (int)permission_allows(PERM_CONVERSATION_SUPERVISE, true, session->permissions),
		   (int)permission_allows(PERM_CONVERSATION_ALL, true, session->permissions),
		   what->which.conversation_id) < 0)
		return -1;
	*access = db_i64(row, 0, "access");
	return 0;
}

/* Lock the case, see that it is of their queues, claim the form's id, and see that it is as it was. */
static int begin(struct vt_ctx *ctx, struct supervise *what)
{
	struct conversation *conversation = &what->conversation;
	int64_t access, id = what->which.conversation_id;

	if (conversation_lock(ctx, id, conversation) < 0 || access_of(ctx, what, &access) < 0)
		return -1;
	if (access < SUPERVISES)
		return vt_fail(ctx, VT_E_NOT_FOUND, "conversation %" PRId64 " is not of theirs", id);
	if (once_claim(ctx, what->once, &what->repeat, &what->answer) < 0)
		return -1;
	if (what->repeat)
		return 0;
	if (conversation->state == CONVERSATION_CLOSED)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.conversation.closed", "it is closed");
	if (what->which.segment_seq && what->which.segment_seq != conversation->segment_seq)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.supervise.moved",
				   "conversation %" PRId64 " changed hands", id);
	return 0;
}

static int64_t who_attends(const struct conversation *conversation)
{
	return conversation->state == CONVERSATION_ACTIVE ? conversation->user_id : 0;
}

/* Who had it is told by whom it was taken, unless they did it themselves. */
static int tell(struct vt_ctx *ctx, const struct supervise *what, int64_t user_id, const char *key)
{
	struct notice_words words = {
		.key = key, .by = what->session->name,
		.conversation_id = what->which.conversation_id, .words = what->text,
	};

	if (!user_id || user_id == what->session->user_id)
		return 0;
	/* What is said is told as one; what happened, each time. */
	if (what->text)
		words.subject = arena_printf(ctx->arena, "%s:%" PRId64, key, what->which.conversation_id);
	return notice_tell(ctx, user_id, &words);
}

/* Where it waits; what is still with the bot goes to its channel's queue. */
static int queue_of(struct vt_ctx *ctx, const struct conversation *conversation, int64_t *queue_id)
{
	struct db_result *row;

	*queue_id = conversation->queue_id;
	if (*queue_id)
		return 0;
	if (db_one(ctx, &row, &SQL_SUPERVISE_QUEUE, "i", conversation->channel_id) < 0)
		return -1;
	*queue_id = db_i64(row, 0, "default_queue_id");
	return 0;
}

/* The first by the default rule who can take it under the lock. */
static int lock_by_rule(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id,
			struct handover_to *to)
{
	struct db_result **results;
	int tries = 0;

	if (db_pipe_begin(ctx) < 0 || fit_ask(ctx, queue_id, conversation->channel_id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(results[0]) && tries < RULE_TRIES; row++) {
		struct fit fit;

		fit_from_row(&fit, results[0], row);
		if (*fit.why)
			break;
		if (fit.user_id == who_attends(conversation))
			continue;
		tries++;
		if (handover_lock(ctx, conversation, queue_id, fit.user_id, to) < 0)
			return -1;
		if (!*to->fit.why)
			return 0;
	}
	return vt_fail_key(ctx, VT_E_CONFLICT, "error.supervise.nobody", "nobody can take it now");
}

static int hand(struct vt_ctx *ctx, struct supervise *what, const struct handover *handover)
{
	struct conversation *conversation = &what->conversation;
	int64_t had = who_attends(conversation), queue_id;
	struct handover_to to;

	if (queue_of(ctx, conversation, &queue_id) < 0)
		return -1;
	if (what->user_id ? handover_lock(ctx, conversation, queue_id, what->user_id, &to) < 0
			  : lock_by_rule(ctx, conversation, queue_id, &to) < 0)
		return -1;
	what->agent = to.fit.name;
	if (db_pipe_begin(ctx) < 0 || handover_to_operator(ctx, conversation, &to, handover) < 0 ||
	    tell(ctx, what, had, "taken") < 0 || conversation_save(ctx, conversation) < 0 ||
	    once_answer(ctx, what->once, what->agent) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int assign(struct vt_ctx *ctx, void *arg)
{
	struct supervise *what = arg;
	const struct handover handover = {
		.action = "conversation.assign", .outcome = OUTCOME_TAKEN,
		.why = what->user_id ? "assigned" : "rule", .by = what->session->name,
	};

	if (begin(ctx, what) < 0)
		return -1;
	return what->repeat ? 0 : hand(ctx, what, &handover);
}

int supervise_assign(struct vt_ctx *ctx, const struct session *session, const struct supervise_case *which,
		     int64_t user_id, const char *once, const char **agent)
{
	struct supervise what = { .session = session, .which = *which, .user_id = user_id, .once = once };

	if (db_transaction(ctx, assign, &what) < 0)
		return -1;
	*agent = what.repeat ? NULL : what.agent;
	return 0;
}

static int take(struct vt_ctx *ctx, void *arg)
{
	struct supervise *what = arg;
	const struct handover handover = {
		.action = "conversation.take", .outcome = OUTCOME_TAKEN, .why = "taken",
		.by = what->session->name, .anyway = true,
	};

	if (begin(ctx, what) < 0)
		return -1;
	return what->repeat ? 0 : hand(ctx, what, &handover);
}

int supervise_take(struct vt_ctx *ctx, const struct session *session, const struct supervise_case *which,
		   const char *once)
{
	struct supervise what = { .session = session, .which = *which, .user_id = session->user_id, .once = once };

	return db_transaction(ctx, take, &what);
}

static int check_closing(struct vt_ctx *ctx, const struct supervise *what)
{
	const struct supervise_closing *closing = what->closing;
	struct db_result *queue, *offered;

	if (db_query(ctx, &queue, &SQL_ATTEND_QUEUE, "i", what->which.conversation_id) < 0)
		return -1;
	if (!closing->typification_count)
		return db_rows(queue) && db_bool(queue, 0, "typification_required") && !db_bool(queue, 0, "typified")
			? vt_fail_field(ctx, "typification", "error.typification.required", "no tipificación") : 0;
	if (db_one(ctx, &offered, &SQL_TYPIFICATIONS_OFFERED, "Ii", closing->typification_ids,
		   closing->typification_count, what->conversation.queue_id) < 0)
		return -1;
	if ((size_t)db_i64(offered, 0, "offered") != closing->typification_count)
		return vt_fail_field(ctx, "typification", "error.typification.unknown", "not of this queue");
	return 0;
}

static int close_case(struct vt_ctx *ctx, void *arg)
{
	struct supervise *what = arg;
	struct conversation *conversation = &what->conversation;

	if (begin(ctx, what) < 0)
		return -1;
	if (what->repeat)
		return 0;
	int64_t had = who_attends(conversation);
	if (check_closing(ctx, what) < 0 || saying_all(ctx, conversation) < 0 || db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < what->closing->typification_count; i++) {
		if (conversation_typify(ctx, conversation, what->closing->typification_ids[i], NULL,
					TYPIFICATION_SUPERVISOR, what->session->user_version_id) < 0)
			return -1;
	}
	if (what->closing->typification_count &&
	    conversation_typify_main(ctx, conversation, what->closing->typification_ids[0]) < 0)
		return -1;
	if (tell(ctx, what, had, "ended") < 0 ||
	    conversation_close(ctx, conversation, AUTHOR_SUPERVISOR, OUTCOME_CLOSED, NULL) < 0 ||
	    conversation_save(ctx, conversation) < 0 || once_answer(ctx, what->once, "closed") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int supervise_close(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		    const struct supervise_closing *closing, const char *once)
{
	struct supervise what = { .session = session, .which.conversation_id = conversation_id,
				  .closing = closing, .once = once };

	return db_transaction(ctx, close_case, &what);
}

static int speak(struct vt_ctx *ctx, struct supervise *what, const struct message *message, const char *action)
{
	struct conversation *conversation = &what->conversation;
	const struct audit audit = { .action = action, .entity = "conversation",
				     .entity_id = conversation->conversation_id,
				     .conversation_id = conversation->conversation_id };

	if (conversation_message(ctx, conversation, message) < 0)
		return -1;
	what->seq = conversation->seq;
	if (conversation_save(ctx, conversation) < 0 || audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, what->once, arena_printf(ctx->arena, "%d", what->seq)) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

/* Who took a case over speaks in it as its operator. */
static int say(struct vt_ctx *ctx, void *arg)
{
	struct supervise *what = arg;
	struct conversation *conversation = &what->conversation;

	if (begin(ctx, what) < 0)
		return -1;
	if (what->repeat) {
		what->seq = what->answer ? (int)strtol(what->answer, NULL, 10) : 0;
		return 0;
	}
	int64_t operator_id = who_attends(conversation);
	bool own = operator_id == what->session->user_id;
	if (what->whisper && (!operator_id || own))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.supervise.nobody_hears", "nobody attends it");
	const struct message message = {
		.author = what->whisper ? AUTHOR_NOTE : own ? AUTHOR_AGENT : AUTHOR_SUPERVISOR,
		.kind = MESSAGE_TEXT, .user_version_id = what->session->user_version_id,
		.provider_id = what->once, .body = what->text,
		.data = what->whisper ? "{\"whisper\":\"supervisor\"}" : NULL,
	};
	if (db_pipe_begin(ctx) < 0 || tell(ctx, what, operator_id, what->whisper ? "whisper" : "said") < 0)
		return -1;
	return speak(ctx, what, &message, what->whisper ? "conversation.whisper" : "conversation.intervene");
}

static int check_text(struct vt_ctx *ctx, const char *text)
{
	if (!text[strspn(text, " \t\r\n")])
		return vt_fail_field(ctx, "text", "error.message.empty", "blank message");
	if (utf8_length(text) > SUPERVISE_TEXT_MAX)
		return vt_fail_field(ctx, "text", "error.message.long", "message too long");
	return 0;
}

int supervise_say(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, const char *text,
		  bool whisper, const char *once, int *seq)
{
	struct supervise what = { .session = session, .which.conversation_id = conversation_id,
				  .text = text, .whisper = whisper, .once = once };

	if (check_text(ctx, text) < 0 || db_transaction(ctx, say, &what) < 0)
		return -1;
	*seq = what.seq;
	return 0;
}

static int answer(struct vt_ctx *ctx, void *arg)
{
	struct supervise *what = arg;
	struct conversation *conversation = &what->conversation;
	struct db_result *whispered;

	if (conversation_lock(ctx, what->which.conversation_id, conversation) < 0 ||
	    once_claim(ctx, what->once, &what->repeat, &what->answer) < 0)
		return -1;
	if (what->repeat) {
		what->seq = what->answer ? (int)strtol(what->answer, NULL, 10) : 0;
		return 0;
	}
	if (who_attends(conversation) != what->session->user_id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "conversation %" PRId64 " is not theirs",
			       what->which.conversation_id);
	if (db_query(ctx, &whispered, &SQL_SUPERVISE_WHISPERED, "it", what->which.conversation_id,
		     conversation->opened_at) < 0)
		return -1;
	const struct message message = {
		.author = AUTHOR_NOTE, .kind = MESSAGE_TEXT, .user_version_id = what->session->user_version_id,
		.provider_id = what->once, .body = what->text, .data = "{\"whisper\":\"operator\"}",
	};
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(whispered); row++) {
		if (tell(ctx, what, db_i64(whispered, row, "user_id"), "answered") < 0)
			return -1;
	}
	return speak(ctx, what, &message, "conversation.whisper");
}

int supervise_answer(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, const char *text,
		     const char *once, int *seq)
{
	struct supervise what = { .session = session, .which.conversation_id = conversation_id,
				  .text = text, .once = once };

	if (check_text(ctx, text) < 0 || db_transaction(ctx, answer, &what) < 0)
		return -1;
	*seq = what.seq;
	return 0;
}
