/* Webhooks of a Page and of an Instagram account become events. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "channel/beside.h"
#include "channel/meta/page-private.h"

#define EVENTS_MAX 10000               /* of one body */
#define EVENTS_FIRST 8
#define PARTY_MAX 64                   /* bytes of an id of who says something */
#define MS_FROM INT64_C(100000000000)  /* a smaller number counts seconds */
#define MS_MAX INT64_C(253402300799999)

struct reading {
	struct vt_ctx *ctx;
	const struct page *page;
	struct channel_event *events;
	size_t count, capacity;
	struct json *entry;
	bool standby;
	int64_t at_ms;                 /* of the item that is being read */
};

/* Milliseconds, seconds or ISO 8601, as a number or text; 0 when it is none of them. */
static int64_t time_ms(struct json *node, const char *name)
{
	int64_t us, number = json_i64(node, name, 0);

	if (!number && clock_parse(json_str(node, name, ""), &us) == 0)
		number = us / 1000;
	else if (number > 0 && number < MS_FROM)
		number *= 1000;
	return number > 0 && number <= MS_MAX ? number : 0;
}

static int add(struct reading *reading, struct channel_event **out)
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
	return 0;
}

/* An id of whom: NULL when it is not told, as by who ticked a box in a web page. */
static int read_party(struct vt_ctx *ctx, struct json *item, const char *path, const char **out)
{
	*out = NULL;
	return json_at(item, path) ? json_str_req(ctx, item, path, PARTY_MAX, out) : 0;
}

/* The id of the message that the thing is, or is about. */
static int read_mid(struct vt_ctx *ctx, struct json *thing, const char **out)
{
	return json_str_req(ctx, thing, "mid", PAGE_ID_MAX, out);
}

static int read_message(struct reading *reading, struct json *message, struct channel_event *event)
{
	if (read_mid(reading->ctx, message, &event->message_id) < 0)
		return -1;
	return page_message_read(reading->ctx, message, event) ? 1 : 0;
}

static int read_edit(struct reading *reading, struct json *edit, struct channel_event *event)
{
	int64_t number = json_i64(edit, "num_edit", 0);

	if (read_mid(reading->ctx, edit, &event->ref) < 0)
		return -1;
	event->kind = CHANNEL_EDIT;
	event->text = json_str(edit, "text", NULL);
	event->provider_id = arena_printf(reading->ctx->arena, "%s:edit:%" PRId64, event->ref,
					  number ? number : reading->at_ms);
	if (number)
		json_set_i64(event->detail, "num_edit", number);
	return event->text != NULL;
}

/* The emoji, or what the network's own word for it stands for. */
static const char *emoji_of(struct json *reaction)
{
	static const char *const words[][2] = {
		{ "smile", "😆" }, { "angry", "😠" }, { "sad", "😢" }, { "wow", "😮" }, { "love", "❤️" },
		{ "like", "👍" }, { "dislike", "👎" },
	};
	const char *emoji = json_str(reaction, "emoji", NULL), *word = json_str(reaction, "reaction", "");

	for (size_t i = 0; !emoji && i < VT_COUNT(words); i++) {
		if (!strcmp(word, words[i][0]))
			emoji = words[i][1];
	}
	return emoji;
}

static int read_reaction(struct reading *reading, struct json *reaction, struct channel_event *event)
{
	if (read_mid(reading->ctx, reaction, &event->ref) < 0)
		return -1;
	event->kind = CHANNEL_REACTION;
	event->removed = !strcmp(json_str(reaction, "action", "react"), "unreact");
	event->emoji = event->removed ? NULL : emoji_of(reaction);
	event->provider_id = arena_printf(reading->ctx->arena, "%s:reaction:%s:%" PRId64, event->ref,
					  event->emoji ? event->emoji : "", reading->at_ms);
	return event->removed || event->emoji;
}

static void show_referral(struct vt_ctx *ctx, struct json *referral, struct channel_event *event)
{
	struct json *part = beside_part(ctx, event, "referral");
	const char *source = json_str(referral, "source", "");
	bool ad = !strcasecmp(source, "ADS") || json_at(referral, "ad_id");

	json_set_str(part, "kind", ad ? "ad" : json_at(referral, "ref") ? "link" : "other");
	beside_text(ctx, part, "title", json_str(referral, "ads_context_data.ad_title", NULL));
	beside_text(ctx, part, "url", beside_url(json_str(referral, "referer_uri", NULL)));
	beside_text(ctx, part, "ref", json_str(referral, "ref", NULL));
	beside_text(ctx, part, "id", json_str(referral, "ad_id", NULL));
}

static void note_referral(struct vt_ctx *ctx, struct json *referral, struct channel_event *event)
{
	static const char *const names[][2] = {
		{ "source", "referral_source" }, { "type", "referral_type" }, { "ref", "referral_ref" },
		{ "ad_id", "referral_ad" },
	};

	for (size_t i = 0; i < VT_COUNT(names); i++) {
		const char *value = json_str(referral, names[i][0], NULL);
		if (value)
			json_set_str(event->detail, names[i][1], value);
	}
	show_referral(ctx, referral, event);
}

static int read_postback(struct reading *reading, struct json *postback, struct channel_event *event)
{
	struct vt_ctx *ctx = reading->ctx;

	if (json_at(postback, "mid") && read_mid(ctx, postback, &event->message_id) < 0)
		return -1;
	event->kind = CHANNEL_POSTBACK;
	event->text = json_str(postback, "title", NULL);
	event->key = json_str(postback, "payload", event->text);
	event->provider_id = event->message_id ? event->message_id :
		arena_printf(ctx->arena, "%s:postback:%" PRId64, event->identity_value, reading->at_ms);
	return event->key != NULL;
}

static int read_referral(struct reading *reading, struct json *referral, struct channel_event *event)
{
	event->kind = CHANNEL_REFERRAL;
	event->provider_id = arena_printf(reading->ctx->arena, "%s:referral:%" PRId64, event->identity_value,
					  reading->at_ms);
	note_referral(reading->ctx, referral, event);
	return 1;
}

/* Notices that they asked for from the Page, stopped or wanted (again). */
static int read_optin(struct reading *reading, struct json *optin, struct channel_event *event)
{
	const char *status = json_str(optin, "notification_messages_status", "");

	if (!*status && !json_at(optin, "notification_messages_token"))
		return 0;
	event->kind = CHANNEL_PREFERENCE;
	event->opt_out = !strcmp(status, "STOP_NOTIFICATIONS");
	event->provider_id = arena_printf(reading->ctx->arena, "%s:preference:%s:%" PRId64, event->identity_value,
					  event->opt_out ? "stop" : "resume", reading->at_ms);
	json_set_str(event->detail, "value", event->opt_out ? "stop" : "resume");
	return 1;
}

/* Of ours: all up to a time, or one by its id. */
static int read_reached(struct reading *reading, struct json *reached, const char *mid, const char *word,
			struct channel_event *event)
{
	struct vt_ctx *ctx = reading->ctx;

	event->watermark_ms = time_ms(reached, "watermark");
	if (event->watermark_ms) {
		event->provider_id = arena_printf(ctx->arena, "%s:%s:%" PRId64, event->identity_value, word,
						  event->watermark_ms);
		return 1;
	}
	if (!mid || strlen(mid) > PAGE_ID_MAX)
		return vt_fail(ctx, VT_E_INVALID, "%s of nothing", word);
	event->message_id = mid;
	event->provider_id = arena_printf(ctx->arena, "%s:%s", mid, word);
	return 1;
}

static int read_read(struct reading *reading, struct json *read, struct channel_event *event)
{
	event->kind = CHANNEL_READ;
	return read_reached(reading, read, json_str(read, "mid", NULL), "read", event);
}

/* Each of its messages where there is no time. */
static int read_delivery(struct reading *reading, struct json *delivery, struct channel_event *event)
{
	struct json *mids = json_at(delivery, "mids");
	size_t index = reading->count - 1;

	event->kind = CHANNEL_DELIVERED;
	for (size_t i = 1; !json_at(delivery, "watermark") && i < json_array_size(mids); i++) {
		struct channel_event *other;
		if (add(reading, &other) < 0)
			return -1;
		*other = reading->events[index];
		if (read_reached(reading, delivery, json_str(json_array_at(mids, i), "", NULL), "delivery", other) < 0)
			return -1;
	}
	return read_reached(reading, delivery, json_str(json_array_at(mids, 0), "", NULL), "delivery",
			    &reading->events[index]);
}

static const struct {
	const char *name;
	/* 1, 0 when there is nothing to tell, -1 VT_E_INVALID. */
	int (*read)(struct reading *reading, struct json *thing, struct channel_event *event);
} things[] = {
	{ "message", read_message }, { "message_edit", read_edit }, { "reaction", read_reaction },
	{ "postback", read_postback }, { "delivery", read_delivery }, { "read", read_read },
	{ "referral", read_referral }, { "optin", read_optin },
};

/* Whose it is: what the line itself says is told of whom it is told to. 0: of nobody we know. */
static int read_identity(struct reading *reading, struct json *item, struct channel_event *event)
{
	bool echo = json_bool(item, "message.is_echo", false);
	const char *from, *to;

	if (read_party(reading->ctx, item, "sender.id", &from) < 0 ||
	    read_party(reading->ctx, item, "recipient.id", &to) < 0)
		return -1;
	event->account = json_str(reading->entry, "id", NULL);
	event->identity_kind = reading->page->identity_kind;
	event->identity_value = echo ? to : from;
	return event->identity_value && *event->identity_value &&
		(!event->account || strcmp(event->identity_value, event->account) != 0);
}

static int read_thing(struct reading *reading, struct json *item, size_t which)
{
	struct json *thing = json_at(item, things[which].name), *referral;
	struct channel_event *event;
	size_t before = reading->count;
	int told;

	if (!json_is_object(thing))
		return vt_fail(reading->ctx, VT_E_INVALID, "%s is no object", things[which].name);
	if (add(reading, &event) < 0)
		return -1;
	event->detail = json_new_object(reading->ctx);
	event->standby = reading->standby;
	reading->at_ms = time_ms(item, "timestamp");
	if (!reading->at_ms)
		reading->at_ms = time_ms(reading->entry, "time");
	event->sent_at_s = reading->at_ms / 1000;
	told = read_identity(reading, item, event);
	if (told > 0)
		told = things[which].read(reading, thing, event);
	referral = json_at(thing, "referral");
	if (told > 0 && json_is_object(referral))
		note_referral(reading->ctx, referral, &reading->events[before]);
	if (!told)
		reading->count = before;
	return told;
}

static int read_item(struct reading *reading, struct json *item)
{
	if (!json_is_object(item))
		return vt_fail(reading->ctx, VT_E_INVALID, "an item is no object");
	for (size_t i = 0; i < VT_COUNT(things); i++) {
		if (json_at(item, things[i].name))
			return read_thing(reading, item, i);
	}
	return 0;
}

static int read_items(struct reading *reading, const char *name, bool standby)
{
	struct json *items = json_at(reading->entry, name);

	if (items && !json_is_array(items))
		return vt_fail(reading->ctx, VT_E_INVALID, "%s is no array", name);
	reading->standby = standby;
	for (size_t i = 0; i < json_array_size(items); i++) {
		if (read_item(reading, json_array_at(items, i)) < 0)
			return -1;
	}
	return 0;
}

int page_parse(struct vt_ctx *ctx, const struct page *page, const char *raw, size_t size,
	       struct channel_event **events, size_t *count)
{
	struct reading reading = { .ctx = ctx, .page = page };
	struct json *root, *entries;

	*count = 0;
	*events = NULL;
	if (json_parse(ctx, raw, size, META_RAW_MAX, &root) < 0)
		return -1;
	entries = json_at(root, "entry");
	if (strcmp(json_str(root, "object", ""), page->object) != 0 || !json_is_array(entries))
		return vt_fail(ctx, VT_E_INVALID, "no webhook of a %s", page->object);
	for (size_t i = 0; i < json_array_size(entries); i++) {
		reading.entry = json_array_at(entries, i);
		if (read_items(&reading, "messaging", false) < 0 || read_items(&reading, "standby", true) < 0)
			return -1;
	}
	*events = reading.events;
	*count = reading.count;
	return 0;
}
