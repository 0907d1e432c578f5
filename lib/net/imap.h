/*
 * A mailbox read by IMAP4rev1 (RFC 3501), through the client of http.h: three
 * questions, each a request for http_request or http_multi_add, and what their
 * answers say. A password or token goes under TLS only: imaps:// from the
 * start, imap:// after STARTTLS.
 *
 * The answer's status: 200, or IMAP_LOGIN_REFUSED, IMAP_REFUSED (there is no such
 * folder, or the server does not do what was asked), IMAP_GONE (no such mail,
 * or the folder's numbering is another one now).
 */
#ifndef VT_NET_IMAP_H
#define VT_NET_IMAP_H

#include "net/http.h"

#define IMAP_LOGIN_REFUSED 401
#define IMAP_REFUSED 403
#define IMAP_GONE 410
#define IMAP_TOLD_MAX 100              /* characters of a server's reason */

struct imap_mailbox {
	const char *url;               /* "imaps://host", with a port if it is another; no path */
	const char *folder;            /* its name as people write it (imap_folder.h) */
	const char *user;
	const char *password;
	const char *bearer;            /* a token of XOAUTH2, in place of the password; NULL: none */
	const struct guard *guard;     /* must outlive the request */
	const char *ca_pem;            /* as in http_request */
};

struct imap_status { int64_t uid_validity, uid_next; };
struct imap_entry { int64_t uid, size, arrived_s; };

/* All that *out points to lives in ctx->arena. VT_E_INVALID: the folder's name is none. */

/* How the folder is numbered, and the number that its next mail gets. */
int imap_ask_status(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, struct http_request *out) VT_MUST_CHECK;
/* The mails from number `first` to `last`, on a connection that knows all of them. */
int imap_ask_list(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, int64_t first, int64_t last,
		  struct http_request *out) VT_MUST_CHECK;
/* One mail whole, or its head alone: at most head_max bytes (0: whole). `anew`: not on a connection that
 * may not know it yet. The caller sets sink and response_max. */
int imap_ask_mail(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, const struct imap_status *status,
		  int64_t uid, int64_t head_max, bool anew, struct http_request *out) VT_MUST_CHECK;

/* VT_E_PROVIDER: it answered something else. */
int imap_read_status(struct vt_ctx *ctx, const struct http_response *response,
		     struct imap_status *out) VT_MUST_CHECK;
/* In the order of their numbers, those between first and last only. *out in ctx->arena. */
size_t imap_read_list(struct vt_ctx *ctx, const struct http_response *response, int64_t first, int64_t last,
		      struct imap_entry **out);

#endif
