/*
 * Direct messages of X: https://docs.x.com/x-api (v2, read 2026-08). What
 * happens comes by the X Activity API, or in the older Account Activity's
 * bodies, signed with the application's consumer secret. Encrypted chats
 * (XChat) come as something that nobody can read here.
 *
 * X lets an account send 15 messages in 15 minutes and 1,440 in a day.
 *
 * x.c is the record and the door, parse.c reads bodies, build.c makes the
 * calls, check.c the test's that brings the events here, result.c reads answers.
 */
#ifndef VT_CHANNEL_X_X_H
#define VT_CHANNEL_X_X_H

#include "base/json.h"
#include "channel/channel.h"
#include "channel/outgoing.h"

#define X_RAW_MAX ((size_t)3 * 1024 * 1024)
#define X_TEXT_MAX 10000                              /* characters */
#define X_IMAGE_MAX (5 * 1024 * 1024)
#define X_GIF_MAX (15 * 1024 * 1024)
#define X_FILE_MAX (25 * 1024 * 1024)
#define X_SEGMENT (1024 * 1024)                       /* bytes of a file in one call */

extern const struct channel channel_x;

/* The record's functions; see channel.h. */
int x_parse(struct vt_ctx *ctx, const char *raw, size_t size,
	    struct channel_event **events, size_t *count);
int x_split(struct vt_ctx *ctx, const struct channel_call *call,
	    struct channel_piece **pieces, size_t *count);
int64_t x_takes(const char *type);
int x_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
int x_result(struct vt_ctx *ctx, const struct channel_message *message,
	     const struct channel_answer *answer, struct channel_result *result);

/* Inside. "<base>/<path>". */
const char *x_address(struct vt_ctx *ctx, const struct channel_message *message, const char *path);
/* A call of the API with the line's token (the secret of that name); body NULL: a GET. */
int x_call(struct vt_ctx *ctx, const struct channel_message *message, const char *token, const char *path,
	   struct json *body, struct channel_request *request) VT_MUST_CHECK;
/* The test: who the account is, then the address where its events come, then each kind of event. What
 * is next stands in message->memory. */
int x_check_build(struct vt_ctx *ctx, const struct channel_message *message,
		  struct channel_request *request) VT_MUST_CHECK;
/* body: of a 2xx. */
int x_check_result(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		   struct channel_result *result) VT_MUST_CHECK;
/* A refusal that is none: what the test asked for is there already. */
bool x_check_goes_on(struct vt_ctx *ctx, const struct channel_message *message, struct channel_result *result);

#endif
