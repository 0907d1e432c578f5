/*
 * A case changes hands: back to its queue, to another queue, to another
 * operator. Who may do so is the caller's to check. Two steps, both in the
 * caller's transaction (any; pages', workers'):
 *
 *	conversation_lock(ctx, id, &conversation)
 *	handover_lock(ctx, &conversation, queue_id, user_id, &to)
 *	db_pipe_begin(ctx)
 *	handover_to_operator(ctx, &conversation, &to, &handover)   or _to_queue, _release
 *	conversation_save(ctx, &conversation)
 *	db_pipe_run(...)
 *
 * Whoever gives it up goes back into the waiting order as if they had closed
 * it (B4), without having closed one more today. Segment and assignment end
 * with the outcome; event in the thread, notice and audit row are written;
 * pages and the router are woken.
 */
#ifndef VT_ROUTING_HANDOVER_H
#define VT_ROUTING_HANDOVER_H

#include "conversation/conversation.h"
#include "routing/fit.h"

struct handover {
	const char *action;    /* the audit row's, as in routes.def or audit_action.def; NULL: "conversation.release"
				* or "conversation.transfer" */
	int outcome;           /* how it ends with who had it: OUTCOME_TRANSFERRED, _TAKEN (by supervision),
				* _DISCONNECTED, _UNANSWERED. Not used when nobody had it. */
	const char *why;       /* a word for the event and the audit: "transfer", "taken", "disconnected",
				* "unanswered", "disabled"; NULL: the outcome's name */
	const char *by;        /* who does it, as colleagues see it; NULL: the system */
	const char *note;      /* to colleagues, into the thread as an internal note; NULL or "": none */
	int64_t by_version_id; /* who wrote the note; 0 without a note */
	bool first_in_line;    /* to a queue: it waits since it first did, before all that came later; false: since now.
				* What waits already always keeps its time. */
	bool anyway;           /* to an operator: also one who could not take it now (a supervisor who takes over) */
};

/* Where it goes, as it stands under the locks. */
struct handover_to {
	int64_t queue_id;
	struct fit fit;        /* all zero, why "", when user_id was 0 */
	const char *greeting;  /* filled, of a case nobody attended yet; NULL */
};

/* Lock who gives it up and user_id, who gets it (0: nobody), and see where it goes: queue_id, 0 for
 * the queue it is in. The conversation's row must be locked before and no pipeline be open.
 * VT_E_INVALID on "queue" (error.handover.queue: there is none, or it does not attend the channel) or
 * "user" (error.handover.user: there is none). What who has it sent and could still undo is said now,
 * in their name: after this they could not. */
int handover_lock(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id,
		  int64_t user_id, struct handover_to *to) VT_MUST_CHECK;

/* Queued, all three; VT_E_CONFLICT with error.conversation.closed when it is closed. */

/* From its operator back into the line of its own queue. VT_E_CONFLICT with error.handover.nobody when
 * nobody has it. */
int handover_release(struct vt_ctx *ctx, struct conversation *conversation,
		     const struct handover *handover) VT_MUST_CHECK;
/* Into the line of to->queue_id, from an operator, another queue or the bot. VT_E_CONFLICT with
 * error.handover.same_queue when it waits there. */
int handover_to_queue(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct handover_to *to, const struct handover *handover) VT_MUST_CHECK;
/* To to->fit's operator, from another one, from a queue or from the bot. VT_E_CONFLICT with
 * error.handover.same_user when they have it, or error.handover.why.<fit.why> when they cannot take it
 * now, unless handover->anyway. */
int handover_to_operator(struct vt_ctx *ctx, struct conversation *conversation,
			 const struct handover_to *to, const struct handover *handover) VT_MUST_CHECK;
/* It leaves its operator and goes nowhere yet, for who returns it to the bot: the caller sets the
 * state and the next segment. No event, no audit row. */
int handover_leave(struct vt_ctx *ctx, struct conversation *conversation, int outcome) VT_MUST_CHECK;

#endif
