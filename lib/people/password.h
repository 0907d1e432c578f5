/* Passwords of ours: what one must be, and setting it. */
#ifndef VT_PEOPLE_PASSWORD_H
#define VT_PEOPLE_PASSWORD_H

#include "base/vt.h"

#define PASSWORD_MAX 200               /* characters; longer ones are only work */

/* Is it long enough, and none that anybody would try first? VT_E_INVALID beside field:
 * error.password.short, .common. */
int password_check(struct vt_ctx *ctx, const char *field, int64_t user_id, const char *password) VT_MUST_CHECK;

/* It is theirs from now on: the hash (secret_password_hash, made before), the delay after failures
 * forgotten, their sessions closed but this one (0: all). In the caller's transaction. */
int password_put(struct vt_ctx *ctx, int64_t user_id, const char *hash, int64_t kept_session_id) VT_MUST_CHECK;

#endif
