/*
 * The second factor at log-in: six figures from an application on a telephone
 * (TOTP, RFC 6238), or one of ten codes for who lost it. Each is good once. The
 * seed is encrypted with the installation's key; of the codes only the hash is
 * kept. A role can require it (role.factor_required); who comes by a provider
 * shows it there.
 */
#ifndef VT_PEOPLE_TOTP_H
#define VT_PEOPLE_TOTP_H

#include "base/secret.h"
#include "people/session.h"

#define TOTP_RECOVERY_CODES 10
#define TOTP_RECOVERY_TEXT 15          /* "abcd-efgh-jkmn" and NUL */
#define TOTP_CODE_MAX 20               /* what is typed: either of the two */

/* A seed that somebody may take: for the form, until they show that their telephone has it. */
struct totp_offer {
	const char *secret;            /* base32, for typing */
	const char *uri;               /* otpauth://, for the picture */
	const char *sealed;            /* for the form: only we can read it, only theirs */
};
int totp_offer(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	       struct totp_offer *out) VT_MUST_CHECK;
/* The same again, for a form that comes back. VT_E_INVALID when it is not theirs. */
int totp_offer_read(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
		    const char *sealed, struct totp_offer *out) VT_MUST_CHECK;

/* Take it: code is what the telephone shows. VT_E_INVALID on "code" (error.factor.code);
 * VT_E_CONFLICT (error.factor.there) when they have one, whoever shows it or not. Own transaction,
 * audited "factor.enrol". */
int totp_enrol(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	       const char *sealed, const char *code,
	       char codes[TOTP_RECOVERY_CODES][TOTP_RECOVERY_TEXT]) VT_MUST_CHECK;

/* Show it, after the password. VT_E_INVALID on "code" (error.factor.code); VT_E_RATE after failures,
 * as at log-in. Own transaction, audited "factor.show", failures "factor.failed". */
int totp_show(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	      const char *code) VT_MUST_CHECK;

/* Do without it from now on. The same errors, and VT_E_CONFLICT (error.factor.required) when a role of
 * theirs requires it. Own transaction, audited "factor.remove". */
int totp_remove(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
		const char *code) VT_MUST_CHECK;

/* An administrator takes it from somebody who lost their telephone; their sessions end. VT_E_CONFLICT
 * (error.user.reach). Own transaction, audited "user.factor". */
int totp_take_away(struct vt_ctx *ctx, int64_t user_id) VT_MUST_CHECK;

#endif
