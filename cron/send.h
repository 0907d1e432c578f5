/*
 * Send, inside: one row of the outbox from its claim to its end. send.c is the
 * loop, send_build.c makes the provider's calls of a row, send_progress.c
 * remembers which of them were made, send_judge.c says what an answer means
 * for it, send_line.c what it means for its whole line.
 */
#ifndef VT_CRON_SEND_H
#define VT_CRON_SEND_H

#include "base/secret.h"
#include "base/strbuf.h"
#include "base/vt.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

struct db_result;
struct http_response;
struct http_result;

#define SEND_ATTEMPTS 8
#define SEND_LATER_MAX_S 600

/* A body with a file in its middle, read from the disk as it goes. */
struct send_stream {
	int fd;                         /* -1: none */
	const char *head, *tail;
	int64_t head_size, file_from, file_size, tail_size;
};

/* A row of the outbox on its way. What it needs lives in its own arena. */
struct send_item {
	int64_t outbox_id;              /* 0: free */
	int64_t created_at;
	int64_t conversation_id;
	int64_t seq;                    /* of its message; 0: none */
	int64_t channel_id;
	int attempts;
	const struct channel *network;
	struct vt_ctx ctx;              /* arena of what follows */
	struct channel_message message;
	struct channel_request request; /* of the call under way */
	struct send_stream stream;      /* its body, with a file */
	const char *files_directory;
	int64_t ends_by_us;             /* monotonic; of a call that may outlast a shift; 0: of none */
	const char *file_path;          /* the payload's file; NULL: none */
	int64_t file_id, file_size;
	struct json *further;           /* what goes with it: [{"sha256","size"}], or NULL */
	int64_t stored_id;              /* the fetched file, stored; 0: not yet */
	const char *stored_type;
	/* A text longer than the network takes goes as several messages: what is left of it, and where the one under way
	 * begins. */
	const char *text, *text_left, *part;
	bool file_done, part_file_done;
	bool cut;                       /* the payload holds the part under way */
	const char *out_id, *out_part;  /* of the part that just went out, until it is noted; part NULL: none, id NULL: it has none */
	struct json *ids;               /* delete: of all parts, taken back one after the other; NULL */
	size_t ids_gone;
	const char *progress;           /* as the queue has it; NULL: nothing */
	bool quiet;                     /* likewise */
	bool resumed;                   /* the part under way was begun by an attempt before */
	bool to_note;                   /* the call that was built waits for its note */
	bool held;                      /* and for its turn: nothing of it is under way */
	int64_t segments;               /* of the parts that went before (channel_request) */
	int counted;                    /* messages that a window counts (send_meter.c) */
	struct strbuf saved;            /* the bytes of a file that comes */
	const char *refresh_box;        /* the line's refresh token as it was stored when the row was claimed; NULL: none */
	int64_t called_us;              /* monotonic, when the call under way began */
	const char *media_id;           /* an upload's, to be kept so long */
	int64_t media_s;
	int64_t not_before_us;          /* of its next call, monotonic; -1: there is none, or it is under way */
};

/* Where an item ends: a state of the outbox, or back in the queue for later. */
struct send_verdict {
	struct send_item *item;
	int state;                      /* OUTBOX_SENT, _FAILED, _UNKNOWN; _WAITING: again later */
	bool next;                      /* it goes on with its next call: no end yet */
	bool blameless;                 /* _WAITING: the line's fault, this attempt does not count */
	int later_s;
	enum channel_fault fault;
	int error_code;
	const char *provider_id;
	const char *error;
	struct json *found;
};

/* How a row of the outbox is called outside: "<outbox_id>.<created_at, us>". */
const char *send_reference(struct vt_ctx *ctx, int64_t outbox_id, int64_t created_at);

/* Fill a free item from row `row` of a claim. key must outlive it. -1: its row cannot be understood. */
int send_item_read(struct send_item *item, const struct db_result *claim, size_t row,
		   const uint8_t *key, const char *files_directory) VT_MUST_CHECK;
/* Its next call into item->request; item->ctx.error says why there is none. */
int send_item_call(struct send_item *item, int64_t now_us) VT_MUST_CHECK;
/* The file of the item's call, between what the network built. VT_E_INVALID: there is no such stretch; VT_E_NOT_FOUND: the
 * file is gone. */
int send_stream_open(struct send_item *item) VT_MUST_CHECK;
/* Of the whole body (http_request.body_at), and of the file's stretch alone. */
int send_stream_at(void *stream, size_t from, char *out, size_t size);
int send_stream_file(const struct send_stream *stream, int64_t from, char *out, size_t size) VT_MUST_CHECK;
size_t send_stream_size(const struct send_stream *stream);
void send_stream_close(struct send_stream *stream);
/* There is more of it to say, or of its parts to take back; rest: its next call is about that. */
bool send_item_more(const struct send_item *item);
void send_item_rest(struct send_item *item);
/* Where an attempt before stopped, from its queue row. VT_E_INVALID: that cannot be understood. */
int send_progress_read(struct send_item *item, const char *text, bool quiet) VT_MUST_CHECK;
/* It says something to the contact: done twice it is said twice. */
bool send_is_said(const struct send_item *item);
/* The call that was built must be noted before it begins. */
bool send_progress_due(struct vt_ctx *ctx, const struct send_item *item);
/* What the item's part that just went out is known by: kept with the next note, or (put: pipeline open) as it ends. */
void send_part_out(struct send_item *item, const struct send_verdict *verdict);
int send_part_put(struct vt_ctx *ctx, struct send_item *item) VT_MUST_CHECK;
/* By what the network will name a message of the item's in what it tells, in ctx->arena. */
const char *send_known_as(struct vt_ctx *ctx, const struct send_item *item, const char *provider_id);
/* Note those of the items that are due, in one statement; the parts that went out in another before it. */
int send_progress_note(struct vt_ctx *ctx, int lane, struct send_item *items, size_t count) VT_MUST_CHECK;
/* Free what it holds; its place can be used again. */
void send_item_end(struct send_item *item);

/* What the answer means. Strings live in ctx->arena or the item's. */
void send_judge(struct vt_ctx *ctx, const struct http_result *answer, struct send_verdict *verdict);

/* The bytes that a `fetch` brought, into the store: what is not allowed fails the verdict. No pipeline. */
int send_file_take(struct vt_ctx *ctx, const char *files_directory, struct send_verdict *verdict) VT_MUST_CHECK;
/* And into its thread, or that it did not come. Queued. */
int send_file_note(struct vt_ctx *ctx, const struct send_verdict *verdict) VT_MUST_CHECK;

/* What was said and what came back, noted as it is judged and before the next call is built; with the next commit it is
 * written (put: pipeline open), after which it is forgotten. */
void send_exchange_note(struct vt_ctx *ctx, const struct http_result *answer, const struct send_verdict *verdict);
bool send_exchange_waits(void);
int send_exchange_put(struct vt_ctx *ctx) VT_MUST_CHECK;
void send_exchange_forget(void);

/* A row that asks for the line's token, or for another one. */
bool send_is_token(const struct send_item *item);
/* And what its end means. Pipeline open. */
int send_token_note(struct vt_ctx *ctx, const uint8_t *key, const struct send_verdict *verdict) VT_MUST_CHECK;

/* What a verdict means for the line: queues its pause or its good health. Pipeline open. */
int send_line_note(struct vt_ctx *ctx, const struct send_verdict *verdict) VT_MUST_CHECK;

#endif
