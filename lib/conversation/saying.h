/*
 * What an operator says to the contact: at once, or held for the seconds in
 * which they may undo it. Held words are rows of their own that the `send`
 * command turns into messages, so they go out whatever becomes of the browser.
 */
#ifndef VT_CONVERSATION_SAYING_H
#define VT_CONVERSATION_SAYING_H

#include "base/vt.h"
#include "conversation/conversation.h"

struct session;

#define SAYING_HELD_MAX_S 30

/* A template that is said, each JSON. */
struct saying_template {
	const char *row;               /* what goes out: message.template */
	const char *data;              /* what stands beside its words */
	const char *form;              /* {"id","values":{}}: what was filled in, for who undoes it */
};

struct saying {
	int64_t user_id, user_version_id;
	const char *once, *text;
	const char *quote;             /* message_quoted's JSON of what it answers, or NULL */
	int64_t canned_reply_id;       /* counted as used; 0: none */
	int64_t file_id;               /* 0: none; else the next four */
	const char *file_name;
	bool sticker;
	int64_t attachment_id;
	const struct db_result *file;  /* a row of file_get */
	const struct message_file *further; size_t further_count;      /* that go with it */
	const char *subject;           /* a mail's, bare of "Re:"; NULL: as the one before */
	const struct saying_template *template;        /* text is how it reads; NULL: none */
};

/* Say it in the locked conversation. Queued. */
int saying_now(struct vt_ctx *ctx, struct conversation *conversation,
	       const struct saying *saying) VT_MUST_CHECK;
/* Let it wait for hold_s, 1 to SAYING_HELD_MAX_S. Queued. */
int saying_hold(struct vt_ctx *ctx, const struct conversation *conversation,
		const struct saying *saying, int64_t hold_s) VT_MUST_CHECK;
/* Say all that waits in the locked conversation, because it ends or changes hands: its author could not
 * undo it any more, and nobody else says it. Needs a transaction and no open
 * pipeline. */
int saying_all(struct vt_ctx *ctx, struct conversation *conversation) VT_MUST_CHECK;

/* Take back one's own that still waits, or that was refused because the conversation was over:
 * message is its once. *text, *file_name, *template (its form; NULL: none) and *quote as they were. VT_E_CONFLICT, key
 * error.message.said: too late; VT_E_NOT_FOUND. With its audit row; own transaction. */
struct saying_undone { const char *text, *file_name, *template; int64_t quote_seq; };
int saying_undo(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		const char *message, struct saying_undone *out) VT_MUST_CHECK;

/* Say what is due, each conversation in a transaction of its own. *said: how many. For `send`. */
int saying_pass(struct vt_ctx *ctx, int64_t *said) VT_MUST_CHECK;

#endif
