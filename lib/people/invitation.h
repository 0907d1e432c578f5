/*
 * Invitations: a link by which somebody sets their password. It is good for one
 * use and some days (setting invite.hours); a new one ends those before it. The
 * database knows only the hash of what is in it.
 */
#ifndef VT_PEOPLE_INVITATION_H
#define VT_PEOPLE_INVITATION_H

#include "base/secret.h"
#include "base/vt.h"

struct invitation {
	int64_t id;
	const char *name, *login, *email;      /* whom it is for; email "" for none */
	int64_t expires_at;                    /* us UTC */
	char token[SECRET_TOKEN_TEXT];         /* the link's secret part */
	bool repeat;                           /* this form had made it before */
	const char *sent_to;                   /* of a repeat: where it was sent; NULL: nowhere */
};

/* Make one. The token follows from key (the installation's) and once, so that a form sent twice gives
 * the same link. VT_E_NOT_FOUND: nobody; VT_E_CONFLICT: error.invite.disabled, error.user.reach. Own
 * transaction, audited "user.invite". */
int invitation_make(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once,
		    int64_t user_id, struct invitation *out) VT_MUST_CHECK;
/* End it: its link is good for nothing from now on; ended already it stays as it is. VT_E_NOT_FOUND:
 * there is none; VT_E_CONFLICT: error.invite.used, error.user.reach. Own transaction, audited
 * "invitation.revoke". */
int invitation_revoke(struct vt_ctx *ctx, int64_t invitation_id) VT_MUST_CHECK;
/* Where it was sent, or why it was not. */
int invitation_sent(struct vt_ctx *ctx, int64_t invitation_id, const char *to, const char *why) VT_MUST_CHECK;

/* Whose link it is. VT_E_NOT_FOUND: used, ended, or none. */
int invitation_find(struct vt_ctx *ctx, const char *token, struct invitation *out) VT_MUST_CHECK;
/* Use it: the password is theirs, whatever they had open is closed. Errors of invitation_find, and
 * VT_E_INVALID on "password" as of password_check. Own transaction, audited "invitation.use" as
 * theirs. */
int invitation_use(struct vt_ctx *ctx, const char *token, const char *password) VT_MUST_CHECK;

#endif
