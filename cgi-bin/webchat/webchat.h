/* What the files of the webchat program share. */
#ifndef VT_WEBCHAT_WEBCHAT_H
#define VT_WEBCHAT_WEBCHAT_H

#include "base/json.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "web/router.h"

#define WEBCHAT_BODY_MAX (64 * 1024)           /* bytes of a JSON body */
#define WEBCHAT_UPLOAD_MAX (26 * 1024 * 1024)  /* of a multipart one: a file and its fields */

/* The handlers. */
#define ROUTE(method, path, handler, permission, template, audit, flags) \
	int handler(struct vt_ctx *ctx, struct request *request, struct response *response);
#include "cgi-bin/webchat/routes.def"
#undef ROUTE

/* site.c: a webchat channel as its site sees it. */
struct site {
	const char *key;
	const char *name;
	struct json *settings;
	bool open;                 /* its hours */
};
/* VT_E_NOT_FOUND (webchat.error.channel) when there is no such channel, or it is switched off. */
int site_find(struct vt_ctx *ctx, const char *key, struct site *site) VT_MUST_CHECK;
/* Does a page of this origin ("https://host[:port]") belong to the channel's sites? */
bool site_allows(const struct site *site, const char *origin);

/* visitor.c: hash of the token in X-Visitor-Token. VT_E_UNAUTHENTICATED when it is not one. */
int visitor_token(struct vt_ctx *ctx, const struct request *request,
		  uint8_t hash[SECRET_HASH_SIZE]) VT_MUST_CHECK;
/* The error of a well-formed token that nobody has. */
int visitor_unknown(struct vt_ctx *ctx);

/* act.c: the JSON object in the body, at most WEBCHAT_BODY_MAX bytes. */
int act_body(struct vt_ctx *ctx, const struct request *request, struct json **body) VT_MUST_CHECK;
/* Its member "once", checked (error.once). */
int act_once(struct vt_ctx *ctx, struct json *body, const char **once) VT_MUST_CHECK;
/* A text of at most max characters, with something in it unless optional; errors name the field. */
int act_text(struct vt_ctx *ctx, struct json *body, const char *field, size_t max, bool optional,
	     const char **text) VT_MUST_CHECK;
/* Begin the inside of a raw event (channel/webchat/webchat.h), add a member, end it. */
void act_raw(struct vt_ctx *ctx, struct strbuf *raw, const char *kind, const char *once);
void act_raw_text(struct strbuf *raw, const char *name, const char *value);  /* NULL: left out */
void act_raw_number(struct strbuf *raw, const char *name, int64_t value);
/* Write it for the visitor of the hash, nudge intake, answer 202. One statement. */
int act_accept(struct vt_ctx *ctx, const uint8_t hash[SECRET_HASH_SIZE], struct strbuf *raw,
	       struct response *response) VT_MUST_CHECK;

/* file.c: a signed link to an attachment, good for 15 to 30 minutes. In ctx->arena. */
const char *file_link(struct vt_ctx *ctx, int64_t attachment_id);

#endif
