/*
 * What an operator does with a case, each a whole transaction: access is
 * checked under the row's lock, the `once` id makes repeats harmless, the audit
 * row is written in it.
 * Common errors: VT_E_NOT_FOUND (none, or not theirs), VT_E_CONFLICT with key
 * error.conversation.closed, VT_E_INVALID for the field at fault.
 */
#ifndef VT_CONVERSATION_ATTEND_H
#define VT_CONVERSATION_ATTEND_H

#include "base/vt.h"

struct session;
struct conversation;
struct saying_template;

#define ATTEND_TEXT_MAX 20000  /* characters of one message; a network may take less */
#define ATTEND_FILES_MAX 10    /* that go in one */

struct attend_file {
	int64_t file_id;
	const char *name;
};

struct attend_message {
	const char *text;
	bool note;                     /* to colleagues only */
	int64_t file_id;               /* a stored file (conversation/file.h); 0: none */
	const char *file_name;
	bool sticker;                  /* the file is shown as one */
	const struct attend_file *further; size_t further_count;       /* stored files that go with it */
	const char *subject;           /* a mail's, bare of "Re:"; NULL: as the one before */
	int64_t canned_reply_id;       /* what it was made of: counted as used; 0: nothing */
	int quote_seq;                 /* of the message that it answers (VT_E_INVALID: none such); 0: nothing */
	int64_t hold_s;                /* so long it can be undone (conversation/saying.h); 0: said at once */
	const struct saying_template *template;        /* text is how it reads (campaign/template_say.h); NULL: none */
};
/* A line to the contact, or (note) to colleagues only: notes are never held. *seq of the message, 0
 * when it is held. */
int attend_reply(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct attend_message *message, const char *once, int *seq) VT_MUST_CHECK;
/* A stored file to the contact; the text, "" for none, goes with it. */
int attend_file(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		const struct attend_message *message, const char *once, int *seq) VT_MUST_CHECK;
/* What becomes of a message of one's own, within window_s after it was said (VT_E_CONFLICT, key
 * error.message.late; key error.message.gone: taken back already). The original stays on record. */
struct attend_change {
	int seq;
	const char *text;              /* as it reads from now on; NULL: it is taken back */
	int64_t window_s;              /* 0: no end */
};
int attend_revise(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		  const struct attend_change *change, const char *once) VT_MUST_CHECK;
/* Close, with the chosen tipificaciones (mandatory when the queue says so: field
 * "typification", key error.typification.required). farewell: what is said where the queue only
 * suggests it; NULL or "": nothing. After it the operator finishes for as long as the queue says
 * (wrap.h). */
struct attend_closing {
	const int64_t *typification_ids; size_t typification_count;   /* the first is the main one */
	const char *farewell;
};
int attend_close(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct attend_closing *closing, const char *once) VT_MUST_CHECK;
/* Wait for the agency (on), or go on with it; the same again is harmless. */
int attend_hold(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, bool on,
		const char *once) VT_MUST_CHECK;
/* For what else is done with a case, inside its transaction: lock it, see that it is the operator's,
 * claim the form's id (once may be NULL). *repeat: the form had been taken before, with *answer;
 * then nothing was looked at. */
int attend_begin(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const char *once, struct conversation *out, bool *repeat,
		 const char **answer) VT_MUST_CHECK;
/* After it: say words to the contact, with a stored file when there is one, or hold them, and end it, with action on
 * record. Needs no open pipeline. *seq as attend_reply has it. */
int attend_say(struct vt_ctx *ctx, const struct session *session, struct conversation *conversation,
	       const struct attend_message *message, const char *once, const char *action, int *seq) VT_MUST_CHECK;
/* The operator's eyes reached seq: read watermark, unread to zero. No once, no audit. */
int attend_read(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		int seq) VT_MUST_CHECK;
/* Their browser has what there is up to seq, opened or not: delivered watermark only. The same. */
int attend_delivered(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		     int seq) VT_MUST_CHECK;

#endif
