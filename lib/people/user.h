/*
 * People as the administrator keeps them. A change is in force at once: who is
 * disabled or removed has no session any more, and their held polls end; who
 * no longer attends gets no more cases, and what they have goes back to its
 * queues (routing/release.h, which the caller asks for). A change never touches an operator's
 * place in the waiting order (agent_state.available_since).
 *
 * Nobody gives or takes what they may not do themselves, unless they manage
 * roles; somebody who can log in, manage users and manage roles always stays.
 */
#ifndef VT_PEOPLE_USER_H
#define VT_PEOPLE_USER_H

#include "people/edit.h"

#define USER_LOGIN_MAX 100
#define USER_NAME_MAX 100
#define USER_DISPLAY_NAME_MAX 60
#define USER_STAFF_NUMBER_MAX 20
#define USER_DNI_MAX 20
#define USER_OFFICE_MAX 80
#define USER_EMAIL_MAX 200
#define USER_CAPACITY_MAX 100
#define USER_CHOICES_MAX 100           /* roles, queues or channels of one person */

struct user {
	const char *login;             /* a-z 0-9 . _ @ -, kept in lower case; unique */
	const char *name;
	const char *display_name;      /* what a contact sees; "": the first word of name */
	const char *staff_number;      /* legajo; this and the next three may be "" */
	const char *dni;               /* digits, dots and spaces are dropped */
	const char *office;
	const char *email;
	bool enabled;                  /* may log in */
	bool attends;                  /* is given cases */
	int64_t capacity;              /* cases at the same time */
	const int64_t *role_ids; size_t role_count;
	const int64_t *queue_ids; size_t queue_count;
	const int64_t *channel_ids; size_t channel_count;
	const int64_t *group_ids; size_t group_count;
};

/* Bring the texts into their form, in ctx->arena. VT_E_INVALID beside the field that has none. */
int user_tidy(struct vt_ctx *ctx, struct user *user) VT_MUST_CHECK;

/* Make (edit->id 0) or change somebody. VT_E_INVALID on "login", "staff_number", "dni" or "email"
 * when somebody else has it; on "roles" (error.user.reach); on "enabled" or "roles"
 * (error.user.last) when nobody could manage people any more. Own transaction (edit_run), audited as "user.save". */
int user_save(struct vt_ctx *ctx, struct edit *edit, const struct user *user) VT_MUST_CHECK;

/* The same of somebody whose texts are in form, in a transaction of the caller's; *user_id 0 makes
 * them. Audited when anything differs. */
int user_put(struct vt_ctx *ctx, const struct user *user, int64_t *user_id) VT_MUST_CHECK;

/* Remove somebody: they leave the lists, history keeps who they were, and the login is free again.
 * VT_E_CONFLICT: error.user.last, error.user.reach. Own transaction, audited as "user.remove". */
int user_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* What several people attend, as a change on top of what each has. */
struct user_attention {
	const int64_t *give_queues; size_t give_queue_count;
	const int64_t *take_queues; size_t take_queue_count;
	const int64_t *give_channels; size_t give_channel_count;
	const int64_t *take_channels; size_t take_channel_count;
	/* Of these channels, where they are theirs, how many cases at once; 0: as many as they may. */
	const int64_t *limit_channels; size_t limit_count;
	int64_t limit;                 /* -1: as it is */
	int64_t capacity;              /* -1: as it is */
	int64_t attends;               /* 0, 1; -1: as it is */
};

/* Give and take for all of them, or for none. VT_E_INVALID on "users" for nobody, or for somebody
 * out of reach; VT_E_NOT_FOUND when one of them is gone. Own transaction (edit_several), an audit
 * row "user.attend" each. */
int user_attend(struct vt_ctx *ctx, const char *once, const int64_t *user_ids, size_t count,
		const struct user_attention *change) VT_MUST_CHECK;

/* May ctx->user_id change this person, for what else is done to them? VT_E_CONFLICT
 * (error.user.reach). */
int user_check_reach(struct vt_ctx *ctx, int64_t user_id) VT_MUST_CHECK;

#endif
