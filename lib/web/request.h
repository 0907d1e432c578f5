/*
 * What came in. Built by web/fastcgi.c from the FastCGI parameters; everything
 * lives in ctx->arena. Names and values are valid UTF-8 without NUL (anything
 * else is answered 400 before a handler runs).
 */
#ifndef VT_WEB_REQUEST_H
#define VT_WEB_REQUEST_H

#include "base/vt.h"

struct pair { const char *name; const char *value; };
struct pairs { struct pair *items; size_t count; };

struct upload {
	const char *field;
	const char *filename;      /* as the client said, base name only, <= 200 bytes */
	const char *content_type;  /* as the client said: not to be believed */
	const uint8_t *data;
	size_t size;
};

struct session;                    /* people/session.h */

struct request {
	const char *method;        /* "GET", "POST" */
	const char *path;          /* decoded, without query */
	const char *query_string;  /* raw */
	struct pairs query;
	struct pairs form;         /* urlencoded or multipart text fields; at most 200 */
	struct upload *uploads;    /* at most 10 */
	size_t upload_count;
	struct pairs cookies;
	struct pairs route;        /* :name parts of the route's path */
	const uint8_t *body;       /* raw, for JSON and signatures */
	size_t body_size;
	const char *content_type;
	struct pairs parameters;   /* the FastCGI environment (HTTP_*, ...) */
	const struct session *session; /* NULL: nobody logged in */
	bool wants_json;           /* Accept: application/json */
	bool wants_fragment;       /* X-Fragment header: live.js asks for a part of the page */
};

/* "" when absent. */
const char *request_query(const struct request *request, const char *name);
const char *request_form(const struct request *request, const char *name);
const char *request_cookie(const struct request *request, const char *name);
const char *request_route(const struct request *request, const char *name);
/* HTTP header by its FastCGI name without HTTP_: "ACCEPT", "X_VISITOR_TOKEN". */
const char *request_header(const struct request *request, const char *name);
/* An id in the path: -1 with VT_E_NOT_FOUND when it is not a positive number. */
int request_route_id(struct vt_ctx *ctx, const struct request *request, const char *name,
		     int64_t *out) VT_MUST_CHECK;

#endif
