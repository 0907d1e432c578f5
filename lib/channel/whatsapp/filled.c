/* What is put into an approved template. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/whatsapp/filled.h"
#include "channel/whatsapp/written-private.h"

static void add_slot(struct whatsapp_filled *out, struct whatsapp_slot slot)
{
	slot.value = "";
	out->slots[out->count++] = slot;
}

static void add_buttons(struct vt_ctx *ctx, struct whatsapp_filled *out)
{
	const struct whatsapp_written *written = out->written;

	for (size_t i = 0; i < written->button_count; i++) {
		const struct whatsapp_button *button = &written->buttons[i];
		bool code = button->kind == WHATSAPP_BUTTON_CODE;
		if (!code && (button->kind != WHATSAPP_BUTTON_URL || !strstr(button->value, "{{")))
			continue;
		add_slot(out, (struct whatsapp_slot){
			.field = arena_printf(ctx->arena, "button%zu", i + 1), .place = WHATSAPP_IN_BUTTON, .button = i,
			.name = code ? "" : "1", .sample = code ? button->value : button->sample });
	}
}

void whatsapp_filled_begin(struct vt_ctx *ctx, const struct whatsapp_written *written, struct whatsapp_filled *out)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	size_t count = 0;

	*out = (struct whatsapp_filled){ .written = written };
	if (written->header == WHATSAPP_HEADER_TEXT)
		whatsapp_variables(ctx, written->header_text, variables, &count);
	if (count)
		add_slot(out, (struct whatsapp_slot){ .field = "header", .place = WHATSAPP_IN_HEADER,
						      .name = variables[0].name, .sample = written->header_sample });
	whatsapp_variables(ctx, written->body, variables, &count);
	for (size_t i = 0; i < count; i++)
		add_slot(out, (struct whatsapp_slot){
			.field = arena_printf(ctx->arena, "value%zu", i + 1), .place = WHATSAPP_IN_BODY,
			.name = variables[i].name, .sample = whatsapp_sample(written, variables[i].name) });
	add_buttons(ctx, out);
}

struct whatsapp_slot *whatsapp_filled_slot(struct whatsapp_filled *filled, const char *field)
{
	for (size_t i = 0; i < filled->count; i++) {
		if (!strcmp(filled->slots[i].field, field))
			return &filled->slots[i];
	}
	return NULL;
}

const char *whatsapp_filled_refusal(const struct whatsapp_written *written)
{
	if (written->category == TEMPLATE_AUTHENTICATION)
		return "error.template.code_by_hand";
	if (written->header == WHATSAPP_HEADER_LOCATION)
		return "error.template.header_by_hand";
	return written->foreign ? "error.template.parts_by_hand" : NULL;
}

static const struct whatsapp_slot *slot_of(const struct whatsapp_filled *filled, enum whatsapp_place place,
					   const char *name, size_t size)
{
	for (size_t i = 0; i < filled->count; i++) {
		const struct whatsapp_slot *slot = &filled->slots[i];
		if (slot->place == place && strlen(slot->name) == size && !strncmp(slot->name, name, size))
			return slot;
	}
	return NULL;
}

bool whatsapp_filled_next(struct vt_ctx *ctx, const struct whatsapp_filled *filled, enum whatsapp_place place,
			  const char **text, const char **words, const struct whatsapp_slot **slot)
{
	const char *begin = *text, *at = begin, *name;
	size_t size;

	*slot = NULL;
	while (whatsapp_variable_next(&at, &name, &size)) {
		const struct whatsapp_slot *found = size ? slot_of(filled, place, name, size) : NULL;
		if (!found)
			continue;
		if (name - 2 > begin) {
			*words = arena_strndup(ctx->arena, begin, (size_t)(name - 2 - begin));
			*text = name - 2;
			return true;
		}
		*slot = found;
		*words = found->value;
		*text = at;
		return true;
	}
	*words = begin;
	*text = begin + strlen(begin);
	return *begin != '\0';
}

static const char *fill(struct vt_ctx *ctx, const struct whatsapp_filled *filled, enum whatsapp_place place, const char *text)
{
	const struct whatsapp_slot *slot;
	const char *words;
	struct strbuf out;

	strbuf_init(&out, ctx->arena, strlen(text) + 64);
	while (whatsapp_filled_next(ctx, filled, place, &text, &words, &slot))
		strbuf_puts(&out, words);
	return out.data;
}

static const char *header_of(struct vt_ctx *ctx, const struct whatsapp_filled *filled)
{
	bool text = filled->written->header == WHATSAPP_HEADER_TEXT;

	return text ? fill(ctx, filled, WHATSAPP_IN_HEADER, filled->written->header_text) : "";
}

const char *whatsapp_filled_text(struct vt_ctx *ctx, const struct whatsapp_filled *filled)
{
	const char *const parts[] = {
		header_of(ctx, filled), fill(ctx, filled, WHATSAPP_IN_BODY, filled->written->body), filled->written->footer,
	};
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	for (size_t i = 0; i < VT_COUNT(parts); i++) {
		if (*parts[i] && out.size)
			strbuf_puts(&out, "\n\n");
		strbuf_puts(&out, parts[i]);
	}
	return out.data;
}

static const char *value_of(const struct whatsapp_filled *filled, size_t button)
{
	for (size_t i = 0; i < filled->count; i++) {
		if (filled->slots[i].place == WHATSAPP_IN_BUTTON && filled->slots[i].button == button)
			return filled->slots[i].value;
	}
	return "";
}

/* Where a button of an address leads: its one variable is at its end. */
static const char *address_of(struct vt_ctx *ctx, const struct whatsapp_filled *filled, size_t button)
{
	const char *url = filled->written->buttons[button].value, *variable = strstr(url, "{{");

	if (!variable)
		return url;
	return arena_printf(ctx->arena, "%.*s%s", (int)(variable - url), url, value_of(filled, button));
}

const char *whatsapp_filled_button(struct vt_ctx *ctx, const struct whatsapp_filled *filled, size_t button)
{
	const struct whatsapp_button *it = &filled->written->buttons[button];
	const char *more = it->kind == WHATSAPP_BUTTON_URL ? address_of(ctx, filled, button) :
		it->kind == WHATSAPP_BUTTON_PHONE ? it->value :
		it->kind == WHATSAPP_BUTTON_CODE ? value_of(filled, button) : "";

	return !*more ? it->text : *it->text ? arena_printf(ctx->arena, "%s (%s)", it->text, more) : more;
}

/* --- What Meta refuses -------------------------------------------------------------------------- */

bool whatsapp_filled_wants_file(const struct whatsapp_written *written)
{
	return written->header == WHATSAPP_HEADER_IMAGE || written->header == WHATSAPP_HEADER_VIDEO ||
		written->header == WHATSAPP_HEADER_DOCUMENT;
}

static int wrong(struct vt_ctx *ctx, const char *field, const char *key)
{
	return vt_fail_field(ctx, field, key, "the provider would refuse it");
}

static bool has_gap(const char *text)
{
	size_t spaces = 0;

	for (; *text && spaces <= WHATSAPP_SPACES_MAX; text++)
		spaces = *text == ' ' ? spaces + 1 : 0;
	return spaces > WHATSAPP_SPACES_MAX;
}

static int check_slot(struct vt_ctx *ctx, const struct whatsapp_filled *filled, const struct whatsapp_slot *slot)
{
	bool button = slot->place == WHATSAPP_IN_BUTTON;

	if (!slot->value[strspn(slot->value, " \t\n\r")])
		return wrong(ctx, slot->field, "error.required");
	if (slot->value[strcspn(slot->value, "\n\r\t")] || has_gap(slot->value))
		return wrong(ctx, slot->field, "error.template.value");
	if (button && strchr(slot->value, ' '))
		return wrong(ctx, slot->field, "error.template.value_space");
	if (button && !*slot->name)
		return utf8_length(slot->value) > WHATSAPP_CODE_MAX ? wrong(ctx, slot->field, "error.too_long") : 0;
	if (button && strlen(address_of(ctx, filled, slot->button)) > WHATSAPP_URL_MAX)
		return wrong(ctx, slot->field, "error.too_long");
	return 0;
}

/* Where there is most to shorten. */
static const struct whatsapp_slot *longest(const struct whatsapp_filled *filled)
{
	const struct whatsapp_slot *out = NULL;

	for (size_t i = 0; i < filled->count; i++) {
		const struct whatsapp_slot *slot = &filled->slots[i];
		if (slot->place == WHATSAPP_IN_BODY && (!out || utf8_length(slot->value) > utf8_length(out->value)))
			out = slot;
	}
	return out;
}

int whatsapp_filled_check(struct vt_ctx *ctx, const struct whatsapp_filled *filled)
{
	const struct whatsapp_slot *body = longest(filled);

	for (size_t i = 0; i < filled->count; i++) {
		if (check_slot(ctx, filled, &filled->slots[i]) < 0)
			return -1;
	}
	if (whatsapp_filled_wants_file(filled->written)) {
		if (!filled->file_type)
			return wrong(ctx, "file", "error.template.needs_file");
		if (!whatsapp_header_takes(filled->written->header, filled->file_type))
			return wrong(ctx, "file", "error.template.file_type");
	}
	if (utf8_length(header_of(ctx, filled)) > WHATSAPP_HEADER_MAX)
		return wrong(ctx, "header", "error.template.header_long");
	if (body && utf8_length(fill(ctx, filled, WHATSAPP_IN_BODY, filled->written->body)) > WHATSAPP_BODY_MAX)
		return wrong(ctx, body->field, "error.template.body_long");
	return 0;
}

/* --- What its message carries ------------------------------------------------------------------- */

static struct json *add_part(struct vt_ctx *ctx, struct json *list, const char *type)
{
	struct json *part = json_new_object(ctx), *parameters = json_new_array(ctx);

	json_set_str(part, "type", type);
	json_set_node(part, "parameters", parameters);
	json_append_node(list, part);
	return part;
}

static void put_parameter(struct vt_ctx *ctx, struct json *part, const char *type, const struct whatsapp_slot *slot, bool named)
{
	struct json *parameter = json_new_object(ctx);

	json_set_str(parameter, "type", type);
	if (named)
		json_set_str(parameter, "parameter_name", slot->name);
	json_set_str(parameter, type, slot->value);
	json_append_node(json_at(part, "parameters"), parameter);
}

static void put_text(struct vt_ctx *ctx, const struct whatsapp_filled *filled, enum whatsapp_place place, const char *type,
		     bool named, struct json *list)
{
	struct json *part = NULL;

	for (size_t i = 0; i < filled->count; i++) {
		if (filled->slots[i].place != place)
			continue;
		if (!part)
			part = add_part(ctx, list, type);
		put_parameter(ctx, part, "text", &filled->slots[i], named);
	}
}

struct json *whatsapp_filled_components(struct vt_ctx *ctx, const struct whatsapp_filled *filled, bool named)
{
	struct json *list = json_new_array(ctx);

	put_text(ctx, filled, WHATSAPP_IN_HEADER, "header", named, list);
	put_text(ctx, filled, WHATSAPP_IN_BODY, "body", named, list);
	for (size_t i = 0; i < filled->count; i++) {
		const struct whatsapp_slot *slot = &filled->slots[i];
		bool code = !*slot->name;
		if (slot->place != WHATSAPP_IN_BUTTON)
			continue;
		struct json *part = add_part(ctx, list, "button");
		json_set_str(part, "sub_type", code ? "copy_code" : "url");
		json_set_str(part, "index", arena_printf(ctx->arena, "%zu", slot->button));
		put_parameter(ctx, part, code ? "coupon_code" : "text", slot, false);
	}
	return list;
}
