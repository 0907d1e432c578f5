/*
 * What happened outside, the same for every network. Fields are NULL, 0 or
 * false where the network did not say. Strings live in ctx->arena and are valid
 * UTF-8, as written.
 */
#ifndef VT_CHANNEL_EVENT_H
#define VT_CHANNEL_EVENT_H

#include "base/vt.h"

struct json;

enum channel_event_kind {
	CHANNEL_OPEN,        /* the contact opened the chat: greet, no text of theirs */
	CHANNEL_TEXT,        /* something said: text, and media that are still at the provider's */
	CHANNEL_CHOICE,      /* a button or menu option: key, text is its label */
	CHANNEL_POSTBACK,    /* the same, where the network shows no line of the contact for it */
	CHANNEL_FILE,        /* a file that is stored here already */
	CHANNEL_SEEN,        /* webchat: delivered_seq / read_seq of our messages */
	CHANNEL_LEAVE,       /* the contact ended the chat */
	CHANNEL_EDIT,        /* ref reads `text` now */
	CHANNEL_DELETE,      /* ref was taken back */
	CHANNEL_REACTION,    /* emoji on ref, or removed */
	CHANNEL_TYPING,
	CHANNEL_STATUS,      /* of a message of ours: message_id or reference, state, error_code, price */
	CHANNEL_DELIVERED,   /* all of ours up to watermark_ms, or message_id */
	CHANNEL_READ,        /* likewise */
	CHANNEL_ECHO,        /* said to the contact in our name by another program: text, media */
	CHANNEL_REFERRAL,    /* came by an advertisement or link, without a line */
	CHANNEL_MOVED,       /* the contact's identity is new_identity from now on */
	CHANNEL_PREFERENCE,  /* opt_out or not, of campaigns */
	CHANNEL_BLOCKED,     /* the contact blocked us, or let us in again (removed) */
	CHANNEL_ENCRYPTED,   /* said, and not to be read here */
	CHANNEL_AUTO_REPLY,  /* a machine's answer: kept, answered by nothing */
	CHANNEL_BOUNCE,      /* a STATUS that came as a message: reference, error */
	CHANNEL_TEMPLATE,    /* a template's state, quality or category: detail has it */
	CHANNEL_ACCOUNT,     /* the line itself: its quality, limits, alerts: detail has it */
};

struct channel_media {
	const char *id;                /* to fetch it by, at the provider's; NULL: by url */
	const char *url;
	const char *kind;              /* "image", "video", "audio", "document", "sticker", ... */
	const char *type;              /* as the provider says: "image/jpeg" */
	const char *name;
	int64_t size;                  /* bytes; 0: not told */
};

/* One thing that happened outside. */
struct channel_event {
	enum channel_event_kind kind;
	const char *name;              /* as `ventanilla parse` calls the kind; NULL: channel_event_name */
	const char *type;              /* the network's own word: "text", "interactive.list_reply" */
	const char *account;           /* the line, as the network numbers it */
	const char *identity_kind;     /* "visitor", "phone", "bsuid", "psid", "igsid", "telegram", "x", "email" */
	const char *identity_value;    /* NULL: of nobody (reports, templates, accounts) */
	const char *other_kind;        /* a second identity that is the same person's, or NULL */
	const char *other_value;
	int64_t visitor_id;            /* webchat only, else 0 */
	const char *provider_id;       /* makes repeats no-ops; never NULL */
	const char *message_id;        /* the network's id of the message it is, or is about */
	int64_t sent_at_s;             /* unix seconds, as the network says */
	int64_t told_at_s;             /* TEMPLATE: likewise, of when it came about */
	const char *text;              /* as written; a caption; a place's or file's name */
	const char *subject;           /* of the mail that it is or came with, bare of "Re:"; NULL: it is none */
	const char *key;               /* CHOICE, POSTBACK */
	const char *reply_to;          /* message_id that it answers */
	const char *ref;               /* message_id of the earlier message that it is about */
	const struct channel_media *media; size_t media_count;
	bool has_place; double latitude, longitude;
	const char *emoji;             /* REACTION */
	bool removed;
	const char *contact_name;      /* as the network tells, or NULL */
	const char *contact_cuit;      /* OPEN: 11 digits, as the first form was filled in, or NULL */
	const char *contact_email;     /* OPEN: likewise */
	const char *contact_phone;     /* a number that the network vouches for */
	int64_t file_id;               /* FILE */
	const char *file_name;
	const char *file_type;
	int64_t file_size;
	int delivered_seq, read_seq;   /* SEEN */
	int64_t watermark_ms;          /* DELIVERED, READ */
	int state;                     /* STATUS: OUTBOX_SENT, _DELIVERED, _READ, _FAILED */
	const char *reference;         /* STATUS, BOUNCE: ours, as it travelled with the message */
	const char *recipient;
	int error_code;                /* the provider's */
	const char *error;             /* for people, without personal data */
	const char *price_category;    /* "utility", "marketing", ... */
	bool price_told, billable;
	bool played;                   /* READ of a voice message */
	const char *new_identity;      /* MOVED */
	bool opt_out;                  /* PREFERENCE */
	bool standby;                  /* another program attends it now: keep it, answer nothing */
	struct json *beside;           /* what the thread shows with it (channel/beside.h), or NULL */
	struct json *detail;           /* what else there is, an object in the words of
					* `ventanilla parse`; or NULL */
};

/* "message", "edit", "status", ... */
const char *channel_event_name(const struct channel_event *event);
/* The event as one line of JSON, as `ventanilla parse` prints it. In ctx->arena. */
const char *channel_event_json(struct vt_ctx *ctx, const struct channel_event *event);

#endif
