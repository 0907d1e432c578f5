/*
 * Sessions of staff: a 256-bit token in a cookie, its SHA-256 in the database
 * (identity notes, A4). Its idle and its absolute limit are settings that the
 * database applies (session_limits); a held poll keeps the heartbeat, not the
 * idle clock.
 */
#ifndef VT_PEOPLE_SESSION_H
#define VT_PEOPLE_SESSION_H

#include "base/vt.h"
#include "base/secret.h"
#include "people/field.h"
#include "people/permission.h"

#define SESSION_COOKIE "sid"

struct session {
	int64_t session_id;
	int64_t user_id;
	int64_t user_version_id;
	const char *login;
	const char *name;
	const char *display_name;
	uint64_t permissions;        /* bits of enum permission */
	struct field_sight sight;    /* what they see of a contact */
	const char *view_name;       /* the role one looks as, reading only; NULL: as oneself */
	const char *duty;            /* "password", "factor", "enrol": to be done first; "" */
	bool attends;
	bool sound;
	int agent_state;             /* AGENT_* */
	int64_t break_type_id;
	int64_t agent_state_since;   /* us UTC */
	const char *csrf_seed;       /* hex of the token's hash */
	/* The database's snapshot before anything of this page was read: the
	 * cursor that the page's poll carries (pg_current_snapshot()). */
	const char *snapshot;
};

/* Log in. VT_E_INVALID with key error.login for a wrong pair, a disabled or
 * locked account (never told apart); VT_E_RATE (error.login.locked) while the
 * growing delay of the account or address runs (5 failures, then 2^n s, at
 * most 15 min); VT_E_CONFLICT (error.login.seats, .seats_named) when no seat is
 * free. On success a new session, its audit row and the token. */
int session_open(struct vt_ctx *ctx, const char *login, const char *password,
		 char token[SECRET_TOKEN_TEXT]) VT_MUST_CHECK;

/* The session of a cookie's token, in one statement, which also moves
 * last_seen_at when it is older than a minute and touch is true.
 * VT_E_UNAUTHENTICATED when there is none, it is closed, over a limit, or its
 * user is disabled. */
int session_find(struct vt_ctx *ctx, const char *token, bool touch, struct session **out) VT_MUST_CHECK;

/* Close it (log-out): the operator's state goes to out. */
int session_close(struct vt_ctx *ctx, const struct session *session, const char *reason) VT_MUST_CHECK;

/* Close somebody's session, as an administrator: what it asks next is 401, and so is what it holds.
 * One that is closed already stays as it is. Audited "session.close". VT_E_NOT_FOUND: there never
 * was one. Own transactions. */
int session_end(struct vt_ctx *ctx, int64_t session_id) VT_MUST_CHECK;
/* Log out everywhere: every session of this one's person. */
int session_end_all(struct vt_ctx *ctx, const struct session *session) VT_MUST_CHECK;

/* The open session of a cookie's token, whoever's; 0: none. */
int session_of_token(struct vt_ctx *ctx, const char *token, int64_t *session_id) VT_MUST_CHECK;

/* What the session waited for is done: when nothing else is left, who attends is available, as after
 * log-in. */
int session_duty_done(struct vt_ctx *ctx, const struct session *session) VT_MUST_CHECK;

#endif
