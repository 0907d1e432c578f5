/* Calls of the Send API. What a network cannot do is INVALID. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/meta/page-private.h"

#define TO_MAX 64
#define URL_MAX 4000
#define UNABLE "error.channel.unable"

/* As it may stand in an address. */
static int read_to(struct vt_ctx *ctx, const struct channel_message *message, const char **out)
{
	if (json_str_req(ctx, message->payload, "to.value", TO_MAX, out) < 0)
		return -1;
	if (!**out || (*out)[strspn(*out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")])
		return vt_fail(ctx, VT_E_INVALID, "no id of a person");
	return 0;
}

static int read_account(struct vt_ctx *ctx, const struct channel_message *message, const char **out)
{
	return json_str_req(ctx, message->settings, "account", TO_MAX, out);
}

/* The edge of whoever sends. */
static int edge(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		const char *name, struct channel_request *request)
{
	const char *node = page->node;

	if (!node && read_account(ctx, message, &node) < 0)
		return -1;
	request->url = meta_url(ctx, message, "%s/%s", node, name);
	return 0;
}

static int post(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		struct json *body, struct channel_request *request)
{
	if (edge(ctx, page, message, "messages", request) < 0 ||
	    meta_headers(ctx, message, NULL, &request->headers) < 0)
		return -1;
	meta_body(ctx, request, body);
	return 0;
}

static int get(struct vt_ctx *ctx, const struct channel_message *message, const char *node,
	       const char *fields, struct channel_request *request)
{
	request->method = "GET";
	request->url = meta_url(ctx, message, "%s?fields=%s", node, fields);
	return meta_headers(ctx, message, NULL, &request->headers);
}

static struct json *to_json(struct vt_ctx *ctx, const char *to)
{
	struct json *body = json_new_object(ctx), *recipient = json_new_object(ctx);

	json_set_str(recipient, "id", to);
	json_set_node(body, "recipient", recipient);
	return body;
}

static bool begins(const char *type, const char *with)
{
	return !strncmp(type, with, strlen(with));
}

static const char *attachment_type(const char *type)
{
	return begins(type, "image/") ? "image" : begins(type, "video/") ? "video" :
		begins(type, "audio/") ? "audio" : "file";
}

static int check_file(struct vt_ctx *ctx, const struct page *page, struct json *file, const char *type)
{
	int64_t size = json_i64(file, "size", 0);

	if (page->takes && !page->takes(type))
		return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "files of this type are not taken");
	if (size > PAGE_FILE_MAX || (begins(type, "image/") && size > page->image_max))
		return vt_fail_key(ctx, VT_E_INVALID, "error.too_large", "the file is too large");
	return 0;
}

/* Kept at the provider's for 90 days, so that one upload serves all who get the file. */
static int build_upload(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			const char *type, struct channel_request *request)
{
	struct json *root = json_new_object(ctx), *attachment = json_new_object(ctx), *payload = json_new_object(ctx);
	const char *fields[5] = { "message" };

	json_set_bool(payload, "is_reusable", true);
	json_set_str(attachment, "type", attachment_type(type));
	json_set_node(attachment, "payload", payload);
	json_set_node(root, "attachment", attachment);
	fields[1] = json_text(ctx, root);
	if (page->platform) {
		fields[2] = "platform";
		fields[3] = page->platform;
	}
	if (edge(ctx, page, message, "message_attachments", request) < 0)
		return -1;
	return meta_upload(ctx, message, fields, "filedata", request);
}

static void add_attachment(struct vt_ctx *ctx, const struct channel_message *message, const char *type,
			   struct json *said)
{
	struct json *attachment = json_new_object(ctx), *payload = json_new_object(ctx);

	json_set_str(payload, "attachment_id", page_attachment(message));
	json_set_str(attachment, "type", attachment_type(type));
	json_set_node(attachment, "payload", payload);
	json_set_node(said, "attachment", attachment);
}

/* Within 24 hours a reply; after them only what a person wrote, and said to be so. */
static void add_kind(const struct channel_message *message, struct json *body)
{
	if (page_is_late(message)) {
		json_set_str(body, "messaging_type", "MESSAGE_TAG");
		json_set_str(body, "tag", "HUMAN_AGENT");
	} else {
		json_set_str(body, "messaging_type", "RESPONSE");
	}
}

static void add_quote(struct vt_ctx *ctx, const struct channel_message *message, struct json *body)
{
	const char *id = json_str(message->payload, "quote.id", NULL);
	struct json *quote = json_new_object(ctx);

	if (!id)
		return;
	json_set_str(quote, "mid", id);
	json_set_node(body, "reply_to", quote);
}

static void add_reference(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			  bool more, struct json *said)
{
	if (page->echoes_reference)
		json_set_str(said, "metadata", arena_printf(ctx->arena, PAGE_MARK "%s", more ? "" : message->reference));
}

static int build_said(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		      const char *to, struct channel_request *request)
{
	struct json *file = json_at(message->payload, "file"), *said = json_new_object(ctx);
	struct json *body = to_json(ctx, to), *options = json_at(message->payload, "options");
	const char *text = json_str(message->payload, "text", "");
	bool more = json_bool(message->payload, "more", false);

	if (file)
		add_attachment(ctx, message, json_str(file, "type", ""), said);
	if (!more && page_menu_add(ctx, page, options, &text, said) < 0)
		return -1;
	if (file ? *text != '\0' : !*text || !page_fits(page, text))
		return vt_fail_key(ctx, VT_E_INVALID, *text ? "error.too_long" : "error.required",
				   "%zu bytes of text", strlen(text));
	if (!file)
		json_set_str(said, "text", text);
	add_reference(ctx, page, message, more, said);
	add_kind(message, body);
	json_set_node(body, "message", said);
	add_quote(ctx, message, body);
	return post(ctx, page, message, body, request);
}

static int build_message(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			 struct channel_request *request)
{
	struct json *file = json_at(message->payload, "file");
	const char *to, *type = json_str(file, "type", "");

	if (read_to(ctx, message, &to) < 0 || (file && check_file(ctx, page, file, type) < 0))
		return -1;
	if (page_uploads(message))
		return build_upload(ctx, page, message, type, request);
	return build_said(ctx, page, message, to, request);
}

static int build_action(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			const char *action, struct json *payload, struct channel_request *request)
{
	struct json *body;
	const char *to;

	if (read_to(ctx, message, &to) < 0)
		return -1;
	body = to_json(ctx, to);
	json_set_str(body, "sender_action", action);
	if (payload)
		json_set_node(body, "payload", payload);
	return post(ctx, page, message, body, request);
}

static int build_typing(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			struct channel_request *request)
{
	return build_action(ctx, page, message, "typing_on", NULL, request);
}

static int build_read(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		      struct channel_request *request)
{
	return build_action(ctx, page, message, "mark_seen", NULL, request);
}

static int build_reaction(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			  struct channel_request *request)
{
	struct json *about = json_new_object(ctx);
	const char *id, *emoji;

	if (json_str_req(ctx, message->payload, "id", PAGE_ID_MAX, &id) < 0 ||
	    json_str_req(ctx, message->payload, "emoji", TO_MAX, &emoji) < 0)
		return -1;
	json_set_str(about, "message_id", id);
	if (*emoji)
		json_set_str(about, "reaction", page->reaction ? page->reaction(emoji) : emoji);
	return build_action(ctx, page, message, *emoji ? "react" : "unreact", about, request);
}

/* The address is whole in itself: no token goes to where the file is kept. */
static int build_fetch(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		       struct channel_request *request)
{
	(void)page;
	if (!json_at(message->payload, "url"))
		return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "a file without an address");
	if (json_str_req(ctx, message->payload, "url", URL_MAX, &request->url) < 0)
		return -1;
	if (!begins(request->url, "https://") && !begins(request->url, "http://"))
		return vt_fail(ctx, VT_E_INVALID, "no address of the web");
	request->method = "GET";
	request->saves = true;
	return 0;
}

static int build_profile(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			 struct channel_request *request)
{
	const char *to;

	return read_to(ctx, message, &to) < 0 ? -1 : get(ctx, message, to, page->profile, request);
}

static int build_check(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		       struct channel_request *request)
{
	const char *account;

	return read_account(ctx, message, &account) < 0 ? -1 : get(ctx, message, account, page->about, request);
}

static int build_token(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
		       struct channel_request *request)
{
	(void)page;
	return meta_token_build(ctx, message, request);
}

int page_build(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
	       struct channel_request *request)
{
	static const struct {
		const char *kind;
		int (*build)(struct vt_ctx *ctx, const struct page *page, const struct channel_message *message,
			     struct channel_request *request);
	} kinds[] = {
		{ "message", build_message }, { "reaction", build_reaction }, { "read", build_read },
		{ "typing", build_typing }, { "fetch", build_fetch }, { "profile", build_profile },
		{ "check", build_check }, { "token", build_token },
	};

	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(message->kind, kinds[i].kind))
			return kinds[i].build(ctx, page, message, request);
	}
	return vt_fail_key(ctx, VT_E_INVALID, UNABLE, "the network has no %s", message->kind);
}
