/* A menu as buttons or as a list. What fits into neither stands numbered in the text. */
#include "base/vt.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/whatsapp/whatsapp-private.h"

#define BUTTONS_MAX 3
#define BUTTON_TITLE_MAX 20            /* characters */
#define ROWS_MAX 10
#define ROW_TITLE_MAX 24
#define KEY_MAX 200                    /* bytes; a button's may have 256 */
#define BODY_MAX 1024

/* Have all a key, and a label of at most title_max characters that no other has? */
static bool fit(struct json *options, size_t count_max, size_t title_max)
{
	size_t count = json_array_size(options);

	if (count > count_max)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *label = json_str(json_array_at(options, i), "label", "");
		const char *key = json_str(json_array_at(options, i), "key", "");
		if (!*label || utf8_length(label) > title_max || !*key || strlen(key) > KEY_MAX)
			return false;
		for (size_t j = 0; j < i; j++) {
			if (!strcmp(json_str(json_array_at(options, j), "label", ""), label) ||
			    !strcmp(json_str(json_array_at(options, j), "key", ""), key))
				return false;
		}
	}
	return true;
}

static struct json *entry_of(struct vt_ctx *ctx, struct json *option)
{
	struct json *entry = json_new_object(ctx);

	json_set_str(entry, "id", json_str(option, "key", ""));
	json_set_str(entry, "title", json_str(option, "label", ""));
	return entry;
}

static struct json *buttons(struct vt_ctx *ctx, struct json *options)
{
	struct json *action = json_new_object(ctx), *list = json_new_array(ctx);

	for (size_t i = 0; i < json_array_size(options); i++) {
		struct json *button = json_new_object(ctx);
		json_set_str(button, "type", "reply");
		json_set_node(button, "reply", entry_of(ctx, json_array_at(options, i)));
		json_append_node(list, button);
	}
	json_set_node(action, "buttons", list);
	return action;
}

static struct json *rows(struct vt_ctx *ctx, const struct channel_message *message, struct json *options)
{
	struct json *action = json_new_object(ctx), *sections = json_new_array(ctx);
	struct json *section = json_new_object(ctx), *list = json_new_array(ctx);
	const char *button = json_str(message->settings, "list_button", "");

	for (size_t i = 0; i < json_array_size(options); i++)
		json_append_node(list, entry_of(ctx, json_array_at(options, i)));
	json_set_node(section, "rows", list);
	json_append_node(sections, section);
	json_set_str(action, "button", *button ? button : "Ver opciones");
	json_set_node(action, "sections", sections);
	return action;
}

static void put_interactive(struct vt_ctx *ctx, const char *type, const char *text, struct json *action,
			    struct json *body)
{
	struct json *interactive = json_new_object(ctx), *said = json_new_object(ctx);

	json_set_str(said, "text", text);
	json_set_str(interactive, "type", type);
	json_set_node(interactive, "body", said);
	json_set_node(interactive, "action", action);
	json_set_str(body, "type", "interactive");
	json_set_node(body, "interactive", interactive);
}

static int put_text(struct vt_ctx *ctx, const char *text, struct json *body)
{
	struct json *said = json_new_object(ctx);

	if (!*text || utf8_length(text) > WHATSAPP_TEXT_MAX)
		return vt_fail_key(ctx, VT_E_INVALID, *text ? "error.too_long" : "error.required",
				   "%zu bytes of text", strlen(text));
	json_set_str(said, "body", text);
	json_set_bool(said, "preview_url", false);
	json_set_str(body, "type", "text");
	json_set_node(body, "text", said);
	return 0;
}

int whatsapp_menu_put(struct vt_ctx *ctx, const struct channel_message *message, const char *text,
		      struct json *body)
{
	struct json *options = json_at(message->payload, "options");
	bool asks = *text && utf8_length(text) <= BODY_MAX;

	if (!json_array_size(options) || json_bool(message->payload, "more", false))
		return put_text(ctx, text, body);
	if (asks && fit(options, BUTTONS_MAX, BUTTON_TITLE_MAX))
		put_interactive(ctx, "button", text, buttons(ctx, options), body);
	else if (asks && fit(options, ROWS_MAX, ROW_TITLE_MAX))
		put_interactive(ctx, "list", text, rows(ctx, message, options), body);
	else
		return put_text(ctx, meta_numbered(ctx, options, text), body);
	return 0;
}
