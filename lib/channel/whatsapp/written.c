/* A template between a form and Meta's components. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/whatsapp/written-private.h"

static const struct { const char *key, *format; } headers[WHATSAPP_HEADER_KINDS] = {
	{ "none", "" }, { "text", "TEXT" }, { "image", "IMAGE" }, { "video", "VIDEO" }, { "document", "DOCUMENT" },
	{ "location", "LOCATION" },
};
static const struct { const char *key, *type, *value; } kinds[WHATSAPP_BUTTON_KINDS] = {
	{ "none", "", "" }, { "reply", "QUICK_REPLY", "" }, { "url", "URL", "url" }, { "phone", "PHONE_NUMBER", "phone_number" },
	{ "code", "COPY_CODE", "example" },
};

const char *whatsapp_header_key(enum whatsapp_header header)
{
	return header < WHATSAPP_HEADER_KINDS ? headers[header].key : "";
}

const char *whatsapp_button_key(enum whatsapp_button_kind kind)
{
	return kind < WHATSAPP_BUTTON_KINDS ? kinds[kind].key : "";
}

enum whatsapp_header whatsapp_header_by_key(const char *key)
{
	for (int i = 0; i < WHATSAPP_HEADER_KINDS; i++) {
		if (!strcmp(headers[i].key, key))
			return (enum whatsapp_header)i;
	}
	return WHATSAPP_HEADER_NONE;
}

enum whatsapp_button_kind whatsapp_button_by_key(const char *key)
{
	for (int i = 0; i < WHATSAPP_BUTTON_KINDS; i++) {
		if (!strcmp(kinds[i].key, key))
			return (enum whatsapp_button_kind)i;
	}
	return WHATSAPP_BUTTON_NONE;
}

const char *whatsapp_sample(const struct whatsapp_written *written, const char *name)
{
	for (size_t i = 0; i < written->sample_count; i++) {
		if (!strcmp(written->samples[i].name, name))
			return written->samples[i].sample;
	}
	return "";
}

/* The first variable of the body decides, else that of the header. */
const char *whatsapp_written_format(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	size_t count;

	whatsapp_variables(ctx, written->body, variables, &count);
	if (!count && written->header == WHATSAPP_HEADER_TEXT)
		whatsapp_variables(ctx, written->header_text, variables, &count);
	return count && !whatsapp_variable_is_number(variables[0].name) ? "NAMED" : "POSITIONAL";
}

static struct json *add_part(struct vt_ctx *ctx, struct json *list, const char *type)
{
	struct json *part = json_new_object(ctx);

	json_set_str(part, "type", type);
	json_append_node(list, part);
	return part;
}

static struct json *list_of(struct vt_ctx *ctx, struct json *node)
{
	struct json *list = json_new_array(ctx);

	json_append_node(list, node);
	return list;
}

/* The samples of a text's variables: "header_text": ["x"], "body_text": [["x", "y"]], or named ones. */
static void put_samples(struct vt_ctx *ctx, struct json *part, const char *what, const struct whatsapp_variable *all,
			size_t count)
{
	struct json *example = json_new_object(ctx), *list = json_new_array(ctx);

	if (!count)
		return;
	if (!whatsapp_variable_is_number(all[0].name)) {
		for (size_t i = 0; i < count; i++) {
			struct json *one = json_new_object(ctx);
			json_set_str(one, "param_name", all[i].name);
			json_set_str(one, "example", all[i].sample);
			json_append_node(list, one);
		}
		json_set_node(example, arena_printf(ctx->arena, "%s_named_params", what), list);
	} else {
		for (size_t i = 0; i < count; i++)
			json_append_str(list, all[i].sample);
		json_set_node(example, what, strcmp(what, "body_text") ? list : list_of(ctx, list));
	}
	json_set_node(part, "example", example);
}

static void put_header(struct vt_ctx *ctx, const struct whatsapp_written *written, struct json *list)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	struct json *part;
	size_t count;

	if (written->header == WHATSAPP_HEADER_NONE)
		return;
	part = add_part(ctx, list, "HEADER");
	json_set_str(part, "format", headers[written->header].format);
	if (written->header != WHATSAPP_HEADER_TEXT)
		return;
	json_set_str(part, "text", written->header_text);
	whatsapp_variables(ctx, written->header_text, variables, &count);
	if (count)
		variables[0].sample = written->header_sample;
	put_samples(ctx, part, "header_text", variables, count);
}

static void put_body(struct vt_ctx *ctx, const struct whatsapp_written *written, struct json *list)
{
	struct json *part = add_part(ctx, list, "BODY");
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	size_t count;

	json_set_str(part, "text", written->body);
	whatsapp_variables(ctx, written->body, variables, &count);
	for (size_t i = 0; i < count; i++)
		variables[i].sample = whatsapp_sample(written, variables[i].name);
	put_samples(ctx, part, "body_text", variables, count);
}

static void put_button(struct vt_ctx *ctx, const struct whatsapp_button *button, struct json *list)
{
	struct json *node = json_new_object(ctx), *example = json_new_array(ctx);
	const char *variable = strstr(button->value, "{{");

	json_set_str(node, "type", kinds[button->kind].type);
	if (button->kind != WHATSAPP_BUTTON_CODE)
		json_set_str(node, "text", button->text);
	if (*kinds[button->kind].value)
		json_set_str(node, kinds[button->kind].value, button->value);
	if (button->kind == WHATSAPP_BUTTON_URL && variable) {
		json_append_str(example, arena_printf(ctx->arena, "%.*s%s", (int)(variable - button->value), button->value,
						      button->sample));
		json_set_node(node, "example", example);
	}
	json_append_node(list, node);
}

/* Meta's own words: a code, that nobody is to be told it, how long it holds, and its button. */
static struct json *code_components(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	struct json *list = json_new_array(ctx), *button = json_new_object(ctx);

	json_set_bool(add_part(ctx, list, "BODY"), "add_security_recommendation", written->security);
	if (written->expires_min)
		json_set_i64(add_part(ctx, list, "FOOTER"), "code_expiration_minutes", written->expires_min);
	json_set_str(button, "type", "OTP");
	json_set_str(button, "otp_type", "COPY_CODE");
	json_set_node(add_part(ctx, list, "BUTTONS"), "buttons", list_of(ctx, button));
	return list;
}

struct json *whatsapp_written_components(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	struct json *list = json_new_array(ctx), *buttons = json_new_array(ctx);

	if (written->category == TEMPLATE_AUTHENTICATION)
		return code_components(ctx, written);
	put_header(ctx, written, list);
	put_body(ctx, written, list);
	if (*written->footer)
		json_set_str(add_part(ctx, list, "FOOTER"), "text", written->footer);
	for (size_t i = 0; i < written->button_count; i++)
		put_button(ctx, &written->buttons[i], buttons);
	if (written->button_count)
		json_set_node(add_part(ctx, list, "BUTTONS"), "buttons", buttons);
	return list;
}

static void read_samples(struct json *part, const char *text, const char *named, struct whatsapp_written *out)
{
	struct json *params = json_at(part, named), *texts = json_at(part, text);

	for (size_t i = 0; i < json_array_size(params) && i < WHATSAPP_VARIABLES_MAX; i++) {
		struct json *one = json_array_at(params, i);
		out->samples[out->sample_count++] = (struct whatsapp_variable){ json_str(one, "param_name", ""),
										json_str(one, "example", "") };
	}
	if (json_array_size(params))
		return;
	for (size_t i = 0; i < json_array_size(texts) && i < WHATSAPP_VARIABLES_MAX; i++)
		out->samples[out->sample_count++] = (struct whatsapp_variable){ NULL, json_str(json_array_at(texts, i), "", "") };
}

/* Positional samples have no names of their own. */
static void name_samples(struct vt_ctx *ctx, struct whatsapp_written *out)
{
	for (size_t i = 0; i < out->sample_count; i++) {
		if (!out->samples[i].name)
			out->samples[i].name = arena_printf(ctx->arena, "%zu", i + 1);
	}
}

static void read_header(struct json *part, struct whatsapp_written *out)
{
	const char *format = json_str(part, "format", "");

	for (int i = 1; i < WHATSAPP_HEADER_KINDS; i++) {
		if (!strcmp(headers[i].format, format))
			out->header = (enum whatsapp_header)i;
	}
	if (out->header != WHATSAPP_HEADER_TEXT)
		return;
	out->header_text = json_str(part, "text", "");
	out->header_sample = json_str(part, "example.header_text.0",
				      json_str(part, "example.header_text_named_params.0.example", ""));
}

static void read_button(struct vt_ctx *ctx, struct json *node, struct whatsapp_button *button)
{
	const char *type = json_str(node, "type", ""), *sample, *variable;

	*button = (struct whatsapp_button){ .text = json_str(node, "text", ""), .value = "", .sample = "" };
	for (int i = 1; i < WHATSAPP_BUTTON_KINDS; i++) {
		if (!strcmp(kinds[i].type, type))
			button->kind = (enum whatsapp_button_kind)i;
	}
	if (*kinds[button->kind].value)
		button->value = json_str(node, kinds[button->kind].value, json_str(node, "example.0", ""));
	if (button->kind != WHATSAPP_BUTTON_URL)
		return;
	sample = json_str(node, "example.0", "");
	variable = strstr(button->value, "{{");
	/* The sample is a whole address; what stands for the variable is ours. */
	if (variable && !strncmp(sample, button->value, (size_t)(variable - button->value)))
		sample += variable - button->value;
	button->sample = arena_strdup(ctx->arena, sample);
}

static void read_buttons(struct vt_ctx *ctx, struct json *list, struct whatsapp_written *out)
{
	for (size_t i = 0; i < json_array_size(list) && out->button_count < WHATSAPP_BUTTONS_MAX; i++) {
		struct whatsapp_button *button = &out->buttons[out->button_count];
		read_button(ctx, json_array_at(list, i), button);
		out->button_count += button->kind != WHATSAPP_BUTTON_NONE;
	}
	out->foreign = out->foreign || out->button_count < json_array_size(list);
}

void whatsapp_written_read(struct vt_ctx *ctx, struct json *components, struct whatsapp_written *out)
{
	*out = (struct whatsapp_written){ .name = "", .header_text = "", .header_sample = "", .file_type = "", .body = "",
					  .footer = "" };
	for (size_t i = 0; i < json_array_size(components); i++) {
		struct json *part = json_array_at(components, i);
		const char *type = json_str(part, "type", "");
		if (!strcmp(type, "HEADER")) {
			read_header(part, out);
		} else if (!strcmp(type, "BODY")) {
			out->body = json_str(part, "text", "");
			out->security = json_bool(part, "add_security_recommendation", false);
			read_samples(part, "example.body_text.0", "example.body_text_named_params", out);
		} else if (!strcmp(type, "FOOTER")) {
			out->footer = json_str(part, "text", "");
			out->expires_min = json_i64(part, "code_expiration_minutes", 0);
		} else if (!strcmp(type, "BUTTONS")) {
			read_buttons(ctx, json_at(part, "buttons"), out);
		} else {
			out->foreign = true;
		}
	}
	name_samples(ctx, out);
}
