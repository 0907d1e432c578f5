/*
 * Queues as the administrator arranges them. What they decide is applied where
 * it happens: assign.c (strategy, capacity, greeting), intake (channels),
 * `ventanilla expire` (maximum wait, time to answer), conversation/attend.c
 * (closing).
 */
#ifndef VT_ROUTING_QUEUE_H
#define VT_ROUTING_QUEUE_H

#include "people/edit.h"

#define QUEUE_NAME_MAX 60
#define QUEUE_TEXT_MAX 1000
#define QUEUE_CHANNELS_MAX 200
#define QUEUE_CAPACITY_MAX 100
#define QUEUE_SERVICE_LEVEL_MAX_S 86400
#define QUEUE_WAIT_MAX_S (7 * 86400)
#define QUEUE_PRIORITY_MAX 2
#define QUEUE_PREFERRED_MAX_H 8760
#define QUEUE_ANSWER_MAX_S 86400
#define QUEUE_REOPEN_MAX_H 720
#define QUEUE_REOPEN_STANDARD_H 24

/* How its cases end, and what happens when the contact writes again. */
struct queue_ending {
	int64_t wrap_s;                /* 0-WRAP_MAX_S: after a close nothing comes for so long */
	int64_t reopen_mode;           /* REOPEN_* */
	int64_t reopen_hours;          /* 1-QUEUE_REOPEN_MAX_H: for so long; then through the bot */
};

struct queue {
	const char *name;              /* unique among those that are not removed */
	const int64_t *channel_ids; size_t channel_count;   /* none: all */
	int64_t strategy;              /* STRATEGY_* */
	int64_t priority;              /* 0-QUEUE_PRIORITY_MAX: higher first */
	int64_t capacity;              /* cases of it an operator has at once; 0: no limit of its own */
	int64_t service_level_s;
	int64_t max_wait_s;            /* 0: no limit */
	int64_t overflow_queue_id;     /* where they go after max_wait_s; 0: they are closed as lost */
	int64_t preferred_hours;       /* who comes back within so many gets the operator they had; 0: off */
	int64_t answer_s;              /* a case that nobody answered for so long goes back; 0: never */
	bool answer_out;               /* and who let it pass is out */
	bool typification_required;
	const char *greeting, *farewell;     /* with variables (conversation/words.h); "" for none */
	int64_t greeting_mode, farewell_mode;   /* TEXT_MODE_* */
	struct queue_ending ending;
};

/* Make (edit->id 0) or change it. VT_E_INVALID on "name", "channels", "max_wait", "overflow",
 * "greeting" or "farewell". Own transaction (edit_run). */
int queue_save(struct vt_ctx *ctx, struct edit *edit, const struct queue *queue) VT_MUST_CHECK;
/* Whether closing one of its cases asks for a tipificación; on record as "tag.required". */
int queue_require(struct vt_ctx *ctx, struct edit *edit, bool required) VT_MUST_CHECK;
/* Remove it. VT_E_CONFLICT (error.queue.used) while a channel begins with it, a published bot or
 * another queue hands over to it, or conversations are in it. History keeps it. */
int queue_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

#endif
