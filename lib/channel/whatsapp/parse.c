/* Webhooks of a WhatsApp business account become events. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/whatsapp/whatsapp-private.h"

#define EVENTS_MAX 10000               /* of one body */
#define EVENTS_FIRST 4
#define PHONE_MAX 20
#define USER_MAX 160
#define REFERENCE_MAX 40
#define SECONDS_MAX INT64_C(100000000000)      /* a larger number counts milliseconds */
#define DIGITS "0123456789"

int whatsapp_event_add(struct whatsapp_reading *reading, struct channel_event **out)
{
	struct arena *arena = reading->ctx->arena;

	if (reading->count == EVENTS_MAX)
		return vt_fail(reading->ctx, VT_E_INVALID, "more than %d events", EVENTS_MAX);
	if (reading->count == reading->capacity) {
		struct channel_event *more;
		reading->capacity = reading->capacity ? reading->capacity * 2 : EVENTS_FIRST;
		more = arena_calloc(arena, reading->capacity, sizeof(*more));
		if (reading->count)
			memcpy(more, reading->events, reading->count * sizeof(*more));
		reading->events = more;
	}
	*out = &reading->events[reading->count++];
	(*out)->detail = json_new_object(reading->ctx);
	return 0;
}

void whatsapp_event_drop(struct whatsapp_reading *reading)
{
	reading->events[--reading->count] = (struct channel_event){ 0 };
}

int64_t whatsapp_time(struct json *node, const char *name)
{
	int64_t number = json_i64(node, name, 0);

	if (number > SECONDS_MAX)
		number /= 1000;
	return number > 0 && number <= SECONDS_MAX ? number : 0;
}

static bool is_phone(const char *value)
{
	return value && *value && strlen(value) <= PHONE_MAX && !value[strspn(value, DIGITS)];
}

static bool is_user(const char *value)
{
	return value && strlen(value) > 3 && strlen(value) <= USER_MAX && value[2] == '.' &&
		!value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.")];
}

int whatsapp_identify(struct whatsapp_reading *reading, const char *phone, const char *user,
		      struct channel_event *event)
{
	if (!is_phone(phone) && is_user(phone))
		user = phone;
	if (is_phone(phone)) {
		event->identity_kind = "phone";
		event->identity_value = phone;
		event->other_kind = is_user(user) ? "bsuid" : NULL;
		event->other_value = is_user(user) ? user : NULL;
		return 0;
	}
	if (!is_user(user))
		return vt_fail(reading->ctx, VT_E_INVALID, "of nobody");
	event->identity_kind = "bsuid";
	event->identity_value = user;
	return 0;
}

/* The contact of the value's list that is who the event is of. */
static void read_contact(struct whatsapp_reading *reading, struct channel_event *event)
{
	struct json *contacts = json_at(reading->value, "contacts");

	for (size_t i = 0; i < json_array_size(contacts); i++) {
		struct json *contact = json_array_at(contacts, i);
		const char *phone = json_str(contact, "wa_id", ""), *user = json_str(contact, "user_id", "");
		const char *me = event->identity_value, *other = event->other_value ? event->other_value : me;
		if (strcmp(phone, me) != 0 && strcmp(user, me) != 0 && strcmp(user, other) != 0)
			continue;
		event->contact_name = json_str(contact, "profile.name", NULL);
		if (!event->other_value && is_user(user) && strcmp(user, me) != 0) {
			event->other_kind = "bsuid";
			event->other_value = user;
		} else if (!event->other_value && is_phone(phone) && strcmp(phone, me) != 0) {
			event->other_kind = "phone";
			event->other_value = event->contact_phone = phone;
		}
		return;
	}
}

static int read_message(struct whatsapp_reading *reading, struct json *message)
{
	struct channel_event *event;
	int told;

	if (json_at(message, "group_id"))
		return 0;
	if (whatsapp_event_add(reading, &event) < 0 ||
	    json_str_req(reading->ctx, message, "id", WHATSAPP_ID_MAX, &event->message_id) < 0 ||
	    json_str_req(reading->ctx, message, "type", 64, &event->type) < 0 ||
	    whatsapp_identify(reading, json_str(message, "from", NULL), json_str(message, "from_user_id", NULL),
			      event) < 0)
		return -1;
	event->account = json_str(reading->value, "metadata.phone_number_id", NULL);
	event->sent_at_s = whatsapp_time(message, "timestamp");
	event->provider_id = event->message_id;
	read_contact(reading, event);
	told = whatsapp_message_read(reading, message, event);
	if (!told)
		whatsapp_event_drop(reading);
	return told < 0 ? -1 : 0;
}

/* Said to the contact with the business's own telephone, beside us. */
static int read_echo(struct whatsapp_reading *reading, struct json *message)
{
	struct channel_event *event;
	int told;

	if (whatsapp_event_add(reading, &event) < 0 ||
	    json_str_req(reading->ctx, message, "id", WHATSAPP_ID_MAX, &event->message_id) < 0 ||
	    json_str_req(reading->ctx, message, "type", 64, &event->type) < 0 ||
	    whatsapp_identify(reading, json_str(message, "to", NULL), json_str(message, "to_user_id", NULL),
			      event) < 0)
		return -1;
	event->account = json_str(reading->value, "metadata.phone_number_id", NULL);
	event->sent_at_s = whatsapp_time(message, "timestamp");
	event->provider_id = event->message_id;
	told = whatsapp_message_read(reading, message, event);
	/* Only what is said: a reaction or deletion of our own side changes nothing of theirs. */
	if (told > 0 && event->kind == CHANNEL_TEXT)
		event->kind = CHANNEL_ECHO;
	else
		whatsapp_event_drop(reading);
	return told < 0 ? -1 : 0;
}

static const struct {
	const char *name;
	int state;
} states[] = {
	{ "sent", OUTBOX_SENT }, { "delivered", OUTBOX_DELIVERED }, { "read", OUTBOX_READ },
	{ "played", OUTBOX_READ }, { "failed", OUTBOX_FAILED },
};

static void read_price(struct json *status, struct channel_event *event)
{
	struct json *pricing = json_at(status, "pricing");

	event->price_category = json_str(pricing, "category", NULL);
	event->price_told = event->price_category != NULL;
	event->billable = json_bool(pricing, "billable", false);
}

static void read_failure(struct json *status, struct channel_event *event)
{
	int64_t code = json_i64(status, "errors.0.code", 0);
	enum channel_outcome outcome;
	enum channel_fault fault;

	event->error_code = code > 0 && code <= INT32_MAX ? (int)code : 0;
	if (!whatsapp_error_class(code, &outcome, &fault, &event->error))
		event->error = json_str(status, "errors.0.title", NULL);
}

static int read_status(struct whatsapp_reading *reading, struct json *status)
{
	struct vt_ctx *ctx = reading->ctx;
	struct channel_event *event;
	const char *word, *tracker = json_str(status, "biz_opaque_callback_data", NULL);
	int state = 0;

	if (json_str_req(ctx, status, "status", 64, &word) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(states); i++)
		state = strcmp(word, states[i].name) ? state : states[i].state;
	if (!state || json_at(status, "group_id"))
		return 0;
	if (whatsapp_event_add(reading, &event) < 0 ||
	    json_str_req(ctx, status, "id", WHATSAPP_ID_MAX, &event->message_id) < 0)
		return -1;
	event->kind = CHANNEL_STATUS;
	event->state = state;
	event->played = !strcmp(word, "played");
	event->provider_id = arena_printf(ctx->arena, "%s:status:%s", event->message_id, word);
	event->sent_at_s = whatsapp_time(status, "timestamp");
	event->recipient = json_str(status, "recipient_id", json_str(status, "recipient_user_id", NULL));
	event->reference = tracker && strlen(tracker) <= REFERENCE_MAX ? tracker : NULL;
	if (tracker)
		json_set_str(event->detail, "tracker", tracker);
	read_price(status, event);
	read_failure(status, event);
	return 0;
}

static int read_preference(struct whatsapp_reading *reading, struct json *preference)
{
	struct channel_event *event;
	const char *category, *value;

	if (whatsapp_event_add(reading, &event) < 0 ||
	    json_str_req(reading->ctx, preference, "category", 64, &category) < 0 ||
	    json_str_req(reading->ctx, preference, "value", 32, &value) < 0 ||
	    whatsapp_identify(reading, json_str(preference, "wa_id", NULL), json_str(preference, "user_id", NULL),
			      event) < 0)
		return -1;
	event->kind = CHANNEL_PREFERENCE;
	event->opt_out = !strcmp(value, "stop");
	event->sent_at_s = whatsapp_time(preference, "timestamp");
	event->provider_id = arena_printf(reading->ctx->arena, "%s:preference:%s:%s:%" PRId64,
					  event->identity_value, category, value, event->sent_at_s);
	json_set_str(event->detail, "category", category);
	json_set_str(event->detail, "value", value);
	return 0;
}

/* The id of somebody for this business changed, as when they change their number. */
static int read_user_id(struct whatsapp_reading *reading, struct json *update)
{
	const char *before = json_str(update, "user_id.previous", NULL), *now = json_str(update, "user_id.current", NULL);
	struct channel_event *event;

	if (!is_user(before) || !is_user(now))
		return 0;
	if (whatsapp_event_add(reading, &event) < 0 || whatsapp_identify(reading, NULL, before, event) < 0)
		return -1;
	event->kind = CHANNEL_MOVED;
	event->type = "user_id_update";
	event->account = json_str(reading->value, "metadata.phone_number_id", NULL);
	event->sent_at_s = whatsapp_time(update, "timestamp");
	event->new_identity = now;
	event->provider_id = arena_printf(reading->ctx->arena, "%s:user_id:%s", before, now);
	return 0;
}

/* What a field's value holds lists of. */
static const struct {
	const char *field, *list;
	int (*read)(struct whatsapp_reading *reading, struct json *item);
} lists[] = {
	{ "messages", "messages", read_message },
	{ "messages", "statuses", read_status },
	{ "smb_message_echoes", "message_echoes", read_echo },
	{ "user_preferences", "user_preferences", read_preference },
	{ "user_id_update", "user_id_update", read_user_id },
};

static int read_list(struct whatsapp_reading *reading, size_t which)
{
	struct json *items = json_at(reading->value, lists[which].list);

	if (items && !json_is_array(items))
		return vt_fail(reading->ctx, VT_E_INVALID, "%s is no array", lists[which].list);
	for (size_t i = 0; i < json_array_size(items); i++) {
		struct json *item = json_array_at(items, i);
		if (!json_is_object(item))
			return vt_fail(reading->ctx, VT_E_INVALID, "an item of %s is no object", lists[which].list);
		if (lists[which].read(reading, item) < 0)
			return -1;
	}
	return 0;
}

static int read_change(struct whatsapp_reading *reading, struct json *change)
{
	int error = 0;

	reading->value = json_at(change, "value");
	if (json_str_req(reading->ctx, change, "field", 64, &reading->field) < 0)
		return -1;
	if (!json_is_object(reading->value))
		return vt_fail(reading->ctx, VT_E_INVALID, "value is no object");
	if (whatsapp_line_read(reading, &error))
		return error;
	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		if (!strcmp(reading->field, lists[i].field) && read_list(reading, i) < 0)
			return -1;
	}
	return 0;
}

int whatsapp_parse(struct vt_ctx *ctx, const char *raw, size_t size, struct channel_event **events,
		   size_t *count)
{
	struct whatsapp_reading reading = { .ctx = ctx };
	struct json *root, *entries;

	*count = 0;
	*events = NULL;
	if (json_parse(ctx, raw, size, META_RAW_MAX, &root) < 0)
		return -1;
	entries = json_at(root, "entry");
	if (strcmp(json_str(root, "object", ""), WHATSAPP_OBJECT) != 0 || !json_is_array(entries))
		return vt_fail(ctx, VT_E_INVALID, "no webhook of WhatsApp");
	for (size_t i = 0; i < json_array_size(entries); i++) {
		struct json *entry = json_array_at(entries, i), *changes = json_at(entry, "changes");
		reading.waba = json_str(entry, "id", "");
		reading.at_s = whatsapp_time(entry, "time");
		if (!json_is_array(changes))
			return vt_fail(ctx, VT_E_INVALID, "changes is no array");
		for (size_t j = 0; j < json_array_size(changes); j++) {
			if (read_change(&reading, json_array_at(changes, j)) < 0)
				return -1;
		}
	}
	*events = reading.events;
	*count = reading.count;
	return 0;
}
