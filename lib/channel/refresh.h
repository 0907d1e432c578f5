/*
 * A line's token anew by its refresh token (OAuth 2: RFC 6749, 6), as a row `token` asks for it. Pure. What is shown are
 * the line's setting `client_id` and its secrets `refresh_token` and `client_secret`; what comes back is the token and,
 * where the provider gives one, another refresh token in place of that one.
 */
#ifndef VT_CHANNEL_REFRESH_H
#define VT_CHANNEL_REFRESH_H

#include "base/json.h"
#include "channel/outgoing.h"

/* Where the application's secret goes: in a header of its own, or in the form. */
enum channel_refresh_way { CHANNEL_REFRESH_BASIC, CHANNEL_REFRESH_FORM };

/* VT_E_INVALID: the line has no refresh token or no application. */
int channel_refresh_build(struct vt_ctx *ctx, const struct channel_message *message, const char *url,
			  enum channel_refresh_way way, struct channel_request *request) VT_MUST_CHECK;
/* body: of a 2xx. VT_E_PROVIDER: what it calls a token is none. */
int channel_refresh_result(struct vt_ctx *ctx, struct json *body, struct channel_result *result) VT_MUST_CHECK;
/* And what another answer means; body may be NULL. */
void channel_refresh_refused(struct vt_ctx *ctx, const struct channel_answer *answer, struct json *body,
			     struct channel_result *result);

#endif
