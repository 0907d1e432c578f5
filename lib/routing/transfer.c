#include "base/vt.h"
#include "base/json.h"
#include "conversation/attend.h"
#include "conversation/conversation.h"
#include "conversation/saying.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/session.h"
#include "routing/handover.h"
#include "routing/transfer.h"
#include "sql_conversation.h"

struct handing {
	const struct session *session;
	int64_t conversation_id;
	const struct transfer *to;
	const char *once;
	struct conversation conversation;
};

/* It stands in the thread before the hand-over's own event, and is shown to the next one apart. */
static int leave_note(struct vt_ctx *ctx, struct handing *handing)
{
	struct conversation *conversation = &handing->conversation;
	const struct message note = {
		.author = AUTHOR_NOTE, .kind = MESSAGE_TEXT, .provider_id = handing->once,
		.user_version_id = handing->session->user_version_id, .body = handing->to->note,
	};

	conversation_seen_by_agent(ctx, conversation, conversation->seq, conversation->seq);
	if (!*handing->to->note)
		return 0;
	if (conversation_message(ctx, conversation, &note) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_CONVERSATION_HANDED, "ii", conversation->conversation_id,
			   (int64_t)conversation->seq);
}

static int back_to_bot(struct vt_ctx *ctx, struct handing *handing)
{
	struct conversation *conversation = &handing->conversation;
	struct json *data = json_new_object(ctx);
	const struct audit audit = {
		.action = "conversation.transfer", .entity = "conversation",
		.entity_id = handing->conversation_id, .conversation_id = handing->conversation_id,
		.before = arena_printf(ctx->arena, "{\"queue_id\":%" PRId64 ",\"user_id\":%" PRId64 "}",
				       conversation->queue_id, conversation->user_id),
		.after = "{\"why\":\"bot\"}",
	};

	json_set_str(data, "by", handing->session->name);
	const char *text = json_text(ctx, data);
	const char *inside = arena_strndup(ctx->arena, text + 1, strlen(text) - 2);
	if (conversation_event(ctx, conversation, "to_bot", inside) < 0 ||
	    handover_leave(ctx, conversation, OUTCOME_TRANSFERRED) < 0 ||
	    conversation_to_bot(ctx, conversation) < 0)
		return -1;
	return audit_write(ctx, &audit);
}

static int move(struct vt_ctx *ctx, struct handing *handing, const struct handover_to *to)
{
	const struct handover handover = {
		.action = "conversation.transfer", .outcome = OUTCOME_TRANSFERRED, .why = "transfer",
		.by = handing->session->name,
	};

	if (leave_note(ctx, handing) < 0)
		return -1;
	if (handing->to->bot)
		return back_to_bot(ctx, handing);
	if (handing->to->user_id)
		return handover_to_operator(ctx, &handing->conversation, to, &handover);
	return handover_to_queue(ctx, &handing->conversation, to, &handover);
}

static int hand_over(struct vt_ctx *ctx, void *arg)
{
	struct handing *handing = arg;
	struct conversation *conversation = &handing->conversation;
	const struct transfer *to = handing->to;
	struct handover_to place;
	const char *answer;
	bool repeat;

	if (attend_begin(ctx, handing->session, handing->conversation_id, handing->once, conversation,
			 &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (to->bot && !conversation->bot_version_id)
		return vt_fail_field(ctx, "user", "error.transfer.bot", "no bot had it");
	if ((to->bot ? saying_all(ctx, conversation)
		     : handover_lock(ctx, conversation, to->queue_id, to->user_id, &place)) < 0 ||
	    db_pipe_begin(ctx) < 0 || move(ctx, handing, &place) < 0 ||
	    conversation_save(ctx, conversation) < 0 ||
	    once_answer(ctx, handing->once, "transferred") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int transfer_case(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		  const struct transfer *transfer, const char *once)
{
	struct handing handing = { .session = session, .conversation_id = conversation_id,
				   .to = transfer, .once = once };

	return db_transaction(ctx, hand_over, &handing);
}
