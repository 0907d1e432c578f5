/*
 * What supervision does with a case of its queues: give it to somebody, take
 * it over, end it, speak in it. Each is a whole transaction: access is checked
 * under the row's lock, the `once` id makes repeats harmless, the audit row is
 * written in it, and who attended is told.
 *
 * Common errors: VT_E_NOT_FOUND (none, or not of their queues and channels);
 * VT_E_CONFLICT with error.conversation.closed, or error.supervise.moved when
 * it changed hands since the form was made.
 */
#ifndef VT_ROUTING_SUPERVISE_H
#define VT_ROUTING_SUPERVISE_H

#include "base/vt.h"

#define SUPERVISE_TEXT_MAX 4096   /* characters of one message */

struct session;

/* A case as a form saw it. */
struct supervise_case {
	int64_t conversation_id;
	int64_t segment_seq;      /* of its open stretch: it grows each time the case changes hands */
};

/* To user_id; 0: to whom the default rule gives it, of those who can now. *agent: their name, NULL
 * for a repeat. VT_E_CONFLICT as handover_to_operator says, or error.supervise.nobody. */
int supervise_assign(struct vt_ctx *ctx, const struct session *session, const struct supervise_case *which,
		     int64_t user_id, const char *once, const char **agent) VT_MUST_CHECK;
/* To the supervisor, whatever their room. */
int supervise_take(struct vt_ctx *ctx, const struct session *session, const struct supervise_case *which,
		   const char *once) VT_MUST_CHECK;
/* Close it, with tipificaciones as attend_close asks for them. */
struct supervise_closing { const int64_t *typification_ids; size_t typification_count; };   /* the first is the main one */
int supervise_close(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		    const struct supervise_closing *closing, const char *once) VT_MUST_CHECK;

/* A line to the taxpayer, or a whisper that the operator and supervision read and nobody else.
 * VT_E_CONFLICT (error.supervise.nobody_hears): a whisper where nobody attends. *seq of the message. */
int supervise_say(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, const char *text,
		  bool whisper, const char *once, int *seq) VT_MUST_CHECK;
/* The operator's word back, to whoever whispered in the case. Theirs alone: VT_E_NOT_FOUND. */
int supervise_answer(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, const char *text,
		     const char *once, int *seq) VT_MUST_CHECK;

#endif
