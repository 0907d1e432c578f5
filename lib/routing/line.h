/*
 * A line: a channel (canal) of a network as the administrator arranges it.
 * Its settings are the network's business (channel/setting.h); here they are
 * JSON that was checked.
 */
#ifndef VT_ROUTING_LINE_H
#define VT_ROUTING_LINE_H

#include "people/edit.h"

#define LINE_NAME_MAX 60
#define LINE_IDLE_MAX_S (7 * 86400)
#define LINE_LOST_MAX_S 86400

struct line_secret {
	const char *name, *value;      /* in the clear */
	bool verifies, sends;          /* who may read it: the door, the sending; at least one */
};

struct line {
	int64_t messenger;             /* as it was made */
	const char *name;              /* unique among its network's */
	bool enabled;                  /* nobody begins anything in it otherwise; what is open goes on */
	int64_t bot_id;                /* who attends first; 0: nobody, straight to the queue */
	int64_t queue_id;              /* the first queue, where nothing else is said */
	int64_t idle_close_s;          /* silent in the bot for so long: closed */
	int64_t heartbeat_lost_s;      /* waiting, and gone for so long: abandoned */
	const char *settings;          /* JSON object: those that change */
	const char *hook;              /* before its key: where its network calls, told as its setting hook;
					* "": the settings say it, or it is not told */
	const struct line_secret *secrets;     /* those that change */
	size_t secret_count;
	const uint8_t *key;            /* the key file's */
};

/* Make (edit->id 0) or change it; a rest of it ends. VT_E_INVALID on "name", "bot" or "queue". Own transaction
 * (edit_run). Whoever attends it is arranged with people. */
int line_save(struct vt_ctx *ctx, struct edit *edit, const struct line *line) VT_MUST_CHECK;
/* Change how it looks alone: settings, a JSON object; on record as "channel.design". */
int line_design(struct vt_ctx *ctx, struct edit *edit, const char *settings) VT_MUST_CHECK;
/* Write a secret of a line, encrypted with key, where those read it who may. In a transaction of the
 * caller's; with the role of staff, or the owner's. */
int line_secret_put(struct vt_ctx *ctx, const uint8_t *key, int64_t channel_id,
		    const struct line_secret *secret) VT_MUST_CHECK;
/* Remove it. VT_E_CONFLICT (error.channel.used) while conversations are open in it, or a queue
 * attends nothing else. History keeps it. */
int line_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

#endif
