/* What is said in a message: text, files, stickers, places, what is shared. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/beside.h"
#include "channel/meta/page-private.h"

#include <math.h>

#define ATTACHMENTS_MAX 100

/* The thumb of Messenger, in its three sizes. */
static const int64_t thumbs[] = {
	INT64_C(369239263222822), INT64_C(369239343222814), INT64_C(369239383222810),
};

/* What is fetched, and as what we know it. */
static const struct {
	const char *type, *kind;
} files[] = {
	{ "image", "image" }, { "video", "video" }, { "audio", "audio" }, { "file", "document" },
	{ "sticker", "sticker" }, { "reel", "video" }, { "ig_reel", "video" }, { "share", "document" },
	{ "ig_post", "document" }, { "post", "document" }, { "story_mention", "document" },
	{ "ig_story", "document" },
};

static const char *kind_of(const char *type)
{
	for (size_t i = 0; i < VT_COUNT(files); i++) {
		if (!strcmp(type, files[i].type))
			return files[i].kind;
	}
	return NULL;
}

static bool is_thumb(int64_t sticker)
{
	for (size_t i = 0; i < VT_COUNT(thumbs); i++) {
		if (thumbs[i] == sticker)
			return true;
	}
	return false;
}

static const char *url_of(struct json *attachment)
{
	return json_str(attachment, "payload.url", json_str(attachment, "url", NULL));
}

static void read_place(struct json *attachment, struct channel_event *event)
{
	struct json *at = json_at(attachment, "payload.coordinates");

	event->latitude = json_double(at, "lat", NAN);
	event->longitude = json_double(at, "long", NAN);
	event->has_place = fabs(event->latitude) <= 90 && fabs(event->longitude) <= 180;
	if (!event->text)
		event->text = json_str(attachment, "title", NULL);
}

/* A link that was shared, for which there is no other word. */
static void read_link(struct vt_ctx *ctx, struct json *attachment, struct channel_event *event)
{
	const char *title = json_str(attachment, "title", json_str(attachment, "payload.title", NULL));
	const char *url = url_of(attachment);

	if (event->text)
		return;
	event->text = title && *title && url ? arena_printf(ctx->arena, "%s\n%s", title, url) :
		url ? url : title;
}

/* While a sticker was both, it came as an image too. */
static bool is_sticker_again(struct json *attachments, size_t index)
{
	int64_t sticker = json_i64(json_array_at(attachments, index), "payload.sticker_id", 0);

	if (!sticker || !strcmp(json_str(json_array_at(attachments, index), "type", ""), "sticker"))
		return false;
	for (size_t i = 0; i < json_array_size(attachments); i++) {
		struct json *other = json_array_at(attachments, i);
		if (!strcmp(json_str(other, "type", ""), "sticker") &&
		    json_i64(other, "payload.sticker_id", 0) == sticker)
			return true;
	}
	return false;
}

/* A story's own link lives for a day. */
static void show_story(struct vt_ctx *ctx, const char *kind, const char *url, struct channel_event *event)
{
	struct json *part = beside_part(ctx, event, "story");

	json_set_str(part, "kind", kind);
	url = beside_url(url);
	if (url)
		json_set_str(part, "url", url);
}

static void read_attachment(struct vt_ctx *ctx, struct json *attachment, struct channel_event *event,
			    struct channel_media *media)
{
	const char *type = json_str(attachment, "type", "unsupported"), *kind = kind_of(type);
	const char *url = url_of(attachment);
	int64_t sticker = json_i64(attachment, "payload.sticker_id", 0);

	if (!event->type)
		event->type = type;
	if (is_thumb(sticker)) {
		event->text = event->text ? event->text : "👍";
		return;
	}
	if (!strcmp(type, "location"))
		read_place(attachment, event);
	else if (!strcmp(type, "like_heart"))
		event->text = event->text ? event->text : "❤️";
	else if (!strcmp(type, "fallback") || !strcmp(type, "template"))
		read_link(ctx, attachment, event);
	if (!strcmp(type, "story_mention"))
		show_story(ctx, "mention", NULL, event);
	if (!kind || !url)
		return;
	media[event->media_count++] = (struct channel_media){
		.url = url, .kind = sticker ? "sticker" : kind, .name = json_str(attachment, "name", NULL),
	};
}

/* As `ventanilla parse` shows them: what came, fetched or not. */
static void note_attachment(struct vt_ctx *ctx, struct json *attachment, struct json *list)
{
	struct json *noted = json_new_object(ctx);
	const char *url = url_of(attachment);

	json_set_str(noted, "type", json_str(attachment, "type", "unsupported"));
	if (url)
		json_set_str(noted, "url", url);
	json_append_node(list, noted);
}

static void read_attachments(struct vt_ctx *ctx, struct json *attachments, struct channel_event *event)
{
	struct json *list = json_new_array(ctx);
	size_t count = json_array_size(attachments);
	struct channel_media *media = arena_calloc(ctx->arena, ATTACHMENTS_MAX, sizeof(*media));

	event->media = media;
	for (size_t i = 0; i < count && i < ATTACHMENTS_MAX; i++) {
		if (is_sticker_again(attachments, i))
			continue;
		read_attachment(ctx, json_array_at(attachments, i), event, media);
		note_attachment(ctx, json_array_at(attachments, i), list);
	}
	json_set_node(event->detail, "attachments", list);
}

static void read_said(struct vt_ctx *ctx, struct json *message, struct channel_event *event)
{
	struct json *attachments = json_at(message, "attachments");
	const char *story = json_str(message, "reply_to.story.url", NULL);

	event->text = json_str(message, "text", NULL);
	event->reply_to = json_str(message, "reply_to.mid", NULL);
	if (json_bool(message, "is_unsupported", false))
		event->type = "unsupported";
	if (json_array_size(attachments))
		read_attachments(ctx, attachments, event);
	if (story)
		json_set_str(event->detail, "story", story);
	if (story || json_at(message, "reply_to.story"))
		show_story(ctx, "reply", story, event);
	if (!event->type)
		event->type = event->text ? "text" : "unsupported";
}

/* What our own program sent comes back with our reference: a report that it was taken. */
static bool read_echo(struct vt_ctx *ctx, struct json *message, struct channel_event *event)
{
	const char *mark = json_str(message, "metadata", "");
	int64_t app = json_i64(message, "app_id", 0);

	if (!strncmp(mark, PAGE_MARK, strlen(PAGE_MARK))) {
		event->kind = CHANNEL_STATUS;
		event->state = OUTBOX_SENT;
		event->reference = mark + strlen(PAGE_MARK);
		event->provider_id = arena_printf(ctx->arena, "%s:sent", event->message_id);
		return *event->reference;
	}
	event->kind = CHANNEL_ECHO;
	read_said(ctx, message, event);
	if (app)
		json_set_i64(event->detail, "app_id", app);
	return true;
}

bool page_message_read(struct vt_ctx *ctx, struct json *message, struct channel_event *event)
{
	bool echo = json_bool(message, "is_echo", false);

	if (json_bool(message, "is_deleted", false)) {
		event->kind = CHANNEL_DELETE;
		event->ref = event->message_id;
		event->message_id = NULL;
		event->provider_id = arena_printf(ctx->arena, "%s:delete", event->ref);
		return !echo;
	}
	event->provider_id = event->message_id;
	if (echo)
		return read_echo(ctx, message, event);
	event->key = json_str(message, "quick_reply.payload", NULL);
	event->kind = event->key ? CHANNEL_CHOICE : CHANNEL_TEXT;
	read_said(ctx, message, event);
	return true;
}
