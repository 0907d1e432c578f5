/* What Meta refuses of a template, as far as that is known before it is asked. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/utf8.h"
#include "channel/whatsapp/written-private.h"

#define EMOJI_FROM 0x2190              /* arrows, signs and pictures begin there */
#define URLS_MAX 2
#define PHONE_MIN 8
#define PHONE_MAX 20

static int wrong(struct vt_ctx *ctx, const char *field, const char *key)
{
	return vt_fail_field(ctx, field, key, "the provider would refuse it");
}

/* what: "text", "value", "sample" or "type" of button i, from 0. */
static const char *button_field(struct vt_ctx *ctx, size_t i, const char *what)
{
	return arena_printf(ctx->arena, "button%zu_%s", i + 1, what);
}

static bool has_emoji(const char *text)
{
	size_t size = strlen(text), step;
	uint32_t point;

	for (; size && (step = utf8_decode(text, size, &point)) > 0; text += step, size -= step) {
		if (point >= EMOJI_FROM && (point < 0x3000 || point >= 0x1f000))
			return true;
	}
	return false;
}

/* In one line, without signs of its own: headers, footers, buttons. */
static int check_line(struct vt_ctx *ctx, const char *field, const char *text, size_t max, bool plain)
{
	if (utf8_length(text) > max)
		return wrong(ctx, field, "error.too_long");
	if (strchr(text, '\n'))
		return wrong(ctx, field, "error.template.one_line");
	if (plain && (text[strcspn(text, "*_~`")] || has_emoji(text)))
		return wrong(ctx, field, "error.template.plain");
	return 0;
}

static int check_name(struct vt_ctx *ctx, const char *name)
{
	if (!*name)
		return wrong(ctx, "name", "error.required");
	if (strlen(name) > WHATSAPP_NAME_MAX)
		return wrong(ctx, "name", "error.too_long");
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return wrong(ctx, "name", "error.template.name");
	return 0;
}

static const char *const file_types[WHATSAPP_HEADER_KINDS][2] = {
	[WHATSAPP_HEADER_IMAGE] = { "image/jpeg", "image/png" }, [WHATSAPP_HEADER_VIDEO] = { "video/mp4", NULL },
	[WHATSAPP_HEADER_DOCUMENT] = { "application/pdf", NULL },
};

bool whatsapp_header_takes(enum whatsapp_header header, const char *type)
{
	const char *const *fits = file_types[header];

	return (fits[0] && !strcmp(type, fits[0])) || (fits[1] && !strcmp(type, fits[1]));
}

static int check_file(struct vt_ctx *ctx, const struct whatsapp_written *written)
{
	if (!file_types[written->header][0])
		return 0;
	if (!written->has_file)
		return wrong(ctx, "file", "error.template.file");
	return whatsapp_header_takes(written->header, written->file_type) ? 0 : wrong(ctx, "file", "error.template.file_type");
}

static int check_header(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	const char *key, *text = written->header_text;
	size_t count;

	if (written->header != WHATSAPP_HEADER_TEXT)
		return whole ? check_file(ctx, written) : 0;
	if (check_line(ctx, "header_text", text, WHATSAPP_HEADER_MAX, whole) < 0)
		return -1;
	if (utf8_length(written->header_sample) > WHATSAPP_HEADER_MAX)
		return wrong(ctx, "header_sample", "error.too_long");
	if (!whole)
		return 0;
	if (!*text)
		return wrong(ctx, "header_text", "error.required");
	key = whatsapp_variables_names(ctx, text);
	whatsapp_variables(ctx, text, variables, &count);
	if (!key && count > 1)
		key = "error.template.one_variable";
	if (key)
		return wrong(ctx, "header_text", key);
	if (count && !*written->header_sample)
		return wrong(ctx, "header_sample", "error.template.sample");
	return 0;
}

static int check_samples(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX];
	size_t count;

	whatsapp_variables(ctx, written->body, variables, &count);
	for (size_t i = 0; i < count; i++) {
		const char *sample = whatsapp_sample(written, variables[i].name);
		const char *field = arena_printf(ctx->arena, "sample%zu", i + 1);
		if (utf8_length(sample) > WHATSAPP_SAMPLE_MAX)
			return wrong(ctx, field, "error.too_long");
		if (whole && !*sample)
			return wrong(ctx, field, "error.template.sample");
		if (whole && strchr(sample, '\n'))
			return wrong(ctx, field, "error.template.one_line");
	}
	return 0;
}

static int check_body(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	const char *key, *text = written->body;

	if (utf8_length(text) > WHATSAPP_BODY_MAX)
		return wrong(ctx, "body", "error.too_long");
	if (!whole)
		return check_samples(ctx, written, false);
	if (!*text)
		return wrong(ctx, "body", "error.required");
	if (strstr(text, "\n\n\n"))
		return wrong(ctx, "body", "error.template.gaps");
	key = whatsapp_variables_names(ctx, text);
	if (!key)
		key = whatsapp_variables_place(text);
	return key ? wrong(ctx, "body", key) : check_samples(ctx, written, true);
}

static int check_url(struct vt_ctx *ctx, const struct whatsapp_button *button, size_t i)
{
	const char *field = button_field(ctx, i, "value"), *url = button->value, *variable = strstr(url, "{{");

	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return wrong(ctx, field, "error.template.url");
	if (url[strcspn(url, " \n\"<>")] || !url[strcspn(url, "/") + 2])
		return wrong(ctx, field, "error.template.url");
	if (strstr(url, "://wa.me") || strstr(url, "whatsapp.com"))
		return wrong(ctx, field, "error.template.url_whatsapp");
	if (!variable)
		return 0;
	if (strcmp(variable, "{{1}}") != 0)
		return wrong(ctx, field, "error.template.url_variable");
	if (!*button->sample)
		return wrong(ctx, button_field(ctx, i, "sample"), "error.template.sample");
	return 0;
}

static int check_phone(struct vt_ctx *ctx, const struct whatsapp_button *button, size_t i)
{
	const char *number = button->value;
	size_t size = strlen(number);

	if (size < PHONE_MIN || size > PHONE_MAX || *number != '+' || number[1 + strspn(number + 1, "0123456789")])
		return wrong(ctx, button_field(ctx, i, "value"), "error.template.phone");
	return 0;
}

static int check_button_sizes(struct vt_ctx *ctx, const struct whatsapp_button *button, size_t i)
{
	if (check_line(ctx, button_field(ctx, i, "text"), button->text, WHATSAPP_BUTTON_TEXT_MAX, false) < 0 ||
	    check_line(ctx, button_field(ctx, i, "value"), button->value, WHATSAPP_URL_MAX, false) < 0 ||
	    check_line(ctx, button_field(ctx, i, "sample"), button->sample, WHATSAPP_SAMPLE_MAX, false) < 0)
		return -1;
	return 0;
}

static int check_button(struct vt_ctx *ctx, const struct whatsapp_button *button, size_t i)
{
	const char *field = button_field(ctx, i, "text");

	if (button->kind != WHATSAPP_BUTTON_CODE) {
		if (!*button->text)
			return wrong(ctx, field, "error.required");
		if (check_line(ctx, field, button->text, WHATSAPP_BUTTON_TEXT_MAX, true) < 0)
			return -1;
		if (strstr(button->text, "{{"))
			return wrong(ctx, field, "error.template.no_variables");
	}
	if (button->kind == WHATSAPP_BUTTON_URL)
		return check_url(ctx, button, i);
	if (button->kind == WHATSAPP_BUTTON_PHONE)
		return check_phone(ctx, button, i);
	if (button->kind == WHATSAPP_BUTTON_CODE) {
		if (!*button->value)
			return wrong(ctx, button_field(ctx, i, "value"), "error.required");
		if (utf8_length(button->value) > WHATSAPP_CODE_MAX)
			return wrong(ctx, button_field(ctx, i, "value"), "error.too_long");
	}
	return 0;
}

/* How many of each, quick replies together, no two alike. */
static int check_among(struct vt_ctx *ctx, const struct whatsapp_written *written, size_t i)
{
	static const int most[WHATSAPP_BUTTON_KINDS] = { 0, WHATSAPP_BUTTONS_MAX, URLS_MAX, 1, 1 };
	const struct whatsapp_button *all = written->buttons, *button = &all[i];
	bool apart = false;
	int same = 1;

	for (size_t k = 0; k < i; k++) {
		same += all[k].kind == button->kind;
		if (all[k].kind == WHATSAPP_BUTTON_REPLY && button->kind == WHATSAPP_BUTTON_REPLY && all[i - 1].kind != button->kind)
			apart = true;
		if (*button->text && !strcmp(all[k].text, button->text))
			return wrong(ctx, button_field(ctx, i, "text"), "error.template.button_twice");
	}
	if (same > most[button->kind])
		return wrong(ctx, button_field(ctx, i, "type"), "error.template.button_many");
	return apart ? wrong(ctx, button_field(ctx, i, "type"), "error.template.button_apart") : 0;
}

static int check_buttons(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	for (size_t i = 0; i < written->button_count; i++) {
		if (check_button_sizes(ctx, &written->buttons[i], i) < 0)
			return -1;
		if (whole && (check_button(ctx, &written->buttons[i], i) < 0 || check_among(ctx, written, i) < 0))
			return -1;
	}
	return 0;
}

static int check_footer(struct vt_ctx *ctx, const char *footer, bool whole)
{
	if (check_line(ctx, "footer", footer, WHATSAPP_FOOTER_MAX, false) < 0)
		return -1;
	return whole && strstr(footer, "{{") ? wrong(ctx, "footer", "error.template.no_variables") : 0;
}

int whatsapp_written_check(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	if (check_name(ctx, written->name) < 0)
		return -1;
	if (written->category < TEMPLATE_UTILITY || written->category > TEMPLATE_AUTHENTICATION)
		return wrong(ctx, "category", "error.required");
	if (written->category == TEMPLATE_AUTHENTICATION) {
		if (written->expires_min < 0 || written->expires_min > WHATSAPP_EXPIRES_MAX)
			return wrong(ctx, "expires", "error.range");
		return 0;
	}
	if (check_header(ctx, written, whole) < 0 || check_body(ctx, written, whole) < 0 ||
	    check_footer(ctx, written->footer, whole) < 0)
		return -1;
	return check_buttons(ctx, written, whole);
}
