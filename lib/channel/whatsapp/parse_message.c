/* What a message of WhatsApp says, by its type. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/beside.h"
#include "channel/whatsapp/whatsapp-private.h"

#include <math.h>

#define CONTACTS_MAX 100
#define PRICE_MAX 1e12

typedef int type_reader(struct whatsapp_reading *reading, struct json *message, struct channel_event *event);

/* NULL for "". */
static const char *words(struct json *node, const char *path)
{
	const char *value = json_str(node, path, NULL);

	return value && *value ? value : NULL;
}

static int read_text(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	return json_str_req(reading->ctx, message, "text.body", 0, &event->text) < 0 ? -1 : 1;
}

static int read_media(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	struct json *thing = json_at(message, event->type);
	struct channel_media *media = arena_alloc(reading->ctx->arena, sizeof(*media));

	if (json_str_req(reading->ctx, thing, "id", WHATSAPP_ID_MAX, &media->id) < 0)
		return -1;
	media->kind = !strcmp(event->type, "voice") ? "audio" : event->type;
	media->type = words(thing, "mime_type");
	media->name = words(thing, "filename");
	event->media = media;
	event->media_count = 1;
	event->text = words(thing, "caption");
	json_set_str(event->detail, "media_id", media->id);
	if (media->type)
		json_set_str(event->detail, "mime", media->type);
	if (media->name)
		json_set_str(event->detail, "filename", media->name);
	return 1;
}

static int read_location(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	const char *name = words(message, "location.name"), *address = words(message, "location.address");

	event->latitude = json_double(message, "location.latitude", NAN);
	event->longitude = json_double(message, "location.longitude", NAN);
	event->has_place = fabs(event->latitude) <= 90 && fabs(event->longitude) <= 180;
	if (!event->has_place)
		return vt_fail(reading->ctx, VT_E_INVALID, "a location without a place");
	event->text = name && address ? arena_printf(reading->ctx->arena, "%s %s", name, address) :
		name ? name : address;
	return 1;
}

static void read_ways(struct vt_ctx *ctx, struct json *contact, struct json *card)
{
	struct json *phones = json_at(contact, "phones"), *emails = json_at(contact, "emails");

	for (size_t i = 0; i < json_array_size(phones) && i < BESIDE_WAYS_MAX; i++) {
		const char *phone = words(json_array_at(phones, i), "phone");
		beside_way(ctx, card, "phones", phone ? phone : words(json_array_at(phones, i), "wa_id"));
	}
	for (size_t i = 0; i < json_array_size(emails) && i < BESIDE_WAYS_MAX; i++)
		beside_way(ctx, card, "emails", words(json_array_at(emails, i), "email"));
}

static void read_card(struct vt_ctx *ctx, struct json *contact, const char *name, struct channel_event *event)
{
	struct json *card = beside_card(ctx, event, name, words(contact, "org.company"));

	if (card)
		read_ways(ctx, contact, card);
}

static int read_contacts(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	struct json *contacts = json_at(message, "contacts"), *names = json_new_array(reading->ctx);

	for (size_t i = 0; i < json_array_size(contacts) && i < CONTACTS_MAX; i++) {
		const char *name = words(json_array_at(contacts, i), "name.formatted_name");
		if (name)
			json_append_str(names, name);
		read_card(reading->ctx, json_array_at(contacts, i), name, event);
	}
	json_set_node(event->detail, "contacts", names);
	return 1;
}

/* Words that a program put into a button or a row come back with what people read on it. */
static int choose(struct json *message, const char *key, const char *text, struct channel_event *event)
{
	event->kind = CHANNEL_CHOICE;
	event->text = words(message, text);
	event->key = json_str(message, key, event->text);
	return event->key != NULL;
}

static int read_button(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	if (!json_is_object(json_at(message, "button")))
		return vt_fail(reading->ctx, VT_E_INVALID, "a button that is none");
	return choose(message, "button.payload", "button.text", event);
}

static int read_interactive(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	const char *kind;

	if (json_str_req(reading->ctx, message, "interactive.type", 64, &kind) < 0)
		return -1;
	event->type = arena_printf(reading->ctx->arena, "interactive.%s", kind);
	if (!strcmp(kind, "button_reply"))
		return choose(message, "interactive.button_reply.id", "interactive.button_reply.title", event);
	if (!strcmp(kind, "list_reply"))
		return choose(message, "interactive.list_reply.id", "interactive.list_reply.title", event);
	if (!strcmp(kind, "nfm_reply")) {
		const char *form = words(message, "interactive.nfm_reply.response_json");
		event->text = words(message, "interactive.nfm_reply.body");
		if (form)
			json_set_str(event->detail, "form", form);
	} else if (!strcmp(kind, "call_permission_reply")) {
		const char *answer = words(message, "interactive.call_permission_reply.response");
		if (answer)
			json_set_str(event->detail, "call_permission", answer);
	}
	return 1;
}

static struct json *read_item(struct vt_ctx *ctx, struct json *given)
{
	struct json *item = json_new_object(ctx);
	double price = json_double(given, "item_price", NAN);

	beside_text(ctx, item, "id", words(given, "product_retailer_id"));
	json_set_i64(item, "quantity", json_i64(given, "quantity", 1));
	if (fabs(price) < PRICE_MAX)
		json_set_double(item, "price", price);
	beside_text(ctx, item, "currency", words(given, "currency"));
	return item;
}

static int read_order(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	struct json *items = json_at(message, "order.product_items"), *list = json_new_array(reading->ctx);
	struct json *order = beside_part(reading->ctx, event, "order");
	size_t count = json_array_size(items);

	event->text = words(message, "order.text");
	json_set_i64(event->detail, "items", (int64_t)count);
	for (size_t i = 0; i < count && i < BESIDE_ITEMS_MAX; i++)
		json_append_node(list, read_item(reading->ctx, json_array_at(items, i)));
	json_set_node(order, "items", list);
	if (count > BESIDE_ITEMS_MAX)
		json_set_i64(order, "more", (int64_t)(count - BESIDE_ITEMS_MAX));
	return 1;
}

static int read_reaction(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	if (json_str_req(reading->ctx, message, "reaction.message_id", WHATSAPP_ID_MAX, &event->ref) < 0)
		return -1;
	event->kind = CHANNEL_REACTION;
	event->emoji = words(message, "reaction.emoji");
	event->removed = !event->emoji;
	return 1;
}

static int read_edit(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	struct json *now = json_at(message, "edit.message");
	const char *type;

	if (json_str_req(reading->ctx, message, "edit.original_message_id", WHATSAPP_ID_MAX, &event->ref) < 0 ||
	    json_str_req(reading->ctx, now, "type", 64, &type) < 0)
		return -1;
	event->kind = CHANNEL_EDIT;
	event->text = !strcmp(type, "text") ? json_str(now, "text.body", NULL) :
		strchr(type, '.') ? NULL : json_str(json_at(now, type), "caption", "");
	return event->text != NULL;
}

static int read_revoke(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	event->kind = CHANNEL_DELETE;
	return json_str_req(reading->ctx, message, "revoke.original_message_id", WHATSAPP_ID_MAX, &event->ref) < 0 ?
		-1 : 1;
}

/* Of all that WhatsApp says in a chat by itself, who has another number now is what we want. */
static int read_system(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	const char *type = json_str(message, "system.type", ""), *now = words(message, "system.wa_id");

	if (!now)
		now = words(message, "system.new_wa_id");
	if (strcmp(type, "user_changed_number") != 0 || !now || now[strspn(now, "0123456789")] || strlen(now) > 20)
		return 0;
	event->kind = CHANNEL_MOVED;
	event->type = arena_printf(reading->ctx->arena, "system.%s", type);
	event->text = words(message, "system.body");
	event->new_identity = now;
	return 1;
}

/* Shown as what it is: something that cannot be shown here. */
static int read_unsupported(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	int64_t code = json_i64(message, "errors.0.code", 0);

	(void)reading;
	event->error_code = code > 0 && code <= INT32_MAX ? (int)code : 0;
	return 1;
}

static const struct {
	const char *type;
	type_reader *read;
} types[] = {
	{ "text", read_text }, { "image", read_media }, { "audio", read_media }, { "voice", read_media },
	{ "video", read_media }, { "document", read_media }, { "sticker", read_media },
	{ "location", read_location }, { "contacts", read_contacts }, { "button", read_button },
	{ "interactive", read_interactive }, { "order", read_order }, { "reaction", read_reaction },
	{ "edit", read_edit }, { "revoke", read_revoke }, { "system", read_system },
};

/* From where an advertisement or a link brought them. */
static void note_referral(struct vt_ctx *ctx, struct json *message, struct channel_event *event)
{
	const char *id = words(message, "referral.source_id"), *url = words(message, "referral.source_url");
	const char *type = json_str(message, "referral.source_type", "");
	struct json *part;

	if (!json_is_object(json_at(message, "referral")))
		return;
	if (id || url)
		json_set_str(event->detail, "referral_source", id ? id : url);
	part = beside_part(ctx, event, "referral");
	json_set_str(part, "kind", !strcmp(type, "ad") || !strcmp(type, "post") ? type : "other");
	beside_text(ctx, part, "title", words(message, "referral.headline"));
	beside_text(ctx, part, "url", beside_url(url));
	beside_text(ctx, part, "id", id);
}

int whatsapp_message_read(struct whatsapp_reading *reading, struct json *message, struct channel_event *event)
{
	type_reader *read = read_unsupported;

	event->kind = CHANNEL_TEXT;
	event->reply_to = words(message, "context.id");
	note_referral(reading->ctx, message, event);
	for (size_t i = 0; i < VT_COUNT(types); i++) {
		if (!strcmp(event->type, types[i].type))
			read = types[i].read;
	}
	return read(reading, message, event);
}
