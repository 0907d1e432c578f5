/* What goes out: headers are fixed by the server's policy, the handler fills status and body. */
#ifndef VT_WEB_RESPONSE_H
#define VT_WEB_RESPONSE_H

#include "base/vt.h"
#include "base/strbuf.h"
#include "web/request.h"

struct response {
	int status;                 /* 200 unless set */
	const char *content_type;   /* "text/html; charset=utf-8" unless set */
	const char *policy;         /* Content-Security-Policy, NULL = the strict one */
	struct strbuf headers;      /* further lines, each with \r\n */
	struct strbuf body;
};

void response_init(struct vt_ctx *ctx, struct response *response);
/* name: value; CR and LF in value are refused (abort: they are ours). A Cache-Control of the
 * handler's takes the place of no-store. */
void response_header(struct response *response, const char *name, const char *value);
/* Whether a header of that name (exact case) has been added. */
bool response_has_header(const struct response *response, const char *name);
/* max_age_s 0 = session cookie; negative = delete. Always HttpOnly; SameSite=Lax; Path=/;
 * Secure and the __Host- prefix are added when the instance is https. value: ours, of the
 * characters RFC 6265 allows (abort). */
void response_cookie(struct response *response, const char *name, const char *value,
		     int max_age_s);
/* Whether path leads to a page of this very instance: "/..." that no browser takes for "//host"
 * (ASVS 1.2.2). For `next` parameters. */
bool response_path_is_local(const char *path);
/* 303 to a local path; anything that is not one ("//evil", "https:") becomes "/". */
void response_redirect(struct response *response, const char *local_path);
/* 303 to another site: an https address that an administrator's configuration led to, never one that
 * came with the request. Anything else is a bug (abort). */
void response_redirect_away(struct response *response, const char *https_url);
/* Content-Disposition for a file: attachment, or inline. The name may hold any characters. */
void response_disposition(struct response *response, bool attachment, const char *filename);
/* application/json with the given text */
void response_json(struct response *response, const char *text);
/* What the user reads about ctx->error: the text of its key or, where the locale has none, of its
 * code ("error.not_found"). In ctx->arena. */
const char *response_error_text(struct vt_ctx *ctx);
/* {"error":{"code":"INVALID","field":"cuit","message":"..."}} from ctx->error, with its status. */
void response_json_error(struct vt_ctx *ctx, struct response *response);
/* Hand over to an internal location of nginx (files). */
void response_accel(struct response *response, const char *internal_path);

#endif
