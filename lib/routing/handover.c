#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "conversation/saying.h"
#include "conversation/words.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/notice.h"
#include "routing/handover.h"
#include "sql_conversation.h"
#include "sql_handover.h"

static int lock_operators(struct vt_ctx *ctx, const struct conversation *conversation, int64_t user_id,
			  struct handover_to *to)
{
	struct db_result *fit;

	if (user_id && db_exec(ctx, NULL, &SQL_HANDOVER_ENSURE, "i", user_id) < 0)
		return -1;
	if (db_query(ctx, NULL, &SQL_HANDOVER_LOCK, "ii", conversation->user_id, user_id) < 0)
		return -1;
	if (!user_id)
		return 0;
	if (db_query(ctx, &fit, &SQL_FIT_GET, "iiii", to->queue_id, conversation->channel_id,
		     (int64_t)FIT_PRESENCE_S, user_id) < 0)
		return -1;
	if (!db_rows(fit))
		return vt_fail_field(ctx, "user", "error.handover.user", "no such operator");
	fit_from_row(&to->fit, fit, 0);
	return 0;
}

int handover_lock(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id,
		  int64_t user_id, struct handover_to *to)
{
	bool stays = !queue_id || queue_id == conversation->queue_id;
	struct db_result *queue;
	struct words words;

	*to = (struct handover_to){ .queue_id = stays ? conversation->queue_id : queue_id, .fit.why = "" };
	if (db_query(ctx, &queue, &SQL_HANDOVER_QUEUE, "ii", conversation->conversation_id,
		     to->queue_id) < 0)
		return -1;
	if (!stays && !(db_rows(queue) && db_bool(queue, 0, "attends")))
		return vt_fail_field(ctx, "queue", "error.handover.queue", "no such queue for it");
	if (!to->queue_id)
		return vt_fail_field(ctx, "queue", "error.handover.queue", "it is in no queue");
	if (lock_operators(ctx, conversation, user_id, to) < 0)
		return -1;
	if (conversation->state == CONVERSATION_ACTIVE && saying_all(ctx, conversation) < 0)
		return -1;
	if (user_id && db_rows(queue) && !conversation->assigned_at && !conversation->last_agent_at) {
		words_from_row(&words, queue, 0, to->fit.display_name);
		to->greeting = words_fill(ctx, db_text(queue, 0, "greeting"), &words);
	}
	return 0;
}

static const char *why(const struct handover *handover)
{
	return handover->why ? handover->why : code_name("outcome", handover->outcome);
}

static int refuse_closed(struct vt_ctx *ctx, const struct conversation *conversation)
{
	if (conversation->state != CONVERSATION_CLOSED)
		return 0;
	return vt_fail_key(ctx, VT_E_CONFLICT, "error.conversation.closed", "it is closed");
}

/* What stands between the braces of an event's data. */
static const char *inside(struct vt_ctx *ctx, struct json *object)
{
	const char *text = json_text(ctx, object);

	return arena_strndup(ctx->arena, text + 1, strlen(text) - 2);
}

/* The event that colleagues read, and the note under it. agent: who gets it, or gave it up. */
static int tell(struct vt_ctx *ctx, struct conversation *conversation, const char *event,
		int64_t from_queue_id, const char *agent, const struct handover *handover)
{
	struct json *data = json_new_object(ctx);
	const struct message note = {
		.author = AUTHOR_NOTE, .kind = MESSAGE_TEXT, .body = handover->note,
		.user_version_id = handover->by_version_id,
	};

	json_set_i64(data, "queue_id", conversation->queue_id);
	json_set_i64(data, "from_id", from_queue_id);
	json_set_str(data, "why", why(handover));
	if (agent)
		json_set_str(data, "agent", agent);
	if (handover->by)
		json_set_str(data, "by", handover->by);
	if (conversation_event(ctx, conversation, event, inside(ctx, data)) < 0)
		return -1;
	if (!handover->note || !*handover->note)
		return 0;
	return conversation_message(ctx, conversation, &note);
}

static const char *place(struct vt_ctx *ctx, int64_t queue_id, int64_t user_id, const char *why)
{
	struct json *object = json_new_object(ctx);

	json_set_i64(object, "queue_id", queue_id);
	if (user_id)
		json_set_i64(object, "user_id", user_id);
	if (why)
		json_set_str(object, "why", why);
	return json_text(ctx, object);
}

struct place { int64_t queue_id, user_id; };

static int record(struct vt_ctx *ctx, const struct conversation *conversation, const char *action,
		  const struct place *from, const struct handover *handover)
{
	int64_t user_id = conversation->state == CONVERSATION_ACTIVE ? conversation->user_id : 0;
	const struct audit audit = {
		.action = handover->action ? handover->action : action,
		.entity = user_id ? "user" : "queue",
		.entity_id = user_id ? user_id : conversation->queue_id,
		.conversation_id = conversation->conversation_id,
		.before = place(ctx, from->queue_id, from->user_id, NULL),
		.after = place(ctx, conversation->queue_id, user_id, why(handover)),
	};

	return audit_write(ctx, &audit);
}

int handover_leave(struct vt_ctx *ctx, struct conversation *conversation, int outcome)
{
	int64_t id = conversation->conversation_id;

	if (conversation->state != CONVERSATION_ACTIVE)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.handover.nobody", "nobody has it");
	wake_add(ctx, 'o', conversation->user_id);
	wake_worker(ctx, "route", 0);
	if (conversation_segment(ctx, conversation, outcome, NULL) < 0 ||
	    db_pipe_add(ctx, id, &SQL_ASSIGNMENT_END, "iti", id, ctx->now_us, (int64_t)outcome) < 0 ||
	    db_pipe_add(ctx, id, &SQL_AGENT_CASE_ENDED, "itb", conversation->user_id, ctx->now_us, 0) < 0)
		return -1;
	conversation->user_id = 0;
	conversation->assigned_at = 0;
	return 0;
}

/* Out of the hands or the line where it is. */
static int leave(struct vt_ctx *ctx, struct conversation *conversation, int outcome)
{
	if (conversation->state == CONVERSATION_ACTIVE)
		return handover_leave(ctx, conversation, outcome);
	if (conversation->state == CONVERSATION_BOT)
		return conversation_segment(ctx, conversation, OUTCOME_HANDED_OFF, NULL);
	wake_add(ctx, 'q', conversation->queue_id);
	return conversation_segment(ctx, conversation, OUTCOME_MOVED, NULL);
}

static int wait_in(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id, bool keeps_time)
{
	const struct segment_start queue = { .kind = SEGMENT_QUEUE, .queue_id = queue_id };
	bool waited = conversation->state == CONVERSATION_WAITING;

	conversation->state = CONVERSATION_WAITING;
	conversation->queue_id = queue_id;
	if (!conversation->requested_at || !(waited || keeps_time))
		conversation->requested_at = ctx->now_us;
	wake_worker(ctx, "route", 0);
	return conversation_segment(ctx, conversation, 0, &queue);
}

/* Only a name of who had it stands in a released case's event: their assignment row has it all. */
static int give_back(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id,
		     const char *event, const struct handover *handover)
{
	const struct place from = { conversation->queue_id,
				    conversation->state == CONVERSATION_ACTIVE ? conversation->user_id : 0 };

	if (leave(ctx, conversation, handover->outcome) < 0 ||
	    wait_in(ctx, conversation, queue_id, handover->first_in_line) < 0 ||
	    tell(ctx, conversation, event, from.queue_id, NULL, handover) < 0 ||
	    notice_add(ctx, NOTICE_TRANSFER, conversation->conversation_id, queue_id, 0) < 0)
		return -1;
	return record(ctx, conversation, strcmp(event, "released") ? "conversation.transfer" : "conversation.release",
		      &from, handover);
}

int handover_release(struct vt_ctx *ctx, struct conversation *conversation, const struct handover *handover)
{
	if (refuse_closed(ctx, conversation) < 0)
		return -1;
	if (conversation->state != CONVERSATION_ACTIVE)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.handover.nobody", "nobody has it");
	return give_back(ctx, conversation, conversation->queue_id, "released", handover);
}

int handover_to_queue(struct vt_ctx *ctx, struct conversation *conversation, const struct handover_to *to,
		      const struct handover *handover)
{
	if (refuse_closed(ctx, conversation) < 0)
		return -1;
	if (conversation->state == CONVERSATION_WAITING && conversation->queue_id == to->queue_id)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.handover.same_queue", "it waits there");
	return give_back(ctx, conversation, to->queue_id, "transferred", handover);
}

/* Why this one, as the router writes it: somebody chose. */
static const char *reason(struct vt_ctx *ctx, const struct fit *fit, const struct handover *handover)
{
	struct json *object = json_new_object(ctx);
	int64_t available_s = fit->available_since ? (ctx->now_us - fit->available_since) / CLOCK_SECOND : 0;

	json_set_str(object, "rule", "by_hand");
	json_set_str(object, "why", why(handover));
	if (handover->by)
		json_set_str(object, "by", handover->by);
	json_set_i64(object, "open_count", fit->open_count);
	json_set_i64(object, "capacity", fit->capacity);
	json_set_i64(object, "available_s", available_s > 0 ? available_s : 0);
	json_set_i64(object, "closed_today", fit->closed_today);
	json_set_node(object, "candidates", json_new_array(ctx));
	json_set_i64(object, "candidate_count", 0);
	return json_text(ctx, object);
}

static int take_over(struct vt_ctx *ctx, struct conversation *conversation, const struct handover_to *to,
		     const struct handover *handover)
{
	const struct place from = { conversation->queue_id,
				    conversation->state == CONVERSATION_ACTIVE ? conversation->user_id : 0 };
	const struct conversation_choice choice = {
		.user_id = to->fit.user_id, .user_version_id = to->fit.user_version_id,
		.display_name = to->fit.display_name, .reason = reason(ctx, &to->fit, handover),
		.greeting = to->greeting,
	};
	bool waits_there = conversation->state == CONVERSATION_WAITING && conversation->queue_id == to->queue_id;

	/* Who came straight from the bot, or from another line, has waited there for no time at all. */
	if (from.user_id ? handover_leave(ctx, conversation, handover->outcome) < 0
	    : !waits_there && (leave(ctx, conversation, 0) < 0 ||
			       wait_in(ctx, conversation, to->queue_id, false) < 0))
		return -1;
	conversation->queue_id = to->queue_id;
	if ((from.user_id || (handover->note && *handover->note)) &&
	    tell(ctx, conversation, "transferred", from.queue_id, to->fit.name, handover) < 0)
		return -1;
	if (conversation_assign(ctx, conversation, &choice) < 0 ||
	    notice_add(ctx, NOTICE_TRANSFER, conversation->conversation_id, to->queue_id, to->fit.user_id) < 0)
		return -1;
	/* Of one that nobody had, the assignment's own row says it all. */
	if (!from.user_id && (!handover->action || !strcmp(handover->action, "conversation.assign")))
		return 0;
	return record(ctx, conversation, "conversation.transfer", &from, handover);
}

int handover_to_operator(struct vt_ctx *ctx, struct conversation *conversation,
			 const struct handover_to *to, const struct handover *handover)
{
	if (refuse_closed(ctx, conversation) < 0)
		return -1;
	if (conversation->state == CONVERSATION_ACTIVE && conversation->user_id == to->fit.user_id)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.handover.same_user", "they have it");
	if (*to->fit.why && !handover->anyway)
		return vt_fail_key(ctx, VT_E_CONFLICT,
				   arena_printf(ctx->arena, "error.handover.why.%s", to->fit.why),
				   "they cannot take it: %s", to->fit.why);
	return take_over(ctx, conversation, to, handover);
}
