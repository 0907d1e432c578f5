/* The API's calls. A file goes up in stretches first: INIT, APPEND, FINALIZE, STATUS. */
#include "base/vt.h"

#include "base/id.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/multipart.h"
#include "channel/refresh.h"
#include "channel/x/x.h"

#define STATUS_WAIT_MS 2000

const char *x_address(struct vt_ctx *ctx, const struct channel_message *message, const char *path)
{
	const char *base = json_str(message->settings, "base", "");
	size_t size;

	if (!*base)
		base = "https://api.x.com";
	for (size = strlen(base); size && base[size - 1] == '/'; )
		size--;
	return arena_printf(ctx->arena, "%.*s/%s", (int)size, base, path);
}

static int authorize(struct vt_ctx *ctx, const struct channel_message *message, const char *token,
		     const char *type, struct channel_request *request)
{
	const char *value = message->secret(message->secrets, token);
	const char **headers = arena_calloc(ctx->arena, 3, sizeof(*headers));

	if (!value || !*value)
		return vt_fail(ctx, VT_E_INVALID, "the line has no %s", token);
	headers[0] = arena_printf(ctx->arena, "Authorization: Bearer %s", value);
	headers[1] = type;
	request->headers = headers;
	return 0;
}

int x_call(struct vt_ctx *ctx, const struct channel_message *message, const char *token, const char *path,
	   struct json *body, struct channel_request *request)
{
	request->url = x_address(ctx, message, path);
	if (body) {
		request->body = json_text(ctx, body);
		request->body_size = strlen(request->body);
	}
	return authorize(ctx, message, token, body ? "Content-Type: application/json" : NULL, request);
}

/* An id of X's in the payload. */
static int read_id(struct vt_ctx *ctx, const struct channel_message *message, const char *path, const char **id)
{
	if (json_str_req(ctx, message->payload, path, 24, id) < 0)
		return -1;
	if (!**id || (*id)[strspn(*id, "0123456789")])
		return vt_fail(ctx, VT_E_INVALID, "%s is no number of X's", path);
	return 0;
}

/* The category by which X takes a file, and how large. */
static const struct category {
	const char *type, *name;
	int64_t max;
} categories[] = {
	{ "image/jpeg", "dm_image", X_IMAGE_MAX }, { "image/png", "dm_image", X_IMAGE_MAX },
	{ "image/webp", "dm_image", X_IMAGE_MAX }, { "image/gif", "dm_gif", X_GIF_MAX },
	{ "video/mp4", "dm_video", X_FILE_MAX },
};

static const struct category *category_of(const char *type)
{
	for (size_t i = 0; i < VT_COUNT(categories); i++) {
		if (!strcmp(categories[i].type, type))
			return &categories[i];
	}
	return NULL;
}

int64_t x_takes(const char *type)
{
	const struct category *category = category_of(type);

	return category ? category->max : 0;
}

static int build_begin(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *type = json_str(message->payload, "file.type", "");
	const struct category *category = category_of(type);
	struct json *body = json_new_object(ctx);
	int64_t size;

	if (json_i64_req(ctx, message->payload, "file.size", &size) < 0)
		return -1;
	if (!category)
		return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "X takes pictures and videos only");
	if (size <= 0 || size > category->max)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_large", "X does not take a file of that size");
	json_set_str(body, "media_type", type);
	json_set_i64(body, "total_bytes", size);
	json_set_str(body, "media_category", category->name);
	return x_call(ctx, message, "token", "2/media/upload/initialize", body, request);
}

static int build_append(struct vt_ctx *ctx, const struct channel_message *message, const char *id,
			int64_t segment, struct channel_request *request)
{
	int64_t size = json_i64(message->payload, "file.size", 0), from = segment * X_SEGMENT;
	struct multipart form;

	if (from >= size)
		return vt_fail(ctx, VT_E_INVALID, "a stretch beyond the file");
	multipart_begin(ctx, &form);
	multipart_field(&form, "segment_index", arena_printf(ctx->arena, "%" PRId64, segment));
	request->url = x_address(ctx, message, arena_printf(ctx->arena, "2/media/upload/%s/append", id));
	request->file_from = from;
	request->file_size = size - from < X_SEGMENT ? size - from : X_SEGMENT;
	return authorize(ctx, message, "token",
			 multipart_file(ctx, &form, "media", "blob", "application/octet-stream", request), request);
}

/* memory: "append ID SEGMENT", "finalize ID", "status ID". */
static int build_upload(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *memory = message->memory ? message->memory : "";
	char *word = arena_strdup(ctx->arena, memory), *id = strchr(word, ' '), *rest;
	int64_t segment = 0;

	request->quiet = true;
	if (!id)
		return build_begin(ctx, message, request);
	*id++ = '\0';
	rest = strchr(id, ' ');
	if (rest)
		*rest++ = '\0';
	if (!strcmp(word, "append") && id_parse(rest, 0, 1000, &segment) == 0)
		return build_append(ctx, message, id, segment, request);
	if (!strcmp(word, "finalize"))
		return x_call(ctx, message, "token", arena_printf(ctx->arena, "2/media/upload/%s/finalize", id),
			      json_new_object(ctx), request);
	request->wait_ms = STATUS_WAIT_MS;
	return x_call(ctx, message, "token",
		      arena_printf(ctx->arena, "2/media/upload?command=STATUS&media_id=%s", id), NULL, request);
}

/* X has no menus: their options are numbered below the words. */
static const char *text_of(struct vt_ctx *ctx, const struct channel_message *message)
{
	struct json *options = json_at(message->payload, "options");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, json_str(message->payload, "text", ""));
	for (size_t i = 0; i < json_array_size(options); i++)
		strbuf_printf(&out, "%s%zu. %s", out.size ? "\n" : "", i + 1,
			      json_str(json_array_at(options, i), "label", ""));
	return out.data;
}

static int build_message(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	bool file = json_is_object(json_at(message->payload, "file"));
	struct json *body = json_new_object(ctx), *attachments = json_new_array(ctx), *one = json_new_object(ctx);
	const char *text = text_of(ctx, message), *to;

	if (read_id(ctx, message, "to.value", &to) < 0)
		return -1;
	if (utf8_length(text) > X_TEXT_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_long", "over %d characters", X_TEXT_MAX);
	if (file && !message->media_id)
		return build_upload(ctx, message, request);
	if (!*text && !file)
		return vt_fail(ctx, VT_E_INVALID, "nothing to say");
	if (*text)
		json_set_str(body, "text", text);
	if (file) {
		json_set_str(one, "media_id", message->media_id);
		json_append_node(attachments, one);
		json_set_node(body, "attachments", attachments);
	}
	return x_call(ctx, message, "token", arena_printf(ctx->arena, "2/dm_conversations/with/%s/messages", to), body,
		      request);
}

static int build_delete(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *id;

	if (read_id(ctx, message, "id", &id) < 0)
		return -1;
	request->method = "DELETE";
	return x_call(ctx, message, "token", arena_printf(ctx->arena, "2/dm_events/%s", id), NULL, request);
}

static int build_profile(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	const char *to;

	if (read_id(ctx, message, "to.value", &to) < 0)
		return -1;
	return x_call(ctx, message, "token", arena_printf(ctx->arena, "2/users/%s", to), NULL, request);
}

/* The line's token is for X alone: nobody else gets it, whatever a body says. */
static bool is_of_x(const char *url, const char *base)
{
	static const char *const ours[] = { ".twitter.com", ".x.com" };
	const char *host = !strncmp(url, "https://", 8) ? url + 8 : "";
	size_t size = strcspn(host, "/:?#@\\");

	if (!strncmp(url, base, strlen(base)))
		return true;
	for (size_t i = 0; i < VT_COUNT(ours); i++) {
		size_t tail = strlen(ours[i]);
		if (host[size] == '/' && size > tail && !strncasecmp(host + size - tail, ours[i], tail))
			return true;
	}
	return false;
}

static int build_fetch(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	if (json_str_req(ctx, message->payload, "url", 2000, &request->url) < 0)
		return -1;
	request->method = "GET";
	request->saves = true;
	if (!is_of_x(request->url, x_address(ctx, message, "")))
		return 0;
	return authorize(ctx, message, "token", NULL, request);
}

/* The token lasts two hours; another one comes with another refresh token. */
static int build_token(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	return channel_refresh_build(ctx, message, x_address(ctx, message, "2/oauth2/token"), CHANNEL_REFRESH_BASIC, request);
}

static const struct {
	const char *name;
	int (*build)(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
} kinds[] = {
	{ "message", build_message }, { "delete", build_delete }, { "profile", build_profile },
	{ "fetch", build_fetch }, { "check", x_check_build }, { "token", build_token },
};

int x_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(kinds[i].name, message->kind))
			return kinds[i].build(ctx, message, request);
	}
	return vt_fail_key(ctx, VT_E_INVALID, "error.channel.unable", "X has no such thing");
}
