/*
 * One CSRF token per session, sent in field "csrf" or header X-CSRF-Token.
 * Before log-in: an HMAC over a random cookie (double submit).
 */
#ifndef VT_WEB_CSRF_H
#define VT_WEB_CSRF_H

#include "web/request.h"
#include "web/response.h"

#define CSRF_COOKIE "pre"

/* The token for a session's secret: HMAC(key "csrf", session token hash). In ctx->arena. */
const char *csrf_token(struct vt_ctx *ctx, const char *seed);
/* VT_E_FORBIDDEN (error.csrf) when the request's token is not csrf_token(seed), or seed is "". */
int csrf_check(struct vt_ctx *ctx, const struct request *request, const char *seed) VT_MUST_CHECK;
/* Seed for people without a session: cookie "pre", made when absent. */
const char *csrf_anonymous_seed(struct vt_ctx *ctx, const struct request *request,
				struct response *response);

#endif
