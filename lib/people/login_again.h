/*
 * Are those who came by a provider still welcome there? Asked for each open
 * session about every 25 seconds, so that who is disabled there is out here
 * within a minute. A provider that does not answer ends nobody's session.
 */
#ifndef VT_PEOPLE_LOGIN_AGAIN_H
#define VT_PEOPLE_LOGIN_AGAIN_H

#include "people/login_provider.h"

/* One pass over the sessions not asked for since again_us (whole seconds), for at most some six seconds; *done counts the sessions, *more says that
 * some are
 * left. key and base_url: the installation's. Outside a transaction: it waits for others. */
int login_again(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *base_url,
		int64_t again_us, int64_t *done, bool *more) VT_MUST_CHECK;

#endif
