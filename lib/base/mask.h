/*
 * What was said to a provider, and what it said, as a log may keep it: the form is told, people and secrets are not. A
 * string shows only when it is a word of the protocol; numbers and ids end in their last four, the rest is its length.
 */
#ifndef VT_BASE_MASK_H
#define VT_BASE_MASK_H

#include "base/vt.h"

/* text (size bytes, JSON, a form or anything else) without people and secrets, max bytes at most, valid UTF-8, in
 * ctx->arena. refused: it says why something was refused, so its words show, without their numbers. */
const char *mask_body(struct vt_ctx *ctx, const char *text, size_t size, bool refused, size_t max);
/* "/v25.0/…4923/messages?fields=…": no scheme, no host, no token, no number. */
const char *mask_path(struct vt_ctx *ctx, const char *url);
/* Words of a provider, max bytes at most, without numbers of five digits or more, addresses of mail and long tokens. */
const char *mask_words(struct vt_ctx *ctx, const char *text, size_t max);

#endif
