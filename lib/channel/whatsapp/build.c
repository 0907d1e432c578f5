/* Calls of the Cloud API. What the network cannot do is INVALID. */
#include "base/vt.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/whatsapp/whatsapp-private.h"
#include "contact/phone.h"

#define TO_MAX 160
#define EMOJI_MAX 64
#define NODE_MAX 40
#define URL_MAX 4000
#define MB (INT64_C(1024) * 1024)
#define UNABLE "error.channel.unable"

/* What WhatsApp takes as a file of each kind. */
static const struct {
	const char *kind, *type;
	int64_t max;
	bool caption;
} files[] = {
	{ "image", "image/jpeg", 5 * MB, true }, { "image", "image/png", 5 * MB, true },
	{ "audio", "audio/aac", 16 * MB, false }, { "audio", "audio/amr", 16 * MB, false },
	{ "audio", "audio/mpeg", 16 * MB, false }, { "audio", "audio/mp4", 16 * MB, false },
	{ "audio", "audio/ogg", 16 * MB, false },
	{ "video", "video/mp4", 16 * MB, true }, { "video", "video/3gpp", 16 * MB, true },
	{ "sticker", "image/webp", 500 * 1024, false },
	{ "document", "text/plain", 100 * MB, true }, { "document", "application/pdf", 100 * MB, true },
	{ "document", "application/msword", 100 * MB, true },
	{ "document", "application/vnd.ms-excel", 100 * MB, true },
	{ "document", "application/vnd.ms-powerpoint", 100 * MB, true },
	{ "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 100 * MB, true },
	{ "document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 100 * MB, true },
	{ "document", "application/vnd.openxmlformats-officedocument.presentationml.presentation", 100 * MB, true },
};

/* The place in files, or -1: "audio/ogg; codecs=opus" is audio/ogg. */
static int type_index(const char *type)
{
	size_t size = strcspn(type, "; ");

	for (size_t i = 0; i < VT_COUNT(files); i++) {
		if (strlen(files[i].type) == size && !strncasecmp(files[i].type, type, size))
			return (int)i;
	}
	return -1;
}

static int file_index(struct json *payload)
{
	return type_index(json_str(payload, "file.type", ""));
}

int64_t whatsapp_takes(const char *type)
{
	int index = type_index(type);

	return index < 0 ? 0 : files[index].max;
}

enum whatsapp_part whatsapp_part_of(const struct channel_message *message)
{
	if (!json_at(message->payload, "file"))
		return WHATSAPP_WHOLE;
	if (message->memory && !strcmp(message->memory, WHATSAPP_MEMORY_REST))
		return WHATSAPP_REST;
	return whatsapp_media_id(message) ? WHATSAPP_MEDIA : WHATSAPP_UPLOAD;
}

const char *whatsapp_media_id(const struct channel_message *message)
{
	size_t prefix = strlen(WHATSAPP_MEMORY_FILE);

	if (message->memory && !strncmp(message->memory, WHATSAPP_MEMORY_FILE, prefix))
		return message->memory + prefix;
	return message->media_id;
}

bool whatsapp_has_rest(const struct channel_message *message)
{
	const char *text = json_str(message->payload, "text", "");
	int index = file_index(message->payload);

	if (json_array_size(json_at(message->payload, "options")))
		return true;
	return *text && index >= 0 && (!files[index].caption || utf8_length(text) > WHATSAPP_CAPTION_MAX);
}

int whatsapp_node_read(struct vt_ctx *ctx, const struct channel_message *message, const char *name,
		       const char **out)
{
	if (json_str_req(ctx, message->settings, name, NODE_MAX, out) < 0)
		return -1;
	if (!**out || (*out)[strspn(*out, "0123456789")])
		return vt_fail_key(ctx, VT_E_INVALID, "error.channel.account", "the line has no %s", name);
	return 0;
}

int whatsapp_message_post(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			  struct channel_request *request)
{
	const char *account;

	if (whatsapp_node_read(ctx, message, "account", &account) < 0 ||
	    meta_headers(ctx, message, NULL, &request->headers) < 0)
		return -1;
	request->url = meta_url(ctx, message, "%s/messages", account);
	meta_body(ctx, request, body);
	return 0;
}

static int get(struct vt_ctx *ctx, const struct channel_message *message, const char *method, const char *url,
	       struct channel_request *request)
{
	request->method = method;
	request->url = url;
	return meta_headers(ctx, message, NULL, &request->headers);
}

const char *whatsapp_escape(struct vt_ctx *ctx, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	strbuf_url(&out, text);
	return out.data;
}

int whatsapp_body_begin(struct vt_ctx *ctx, const struct channel_message *message, struct json **body)
{
	bool bsuid = !strcmp(json_str(message->payload, "to.kind", "phone"), "bsuid");
	char typed[PHONE_SIZE];
	const char *to;

	if (json_str_req(ctx, message->payload, "to.value", TO_MAX, &to) < 0)
		return -1;
	if (!bsuid && (!*to || to[strspn(to, "0123456789")])) {
		if (!phone_parse(to, typed))
			return vt_fail(ctx, VT_E_INVALID, "to no telephone number");
		to = arena_strdup(ctx->arena, typed + 1);
	}
	*body = json_new_object(ctx);
	json_set_str(*body, "messaging_product", "whatsapp");
	json_set_str(*body, "recipient_type", "individual");
	json_set_str(*body, bsuid ? "recipient" : "to", to);
	/* Reports of a file say nothing yet of the words that follow it. */
	json_set_str(*body, "biz_opaque_callback_data",
		     whatsapp_part_of(message) == WHATSAPP_MEDIA && whatsapp_has_rest(message)
		     ? arena_printf(ctx->arena, "%s/file", message->reference) : message->reference);
	return 0;
}

static void put_quote(struct vt_ctx *ctx, const struct channel_message *message, struct json *body)
{
	const char *id = json_str(message->payload, "quote.id", NULL);
	struct json *context = json_new_object(ctx);

	if (!id)
		return;
	json_set_str(context, "message_id", id);
	json_set_node(body, "context", context);
}

struct json *whatsapp_media_put(struct vt_ctx *ctx, const struct channel_message *message, struct json *node)
{
	const char *kind = files[file_index(message->payload)].kind, *name = json_str(message->payload, "file.name", "");
	struct json *media = json_new_object(ctx);

	json_set_str(media, "id", whatsapp_media_id(message));
	if (!strcmp(kind, "document") && *name)
		json_set_str(media, "filename", name);
	json_set_str(node, "type", kind);
	json_set_node(node, kind, media);
	return media;
}

static void put_media(struct vt_ctx *ctx, const struct channel_message *message, struct json *body)
{
	const char *text = json_str(message->payload, "text", "");
	struct json *media = whatsapp_media_put(ctx, message, body);

	if (*text && !whatsapp_has_rest(message))
		json_set_str(media, "caption", text);
}

static int check_file(struct vt_ctx *ctx, const struct channel_message *message)
{
	int index = file_index(message->payload);
	int64_t size = json_i64(message->payload, "file.size", 0);

	if (index < 0)
		return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "files of this type are not taken");
	if (size > files[index].max)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_large", "the file is too large");
	return 0;
}

int whatsapp_build_upload(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request)
{
	if (check_file(ctx, message) < 0)
		return -1;
	const char *form[] = { "messaging_product", "whatsapp", "type", files[file_index(message->payload)].type, NULL };
	const char *account;

	if (whatsapp_node_read(ctx, message, "account", &account) < 0)
		return -1;
	request->url = meta_url(ctx, message, "%s/media", account);
	return meta_upload(ctx, message, form, "file", request);
}

static int build_message(struct vt_ctx *ctx, const struct channel_message *message,
			 struct channel_request *request)
{
	enum whatsapp_part part = whatsapp_part_of(message);
	struct json *body;

	if (whatsapp_body_begin(ctx, message, &body) < 0 || (part != WHATSAPP_WHOLE && check_file(ctx, message) < 0))
		return -1;
	if (part == WHATSAPP_UPLOAD)
		return whatsapp_build_upload(ctx, message, request);
	if (part == WHATSAPP_MEDIA)
		put_media(ctx, message, body);
	else if (whatsapp_menu_put(ctx, message, json_str(message->payload, "text", ""), body) < 0)
		return -1;
	if (part != WHATSAPP_REST)
		put_quote(ctx, message, body);
	return whatsapp_message_post(ctx, message, body, request);
}

static int build_reaction(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request)
{
	struct json *body, *reaction = json_new_object(ctx);
	const char *id, *emoji;

	if (whatsapp_body_begin(ctx, message, &body) < 0 ||
	    json_str_req(ctx, message->payload, "id", WHATSAPP_ID_MAX, &id) < 0 ||
	    json_str_req(ctx, message->payload, "emoji", EMOJI_MAX, &emoji) < 0)
		return -1;
	json_set_str(reaction, "message_id", id);
	json_set_str(reaction, "emoji", emoji);
	json_set_str(body, "type", "reaction");
	json_set_node(body, "reaction", reaction);
	return whatsapp_message_post(ctx, message, body, request);
}

/* Their message was seen, and whether we are writing: both are said of one of theirs. */
static int build_seen(struct vt_ctx *ctx, const struct channel_message *message, bool typing,
		      struct channel_request *request)
{
	struct json *body = json_new_object(ctx), *indicator = json_new_object(ctx);
	const char *id;

	if (!json_at(message->payload, "id"))
		return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "nothing of theirs to say it of");
	if (json_str_req(ctx, message->payload, "id", WHATSAPP_ID_MAX, &id) < 0)
		return -1;
	json_set_str(body, "messaging_product", "whatsapp");
	json_set_str(body, "status", "read");
	json_set_str(body, "message_id", id);
	if (typing) {
		json_set_str(indicator, "type", "text");
		json_set_node(body, "typing_indicator", indicator);
	}
	return whatsapp_message_post(ctx, message, body, request);
}

static int build_read(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	return build_seen(ctx, message, false, request);
}

static int build_typing(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	return build_seen(ctx, message, true, request);
}

/* The token goes to Meta's own hosts alone, over TLS, or to where the settings point all of it. */
static bool may_have_token(struct vt_ctx *ctx, const struct channel_message *message, const char *url)
{
	static const char *const hosts[] = { ".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net" };
	const char *base = meta_url(ctx, message, "%s", "");
	size_t origin = strcspn(strstr(base, "://") ? strstr(base, "://") + 3 : base, "/");

	origin += strstr(base, "://") ? (size_t)(strstr(base, "://") + 3 - base) : 0;
	if (!strncmp(url, base, origin) && url[origin] == '/')
		return true;
	if (strncmp(url, "https://", 8) != 0)
		return false;
	size_t size = strspn(url + 8, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	if (url[8 + size] != '/')
		return false;
	for (size_t i = 0; i < VT_COUNT(hosts); i++) {
		size_t length = strlen(hosts[i]);
		if (size > length && !strncasecmp(url + 8 + size - length, hosts[i], length))
			return true;
	}
	return false;
}

/* The file's address is asked for by its id, and holds for five minutes. */
static int build_fetch(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *id, *account, *url = message->memory;

	if (!url && json_at(message->payload, "id")) {
		if (json_str_req(ctx, message->payload, "id", WHATSAPP_ID_MAX, &id) < 0 ||
		    whatsapp_node_read(ctx, message, "account", &account) < 0)
			return -1;
		url = meta_url(ctx, message, "%s?phone_number_id=%s", whatsapp_escape(ctx, id), account);
		return get(ctx, message, "GET", url, request);
	}
	if (!url && json_str_req(ctx, message->payload, "url", URL_MAX, &url) < 0)
		return -1;
	if (!may_have_token(ctx, message, url))
		return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "the file is at no address of Meta's");
	request->saves = true;
	return get(ctx, message, "GET", url, request);
}

static int build_check(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *account;

	if (whatsapp_node_read(ctx, message, "account", &account) < 0)
		return -1;
	return get(ctx, message, "GET", meta_url(ctx, message, "%s?fields=display_phone_number,verified_name,"
						 "quality_rating,name_status,status,throughput", account), request);
}

static const struct {
	const char *kind;
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
} kinds[] = {
	{ "message", build_message }, { "reaction", build_reaction }, { "read", build_read },
	{ "typing", build_typing }, { "fetch", build_fetch }, { "check", build_check },
	{ "template", whatsapp_build_template }, { "templates", whatsapp_build_templates },
	{ "submit", whatsapp_build_submit }, { "remove", whatsapp_build_remove }, { "token", meta_token_build },
};

int whatsapp_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(message->kind, kinds[i].kind))
			return kinds[i].build(ctx, message, request);
	}
	return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "the network has no %s", message->kind);
}
