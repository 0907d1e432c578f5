/*
 * The settings of a channel as its network's table of fields (channel.h) says:
 * from what a form sends to JSON, and back. Pure.
 */
#ifndef VT_CHANNEL_SETTING_H
#define VT_CHANNEL_SETTING_H

#include "base/json.h"
#include "channel/channel.h"

/* NULL: the network has no such field. */
const struct channel_field *channel_field(const struct channel *channel, const char *name);

/* Set field's value in settings from a form's text: "list" is a line each, "bool" is anything or "".
 * VT_E_INVALID on the field: error.required, error.too_long, error.number, error.range,
 * error.channel.address ("url"), or what the network's own check says. "secret" is not for here
 * (VT_E_BUG). */
int channel_setting_read(struct vt_ctx *ctx, const struct channel *channel,
			 const struct channel_field *field, const char *text,
			 struct json *settings) VT_MUST_CHECK;

/* The value as a form shows it; "" for none. In ctx->arena. */
const char *channel_setting_text(struct vt_ctx *ctx, const struct channel_field *field,
				 struct json *settings);

#endif
