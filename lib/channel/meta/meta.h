/*
 * What WhatsApp, Messenger and Instagram share: the Graph API's webhooks and
 * calls. Facts: https://developers.facebook.com/docs/graph-api/webhooks (read
 * 2026-09). The channel's fields that it wants: `account` (the line's id),
 * `base` (https://graph.facebook.com), `version` ("v25.0"), and of secrets
 * `app_secret`, `verify_token` (verifying) and `token` (sending).
 */
#ifndef VT_CHANNEL_META_META_H
#define VT_CHANNEL_META_META_H

#include "base/json.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

#define META_RAW_MAX ((size_t)4 * 1024 * 1024)

/* What is wrong with a field of the form: `account`, `waba` and `app_id` are numbers; see channel.h. */
const char *meta_check(const char *field, const char *value);
/* The subscription's GET with hub.mode, hub.verify_token and hub.challenge; see channel.h. */
int meta_challenge(struct vt_ctx *ctx, const struct channel_call *call, const char **answer);
/* X-Hub-Signature-256 over the raw body; see channel.h. */
int meta_verify(struct vt_ctx *ctx, const struct channel_call *call);
/* Each message, status or other item of a body as a body of its own, in its order, with its account;
 * a body of one item stays as it came. object: what the body must be of ("page"). */
int meta_split(struct vt_ctx *ctx, const struct channel_call *call, const char *object,
	       struct channel_piece **pieces, size_t *count);

/* "<base>/<version>/<path>", path with printf's arguments. */
const char *meta_url(struct vt_ctx *ctx, const struct channel_message *message,
		     const char *path, ...) VT_PRINTF(3, 4);
/* Authorization and Content-Type (NULL: application/json). VT_E_INVALID when there is no token. */
int meta_headers(struct vt_ctx *ctx, const struct channel_message *message, const char *type,
		 const char *const **headers) VT_MUST_CHECK;
/* body as the request's. */
void meta_body(struct vt_ctx *ctx, struct channel_request *request, struct json *body);
/* The request's body as multipart/form-data: the fields, NULL at the end as name, value, name, value;
 * then the payload's file as field `file_field`. Sets the headers too. */
int meta_upload(struct vt_ctx *ctx, const struct channel_message *message,
		const char *const *fields, const char *file_field,
		struct channel_request *request) VT_MUST_CHECK;
/* text with the labels of options numbered below it. */
const char *meta_numbered(struct vt_ctx *ctx, struct json *options, const char *text);
/* A row `token`: until when the token holds. found: {"expires_in"}, in seconds; -1: it never ends. */
int meta_token_build(struct vt_ctx *ctx, const struct channel_message *message,
		     struct channel_request *request) VT_MUST_CHECK;
int meta_token_result(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		      struct channel_result *result) VT_MUST_CHECK;
/* What an answer that is no success means: outcome, fault, codes and words, by the classes of its
 * error (code, error_subcode, status, Retry-After). Anything but JSON is the server's trouble. */
void meta_error(struct vt_ctx *ctx, const struct channel_answer *answer, struct json *body,
		struct channel_result *result);

#endif
