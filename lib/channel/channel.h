/*
 * A network as we see it: a record of pure functions and facts. Adding one is
 * a folder with a `const struct channel` and a line in registry.c. No database
 * and no network here: fixtures and fuzzers run the functions bare.
 */
#ifndef VT_CHANNEL_CHANNEL_H
#define VT_CHANNEL_CHANNEL_H

#include "base/vt.h"
#include "base/codes.h"
#include "channel/event.h"

struct channel_field {                 /* a setting of the channel's form */
	const char *name;
	const char *type;              /* "text", "url", "color", "secret", "bool", "choice",
					* "number", "list" */
	bool required;
	int max;                       /* characters; number: the highest; list: entries */
	const char *options;           /* choice: "left right" */
	bool looks;                    /* how it looks to the contact: the designer's, not the form's */
	bool verifies;                 /* secret: the door may read it; else only who sends */
	bool told;                     /* verifies: we tell it to the provider, so who sends reads it too */
	const char *fallback;          /* what it is while nothing was written; NULL: nothing */
	bool hook;                     /* "url": our own address at the door, as the network is told; left
					* empty in a form it is the one we know */
};

enum channel_tone { CHANNEL_TONE_INFO, CHANNEL_TONE_OK, CHANNEL_TONE_WARN, CHANNEL_TONE_BAD };

/* What news of the line itself (an event ACCOUNT) mean for it. */
struct channel_news {
	const char *word;              /* a key of L.lines.said; never NULL */
	enum channel_tone tone;        /* INFO: kept, nobody is told */
	const char *said;              /* what goes into the words: a limit, a name; NULL: nothing */
	const char *quality;           /* "GREEN", "YELLOW", "RED" from now on; "": not known any more; NULL: as it was */
	const char *limit;             /* whom the line may write to in a day: "1000", "unlimited"; NULL: as it was */
	const char *number;            /* of the line, only digits, where the network calls it so; NULL: all of its account */
};

enum channel_capability {
	CHANNEL_CAN_EDIT = 1, CHANNEL_CAN_DELETE = 2, CHANNEL_CAN_TYPING = 4,
	CHANNEL_CAN_READ = 8, CHANNEL_CAN_FILES = 16, CHANNEL_CAN_BUTTONS = 32,
	CHANNEL_CAN_REACT = 64, CHANNEL_CAN_REPLY = 128, CHANNEL_CAN_TEMPLATE = 256,
};

/* A request to the channel's address at the providers' door, as it came. */
struct channel_call {
	const char *method;            /* "GET", "POST" */
	const void *body; size_t size;
	/* A header, a field of the query, a verifying secret of the channel, by name. NULL when there
	 * is none. */
	const char *(*header)(void *data, const char *name);
	const char *(*query)(void *data, const char *name);
	const char *(*secret)(void *data, const char *name);
	void *data;
};

/* What is stored of a call: as much as must be done in one go, in order with what its sender did. */
struct channel_piece {
	const char *raw; size_t size;  /* what parse will get: UTF-8 without NUL */
	const char *account;           /* the line it is for; NULL: the one that was called */
	const char *sender;            /* what fixes its order; NULL: none */
	bool report;                   /* of what we sent: another lane than what people say */
};

struct channel_message;                /* what send gives to build (channel/outgoing.h) */
struct channel_request;
struct channel_answer;
struct channel_result;

/* How many messages a network takes: what is over it waits at ours. */
struct channel_pace {
	int per_s;                     /* of a line in a second, unless its setting `throughput` says; 0: any */
	int file_weight;               /* a file counts as so many; 0: as one */
	int quarter_max;               /* of a line in 15 minutes, unless its setting `per_quarter` says */
	int day_max;                   /* of a line in 24 hours, with quarter_max; 0: neither is counted */
	int each_ms;                   /* to one person one in so many ms; 0: any */
	int each_burst;                /* and so many at once */
};

struct channel {
	const char *name;              /* code name of the messenger: "webchat" */
	int messenger;                 /* MESSENGER_* */
	bool one_mail;                 /* a text has a subject, and any number of files goes with it; file_max is of
					* all together */
	unsigned capabilities;
	int text_max;                  /* characters of one message */
	int text_bytes_max;            /* and so many bytes of UTF-8; 0: it counts characters only */
	int caption_max;               /* and of the words beside a file; 0: none */
	int64_t file_max;              /* bytes */
	int64_t (*takes)(const char *type);   /* bytes of a file of that type, 0: none; NULL: any up to file_max */
	bool stored_is_sent;           /* our own webchat: no outbox */
	int typing_s;                  /* one call shows so long that we write; 0: it never does */
	int64_t window_s;              /* after the contact's last message an operator may write; 0: always */
	bool tells_name;               /* `profile` gives the contact's name, which events do not carry */
	bool ids_per_contact;          /* message ids are unique within a contact's chat only */
	const char *const *reactions;  /* the emoji it takes as a reaction, most used first, NULL at the end; NULL: any */
	struct channel_pace pace;
	int64_t change_s;              /* after it was said a message may be edited or deleted; 0: always */
	const struct channel_field *fields;
	size_t field_count;
	/* How a text is counted where each part of it is paid for: JSON, for who counts as people write
	 * (sms/segment.h). NULL: it is not. */
	const char *(*counting)(struct vt_ctx *ctx);
	/* What is wrong with one value of a field beyond its type: a locale key, NULL for nothing. May
	 * be NULL. */
	const char *(*check)(const char *field, const char *value);
	bool polls;                    /* what comes in is fetched (cron/mail.c): nobody calls; its test has two sides */
	int automatic_max;             /* answers of no person to one contact in an hour; 0: no bound */

	/* A call that asks whether we are who we say: 1 with *answer for its body, 0 when it is none,
	 * -1 VT_E_FORBIDDEN. May be NULL. */
	int (*challenge)(struct vt_ctx *ctx, const struct channel_call *call, const char **answer);
	/* Is this call really the network's? Constant time, on the raw body. NULL: the channel has no
	 * address at the door. 0 or -1 VT_E_FORBIDDEN. */
	int (*verify)(struct vt_ctx *ctx, const struct channel_call *call);
	/* What to store of a verified call. *count 0: nothing of it is for us. VT_E_INVALID when it
	 * cannot be understood. NULL with verify NULL. */
	int (*split)(struct vt_ctx *ctx, const struct channel_call *call,
		     struct channel_piece **pieces, size_t *count);
	/* Events of one stored piece, or of a whole body. *count 0: nothing that we know. VT_E_INVALID
	 * when it cannot be understood. */
	int (*parse)(struct vt_ctx *ctx, const char *raw, size_t size,
		     struct channel_event **events, size_t *count);

	/* What an event ACCOUNT means. NULL: the network tells nothing of its lines. */
	void (*news)(struct vt_ctx *ctx, const struct channel_event *event, struct channel_news *news);

	/* The provider call for what goes out, and what its answer means. */
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message,
		     struct channel_request *request);
	int (*result)(struct vt_ctx *ctx, const struct channel_message *message,
		      const struct channel_answer *answer, struct channel_result *result);
};

const struct channel *channel_by_messenger(int messenger);   /* NULL: not built in */
const struct channel *channel_by_name(const char *name);
/* Why nothing can be written to a contact now: a locale key (error.channel.*); NULL: it can.
 * channel NULL: the network is not built in. last_contact_at: us UTC of their last message, 0 none. */
const char *channel_refusal(const struct channel *channel, int64_t last_contact_at, int64_t now_us);
/* Why a file cannot be sent by the network, with what to do about it: a locale key (error.channel.file_*); NULL: it can.
 * type as it was sniffed. */
const char *channel_file_refusal(const struct channel *channel, const char *type, int64_t size);
/* Why this cannot be a reaction on the network: a locale key; NULL: it can. "" (taking one back) always can where the
 * network has reactions. */
const char *channel_reaction_refusal(const struct channel *channel, const char *emoji);
/* Seconds until channel_refusal says no; -1: there is no such end. */
int64_t channel_window_left_s(const struct channel *channel, int64_t last_contact_at, int64_t now_us);
bool channel_can(const struct channel *channel, enum channel_capability capability);
size_t channel_count(void);
const struct channel *channel_at(size_t index);

/* The lane of intake for what somebody sent by a line: what one sender does stays in one. sender NULL:
 * nobody's. Reports go in one of their own. */
#define CHANNEL_LANE_REPORTS 2
int channel_lane(int64_t channel_id, const char *sender);

#endif
