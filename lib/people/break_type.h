/*
 * Breaks (descansos) as the administrator arranges them. What an operator may
 * take at this moment is decided by agent_set_state, with break_check.
 */
#ifndef VT_PEOPLE_BREAK_TYPE_H
#define VT_PEOPLE_BREAK_TYPE_H

#include "people/edit.h"

#define BREAK_NAME_MAX 40
#define BREAK_MINUTES_MAX 720
#define BREAK_USERS_MAX 900
#define BREAK_GROUPS_MAX 50

struct break_type {
	const char *name;              /* unique among those that are not removed */
	int64_t allowance_s;           /* a day; 0: no limit */
	int64_t longest_s;             /* in a row; 0: no limit */
	bool everybody;
	const int64_t *user_ids; size_t user_count;    /* who may, when not everybody */
	const int64_t *group_ids; size_t group_count;  /* and who is in one of these */
	bool by_oneself;               /* false: only supervision sends somebody */
	int64_t at_once;               /* operators of one queue at the same time; 0: no limit */
	int64_t waiting_max;           /* refused while more conversations wait in their queues; 0: never */
	int64_t shows;                 /* BREAK_SHOWS_*: what the operator sees of it, as bits */
	int64_t over;                  /* BREAK_OVER_*: after longest_s it counts on, or ends by itself */
	int64_t position;
	bool enabled;
};

/* Make (edit->id 0) or change it. VT_E_INVALID on "name" when there is one of that name. Own
 * transaction (edit_run). Who is on that break stays on it. */
int break_type_save(struct vt_ctx *ctx, struct edit *edit, const struct break_type *type) VT_MUST_CHECK;
/* Remove it; history keeps it. */
int break_type_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* May the user go on this break now? by_oneself: they chose it; else somebody sends them, and only
 * whether the break is theirs counts. Locks the break's row, so that of two who take the last place
 * one gets it: call it in the transaction that changes the state. VT_E_INVALID on "break_type" when
 * there is none; VT_E_CONFLICT with error.break.not_yours, .used_up (one that ends by itself, and its time of
 * today is over), .full or .waiting. */
int break_check(struct vt_ctx *ctx, int64_t user_id, int64_t break_type_id, bool by_oneself) VT_MUST_CHECK;

/* After user_id took a break, or left it: the pages of those for whom it is full now, or has a place again,
 * hear of it. 0 is no break. The caller's transaction. */
int break_tell(struct vt_ctx *ctx, int64_t user_id, int64_t break_type_id, bool left) VT_MUST_CHECK;

#endif
