/*
 * From who somebody is to a provider to a session of ours: which role their
 * groups give, which user they are, and the session that hangs on it.
 * Nobody comes in whose groups give no role.
 */
#ifndef VT_PEOPLE_LOGIN_ADMIT_H
#define VT_PEOPLE_LOGIN_ADMIT_H

#include "people/login_provider.h"

#define LOGIN_GROUPS_MAX 500

/* What a provider says of a person; strings from outside, bounded by their source. */
struct login_person {
	const char *issuer;            /* "" where there is none */
	const char *subject;           /* never changes, never given to another */
	const char *login, *name, *email;
	const char *way;               /* the name on record; NULL: the provider's */
	const char *const *groups;
	size_t group_count;
	/* What keeps the session bound to the provider's; NULL where there is none. */
	const char *provider_session, *id_token, *access_token, *refresh_token;
	int64_t access_expires_at;     /* us UTC; 0 unknown */
};

/*
 * Let them in: the user's name and role follow the provider, the session and its audit row are
 * written. VT_E_FORBIDDEN with a key: error.login.role (no group gives one), error.login.unknown
 * (only people we know, or the name is another's), error.login.guarded (somebody with a password who
 * can arrange log-ins is never taken over), error.login.disabled. A refusal is audited as
 * "login.failed". Own transactions; no network.
 */
int login_admit(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		const struct login_provider *provider, const struct login_person *person,
		char token[SECRET_TOKEN_TEXT]) VT_MUST_CHECK;

/* A log-in by this provider that came to nothing, on record; the error stays. counted: the name that
 * the growing delay counts it for, and the address with it; NULL when it is nobody's fault. Own
 * transaction. */
void login_refused(struct vt_ctx *ctx, const struct login_provider *provider, const char *login,
		   const char *counted);

/* Their groups, looked at again while the session lives: 0 it goes on (with the role they give now),
 * 1 it must end. Own transaction. */
int login_recheck(struct vt_ctx *ctx, int64_t identity_id, const struct login_provider *provider,
		  const struct login_person *person) VT_MUST_CHECK;

/* End one session: its row, its audit row, its polls; the operator is out when it was the last. Own
 * transactions. reason: "provider", "provider_logout". */
int login_session_end(struct vt_ctx *ctx, int64_t session_id, const char *reason) VT_MUST_CHECK;

#endif
