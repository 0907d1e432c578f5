/*
 * What came in. Built by web/fastcgi.c from the FastCGI parameters; everything
 * lives in ctx->arena. Names and values are valid UTF-8 without NUL: in path,
 * query and form anything else is answered 400 before a handler runs, in
 * headers it is repaired, a cookie like that is left out.
 */
#ifndef VT_WEB_REQUEST_H
#define VT_WEB_REQUEST_H

#include "base/vt.h"

#define REQUEST_PAIRS_MAX 1000                      /* fields of a query or a form */
#define REQUEST_UPLOADS_MAX 10
#define REQUEST_TEXT_MAX ((size_t)1024 * 1024)      /* bytes of a form's texts together */

struct pair { const char *name; const char *value; };
struct pairs { struct pair *items; size_t count; };

struct upload {
	const char *field;
	const char *filename;      /* as the client said, base name only, <= 200 bytes; may be "" */
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
	struct pairs form;         /* urlencoded or multipart text fields */
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
/* By its name without the __Host- that an https instance puts in front. */
const char *request_cookie(const struct request *request, const char *name);
const char *request_route(const struct request *request, const char *name);
/* HTTP header by its FastCGI name without HTTP_: "ACCEPT", "X_VISITOR_TOKEN". */
const char *request_header(const struct request *request, const char *name);
/* An id in the path: -1 with VT_E_NOT_FOUND when it is not a positive number. */
int request_route_id(struct vt_ctx *ctx, const struct request *request, const char *name,
		     int64_t *out) VT_MUST_CHECK;

/* For web/dispatch.c. Everything but the body, from the NAME=VALUE list that ends with NULL;
 * body_size is what CONTENT_LENGTH announces. Fills ctx with whose request it is. VT_E_INVALID
 * (error.malformed) for what HTTP or the promise above forbids. secure: see cookie.h. */
int request_read_head(struct vt_ctx *ctx, struct request *request, char *const *environment,
		      bool secure) VT_MUST_CHECK;
/* The form in a body that is there by now. VT_E_INVALID (error.malformed), VT_E_TOO_LARGE. */
int request_read_form(struct vt_ctx *ctx, struct request *request) VT_MUST_CHECK;

#endif
