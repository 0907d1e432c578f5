/*
 * One table per program: routes.def. It drives dispatch, the role x route
 * test, the audit catalogue and the docs.
 *
 *   ROUTE(method, path, handler, permission, template, audit, flags)
 *
 * path parts starting with ':' are captured. permission is a PERM_ of
 * people/permission.h (PERM_PUBLIC must be said). audit is the action's name
 * for a POST (NULL only for GET, or AUDIT_NONE with a reason in a comment).
 */
#ifndef VT_WEB_ROUTER_H
#define VT_WEB_ROUTER_H

#include "web/request.h"
#include "web/response.h"

enum route_flags {
	ROUTE_JSON = 1,        /* errors are answered as JSON */
	ROUTE_SLOW = 2,        /* served by the slow pool: etc/nginx/http.conf.in */
	ROUTE_NO_CSRF = 4,     /* carries a proof of its own (visitor token, signature) */
	ROUTE_INTERNAL = 8,    /* only by X-Accel-Redirect from live */
	ROUTE_FRAGMENT = 16,   /* answers a part of a page */
	ROUTE_DUTY = 64,       /* there while something is to be done first (session.duty) */
	ROUTE_OUTWARD = 128,   /* waits for somebody else's server: served by the pool that may reach one */
	ROUTE_READER = 32,     /* a POST that who may only read may send: log-out */
};

#define AUDIT_NONE "-"

struct route {
	const char *method;
	const char *path;
	int (*handler)(struct vt_ctx *ctx, struct request *request, struct response *response);
	int permission;
	const char *template;  /* the page's template, or NULL */
	const char *audit;
	unsigned flags;
};

/* The route for method and path, with request->route filled; the first of the table that fits. A
 * :name takes one whole part of the path, at least one character. NULL: no such path;
 * *method_allowed false when the path exists with another method (405). HEAD is GET. */
const struct route *router_find(struct vt_ctx *ctx, const struct route *routes, size_t count,
				struct request *request, bool *method_allowed);
/* Is path of the form of a route's path? */
bool router_fits(const char *pattern, const char *path);
/* The methods of a path, for the header Allow: "GET, HEAD, POST". In ctx->arena. */
const char *router_allowed(struct vt_ctx *ctx, const struct route *routes, size_t count,
			   const char *path);

/* What a program is made of. */
struct program {
	const char *name;                     /* "staff" */
	const struct route *routes;
	size_t route_count;
	/* Before the handler: find session, check permission and CSRF of the route.
	 * -1 raises (401, 403, 404). NULL for programs that have neither. */
	int (*authorise)(struct vt_ctx *ctx, const struct route *route, struct request *request);
	/* Answer for an error on a route that is not JSON: fills response from ctx->error, or
	 * redirects; the status is seen to. One that leaves the body empty (its template is broken
	 * too) gives the bare text. NULL: all errors are JSON. */
	void (*error_page)(struct vt_ctx *ctx, struct request *request, struct response *response);
	size_t body_max;                      /* bytes, <= 101 MiB; beyond: 413 */
	const char *session_options;          /* for PostgreSQL ("-c statement_timeout=5s") */
};

/* main() of a prefork FastCGI program: reads the configuration, opens the database at first use,
 * serves on fd 0 until SIGTERM (the current request is finished). Returns the exit status. */
int program_run(const struct program *program);

/* The running program's configuration and key, for handlers (zeroes before). */
struct config;
const struct config *program_config(void);
const uint8_t *program_key(void);             /* the key file's 32 bytes */
/* For program_run, programs with a loop of their own (live), and tests: copies both. */
void program_configure(const struct config *config, const uint8_t key[32]);

#endif
