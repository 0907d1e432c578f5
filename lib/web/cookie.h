/*
 * The Cookie header. An https instance sets and believes only cookies named
 * __Host-..., which no other host and no plain connection can set; the prefix
 * is ours to add and take away, so everybody else says "sid".
 */
#ifndef VT_WEB_COOKIE_H
#define VT_WEB_COOKIE_H

#include "web/request.h"

#define COOKIE_HOST_PREFIX "__Host-"

/* Pairs of "a=1; b=2", in ctx->arena, at most 50; of a repeated name the first counts. What is not
 * valid UTF-8 is left out, and with secure all that lacks the prefix. */
void cookie_parse(struct vt_ctx *ctx, const char *header, bool secure, struct pairs *out);

#endif
