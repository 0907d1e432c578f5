#include "base/vt.h"

#include "base/json.h"
#include "base/utf8.h"
#include "channel/beside.h"

#define URL_MAX 2000

static struct json *member(struct vt_ctx *ctx, struct channel_event *event, const char *name,
			   struct json *(*make)(struct vt_ctx *ctx))
{
	struct json *part;

	if (!event->beside)
		event->beside = json_new_object(ctx);
	part = json_at(event->beside, name);
	if (part)
		return part;
	part = make(ctx);
	json_set_node(event->beside, name, part);
	return part;
}

struct json *beside_part(struct vt_ctx *ctx, struct channel_event *event, const char *name)
{
	return member(ctx, event, name, json_new_object);
}

static const char *bounded(struct vt_ctx *ctx, const char *value)
{
	return arena_strndup(ctx->arena, value, utf8_prefix(value, BESIDE_TEXT_MAX));
}

void beside_text(struct vt_ctx *ctx, struct json *part, const char *name, const char *value)
{
	if (value && *value)
		json_set_str(part, name, bounded(ctx, value));
}

struct json *beside_card(struct vt_ctx *ctx, struct channel_event *event, const char *name, const char *company)
{
	struct json *cards = member(ctx, event, "cards", json_new_array), *card;

	if (json_array_size(cards) >= BESIDE_ITEMS_MAX)
		return NULL;
	card = json_new_object(ctx);
	beside_text(ctx, card, "name", name);
	beside_text(ctx, card, "company", company);
	json_set_node(card, "phones", json_new_array(ctx));
	json_set_node(card, "emails", json_new_array(ctx));
	json_append_node(cards, card);
	return card;
}

void beside_way(struct vt_ctx *ctx, struct json *card, const char *ways, const char *value)
{
	struct json *list = json_at(card, ways);

	if (list && value && *value && json_array_size(list) < BESIDE_WAYS_MAX)
		json_append_str(list, bounded(ctx, value));
}

const char *beside_url(const char *value)
{
	if (!value || strlen(value) > URL_MAX ||
	    (strncasecmp(value, "https://", 8) != 0 && strncasecmp(value, "http://", 7) != 0))
		return NULL;
	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return NULL;
	}
	return value;
}
