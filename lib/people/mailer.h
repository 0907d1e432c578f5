/*
 * The agency's outgoing mail, as the settings mail.* say. key: the
 * installation's, with which its password is encrypted.
 */
#ifndef VT_PEOPLE_MAILER_H
#define VT_PEOPLE_MAILER_H

#include "net/mail.h"
#include "people/setting.h"

/* Do the given settings go together? VT_E_INVALID on the one that does not. A NULL is not looked at. */
int mailer_check(struct vt_ctx *ctx, const struct settings *settings) VT_MUST_CHECK;
/* Is there a server to hand mail to? */
bool mailer_ready(const struct settings *settings);
/* Hand it over; errors as of mail_send. Never inside a transaction. */
int mailer_send(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct settings *settings,
		const struct mail *mail) VT_MUST_CHECK;

#endif
