/* Mail through the client of http.h: what is different about SMTP. */
#ifndef VT_NET_SMTP_PRIVATE_H
#define VT_NET_SMTP_PRIVATE_H

#include "net/http.h"

#include <curl/curl.h>

#define SMTP_LINE_MAX 512              /* of an answer; the rest is cut off (RFC 5321, 4.5.3.1.5) */

struct smtp_transfer {
	const char *body; size_t size, sent;
	struct curl_slist *recipients;
	char answer[SMTP_LINE_MAX + 1];    /* the server's last line but its goodbye */
};

/* Everything of the request that SMTP has. VT_E_INVALID for an address or a name that could be more
 * than one. The caller frees recipients. */
int smtp_set(struct vt_ctx *ctx, CURL *easy, const struct http_request *request,
	     struct smtp_transfer *smtp) VT_MUST_CHECK;
/* A line that the server wrote. */
void smtp_line(struct smtp_transfer *smtp, const char *data, size_t size);
/* The status of the server's own refusal, for what libcurl calls an error; 0: it is none. */
int smtp_refusal(CURLcode result, long status);

#endif
