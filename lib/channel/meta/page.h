/*
 * Messages of a Page (Messenger) and of an Instagram account: one shape of
 * webhooks and one Send API, with small differences that `struct page` names.
 * Facts: https://developers.facebook.com/documentation/business-messaging
 * (read 2026-09).
 */
#ifndef VT_CHANNEL_META_PAGE_H
#define VT_CHANNEL_META_PAGE_H

#include "channel/channel.h"
#include "channel/meta/meta.h"

#define PAGE_WINDOW_S (7 * 24 * 3600)          /* a person may answer so long; a program 24 hours */
#define PAGE_FILE_MAX (25 * 1024 * 1024)       /* bytes */

struct page {
	const char *object;            /* what the webhooks are of: "page" */
	const char *identity_kind;     /* "psid" */
	const char *node;              /* whose messages are sent; NULL: the account's */
	const char *platform;          /* that an upload names; NULL: none */
	const char *profile;           /* fields of a contact */
	const char *about;             /* fields of the line itself */
	int text_max;                  /* characters */
	int text_bytes_max;            /* 0: characters count alone */
	bool echoes_reference;         /* what we send along comes back with the echo */
	/* Does it take files of this media type as they are? NULL: yes. */
	bool (*takes)(const char *type);
	int64_t image_max;             /* bytes */
	const char *(*reaction)(const char *emoji); /* as the network names it */
};

/* Of a form both have; see channel.h. */
#define PAGE_FIELD_COUNT 7
extern const struct channel_field page_fields[PAGE_FIELD_COUNT];

/* channel.h's split, without the echoes of what our own app (secret app_id) sent. */
int page_split(struct vt_ctx *ctx, const struct page *page, const struct channel_call *call,
	       struct channel_piece **pieces, size_t *count);
int page_parse(struct vt_ctx *ctx, const struct page *page, const char *raw, size_t size,
	       struct channel_event **events, size_t *count);
int page_build(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
	       struct channel_request *request);
int page_result(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		const struct channel_answer *answer, struct channel_result *result);

#endif
