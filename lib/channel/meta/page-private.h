/* What page*.c share among themselves. */
#ifndef VT_CHANNEL_META_PAGE_PRIVATE_H
#define VT_CHANNEL_META_PAGE_PRIVATE_H

#include "channel/meta/page.h"

#define PAGE_ID_MAX 512                /* bytes of an id of a message */

/* Before our reference in what travels with a message and comes back. A part that is followed by
 * others has the mark alone. */
#define PAGE_MARK "ventanilla:"

/* Fill event from item.message, which has a mid; false: it is nothing to tell. */
bool page_message_read(struct vt_ctx *ctx, struct json *message, struct channel_event *event);

/* Does it fit into one message? */
bool page_fits(const struct page *page, const char *text);
/* options, an array, as quick replies of message; text grows by those that do not fit in one.
 * VT_E_INVALID when that is too long. */
int page_menu_add(struct vt_ctx *ctx, const struct page *page, struct json *options, const char **text,
		  struct json *message) VT_MUST_CHECK;

/* Is this call the upload of the message's file? Then build uploads, and result goes on. */
bool page_uploads(const struct channel_message *message);
/* The file's name at the provider's; NULL: it has none yet. */
const char *page_attachment(const struct channel_message *message);
/* Is it sent as a person's answer after the first 24 hours? */
bool page_is_late(const struct channel_message *message);
/* What result says to remember: see above. */
const char *page_memory(struct vt_ctx *ctx, bool late, const char *attachment);

#endif
