/*
 * Intake, inside: one batch from the queue to its commit. The files follow the
 * order of things: intake.c (the loop, and what to do when a batch fails),
 * intake_batch.c (claim, parse, tell repeats, fetch and lock), intake_apply.c
 * (an event into its conversation), intake_said.c (what was said, as messages),
 * intake_letter.c (what is different about mail), intake_about.c (about what was said before), intake_wish.c (what people
 * want to be sent), intake_report.c (delivery reports), intake_bot.c (the bot's turn),
 * intake_seen.c (what the bot has read, told to the contact's network),
 * intake_hours.c (who writes while it is closed), intake_health.c (that a line
 * hears), intake_config.c (channels,
 * queues, hours and flows, kept in memory).
 */
#ifndef VT_CRON_INTAKE_H
#define VT_CRON_INTAKE_H

#include "base/vt.h"
#include "channel/channel.h"
#include "contact/contact.h"
#include "conversation/conversation.h"
#include "routing/hours.h"

struct flow;

#define INTAKE_BATCH 50

struct intake_channel {
	int64_t channel_id;
	const struct channel *network;     /* NULL: not built in */
	int64_t default_queue_id;
	int64_t bot_id;                    /* 0: no bot */
	int64_t bot_version_id;            /* published; 0: no bot */
	const char *stop_words, *start_words;      /* (channel/keyword.h); NULL: its network has no such thing */
	const char *stop_answer, *start_answer;    /* "": nothing is answered */
};

struct intake_queue {
	int64_t queue_id;
	const char *key;
	const int64_t *channel_ids; size_t channel_count;   /* none: all */
};

/* Read again every few seconds; flows never change and stay. */
struct intake_config {
	struct vt_ctx ctx;                 /* arena of what follows */
	int64_t loaded_at;                 /* monotonic us; 0: not at all */
	int64_t age_us;                    /* read again when it is so old */
	struct intake_channel *channels; size_t channel_count;
	struct intake_queue *queues; size_t queue_count;
	struct hours hours;
	const char *unread, *encrypted;    /* what the bot says to what it cannot read; "": nothing */
	struct vt_ctx flow_ctx;            /* arena of the flows */
	struct intake_flow { int64_t bot_version_id; struct flow *flow; } flows[64];
	size_t flow_count;
};

void intake_config_init(struct intake_config *config, int64_t age_us);
void intake_config_free(struct intake_config *config);
/* Load what is missing or older than age_us. Outside a transaction. */
int intake_config_fresh(struct vt_ctx *ctx, struct intake_config *config) VT_MUST_CHECK;
const struct intake_channel *intake_channel(const struct intake_config *config, int64_t channel_id);
/* 0: no such queue. */
int64_t intake_queue_by_key(const struct intake_config *config, const char *key);
/* Does a queue of ours attend what comes in by this channel? */
bool intake_queue_attends(const struct intake_config *config, int64_t queue_id, int64_t channel_id);
/* An open or just made conversation of this batch. */
struct intake_case {
	struct conversation conversation;
	struct intake_case *next;
};

/* Who writes: one per identity in a batch. */
struct intake_sender {
	struct contact_identity identity;
	bool known;                        /* the visitor is there */
	bool blocked;                      /* what they write is kept, and answered by nothing */
	bool opted_out, shut;              /* they want no notices; they blocked us, as far as we knew */
	int64_t contact_id;                /* 0: new */
	int64_t new_contact_id, new_conversation_id;
	struct conversation *conversation; /* NULL: none is open */
	/* What was closed lately, and its queue takes up again; conversation_id 0: nothing. */
	struct intake_last { int64_t conversation_id, queue_id; int mode; } last;
};

struct intake_event {
	const struct channel_event *event;
	struct intake_row *row;
	struct intake_sender *sender;
	bool fresh;                        /* no repeat */
	int64_t conversation_id;           /* where it went; 0: nowhere yet */
	const struct db_result *file;      /* FILE: a row of file_get */
	int64_t attachment_id;
};

struct intake_row {
	int64_t inbound_id;
	int64_t received_at;
	int64_t channel_id;
	int attempts;
	const char *raw;                   /* NULL: it is gone */
	const struct intake_channel *channel;
	const char *fault;                 /* quarantine it for this; NULL: it is sound */
	const char *sqlstate;
};

struct intake_batch {
	struct intake_config *config;
	int lane;
	struct intake_row *rows; size_t row_count;
	struct intake_event *events; size_t event_count;
	struct intake_sender *senders; size_t sender_count;
	struct intake_sender nobody;
	struct intake_case *cases, **cases_end;
	/* Messages that their network numbers, to be kept at the end. */
	struct intake_heard {
		int64_t *channels, *conversations, *seqs;
		const char **keys;
		size_t count;
	} heard;
	/* Of each contact the last that the bot has read, where their network shows it; typing: it takes a while
	 * to answer. */
	struct intake_seen { const struct intake_event *event; bool typing; } *seen;
	size_t seen_count;
	/* When it fails: the statement's owner (see intake_owner), or the row that was at work. */
	int64_t failed_owner;
	const struct intake_row *at;
};

/* The number by which a statement of ours names its row; a conversation's id is positive. */
static inline int64_t intake_owner(const struct intake_row *row)
{
	return -row->inbound_id;
}

/* Claim at most `limit` rows above floor into batch; in the transaction it opens. */
int intake_claim(struct vt_ctx *ctx, struct intake_batch *batch, int64_t floor,
		 int limit) VT_MUST_CHECK;
/* Rows into events: what cannot be understood gets a fault. No database. */
void intake_parse(struct vt_ctx *ctx, struct intake_batch *batch);
/* Tell repeats, lock the open conversations, fetch who writes: one round trip. */
int intake_fetch(struct vt_ctx *ctx, struct intake_batch *batch) VT_MUST_CHECK;

/* Room for one more conversation in the batch. */
struct conversation *intake_case_new(struct vt_ctx *ctx, struct intake_batch *batch);

/* A new event into its conversation: queues what it means. Pipeline open. */
int intake_apply(struct vt_ctx *ctx, struct intake_batch *batch,
		 struct intake_event *event) VT_MUST_CHECK;
/* Something the contact of the sender's conversation says of itself: field "cuit" (as written),
 * "name", "email" or "phone"; others are passed over, the bot remembers them. */
int intake_identify(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    const char *field, const char *value) VT_MUST_CHECK;

/* What a contact said, into the thread; the sender has a conversation. Pipeline open. */
int intake_said(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
/* The bot has read it; typing: what it says takes a while to go out. */
void intake_seen_note(struct intake_batch *batch, const struct intake_event *event, bool typing);
/* Tell their networks, once a contact; nothing waits for it. Queued; nudges send. */
int intake_seen(struct vt_ctx *ctx, const struct intake_batch *batch) VT_MUST_CHECK;
/* What brought them (an advertisement, a link), as an event of the thread and for reports; nothing
 * where their network tells nothing. The sender has a conversation. Queued. */
int intake_brought(struct vt_ctx *ctx, const struct intake_event *event) VT_MUST_CHECK;
/* The same, said to the contact in our name by another program; a file of theirs is not
 * fetched. What we said ourselves is passed over. */
int intake_echo(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
/* What a mail says beside the words of the message just added; nothing of what is none. Queued. */
int intake_letter(struct vt_ctx *ctx, const struct intake_event *event) VT_MUST_CHECK;
/* May a bot, or a rule for when it is closed, answer this? Not where machines could answer each other for
 * ever: network->automatic_max. Pipeline open. */
int intake_may_answer(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		      bool *may) VT_MUST_CHECK;
/* The contact's own message reads otherwise now, or was taken back; a reaction to a message. What is not
 * known is passed over. Pipeline open. */
int intake_revise(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
int intake_react(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
int intake_typing(struct vt_ctx *ctx, const struct intake_event *event) VT_MUST_CHECK;
/* Another identity of the same person. Queued. */
int intake_moved(struct vt_ctx *ctx, const struct intake_event *event) VT_MUST_CHECK;
/* Whether they want notices, or us at all, as their network tells. Pipeline open. */
int intake_willing(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
/* Whoever writes to us has not blocked us. Pipeline open. */
int intake_writes(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event) VT_MUST_CHECK;
/* WISH_OPTED_OUT or _IN when what they wrote is a word of the line for it, and says so of them; else 0. */
int intake_wish_word(struct vt_ctx *ctx, const struct intake_event *event);
/* That word in the sender's conversation, which it is in already: on record, and answered as the line says.
 * Pipeline open. */
int intake_wish(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event, int wish) VT_MUST_CHECK;
/* The same of somebody whom we do not answer. */
int intake_wish_unheard(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
			int wish) VT_MUST_CHECK;
/* All delivery reports of the batch. Pipeline open. */
int intake_reports(struct vt_ctx *ctx, struct intake_batch *batch) VT_MUST_CHECK;
bool intake_is_report(const struct channel_event *event);
/* What a message is known by in provider_message: the network's id, with the contact's where it is unique
 * in their chat only. NULL for NULL. */
const char *intake_message_key(struct vt_ctx *ctx, const struct intake_event *event, const char *id);

/* The flow of a bot version; *flow is NULL when there is none or it is invalid. */
int intake_flow(struct vt_ctx *ctx, struct intake_batch *batch, int64_t bot_version_id,
		const struct flow **flow) VT_MUST_CHECK;
/* Into the line of a queue by its key: unknown, or not for this channel, the channel's default; as
 * intake_hand_off. Pipeline open. */
int intake_to_queue(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    const char *key) VT_MUST_CHECK;
/* The bot's turn on what the contact did; the event is already in the thread. */
int intake_bot(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_event *event,
	       bool first) VT_MUST_CHECK;

/* A contact who came back to a queue: what that says and does when it is closed. Pipeline open. */
int intake_returned(struct vt_ctx *ctx, struct intake_batch *batch,
		    struct intake_sender *sender) VT_MUST_CHECK;
/* A conversation that has just been opened: what channel and bot say and do when they are closed. It
 * may be in a queue or closed after it. Pipeline open. */
int intake_arrive(struct vt_ctx *ctx, struct intake_batch *batch,
		  struct intake_sender *sender) VT_MUST_CHECK;
/* The bot announces an operator: into the queue's line, or what the queue's rule says when it is
 * closed or nobody attends it: it may be closed after it, or stay in the bot with no session.
 * Pipeline open. */
int intake_hand_off(struct vt_ctx *ctx, struct intake_batch *batch, struct intake_sender *sender,
		    int64_t queue_id) VT_MUST_CHECK;

/* Send what is queued and go on queueing; *last is the last statement's result, may be NULL. */
int intake_flush(struct vt_ctx *ctx, struct intake_batch *batch,
		 struct db_result **last) VT_MUST_CHECK;

/* What the network tells of the line itself: kept, and whoever manages lines is told. Pipeline open. */
int intake_news(struct vt_ctx *ctx, const struct intake_event *event) VT_MUST_CHECK;
/* That something came in for the batch's lines, how much and how late (channel_health, line_count). Queued, last of
 * all. */
int intake_health(struct vt_ctx *ctx, const struct intake_batch *batch) VT_MUST_CHECK;

#endif
