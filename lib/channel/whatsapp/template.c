/* Templates: sent, listed, submitted, removed. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/whatsapp/whatsapp-private.h"

#define NAME_MAX 512
#define LANGUAGE_MAX 15
#define CURSOR_MAX 1000
#define NODE_MAX 40
#define MEMORY_MAX 4000
#define FIELDS "id,name,language,status,category,previous_category,quality_score,rejected_reason,parameter_format,components"
#define SAMPLES 2                      /* calls that a sample needs before its template */

static int read_name(struct vt_ctx *ctx, const struct channel_message *message, const char **out)
{
	if (json_str_req(ctx, message->payload, "name", NAME_MAX, out) < 0)
		return -1;
	if (!**out || (*out)[strspn(*out, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return vt_fail(ctx, VT_E_INVALID, "no name of a template");
	return 0;
}

/* "es_AR" */
static int read_language(struct vt_ctx *ctx, const struct channel_message *message, const char **out)
{
	if (json_str_req(ctx, message->payload, "language", LANGUAGE_MAX, out) < 0)
		return -1;
	if (strlen(*out) < 2 ||
	    (*out)[strspn(*out, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")])
		return vt_fail(ctx, VT_E_INVALID, "no language of a template");
	return 0;
}

static int read_parts(struct vt_ctx *ctx, const struct channel_message *message, struct json **out)
{
	*out = json_at(message->payload, "components");
	if (*out && !json_is_array(*out))
		return vt_fail(ctx, VT_E_INVALID, "components is no array");
	return 0;
}

/* The templates belong to the business account, not to its number. */
static int templates_url(struct vt_ctx *ctx, const struct channel_message *message, const char *query,
			 struct channel_request *request)
{
	const char *waba;

	if (whatsapp_node_read(ctx, message, "waba", &waba) < 0)
		return -1;
	request->url = meta_url(ctx, message, "%s/message_templates%s", waba, query);
	return meta_headers(ctx, message, NULL, &request->headers);
}

/* Of one that the provider has already; "" for none. */
static int read_id(struct vt_ctx *ctx, const struct channel_message *message, const char **out)
{
	*out = json_str(message->payload, "id", "");
	if ((*out)[strspn(*out, "0123456789")] || strlen(*out) > NODE_MAX)
		return vt_fail(ctx, VT_E_INVALID, "no id of a template");
	return 0;
}

/* Before the other parts a header with the file, which is up. */
static struct json *with_media(struct vt_ctx *ctx, const struct channel_message *message, struct json *parts)
{
	struct json *list = json_new_array(ctx), *header = json_new_object(ctx), *parameters = json_new_array(ctx);
	struct json *parameter = json_new_object(ctx);

	whatsapp_media_put(ctx, message, parameter);
	json_append_node(parameters, parameter);
	json_set_str(header, "type", "header");
	json_set_node(header, "parameters", parameters);
	json_append_node(list, header);
	for (size_t i = 0; i < json_array_size(parts); i++)
		json_append_node(list, json_array_at(parts, i));
	return list;
}

int whatsapp_build_template(struct vt_ctx *ctx, const struct channel_message *message,
			    struct channel_request *request)
{
	struct json *body, *parts, *template = json_new_object(ctx), *language = json_new_object(ctx);
	enum whatsapp_part part = whatsapp_part_of(message);
	const char *name, *code;

	if (part == WHATSAPP_UPLOAD)
		return whatsapp_build_upload(ctx, message, request);
	if (whatsapp_body_begin(ctx, message, &body) < 0 || read_name(ctx, message, &name) < 0 ||
	    read_language(ctx, message, &code) < 0 || read_parts(ctx, message, &parts) < 0)
		return -1;
	if (part == WHATSAPP_MEDIA)
		parts = with_media(ctx, message, parts);
	json_set_str(language, "policy", "deterministic");
	json_set_str(language, "code", code);
	json_set_str(template, "name", name);
	json_set_node(template, "language", language);
	if (json_array_size(parts))
		json_set_node(template, "components", parts);
	json_set_str(body, "type", "template");
	json_set_node(body, "template", template);
	return whatsapp_message_post(ctx, message, body, request);
}

int whatsapp_build_templates(struct vt_ctx *ctx, const struct channel_message *message,
			     struct channel_request *request)
{
	const char *query = "?fields=" FIELDS "&limit=100", *after;

	if (json_at(message->payload, "after")) {
		if (json_str_req(ctx, message->payload, "after", CURSOR_MAX, &after) < 0)
			return -1;
		query = arena_printf(ctx->arena, "%s&after=%s", query, whatsapp_escape(ctx, after));
	}
	request->method = "GET";
	return templates_url(ctx, message, query, request);
}

int whatsapp_build_remove(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request)
{
	const char *name, *id;

	if (read_name(ctx, message, &name) < 0)
		return -1;
	if (read_id(ctx, message, &id) < 0)
		return -1;
	request->method = "DELETE";
	return templates_url(ctx, message, *id ? arena_printf(ctx->arena, "?name=%s&hsm_id=%s", name, id)
			     : arena_printf(ctx->arena, "?name=%s", name), request);
}

/* A session for the sample's bytes, and then the bytes. */
static int build_sample(struct vt_ctx *ctx, const struct channel_message *message,
			struct channel_request *request)
{
	const char *app, *type = json_str(message->payload, "file.type", "");
	const char *name = json_str(message->payload, "file.name", "muestra");
	const char **headers = arena_calloc(ctx->arena, 4, sizeof(*headers));
	const char *token = message->secret(message->secrets, "token");

	if (!token || !*token)
		return vt_fail(ctx, VT_E_INVALID, "the line has no token");
	headers[0] = arena_printf(ctx->arena, "Authorization: OAuth %s", token);
	request->headers = headers;
	request->method = "POST";
	if (message->step == 0) {
		if (whatsapp_node_read(ctx, message, "app_id", &app) < 0)
			return -1;
		request->url = meta_url(ctx, message, "%s/uploads?file_length=%" PRId64 "&file_type=%s&file_name=%s",
					app, json_i64(message->payload, "file.size", 0), whatsapp_escape(ctx, type),
					whatsapp_escape(ctx, name));
		return 0;
	}
	if (!message->memory || strncmp(message->memory, "upload:", 7) != 0 || strlen(message->memory) > MEMORY_MAX ||
	    message->memory[strcspn(message->memory, " #/\r\n")])
		return vt_fail(ctx, VT_E_INVALID, "no session of an upload");
	headers[1] = "file_offset: 0";
	headers[2] = "Content-Type: application/octet-stream";
	request->url = meta_url(ctx, message, "%s", message->memory);
	request->with_file = true;
	return 0;
}

/* The header's component with its sample. The payload stays as it was. */
static struct json *with_sample(struct vt_ctx *ctx, struct json *part, const char *handle)
{
	struct json *copy = json_new_object(ctx), *example = json_new_object(ctx), *handles = json_new_array(ctx);
	struct json_member member;
	void *cursor = NULL;

	while (json_object_next(part, &cursor, &member)) {
		if (strcmp(member.name, "example") != 0)
			json_set_node(copy, member.name, member.value);
	}
	json_append_str(handles, handle);
	json_set_node(example, "header_handle", handles);
	json_set_node(copy, "example", example);
	return copy;
}

static bool wants_sample(struct json *part)
{
	const char *format = json_str(part, "format", "");

	return !strcasecmp(json_str(part, "type", ""), "HEADER") &&
		(!strcmp(format, "IMAGE") || !strcmp(format, "VIDEO") || !strcmp(format, "DOCUMENT"));
}

/* What changes of one that the provider has: its name and language do not. */
static int build_change(struct vt_ctx *ctx, const struct channel_message *message, const char *id, struct json *body,
			struct channel_request *request)
{
	request->url = meta_url(ctx, message, "%s", id);
	if (meta_headers(ctx, message, NULL, &request->headers) < 0)
		return -1;
	meta_body(ctx, request, body);
	return 0;
}

int whatsapp_build_submit(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request)
{
	struct json *parts, *body = json_new_object(ctx), *list = json_new_array(ctx);
	bool sample = json_at(message->payload, "file") != NULL;
	const char *name, *language, *category, *id, *format = json_str(message->payload, "parameter_format", NULL);

	if (read_name(ctx, message, &name) < 0 || read_language(ctx, message, &language) < 0 ||
	    json_str_req(ctx, message->payload, "category", NODE_MAX, &category) < 0 ||
	    read_parts(ctx, message, &parts) < 0 || read_id(ctx, message, &id) < 0)
		return -1;
	if (sample && message->step < SAMPLES)
		return build_sample(ctx, message, request);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		struct json *part = json_array_at(parts, i);
		json_append_node(list, sample && wants_sample(part) ? with_sample(ctx, part, message->memory) : part);
	}
	json_set_str(body, "category", category);
	if (format)
		json_set_str(body, "parameter_format", format);
	json_set_node(body, "components", list);
	if (*id)
		return build_change(ctx, message, id, body, request);
	json_set_str(body, "name", name);
	json_set_str(body, "language", language);
	if (templates_url(ctx, message, "", request) < 0)
		return -1;
	meta_body(ctx, request, body);
	return 0;
}
