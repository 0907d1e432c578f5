/* Updates become events. One update is one thing that happened, or nothing for us. */
#include "base/vt.h"

#include "base/json.h"
#include "channel/beside.h"
#include "channel/telegram/telegram.h"

/* An update on its way to be an event. */
struct update {
	struct vt_ctx *ctx;
	struct json *node;             /* what is under the update's key */
	int64_t update_id;
	struct channel_event *event;
};

/* Kinds of message, the nearest first: an animation comes as a document too, a venue as a location. */
static const struct message_type {
	const char *name;
	const char *media;             /* kind of its file; NULL: it has none */
	bool captioned;                /* its words can be edited */
} types[] = {
	{ "text", NULL, true }, { "photo", "image", true }, { "animation", "video", true },
	{ "document", "document", true }, { "video", "video", true }, { "video_note", "video", false },
	{ "audio", "audio", true }, { "voice", "audio", true }, { "sticker", "sticker", false },
	{ "venue", NULL, false }, { "location", NULL, false }, { "contact", NULL, false },
	{ "web_app_data", NULL, false }, { "dice", NULL, false }, { "poll", NULL, false },
	{ "game", NULL, false }, { "story", NULL, false }, { "checklist", NULL, false },
	{ "paid_media", NULL, false }, { "gift", NULL, false }, { "unique_gift", NULL, false },
	{ "invoice", NULL, false }, { "giveaway", NULL, false }, { "passport_data", NULL, false },
};

/* What Telegram itself notes in a chat; nobody said anything. */
static const char *const notes[] = {
	"pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "connected_website",
	"chat_background_set", "boost_added", "proximity_alert_triggered", "successful_payment",
	"refunded_payment", "users_shared", "chat_shared", "giveaway_created", "giveaway_completed",
};

static const char *number(struct vt_ctx *ctx, struct json *node, const char *path)
{
	int64_t value = json_i64(node, path, 0);

	return value ? arena_printf(ctx->arena, "%" PRId64, value) : NULL;
}

static const struct message_type *type_of(struct json *message)
{
	static const struct message_type unsupported = { "unsupported", NULL, false };

	for (size_t i = 0; i < VT_COUNT(types); i++) {
		if (json_at(message, types[i].name))
			return &types[i];
	}
	for (size_t i = 0; i < VT_COUNT(notes); i++) {
		if (json_at(message, notes[i]))
			return NULL;
	}
	return &unsupported;
}

static const char *full_name(struct vt_ctx *ctx, struct json *user)
{
	const char *first = json_str(user, "first_name", ""), *last = json_str(user, "last_name", "");

	if (!*first && !*last)
		return NULL;
	return arena_printf(ctx->arena, "%s%s%s", first, *first && *last ? " " : "", last);
}

/* -1 when Telegram never says so: nobody. */
static int read_user(const struct update *update, struct json *user)
{
	update->event->identity_kind = "telegram";
	update->event->identity_value = number(update->ctx, user, "id");
	return update->event->identity_value ? 0 : vt_fail(update->ctx, VT_E_INVALID, "an update of nobody");
}

/* Who, with the name and chat that a person sees. */
static int read_person(const struct update *update, struct json *user)
{
	struct channel_event *event = update->event;
	struct json *detail = json_new_object(update->ctx);
	const char *username = json_str(user, "username", NULL);
	const char *chat = number(update->ctx, update->node, "chat.id");

	if (read_user(update, user) < 0)
		return -1;
	event->contact_name = full_name(update->ctx, user);
	if (chat)
		json_set_str(detail, "chat", chat);
	if (username)
		json_set_str(detail, "username", username);
	event->detail = detail;
	return 0;
}

static bool is_private(struct json *chat)
{
	return !strcmp(json_str(chat, "type", ""), "private");
}

static void set_once(const struct update *update)
{
	update->event->provider_id = arena_printf(update->ctx->arena, "update:%" PRId64, update->update_id);
}

static void read_file(const struct update *update, const struct message_type *type)
{
	struct json *file = json_at(update->node, type->name);
	struct channel_media *media;
	const char *id;

	/* A photograph in each of its sizes, the largest last. */
	if (json_is_array(file) && json_array_size(file))
		file = json_array_at(file, json_array_size(file) - 1);
	id = json_str(file, "file_id", NULL);
	if (!id)
		return;
	media = arena_alloc(update->ctx->arena, sizeof(*media));
	*media = (struct channel_media){
		.id = id, .kind = type->media, .type = json_str(file, "mime_type", NULL),
		.name = json_str(file, "file_name", NULL), .size = json_i64(file, "file_size", 0),
	};
	if (media->size < 0)
		media->size = 0;
	update->event->media = media;
	update->event->media_count = 1;
	json_set_str(update->event->detail, "file_id", id);
}

/* A venue is a place with a name and an address. */
static void read_place(const struct update *update)
{
	struct channel_event *event = update->event;
	struct json *venue = json_at(update->node, "venue");
	const char *title = json_str(venue, "title", ""), *address = json_str(venue, "address", "");
	struct json *at = json_at(update->node, "location");

	if (!at)
		at = json_at(venue, "location");
	event->latitude = json_double(at, "latitude", 200);
	event->longitude = json_double(at, "longitude", 200);
	event->has_place = event->latitude >= -90 && event->latitude <= 90 &&
		event->longitude >= -180 && event->longitude <= 180;
	if (*title || *address)
		event->text = arena_printf(update->ctx->arena, "%s%s%s", title, *title && *address ? ", " : "",
					   address);
}

/* Their own number is vouched for by Telegram; somebody else's card is only something said. */
static void read_contact(const struct update *update)
{
	struct json *card = json_at(update->node, "contact");
	const char *phone = json_str(card, "phone_number", ""), *name = full_name(update->ctx, card);
	struct json *cards = json_new_array(update->ctx), *shown;

	phone += *phone == '+';
	shown = beside_card(update->ctx, update->event, name, NULL);
	beside_way(update->ctx, shown, "phones", phone);
	if (json_i64(card, "user_id", 0) == json_i64(update->node, "from.id", -1) && *phone &&
	    !phone[strspn(phone, "0123456789")]) {
		update->event->contact_phone = phone;
		return;
	}
	json_append_str(cards, arena_printf(update->ctx->arena, "%s%s%s", name ? name : "",
					    name && *phone ? " " : "", phone));
	json_set_node(update->event->detail, "contacts", cards);
}

static void read_content(const struct update *update, const struct message_type *type)
{
	struct channel_event *event = update->event;

	event->type = type->name;
	event->text = json_str(update->node, type->media ? "caption" : "text", NULL);
	if (type->media)
		read_file(update, type);
	else if (!strcmp(type->name, "venue") || !strcmp(type->name, "location"))
		read_place(update);
	else if (!strcmp(type->name, "contact"))
		read_contact(update);
	else if (!strcmp(type->name, "web_app_data"))
		event->text = json_str(update->node, "web_app_data.data", NULL);
}

static int read_message_head(const struct update *update)
{
	struct channel_event *event = update->event;

	if (read_person(update, json_at(update->node, "from")) < 0)
		return -1;
	event->message_id = number(update->ctx, update->node, "message_id");
	if (!event->message_id)
		return vt_fail(update->ctx, VT_E_INVALID, "a message without a number");
	event->sent_at_s = json_i64(update->node, "date", 0);
	return 0;
}

/* The button with which everybody begins, and a link of ours that leads to it with a word. */
static void read_start(struct vt_ctx *ctx, struct channel_event *event)
{
	const char *text = event->text;
	struct json *referral;

	if (!text || strncmp(text, "/start", 6) != 0 || (text[6] && text[6] != ' '))
		return;
	event->kind = CHANNEL_OPEN;
	event->key = text[6] && text[7] ? text + 7 : NULL;
	event->text = NULL;
	if (!event->key)
		return;
	referral = beside_part(ctx, event, "referral");
	json_set_str(referral, "kind", "link");
	beside_text(ctx, referral, "ref", event->key);
}

/* Readers: 1 an event, 0 nothing for us, -1 what Telegram never sends. */
static int read_message(const struct update *update)
{
	struct channel_event *event = update->event;
	const struct message_type *type = type_of(update->node);

	if (!is_private(json_at(update->node, "chat")) || !type)
		return 0;
	if (read_message_head(update) < 0)
		return -1;
	event->kind = CHANNEL_TEXT;
	event->provider_id = arena_printf(update->ctx->arena, "%s:%s", event->identity_value, event->message_id);
	event->reply_to = number(update->ctx, update->node, "reply_to_message.message_id");
	read_content(update, type);
	if (!strcmp(type->name, "text"))
		read_start(update->ctx, event);
	return 1;
}

static int read_edit(const struct update *update)
{
	struct channel_event *event = update->event;
	const struct message_type *type = type_of(update->node);

	/* Places that move and polls that are answered are no words that changed. */
	if (!is_private(json_at(update->node, "chat")) || !type || !type->captioned)
		return 0;
	if (read_message_head(update) < 0)
		return -1;
	event->kind = CHANNEL_EDIT;
	event->type = type->name;
	event->text = json_str(update->node, type->media ? "caption" : "text", NULL);
	set_once(update);
	if (json_i64(update->node, "edit_date", 0))
		json_set_i64(event->detail, "edit_timestamp", json_i64(update->node, "edit_date", 0));
	return 1;
}

static int read_button(const struct update *update)
{
	struct channel_event *event = update->event;
	const char *id = json_str(update->node, "id", NULL);

	event->key = json_str(update->node, "data", NULL);
	if (!event->key || !is_private(json_at(update->node, "message.chat")))
		return 0;
	if (!id)
		return vt_fail(update->ctx, VT_E_INVALID, "a button without a number to answer it by");
	if (read_user(update, json_at(update->node, "from")) < 0)
		return -1;
	event->kind = CHANNEL_POSTBACK;
	event->ref = number(update->ctx, update->node, "message.message_id");
	event->detail = json_new_object(update->ctx);
	json_set_str(event->detail, "callback_id", id);
	set_once(update);
	return 1;
}

static int read_member(const struct update *update)
{
	const char *status = json_str(update->node, "new_chat_member.status", "");
	bool blocked = !strcmp(status, "kicked");

	if (!is_private(json_at(update->node, "chat")) || (!blocked && strcmp(status, "member") != 0))
		return 0;
	if (read_person(update, json_at(update->node, "from")) < 0)
		return -1;
	update->event->kind = CHANNEL_BLOCKED;
	update->event->removed = !blocked;
	update->event->sent_at_s = json_i64(update->node, "date", 0);
	set_once(update);
	return 1;
}

static const char *last_emoji(struct json *reactions)
{
	const char *emoji = NULL;

	for (size_t i = 0; i < json_array_size(reactions); i++) {
		struct json *one = json_array_at(reactions, i);
		if (!strcmp(json_str(one, "type", ""), "emoji"))
			emoji = json_str(one, "emoji", emoji);
	}
	return emoji;
}

static int read_reaction(const struct update *update)
{
	struct channel_event *event = update->event;

	if (!is_private(json_at(update->node, "chat")))
		return 0;
	if (read_person(update, json_at(update->node, "user")) < 0)
		return -1;
	event->kind = CHANNEL_REACTION;
	event->ref = number(update->ctx, update->node, "message_id");
	event->emoji = last_emoji(json_at(update->node, "new_reaction"));
	event->removed = !event->emoji;
	event->sent_at_s = json_i64(update->node, "date", 0);
	set_once(update);
	return event->ref ? 1 : vt_fail(update->ctx, VT_E_INVALID, "a reaction to nothing");
}

static const struct {
	const char *name;
	int (*read)(const struct update *update);
} kinds[] = {
	{ "message", read_message }, { "edited_message", read_edit }, { "callback_query", read_button },
	{ "my_chat_member", read_member }, { "message_reaction", read_reaction },
};

int telegram_parse(struct vt_ctx *ctx, const char *raw, size_t size,
		   struct channel_event **events, size_t *count)
{
	struct update update = { .ctx = ctx };
	struct json *root;

	*count = 0;
	if (json_parse(ctx, raw, size, TELEGRAM_RAW_MAX, &root) < 0 ||
	    json_i64_req(ctx, root, "update_id", &update.update_id) < 0)
		return -1;
	update.event = arena_alloc(ctx->arena, sizeof(*update.event));
	*events = update.event;
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		update.node = json_at(root, kinds[i].name);
		if (!update.node)
			continue;
		int got = kinds[i].read(&update);
		*count = got > 0;
		return got < 0 ? -1 : 0;
	}
	return 0;
}
