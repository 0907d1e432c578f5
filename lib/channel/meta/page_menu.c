/* A menu as quick replies. What is too long for one stands numbered in the text as well. */
#include "base/vt.h"
#include "base/utf8.h"
#include "channel/meta/page-private.h"

#define REPLIES_MAX 13
#define TITLE_MAX 20                   /* characters */
#define KEY_MAX 1000

bool page_fits(const struct page *page, const char *text)
{
	return utf8_length(text) <= (size_t)page->text_max &&
		(!page->text_bytes_max || strlen(text) <= (size_t)page->text_bytes_max);
}

static bool any_long(struct json *options)
{
	for (size_t i = 0; i < json_array_size(options); i++) {
		if (utf8_length(json_str(json_array_at(options, i), "label", "")) > TITLE_MAX)
			return true;
	}
	return false;
}

static const char *title_of(struct vt_ctx *ctx, const char *label, size_t number)
{
	if (number)
		label = arena_printf(ctx->arena, "%zu. %s", number, label);
	if (utf8_length(label) <= TITLE_MAX)
		return label;
	return arena_printf(ctx->arena, "%.*s…", (int)utf8_prefix(label, TITLE_MAX - 1), label);
}

static int add_replies(struct vt_ctx *ctx, struct json *options, bool with_numbers, struct json *message)
{
	struct json *replies = json_new_array(ctx);

	for (size_t i = 0; i < json_array_size(options); i++) {
		struct json *reply = json_new_object(ctx);
		const char *key, *label;
		if (json_str_req(ctx, json_array_at(options, i), "key", KEY_MAX, &key) < 0 ||
		    json_str_req(ctx, json_array_at(options, i), "label", 0, &label) < 0)
			return -1;
		json_set_str(reply, "content_type", "text");
		json_set_str(reply, "title", title_of(ctx, label, with_numbers ? i + 1 : 0));
		json_set_str(reply, "payload", key);
		json_append_node(replies, reply);
	}
	json_set_node(message, "quick_replies", replies);
	return 0;
}

int page_menu_add(struct vt_ctx *ctx, const struct page *page, struct json *options, const char **text,
		  struct json *message)
{
	bool many = json_array_size(options) > REPLIES_MAX, listed = false;

	if (!json_array_size(options))
		return 0;
	if (many || any_long(options)) {
		const char *list = meta_numbered(ctx, options, *text);
		listed = page_fits(page, list) && !json_at(message, "attachment");
		*text = listed ? list : *text;
	}
	if (!many)
		return add_replies(ctx, options, listed, message);
	return listed ? 0 : vt_fail_key(ctx, VT_E_INVALID, "error.too_long", "a menu of %zu does not fit",
					json_array_size(options));
}
