/*
 * A conversation and what happens to it. One code serves the pages (one
 * conversation, one transaction) and intake (fifty at a time, one pipeline):
 * lock rows, change the struct in memory, queue each message and segment as a
 * statement of the open pipeline, write the row once with conversation_save.
 *
 * All functions that say "queued" need db_pipe_begin and a transaction.
 * Lock order everywhere: conversation, then agent_state.
 */
#ifndef VT_CONVERSATION_CONVERSATION_H
#define VT_CONVERSATION_CONVERSATION_H

#include "base/vt.h"
#include "base/codes.h"

struct db_result;

struct conversation {
	int64_t conversation_id;
	int64_t channel_id;
	int64_t contact_id;
	int64_t visitor_id;            /* 0: not webchat */
	int state;                     /* CONVERSATION_* */
	int64_t queue_id;
	int64_t user_id;
	int64_t opened_at, requested_at, assigned_at, closed_at;
	int closed_by;
	int priority;
	int seq;
	int segment_seq;
	int segment_kind;              /* of the open segment */
	int64_t segment_first_message_at; /* m1 of the open agent segment */
	int64_t bot_version_id;
	const char *bot_session;       /* JSON text or NULL */
	int64_t last_message_at;
	int last_message_author;
	const char *last_message_preview;
	int64_t last_contact_at, last_agent_at;
	int unread_count;
	int contact_delivered_seq, contact_read_seq;
	int agent_delivered_seq, agent_read_seq;
	int64_t held_at;               /* waits for the agency since; 0: it does not */
	int64_t resumed_at;            /* when that last ended */
	bool changed;                  /* conversation_save has something to write */
};

struct message_file {                  /* one of several that go with one message */
	int64_t attachment_id;         /* drawn with attachment_next */
	const struct db_result *file;  /* a row of file_get */
	const char *name;
};

struct message {
	int author;                    /* AUTHOR_* */
	int kind;                      /* MESSAGE_* */
	int64_t user_version_id;       /* 0: no person of ours */
	const char *provider_id;       /* network's id or the client's `once`; NULL */
	const char *body;              /* as written; "" for files without a caption */
	const char *data;              /* JSON or NULL */
	int64_t created_at;            /* 0: ctx->now_us */
	bool sticker;                  /* conversation_file: the picture is shown without a bubble */
	bool automatic;                /* a machine's: greeting, farewell, "I am on holiday": no answer of a person */
	bool opens;                    /* what is said first, before a person's own words: by mail it waits for them */
	bool elsewhere;                /* another program said it in our name: it is out already */
	const char *quote;             /* conversation_file: JSON of what it answers, or NULL */
	const struct message_file *further; size_t further_count;      /* conversation_file: after the first */
	const char *subject;           /* a mail's, for the lists; its data says it too. NULL: it is none */
	const char *template;          /* JSON of what goes out, whose words body is ({"name","language","components"},
					* channel/outgoing.h); NULL: the words go */
};

/* Lock one row (SELECT ... FOR UPDATE, one round trip). VT_E_NOT_FOUND. */
int conversation_lock(struct vt_ctx *ctx, int64_t conversation_id, struct conversation *out) VT_MUST_CHECK;
/* Map a locked row (SELECT * FROM conversation ... FOR UPDATE). Strings live in ctx->arena. */
void conversation_from_row(struct conversation *out, const struct db_result *result, size_t row);

/* A new conversation in the bot (segment bot opened): queued. conversation_id must have been
 * drawn with conversation_id_next. */
int conversation_open(struct vt_ctx *ctx, struct conversation *conversation) VT_MUST_CHECK;

/* Append a message: draws seq, keeps the previews, clocks and unread count, opens m1, wakes
 * c<id>, v<visitor>, o<user> / q<queue>, b0. What is said to a contact on a network that is not ours
 * goes into the outbox with it. Queued. Notes, a supervisor's whisper among them, do
 * not wake the visitor; a supervisor's word answers like an operator's, but is not m1. */
int conversation_message(struct vt_ctx *ctx, struct conversation *conversation,
			 const struct message *message) VT_MUST_CHECK;

/* The last message reads otherwise now; text NULL: it was taken back. */
void conversation_preview(struct vt_ctx *ctx, struct conversation *conversation, const char *text);

/* Append a message that carries a stored file: base gives author, body and ids; file is a row of
 * file_get; attachment_id was drawn with attachment_next. Queued. */
int conversation_file(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct message *base, int64_t attachment_id,
		      const struct db_result *file, const char *name) VT_MUST_CHECK;

/* An event in the thread ("assigned", "handed_off", "closed"...): kind EVENT, author SYSTEM, data
 * {"event":name,...}. data is the JSON object's inside without braces, or NULL. Queued. */
int conversation_event(struct vt_ctx *ctx, struct conversation *conversation, const char *name,
		       const char *data) VT_MUST_CHECK;

/* End the open segment with an outcome and start the next (kind 0: none). Queued. */
struct segment_start { int kind; int64_t queue_id; int64_t user_id; };
int conversation_segment(struct vt_ctx *ctx, struct conversation *conversation, int outcome,
			 const struct segment_start *next) VT_MUST_CHECK;

/* The bot announces an operator: into the queue's waiting line. Queued; nudges route. */
int conversation_hand_off(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id) VT_MUST_CHECK;

/* The contact writes again within the time of a queue: what was closed goes on in its waiting line,
 * or a conversation just opened begins there. Whoever had it last stays on record in user_id: the
 * router asks them first. Queued; nudges route. */
int conversation_return(struct vt_ctx *ctx, struct conversation *conversation, int64_t queue_id) VT_MUST_CHECK;

/* From one queue's waiting line into another's; its wait goes on from where it began. Queued;
 * nudges route. */
struct conversation_place {
	int64_t queue_id;
	const char *before, *after;    /* JSON objects for the audit */
};
int conversation_move(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct conversation_place *to) VT_MUST_CHECK;

/* Give it to an operator (only route does, and supervisors later): state, segments, assignment
 * row, the operator's counters, event, audit, greeting. Queued; agent_state must be locked. */
struct conversation_choice {
	int64_t user_id;
	int64_t user_version_id;
	const char *display_name;      /* what the contact sees */
	const char *reason;            /* JSON: rule and candidates' figures at this instant */
	const char *greeting;          /* filled text or NULL */
};
int conversation_assign(struct vt_ctx *ctx, struct conversation *conversation,
			const struct conversation_choice *choice) VT_MUST_CHECK;

/* Nobody has it any more (routing/handover.h): the bot has, which begins anew when the contact
 * writes. Queued. */
int conversation_to_bot(struct vt_ctx *ctx, struct conversation *conversation) VT_MUST_CHECK;

/* Set it aside until the agency answers, or take it up again: only with an operator. Silence does
 * not count meanwhile. The same again changes nothing. Queued. */
int conversation_hold(struct vt_ctx *ctx, struct conversation *conversation, bool on) VT_MUST_CHECK;

/* Close it: ends segment and assignment with the outcome, frees the operator, says the farewell
 * (filled text or NULL), event, audit. author: who ended it (AUTHOR_*). Queued. */
int conversation_close(struct vt_ctx *ctx, struct conversation *conversation, int author,
		       int outcome, const char *farewell) VT_MUST_CHECK;

/* A tipificación, by id, or by key when id is 0 (bots); a repeat is kept once, an unknown key is
 * passed over. Queued. */
int conversation_typify(struct vt_ctx *ctx, struct conversation *conversation,
			int64_t typification_id, const char *key, int source,
			int64_t user_version_id) VT_MUST_CHECK;

/* Of the tipificaciones it has this one is the main one. Queued. */
int conversation_typify_main(struct vt_ctx *ctx, const struct conversation *conversation,
			     int64_t typification_id) VT_MUST_CHECK;

/* Watermarks only rise; what does not raise them changes nothing. Wakes the other side. */
void conversation_seen_by_contact(struct vt_ctx *ctx, struct conversation *conversation,
				  int delivered_seq, int read_seq);
void conversation_seen_by_agent(struct vt_ctx *ctx, struct conversation *conversation,
				int delivered_seq, int read_seq);

/* Write the row if it changed. Queued. Call it last. */
int conversation_save(struct vt_ctx *ctx, struct conversation *conversation) VT_MUST_CHECK;

#endif
