/* The first line of an agency: a webchat whose bot greets and hands over to a queue. */
#ifndef VT_ROUTING_FIRST_LINE_H
#define VT_ROUTING_FIRST_LINE_H

#include "people/edit.h"

#define FIRST_LINE_NAME_MAX 60
#define FIRST_LINE_GREETING_MAX 1000
#define FIRST_LINE_SITES_MAX 5

struct first_line {
	const char *name;
	const char *title;             /* of the chat, as people see it */
	const char *greeting;          /* what the bot says first */
	const char *const *sites; size_t site_count;   /* origins that may show it: "https://site" */
	int64_t queue_id;
};

/* An address as people write it into an origin: scheme, host and port, lower case; NULL when it is
 * none. In ctx->arena. Pure. */
const char *first_line_site(struct vt_ctx *ctx, const char *text);

/* Make it; edit->id is the channel's. VT_E_INVALID on "queue" when there is none, on "name" when
 * there is one of that name. Own transaction (edit_run), audited as "channel.save". */
int first_line_make(struct vt_ctx *ctx, struct edit *edit, const struct first_line *line) VT_MUST_CHECK;

#endif
