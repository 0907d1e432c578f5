/*
 * What goes out: what `send` gives to a channel's build, the provider call that
 * comes back, and what the provider's answer means. Pure, like all of a channel.
 *
 * Something may need several calls (upload a file, then the message): build is
 * asked for step 0, result says CHANNEL_NEXT with a word to remember, build is
 * asked for step 1, and so on.
 */
#ifndef VT_CHANNEL_OUTGOING_H
#define VT_CHANNEL_OUTGOING_H

#include "base/vt.h"

struct json;

/* The kinds of row, and their payload (id: the network's, as it named the message):
 *   message   {"to":{"kind","value"}, "text", "options":[{"key","label"}]?,
 *             "file":{"id","name","type","size"}?, "sticker":true?, "quote":{"id"}?, "human":bool,
 *             "class":"transactional"|"notification"|"institutional"?, (SMS; as its channel says)
 *             "mail":{"subject","conversation","in_reply_to","references"}?}      the thread it goes on
 *             options: a menu; quote.id: the network's id of what it answers; human: a person wrote it
 *             of mail also "subject", "further":[files beside the first], "said":{"text","by","at","cut"}?, which a
 *             person answers
 *   edit      {"to", "id", "text"}         the network's id of the message that reads so now
 *   delete    {"to", "id"}
 *   reaction  {"to", "id", "emoji"}        "" takes it back
 *   read      {"to", "id"}                 the contact's message was seen
 *   typing    {"to", "id"}                 id: their last message, or absent
 *   answered  {"to", "id"}                 a button was taken (Telegram's callback)
 *   fetch     {"id"?, "url"?}              a file of theirs; the last call's answer is its bytes
 *   profile   {"to"}                       the contact's name
 *   template  {"to", "name", "language", "components":[...], "file"?}      an approved one; file: its header's
 *   templates {"after"?}                   the list of them, as they stand
 *   submit    {"name", "language", "category", "components":[...], "file"?, "id"?}    file: the header's sample;
 *             id: the network's, of one that changes
 *   remove    {"name", "id"?}              a template; id: in this language alone
 *   check     {}                           does the line work? for the test button
 *   token     {}                           until when its token holds; another one, where it can be renewed
 * mail.from: which of the line's addresses answers, when it is not its account.
 * A network that has no such thing refuses it with VT_E_INVALID, key error.channel.unable. */
struct channel_message {
	const char *reference;          /* ours; travels with it and comes back in reports; <= 40 ASCII */
	const char *kind;
	int step;
	const char *memory;             /* what result said to remember at the step before; NULL at 0 */
	const char *media_id;           /* the file's name at the provider's since an earlier upload; NULL */
	struct json *payload;
	struct json *settings;          /* of the channel, as its form's fields */
	/* A sending secret of the channel by name, in the clear; NULL when there is none. */
	const char *(*secret)(void *secrets, const char *name);
	void *secrets;
	int64_t now_us;
};

/* As lib/net wants it. Everything in ctx->arena. */
struct channel_request {
	const char *method;             /* NULL: POST with a body, else GET */
	const char *url;                /* http(s), or smtp(s) with mail_from and mail_to */
	const char *const *headers;     /* "Name: value", NULL at the end; may be NULL */
	const char *body; size_t body_size;
	bool with_file;                 /* the payload's file goes between body and tail */
	int64_t file_from, file_size;   /* only this stretch of it; size 0: all */
	bool file_base64;               /* it goes as base64, in lines of 76 and \r\n (RFC 2045) */
	const char *const *between; size_t further_count;      /* before each of the payload's further files, base64 */
	const char *tail; size_t tail_size;
	bool saves;                     /* the answer's body is the file that was asked for */
	bool quiet;                     /* the contact sees nothing of it (an upload): it may be made again */
	const char *mail_from;
	const char *const *mail_to;     /* NULL at the end */
	const char *user;               /* with the password or token of secrets `password`, `token` (smtp, imap) */
	const char *imap_command;       /* imap: asked on a connection of its own */
	int segments;                   /* of an SMS: the messages that it is paid as */
	int wait_ms;                    /* before this call, after the one before (media being made ready) */
};

struct channel_answer {
	int status;
	/* A header, in any case; "" when there is none. */
	const char *(*header)(void *data, const char *name);
	void *data;
	const char *body; size_t size;  /* "" when it was saved */
};

enum channel_outcome {
	CHANNEL_SENT,                   /* accepted; provider_id names it in delivery reports */
	CHANNEL_NEXT,                   /* go on with the next step */
	CHANNEL_RETRY,                  /* not accepted, later it may be: 429, 5xx */
	CHANNEL_REFUSED,                /* never will be; error tells people why */
};

/* Whose fault a RETRY or REFUSED is: decides what else waits, and who is told. */
enum channel_fault {
	CHANNEL_FAULT_MESSAGE,          /* this one alone: a bad parameter, a type that is not taken */
	CHANNEL_FAULT_RECIPIENT,        /* cannot be reached */
	CHANNEL_FAULT_RECIPIENT_RATE,   /* too fast for this recipient */
	CHANNEL_FAULT_LATER,            /* this recipient again after a day at the earliest */
	CHANNEL_FAULT_OPT_OUT,          /* this recipient never again, of campaigns */
	CHANNEL_FAULT_WINDOW,           /* only a template can be sent now */
	CHANNEL_FAULT_TEMPLATE,         /* the template: stop what uses it */
	CHANNEL_FAULT_MEDIA,            /* the file: its upload is forgotten and tried once more */
	CHANNEL_FAULT_RATE,             /* the whole line waits retry_after_s */
	CHANNEL_FAULT_SERVER,           /* the provider has trouble */
	CHANNEL_FAULT_LINE,             /* token, permission, payment: the line stops until it is mended */
	CHANNEL_FAULT_BLOCKED,          /* this recipient blocked us */
};

struct channel_result {
	enum channel_outcome outcome;
	enum channel_fault fault;
	const char *provider_id;
	const char *memory;             /* NEXT */
	const char *media_id;           /* an upload's name; kept for media_s seconds (0: not kept) */
	int64_t media_s;
	int retry_after_s;              /* as the provider asks; 0: we choose */
	int error_code;                 /* the provider's */
	const char *error;              /* for people and the log, without personal data or secrets */
	struct json *found;             /* templates, profile, check: {"name"}, {"items":[...]}, {"text"}; token:
					* {"expires_in" (-1: it never ends, 0: not told), "token"?, "refresh_token"?} */
};

#endif
