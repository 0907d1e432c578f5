/* Bodies of the X Activity API, and of the Account Activity API before it, become events. */
#include "base/vt.h"

#include "channel/x/x.h"

#define ID_MAX 24

/* A body on its way: the same things under other names in each of the two. */
struct body {
	struct vt_ctx *ctx;
	struct json *lists;            /* where direct_message_events and the others are */
	const char *own;               /* the account that it is for */
};

static bool is_id(const char *id)
{
	return *id && strlen(id) <= ID_MAX && !id[strspn(id, "0123456789")];
}

/* 1 when it is about an account's messages, 0 when it is something else. */
static int read_body(struct vt_ctx *ctx, const char *raw, size_t size, struct json **root, struct body *body)
{
	struct json *data;

	if (json_parse(ctx, raw, size, X_RAW_MAX, root) < 0)
		return -1;
	if (!json_is_object(*root))
		return vt_fail(ctx, VT_E_INVALID, "a body that is no object");
	data = json_at(*root, "data");
	body->ctx = ctx;
	body->lists = data ? json_at(data, "payload") : *root;
	body->own = data ? json_str(data, "filter.user_id", "") : json_str(*root, "for_user_id", "");
	return is_id(body->own);
}

static const char *name_of(const struct body *body, const char *id)
{
	struct json *users = json_at(body->lists, "users"), *user;

	if (!json_is_object(users) || !json_object_find(users, id, &user))
		return NULL;
	return json_str(user, "data.name", json_str(user, "name", NULL));
}

/* The other side of a conversation of two; 0: it is none of those. */
static int read_other(const struct body *body, const char *sender, const char *recipient,
		      struct channel_event *event)
{
	const char *other = strcmp(sender, body->own) != 0 ? sender : recipient;

	if (!is_id(sender))
		return vt_fail(body->ctx, VT_E_INVALID, "an event of nobody");
	if (!is_id(other) || !strcmp(other, body->own))
		return 0;
	event->identity_kind = "x";
	event->identity_value = other;
	return 1;
}

static int64_t time_ms(struct json *item, const char *path)
{
	int64_t ms = json_i64(item, path, 0);

	return ms > 0 ? ms : 0;
}

/* The best of a video's versions that is a file; of a picture itself. */
static const char *media_url(struct json *media)
{
	struct json *variants = json_at(media, "video_info.variants");
	const char *url = json_str(media, "media_url_https", NULL);
	int64_t best = -1;

	for (size_t i = 0; i < json_array_size(variants); i++) {
		struct json *one = json_array_at(variants, i);
		if (strcmp(json_str(one, "content_type", ""), "video/mp4") != 0 || json_i64(one, "bitrate", 0) <= best)
			continue;
		best = json_i64(one, "bitrate", 0);
		url = json_str(one, "url", url);
	}
	return url;
}

/* X puts a link to the file behind the words. */
static const char *words_alone(const struct body *body, const char *text, const char *link)
{
	size_t size = text ? strlen(text) : 0, tail = link ? strlen(link) : 0;

	if (!tail || size < tail || strcmp(text + size - tail, link) != 0)
		return text;
	for (size -= tail; size && text[size - 1] == ' '; )
		size--;
	return size ? arena_strndup(body->ctx->arena, text, size) : NULL;
}

static void read_media(const struct body *body, struct json *data, struct channel_event *event)
{
	struct json *attachment = json_at(data, "attachment.media");
	struct channel_media *media;
	const char *url = media_url(attachment);

	event->type = json_str(attachment, "type", "media");
	if (!url)
		return;
	media = arena_alloc(body->ctx->arena, sizeof(*media));
	*media = (struct channel_media){
		.url = url, .kind = !strcmp(event->type, "photo") ? "image" : "video",
	};
	event->media = media;
	event->media_count = 1;
	event->text = words_alone(body, event->text, json_str(attachment, "url", NULL));
}

/* Readers of one item of a list: 1 an event, 0 nothing for us, -1 what X never sends. */
static int read_message(const struct body *body, struct json *item, struct channel_event *event)
{
	struct json *create = json_at(item, "message_create"), *data = json_at(create, "message_data");
	const char *sender = json_str(create, "sender_id", "");
	int got;

	if (!create)
		return 0;
	got = read_other(body, sender, json_str(create, "target.recipient_id", ""), event);
	if (got <= 0)
		return got;
	event->message_id = json_str(item, "id", NULL);
	if (!event->message_id || strlen(event->message_id) > 100)
		return vt_fail(body->ctx, VT_E_INVALID, "a message without a number");
	event->kind = strcmp(sender, body->own) != 0 ? CHANNEL_TEXT : CHANNEL_ECHO;
	event->provider_id = event->message_id;
	event->account = body->own;
	event->sent_at_s = time_ms(item, "created_timestamp") / 1000;
	event->text = json_str(data, "text", NULL);
	event->type = "text";
	event->key = json_str(data, "quick_reply_response.metadata", NULL);
	if (event->kind == CHANNEL_TEXT) {
		event->contact_name = name_of(body, sender);
		if (event->key)
			event->kind = CHANNEL_CHOICE;
	}
	if (json_at(data, "attachment"))
		read_media(body, data, event);
	return 1;
}

static int read_about(const struct body *body, struct json *item, const char *what, struct channel_event *event)
{
	const char *sender = json_str(item, "sender_id", "");
	int got = read_other(body, sender, "", event);

	if (got <= 0)
		return got;
	event->sent_at_s = time_ms(item, "created_timestamp") / 1000;
	event->provider_id = arena_printf(body->ctx->arena, "%s:%s:%" PRId64, what, sender,
					  time_ms(item, "created_timestamp"));
	return 1;
}

static int read_typing(const struct body *body, struct json *item, struct channel_event *event)
{
	event->kind = CHANNEL_TYPING;
	return read_about(body, item, "typing", event);
}

static int read_seen(const struct body *body, struct json *item, struct channel_event *event)
{
	event->kind = CHANNEL_READ;
	event->message_id = json_str(item, "last_read_event_id", NULL);
	event->watermark_ms = time_ms(item, "created_timestamp");
	if (!event->message_id && !event->watermark_ms)
		return 0;
	return read_about(body, item, event->message_id ? event->message_id : "read", event);
}

static const struct {
	const char *name;
	int (*read)(const struct body *body, struct json *item, struct channel_event *event);
} lists[] = {
	{ "direct_message_events", read_message },
	{ "direct_message_indicate_typing_events", read_typing },
	{ "direct_message_mark_read_events", read_seen },
};

/* Said in an encrypted chat: that it was said is all there is. */
static int read_encrypted(const struct body *body, struct channel_event *event)
{
	struct json *chat = body->lists;
	const char *conversation = json_str(chat, "conversation_id", NULL);
	int got = read_other(body, json_str(chat, "sender_id", ""), "", event);

	if (got <= 0)
		return got;
	event->message_id = json_str(chat, "id", NULL);
	if (!event->message_id || strlen(event->message_id) > 100)
		return vt_fail(body->ctx, VT_E_INVALID, "a message without a number");
	event->kind = CHANNEL_ENCRYPTED;
	event->provider_id = event->message_id;
	event->sent_at_s = time_ms(chat, "created_at_msec") / 1000;
	event->detail = json_new_object(body->ctx);
	if (conversation)
		json_set_str(event->detail, "conversation", conversation);
	return 1;
}

static bool is_chat(struct json *root)
{
	return !strncmp(json_str(root, "data.event_type", ""), "chat.", 5);
}

static size_t item_count(const struct body *body)
{
	size_t count = 0;

	for (size_t i = 0; i < VT_COUNT(lists); i++)
		count += json_array_size(json_at(body->lists, lists[i].name));
	return count;
}

int x_parse(struct vt_ctx *ctx, const char *raw, size_t size,
	    struct channel_event **events, size_t *count)
{
	struct json *root;
	struct body body;
	int got = read_body(ctx, raw, size, &root, &body);

	*count = 0;
	if (got <= 0)
		return got;
	*events = arena_calloc(ctx->arena, item_count(&body) + 1, sizeof(**events));
	if (is_chat(root)) {
		got = read_encrypted(&body, *events);
		*count = got > 0;
		return got < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		struct json *list = json_at(body.lists, lists[i].name);
		for (size_t j = 0; j < json_array_size(list); j++) {
			struct channel_event *event = *events + *count;
			*event = (struct channel_event){ 0 };
			got = lists[i].read(&body, json_array_at(list, j), event);
			if (got < 0)
				return -1;
			*count += (size_t)got;
		}
	}
	return 0;
}

/* One item with who is in it, in the older shape: parse knows both. */
static const char *alone(const struct body *body, const char *list, struct json *item)
{
	struct json *root = json_new_object(body->ctx), *items = json_new_array(body->ctx);
	struct json *users = json_new_object(body->ctx), *user;
	const char *sender = json_str(item, "message_create.sender_id", "");

	json_append_node(items, item);
	json_set_str(root, "for_user_id", body->own);
	json_set_node(root, list, items);
	if (json_is_object(json_at(body->lists, "users")) && is_id(sender) &&
	    json_object_find(json_at(body->lists, "users"), sender, &user)) {
		json_set_node(users, sender, user);
		json_set_node(root, "users", users);
	}
	return json_text(body->ctx, root);
}

static void add_piece(struct channel_piece *piece, const struct body *body, const struct channel_event *event,
		      const char *raw)
{
	*piece = (struct channel_piece){
		.raw = raw, .size = strlen(raw), .account = body->own, .sender = event->identity_value,
		.report = event->kind == CHANNEL_READ,
	};
}

int x_split(struct vt_ctx *ctx, const struct channel_call *call, struct channel_piece **pieces, size_t *count)
{
	struct channel_event *events, one;
	struct json *root;
	struct body body;
	size_t total;

	*count = 0;
	if (x_parse(ctx, call->body, call->size, &events, &total) < 0)
		return -1;
	if (!total || read_body(ctx, call->body, call->size, &root, &body) <= 0)
		return 0;
	*pieces = arena_calloc(ctx->arena, total, sizeof(**pieces));
	if (is_chat(root)) {
		add_piece(*pieces, &body, events, json_text(ctx, root));
		*count = 1;
		return 0;
	}
	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		struct json *list = json_at(body.lists, lists[i].name);
		for (size_t j = 0; j < json_array_size(list); j++) {
			struct json *item = json_array_at(list, j);
			one = (struct channel_event){ 0 };
			if (lists[i].read(&body, item, &one) > 0)
				add_piece(&(*pieces)[(*count)++], &body, &one, alone(&body, lists[i].name, item));
		}
	}
	return 0;
}
