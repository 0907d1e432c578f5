#include "base/vt.h"

#include "base/codes.h"
#include "base/json.h"
#include "channel/event.h"

static const char *const names[] = {
	[CHANNEL_OPEN] = "open", [CHANNEL_TEXT] = "message", [CHANNEL_CHOICE] = "message",
	[CHANNEL_POSTBACK] = "postback", [CHANNEL_FILE] = "message", [CHANNEL_SEEN] = "seen",
	[CHANNEL_LEAVE] = "leave", [CHANNEL_EDIT] = "edit", [CHANNEL_DELETE] = "delete",
	[CHANNEL_REACTION] = "reaction", [CHANNEL_TYPING] = "typing", [CHANNEL_STATUS] = "status",
	[CHANNEL_DELIVERED] = "delivery", [CHANNEL_READ] = "read", [CHANNEL_ECHO] = "echo",
	[CHANNEL_REFERRAL] = "referral", [CHANNEL_MOVED] = "system",
	[CHANNEL_PREFERENCE] = "user_preference", [CHANNEL_BLOCKED] = "blocked",
	[CHANNEL_ENCRYPTED] = "encrypted", [CHANNEL_AUTO_REPLY] = "auto_reply",
	[CHANNEL_BOUNCE] = "bounce", [CHANNEL_TEMPLATE] = "template", [CHANNEL_ACCOUNT] = "account",
};

const char *channel_event_name(const struct channel_event *event)
{
	return event->name ? event->name : names[event->kind];
}

static void put_text(struct json *object, const char *name, const char *value)
{
	if (value)
		json_set_str(object, name, value);
}

static void put_number(struct json *object, const char *name, int64_t value)
{
	if (value)
		json_set_i64(object, name, value);
}

static void put_status(struct json *object, const struct channel_event *event)
{
	if (event->state)
		json_set_str(object, "status", code_name("outbox_state", event->state));
	put_text(object, "recipient", event->recipient);
	put_number(object, "error_code", event->error_code);
	if (!event->price_told)
		return;
	put_text(object, "pricing_category", event->price_category);
	json_set_bool(object, "billable", event->billable);
}

static void put_about(struct json *object, const struct channel_event *event)
{
	put_text(object, "reply_to", event->reply_to);
	put_text(object, "ref", event->ref);
	put_text(object, "emoji", event->emoji);
	if (event->kind == CHANNEL_REACTION)
		json_set_bool(object, "removed", event->removed);
	put_number(object, "watermark_ms", event->watermark_ms);
	put_text(object, "new_id", event->new_identity);
	if (event->standby)
		json_set_bool(object, "standby", true);
}

static void put_detail(struct json *object, struct json *detail)
{
	struct json_member member;
	void *cursor = NULL;

	while (json_object_next(detail, &cursor, &member))
		json_set_node(object, member.name, member.value);
}

const char *channel_event_json(struct vt_ctx *ctx, const struct channel_event *event)
{
	struct json *object = json_new_object(ctx);

	json_set_str(object, "kind", channel_event_name(event));
	put_text(object, "type", event->type);
	put_text(object, "account", event->account);
	put_text(object, "sender", event->identity_value);
	put_text(object, "name", event->contact_name);
	put_text(object, "message_id", event->message_id);
	put_number(object, "timestamp", event->sent_at_s);
	put_text(object, "text", event->text);
	put_text(object, "payload", event->key);
	put_text(object, "phone", event->contact_phone);
	if (event->has_place) {
		json_set_double(object, "lat", event->latitude);
		json_set_double(object, "lon", event->longitude);
	}
	put_about(object, event);
	put_status(object, event);
	put_detail(object, event->detail);
	return json_text(ctx, object);
}
