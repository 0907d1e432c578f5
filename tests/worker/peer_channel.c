/*
 * A network for the tests of intake and send, in place of lib/channel's
 * registry: the webchat and "peer", a provider as simple as one can be. It
 * speaks JSON over HTTP with whatever listens at settings.url:
 *   in   {"from", "id", "name"?, "text"?, "file"?}
 *   out  POST {"ref", "to", "text", "secret"?}, answered 200 {"id"} when it was
 *        accepted, 429 to wait a second, 400 {"error"} when it never will be.
 */
#include "base/vt.h"

#include "base/json.h"
#include "channel/channel.h"
#include "channel/outgoing.h"
#include "channel/webchat/webchat.h"

static int parse(struct vt_ctx *ctx, const char *raw, size_t size,
		 struct channel_event **events, size_t *count)
{
	struct channel_event *event = arena_alloc(ctx->arena, sizeof(*event));
	struct json *root;

	if (json_parse(ctx, raw, size, 65536, &root) < 0 ||
	    json_str_req(ctx, root, "from", 100, &event->identity_value) < 0 ||
	    json_str_req(ctx, root, "id", 100, &event->provider_id) < 0)
		return -1;
	event->kind = CHANNEL_TEXT;
	event->identity_kind = "phone";
	event->text = json_str(root, "text", "");
	event->contact_name = json_str(root, "name", NULL);
	*events = event;
	*count = 1;
	return 0;
}

static int build(struct vt_ctx *ctx, const struct channel_message *message,
		 struct channel_request *request)
{
	static const char *const headers[] = { "Content-Type: application/json", NULL };
	struct json *body = json_new_object(ctx);
	const char *secret = message->secret(message->secrets, "token");

	if (json_str_req(ctx, message->settings, "url", 500, &request->url) < 0)
		return -1;
	json_set_str(body, "ref", message->reference);
	json_set_str(body, "to", json_str(message->payload, "to.value", ""));
	json_set_str(body, "text", json_str(message->payload, "text", ""));
	if (secret)
		json_set_str(body, "secret", secret);
	request->body = json_text(ctx, body);
	request->body_size = strlen(request->body);
	request->headers = headers;
	return 0;
}

static int result(struct vt_ctx *ctx, const struct channel_message *message,
		  const struct channel_answer *answer, struct channel_result *out)
{
	struct json *root;

	(void)message;
	if (answer->status == 429) {
		out->outcome = CHANNEL_RETRY;
		out->retry_after_s = 1;
		out->error = "busy";
		return 0;
	}
	if (json_parse(ctx, answer->body, answer->size, 65536, &root) < 0)
		return -1;
	out->outcome = answer->status == 200 ? CHANNEL_SENT : CHANNEL_REFUSED;
	out->provider_id = json_str(root, "id", NULL);
	out->error = json_str(root, "error", NULL);
	return 0;
}

static const struct channel channel_peer = {
	.name = "peer", .messenger = MESSENGER_SMS, .text_max = 1000,
	.parse = parse, .build = build, .result = result,
};

static const struct channel *const channels[] = { &channel_webchat, &channel_peer };

const struct channel *channel_by_messenger(int messenger)
{
	for (size_t i = 0; i < VT_COUNT(channels); i++) {
		if (channels[i]->messenger == messenger)
			return channels[i];
	}
	return NULL;
}

const struct channel *channel_by_name(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(channels); i++) {
		if (!strcmp(channels[i]->name, name))
			return channels[i];
	}
	return NULL;
}

size_t channel_count(void)
{
	return VT_COUNT(channels);
}

const struct channel *channel_at(size_t index)
{
	VT_BUG_ON(index >= VT_COUNT(channels));
	return channels[index];
}
