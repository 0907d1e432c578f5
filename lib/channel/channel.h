/*
 * A network as we see it: a record of pure functions and facts. Adding one is
 * a folder with a `const struct channel` and a line in registry.c. No database
 * and no network here: fixtures and fuzzers run the functions bare.
 */
#ifndef VT_CHANNEL_CHANNEL_H
#define VT_CHANNEL_CHANNEL_H

#include "base/vt.h"
#include "base/codes.h"

enum channel_event_kind {
	CHANNEL_OPEN,        /* the contact opened the chat: greet, no text of theirs */
	CHANNEL_TEXT,        /* a line */
	CHANNEL_CHOICE,      /* a button or menu option: key, text is its label */
	CHANNEL_FILE,        /* a stored file */
	CHANNEL_SEEN,        /* delivered_seq / read_seq of our messages */
	CHANNEL_LEAVE,       /* the contact ended the chat */
};

/* One thing that happened outside. Strings live in ctx->arena. */
struct channel_event {
	enum channel_event_kind kind;
	const char *identity_kind;     /* "visitor" */
	const char *identity_value;
	int64_t visitor_id;            /* webchat only, else 0 */
	const char *provider_id;       /* makes repeats no-ops; never NULL */
	const char *text;              /* valid UTF-8, as written */
	const char *key;               /* CHOICE */
	const char *contact_name;      /* as the network tells, or NULL */
	const char *contact_cuit;      /* OPEN: 11 digits, as the first form was filled in, or NULL */
	const char *contact_email;     /* OPEN: likewise */
	int64_t file_id;               /* FILE */
	const char *file_name;
	const char *file_type;
	int64_t file_size;
	int delivered_seq, read_seq;   /* SEEN */
};

struct channel_field {                 /* a setting of the channel's form */
	const char *name;
	const char *type;              /* "text", "url", "color", "secret", "bool", "choice",
					* "number", "list" */
	bool required;
	int max;                       /* characters; number: the highest; list: entries */
	const char *options;           /* choice: "left right" */
	bool looks;                    /* how it looks to the contact: the designer's, not the form's */
};

enum channel_capability {
	CHANNEL_CAN_EDIT = 1, CHANNEL_CAN_DELETE = 2, CHANNEL_CAN_TYPING = 4,
	CHANNEL_CAN_READ = 8, CHANNEL_CAN_FILES = 16, CHANNEL_CAN_BUTTONS = 32,
};

struct channel_message;                /* what send gives to build (channel/outgoing.h) */
struct channel_request;
struct channel_result;

struct channel {
	const char *name;              /* code name of the messenger: "webchat" */
	int messenger;                 /* MESSENGER_* */
	unsigned capabilities;
	int text_max;                  /* characters of one message */
	int64_t file_max;              /* bytes */
	bool stored_is_sent;           /* our own webchat: no outbox */
	int64_t window_s;              /* after the contact's last message an operator may write; 0: always */
	int64_t change_s;              /* after it was said a message may be edited or deleted; 0: always */
	const struct channel_field *fields;
	size_t field_count;
	/* What is wrong with one value of a field beyond its type: a locale key, NULL for nothing. May
	 * be NULL. */
	const char *(*check)(const char *field, const char *value);
	/* Is this request really the network's? Constant time, on the raw body. NULL: the door
	 * has its own proof (visitor token). 0 or -1 VT_E_FORBIDDEN. */
	int (*verify)(struct vt_ctx *ctx, const void *body, size_t size,
		      const char *(*header)(void *, const char *), void *headers,
		      const char *(*secret)(void *, const char *), void *secrets);
	/* Events of one stored body. VT_E_INVALID when it cannot be understood. */
	int (*parse)(struct vt_ctx *ctx, const char *raw, size_t size,
		     struct channel_event **events, size_t *count);
	/* The provider call for an outgoing message, and what its answer means. */
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message,
		     struct channel_request *request);
	int (*result)(struct vt_ctx *ctx, int status, const char *body, size_t size,
		      struct channel_result *result);
};

const struct channel *channel_by_messenger(int messenger);   /* NULL: not built in */
const struct channel *channel_by_name(const char *name);
/* Why nothing can be written to a contact now: a locale key (error.channel.*); NULL: it can.
 * channel NULL: the network is not built in. last_contact_at: us UTC of their last message, 0 none. */
const char *channel_refusal(const struct channel *channel, int64_t last_contact_at, int64_t now_us);
/* Seconds until channel_refusal says no; -1: there is no such end. */
int64_t channel_window_left_s(const struct channel *channel, int64_t last_contact_at, int64_t now_us);
bool channel_can(const struct channel *channel, enum channel_capability capability);
size_t channel_count(void);
const struct channel *channel_at(size_t index);

#endif
