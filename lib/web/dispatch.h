/*
 * One exchange: from the parameters and the body of a request to the head and
 * the body of its answer. Knows nothing of FastCGI's wire.
 *
 *   dispatch_begin    reads the head, finds the route
 *   (the caller reads request.body_size bytes into request.body)
 *   dispatch_run      form, permission, handler
 *   dispatch_refuse   instead, or after a failure of these: the error's answer
 *   dispatch_end      the answer's head, the log line
 */
#ifndef VT_WEB_DISPATCH_H
#define VT_WEB_DISPATCH_H

#include "web/request.h"
#include "web/response.h"
#include "web/router.h"

struct exchange {
	const struct program *program;
	struct request request;
	struct response response;
	const struct route *route;   /* NULL: none found */
	int64_t started_us;          /* monotonic */
	int error_status;            /* in place of the error code's; 0 = none */
};

/* environment: NAME=VALUE, ends with NULL, stays while the exchange lasts. -1: refuse it. */
int dispatch_begin(struct vt_ctx *ctx, struct exchange *exchange, const struct program *program,
		   char *const *environment) VT_MUST_CHECK;
int dispatch_run(struct vt_ctx *ctx, struct exchange *exchange) VT_MUST_CHECK;
void dispatch_refuse(struct vt_ctx *ctx, struct exchange *exchange);
/* The CGI head ("Status: 200 OK\r\n...", with its empty line) for response.body, of which nothing
 * is to be sent when the method is HEAD. */
void dispatch_end(struct vt_ctx *ctx, struct exchange *exchange, struct strbuf *head);

#endif
