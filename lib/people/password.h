/*
 * Passwords of ours: what one must be (settings password.*), and setting it.
 * What somebody has to do before anything else in a session (session.duty) is
 * decided in sql/functions/session_duty.sql.
 */
#ifndef VT_PEOPLE_PASSWORD_H
#define VT_PEOPLE_PASSWORD_H

#include "base/secret.h"
#include "people/session.h"

#define PASSWORD_MAX 200               /* characters; longer ones are only work */
#define PASSWORD_TEMPORARY_TEXT 24     /* with its NUL */

/* Long enough, none that anybody would try first (the dictionary, the words of the agency and the
 * person's own), none of their last ones. VT_E_INVALID beside field: error.password.short, .common,
 * .words, .again_used. It hashes: some 0.2 s for each earlier one; outside a transaction. */
int password_check(struct vt_ctx *ctx, const char *field, int64_t user_id, const char *password) VT_MUST_CHECK;

/* It is theirs from now on: the hash (secret_password_hash, made before), the delay after failures
 * forgotten, their sessions closed but this one (0: all). temporary: it must be changed before
 * anything else. In the caller's transaction. */
int password_put(struct vt_ctx *ctx, int64_t user_id, const char *hash, bool temporary,
		 int64_t kept_session_id) VT_MUST_CHECK;

/* Somebody changes their own; every other session of theirs is closed. VT_E_INVALID on "current"
 * (error.password.current) or "password"; VT_E_RATE after failures, as at log-in; VT_E_CONFLICT
 * (error.password.outside) when they have none of ours. Own transaction, audited "password.change". */
int password_change(struct vt_ctx *ctx, const struct session *session, const char *current,
		    const char *password) VT_MUST_CHECK;

/* A password for once, given by an administrator; their sessions are closed. It follows from key and
 * once, so that a form sent twice tells the same. VT_E_NOT_FOUND; VT_E_CONFLICT: error.user.reach,
 * error.invite.disabled. Own transaction, audited "user.password". */
int password_give(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once, int64_t user_id,
		  char password[PASSWORD_TEMPORARY_TEXT], const char **name) VT_MUST_CHECK;

#endif
