/* The agency's outgoing mail, as the settings mail.* say. */
#ifndef VT_PEOPLE_MAILER_H
#define VT_PEOPLE_MAILER_H

#include "net/mail.h"
#include "people/setting.h"

/* Is there a server to hand mail to? */
bool mailer_ready(const struct settings *settings);
/* Hand it over; errors as of mail_send. Never inside a transaction. */
int mailer_send(struct vt_ctx *ctx, const struct settings *settings, const struct mail *mail) VT_MUST_CHECK;

#endif
