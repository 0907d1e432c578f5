/*
 * Mail as RFC 5322 and MIME write it, read and written with GMime 3. Only
 * mime.c touches GMime. Pure; what comes back lives in ctx->arena and is valid
 * UTF-8, attachments apart.
 */
#ifndef VT_CHANNEL_EMAIL_MIME_H
#define VT_CHANNEL_EMAIL_MIME_H

#include "base/vt.h"

#define MIME_SIZE_MAX ((size_t)25 * 1024 * 1024)
#define MIME_PARTS_MAX 100
#define MIME_DEPTH_MAX 20
#define MIME_TO_MAX 100

struct mime_part {                     /* an attachment, or an image within the HTML */
	const char *name;              /* as the sender says; never NULL */
	const char *type;              /* likewise: "image/png" */
	const char *content_id;        /* without <>; "" for none */
	const char *data; size_t size; /* decoded */
};

struct mime_mail {                     /* "" where the mail says nothing */
	const char *from_name, *from_address;
	const char *reply_name, *reply_address;
	const char *const *to; size_t to_count;        /* who it went to, at most MIME_TO_MAX, lower case */
	const char *subject, *message_id, *in_reply_to, *references;   /* ids as written, with <> */
	int64_t date_s;                /* 0: none */
	const char *text;              /* of its text/plain parts, lines as written */
	const char *html;              /* of the first text/html, as it came: hostile */
	const char *auto_submitted, *precedence, *return_path, *list_id;
	bool has_return_path, auto_reply;
	const char *report;            /* multipart/report: the delivery status (RFC 3464) */
	const char *returned;          /* likewise: the headers of what came back */
	struct mime_part *parts; size_t part_count;
};

/* VT_E_TOO_LARGE over MIME_SIZE_MAX; VT_E_INVALID when it is no mail, or has more than
 * MIME_PARTS_MAX parts or MIME_DEPTH_MAX levels. */
int mime_read(struct vt_ctx *ctx, const char *bytes, size_t size, struct mime_mail **out) VT_MUST_CHECK;

/* "Name: value" with \r\n, in encoded words and folded where it must be (RFC 2047). */
const char *mime_header(struct vt_ctx *ctx, const char *name, const char *value);
/* The time as a Date header has it. */
const char *mime_date(struct vt_ctx *ctx, int64_t at_us);
/* One @, no space, nothing that could be more than an address. */
bool mime_is_address(const char *text);

#endif
