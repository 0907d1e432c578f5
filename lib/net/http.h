/*
 * Requests to other machines: http and https, and mail by smtp(s) and imap(s), through
 * the guard (net/guard.h), without redirects, proxies, cookies or credentials in the
 * URL; TLS is verified; time and size are bounded. A status of 400 or 500 is
 * an answer, not an error. A body is said once: not again by itself on another
 * connection when a kept one ends under way. Never inside a transaction.
 *
 * Errors: VT_E_INVALID the URL, method or a header is malformed;
 * VT_E_FORBIDDEN (error.http.address) the guard refuses the address;
 * VT_E_UNAVAILABLE no connection, or no answer in time; VT_E_TOO_LARGE the
 * answer is over its bound; VT_E_PROVIDER the peer's TLS or HTTP is broken.
 * Messages name the host, never the path or the query: they may hold tokens.
 */
#ifndef VT_NET_HTTP_H
#define VT_NET_HTTP_H

#include "base/vt.h"
#include "net/guard.h"

#define HTTP_TIMEOUT_MS 10000
#define HTTP_CONNECT_TIMEOUT_MS 5000
#define HTTP_RESPONSE_MAX ((size_t)1024 * 1024)
#define HTTP_MEMORY_MAX ((size_t)8 * 1024 * 1024)
#define HTTP_BODY_MAX ((size_t)48 * 1024 * 1024)

struct http_request {
	const char *method;           /* NULL: POST with a body, else GET */
	const char *url;
	const char *const *headers;   /* "Name: value", NULL at the end; may be NULL */
	const void *body;             /* NULL: none; say its Content-Type in headers */
	size_t body_size;
	/* A body that is nowhere whole: writes size bytes of it, from `from` on, to out; -1 gives up. In place of
	 * body, with its body_size; not for mail. body_arg must live until the answer is taken. */
	int (*body_at)(void *body_arg, size_t from, char *out, size_t size);
	void *body_arg;
	bool body_lives;              /* http_multi_add: it stays until the answer is taken, and is not copied */
	/* smtp(s): the body is a mail whole, its lines end in \r\n. A password goes under TLS only,
	 * smtp:// asks for STARTTLS then. The answer's status is the server's, its body the last line
	 * that it wrote; method, headers and sink have no meaning. Without mail_to and
	 * body: log in, and that is all. */
	const char *mail_from;
	const char *const *mail_to;   /* NULL at the end */
	const char *user;             /* NULL or "": no log-in */
	const char *password;
	const char *bearer;           /* a token of XOAUTH2 in place of the password, or NULL */
	/* imap(s): as net/imap.h asks. A line of its own; not on a kept connection; the connection is not kept. */
	const char *imap_command;
	bool imap_anew, imap_last;
	const struct guard *guard;    /* must outlive the request; NULL: public addresses only */
	const char *ca_file;          /* PEM of the authorities to trust; NULL: the system's */
	const char *ca_pem;           /* more authorities, as text, besides the system's; not with ca_file;
				       * NULL or "": none */
	int timeout_ms;               /* for the whole; 0: HTTP_TIMEOUT_MS */
	int connect_timeout_ms;       /* 0: HTTP_CONNECT_TIMEOUT_MS */
	size_t response_max;          /* bytes of body; 0: HTTP_RESPONSE_MAX; without a
					 sink at most HTTP_MEMORY_MAX */
	/* Where to put the body of a 2xx instead of memory; -1 gives up
	 * (VT_E_UNAVAILABLE). NULL: response.body. */
	int (*sink)(void *sink_arg, const void *data, size_t size);
	void *sink_arg;
};

struct http_header {
	const char *name;             /* as sent */
	const char *value;
};

struct http_response {
	int status;                   /* 0 when there was no answer */
	const struct http_header *headers;
	size_t header_count;          /* at most 100, the rest is dropped */
	const char *body;             /* NUL-terminated, "" when none */
	size_t body_size;
	/* Something may have reached the peer: after an error, only when this is
	 * false can the request be repeated without fear of doing it twice. */
	bool begun;
	int64_t duration_us;
};

/* The value of a header by its name in any case, or "". */
const char *http_header(const struct http_response *response, const char *name);

/* One request, waiting for its end. response is filled on errors too, and lives
 * with ctx->arena. */
int http_request(struct vt_ctx *ctx, const struct http_request *request,
		 struct http_response *response) VT_MUST_CHECK;

/*
 * Many requests at once, for workers: add some, poll until one is finished,
 * take it, add the next. Connections are kept and shared; the guard is asked
 * anew for every request on them.
 */
struct http_multi;

struct http_result {
	int64_t tag;                  /* the number given to http_multi_add */
	struct vt_error error;        /* code VT_OK when there was an answer */
	struct http_response response;
};

struct http_multi *http_multi_new(void);
/* Gives up what is under way. NULL is fine. */
void http_multi_free(struct http_multi *multi);

/* Start a request; everything but guard, sink_arg and body_arg is copied. VT_E_TOO_LARGE
 * for a body over HTTP_MEMORY_MAX (HTTP_BODY_MAX: one that lives), besides the errors of a malformed request. */
int http_multi_add(struct vt_ctx *ctx, struct http_multi *multi,
		   const struct http_request *request, int64_t tag) VT_MUST_CHECK;
/* Requests added and not yet taken. */
size_t http_multi_count(const struct http_multi *multi);

/*
 * Move all requests on and wait until something happens on one of them, on fd
 * (-1: none) or a signal comes, at most timeout_ms. Returns at once when one is
 * finished and not taken. *fd_ready (may be NULL) tells that fd can be read.
 */
void http_multi_poll(struct http_multi *multi, int fd, int timeout_ms, bool *fd_ready);

/* Take the request that finished first: false when there is none. The response lives with
 * ctx->arena; ctx->error is not touched. */
bool http_multi_take(struct vt_ctx *ctx, struct http_multi *multi, struct http_result *result);

#endif
