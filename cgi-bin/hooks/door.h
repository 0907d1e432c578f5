/* The door, inside: call.c verifies and stores what a provider sends, line.c knows the lines. */
#ifndef VT_HOOKS_DOOR_H
#define VT_HOOKS_DOOR_H

#include "base/vt.h"
#include "channel/channel.h"
#include "web/router.h"

/* A line that may be called, with its verifying secrets in the clear. */
struct line {
	const struct channel *network;
	int64_t channel_id;
	const char *account, *business;
	struct line_secret { const char *name, *value; } *secrets;
	size_t secret_count;
};

/* The line of an address; known ones are believed for some seconds, unless `anew`. VT_E_NOT_FOUND: no
 * such line, or one whose network nobody calls. */
int line_by_key(struct vt_ctx *ctx, const char *key, bool anew, const struct line **out) VT_MUST_CHECK;
/* Another line of `line`'s network, by the number that the network gives it. *out NULL: none. In
 * ctx->arena. */
int line_by_account(struct vt_ctx *ctx, const struct line *line, const char *account,
		    struct line **out) VT_MUST_CHECK;
/* NULL: it has none of that name. */
const char *line_secret(const struct line *line, const char *name);

int hooks_call(struct vt_ctx *ctx, struct request *request, struct response *response);

#endif
