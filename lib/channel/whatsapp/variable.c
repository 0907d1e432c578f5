/* Variables in texts: {{1}}, {{nombre}}. */
#include "base/vt.h"
#include "channel/whatsapp/written-private.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

/* The variable that begins at text ("{{"): its name's size, 0 when it is written wrongly. */
static size_t name_size(const char *text)
{
	size_t size = strspn(text + 2, NAME_CHARACTERS);
	bool number = strspn(text + 2, "0123456789") == size;

	if (!size || strncmp(text + 2 + size, "}}", 2) != 0 || (!number && text[2] >= '0' && text[2] <= '9'))
		return 0;
	return size;
}

bool whatsapp_variable_next(const char **text, const char **name, size_t *size)
{
	const char *at = strstr(*text, "{{");

	*name = at;
	if (!at)
		return false;
	*size = name_size(at);
	*text = *size ? at + *size + 4 : at + 2;
	*name = at + 2;
	return true;
}

static bool is_there(const struct whatsapp_variable *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(all[i].name, name))
			return true;
	}
	return false;
}

void whatsapp_variables(struct vt_ctx *ctx, const char *text, struct whatsapp_variable *out, size_t *count)
{
	const char *name;
	size_t size;

	*count = 0;
	while (*count < WHATSAPP_VARIABLES_MAX && whatsapp_variable_next(&text, &name, &size)) {
		const char *own = arena_strndup(ctx->arena, name, size);
		if (size && !is_there(out, *count, own))
			out[(*count)++] = (struct whatsapp_variable){ own, "" };
	}
}

bool whatsapp_variable_is_number(const char *name)
{
	return *name >= '0' && *name <= '9';
}

/* "hola {{1}} " is not at an end when anything but white space follows. */
static bool is_blank(const char *from, const char *to)
{
	while (from < to && strchr(" \t\n\r", *from))
		from++;
	return from == to;
}

static int count_words(const char *from, const char *to)
{
	int words = 0;

	while (from < to) {
		bool letter = !strchr(" \t\n.,;:!?()\"'-", *from);
		if (letter && (from + 1 == to || strchr(" \t\n.,;:!?()\"'-", from[1])))
			words++;
		from++;
	}
	return words;
}

/* Where the variables of a text may stand: not at its ends, not side by side, with enough words between. */
const char *whatsapp_variables_place(const char *text)
{
	const char *rest = text, *before = text, *name;
	int words = 0, variables = 0;
	size_t size;

	while (whatsapp_variable_next(&rest, &name, &size)) {
		if (!size)
			return "error.template.variable";
		if (is_blank(before, name - 2))
			return variables ? "error.template.adjacent" : "error.template.ends";
		words += count_words(before, name - 2);
		variables++;
		before = rest;
	}
	if (!variables)
		return NULL;
	if (is_blank(before, before + strlen(before)))
		return "error.template.ends";
	words += count_words(before, before + strlen(before));
	return words < 2 * variables + 1 ? "error.template.few_words" : NULL;
}

/* Numbers from 1 in their order, or names, each once; not both. */
const char *whatsapp_variables_names(struct vt_ctx *ctx, const char *text)
{
	const char *seen[WHATSAPP_VARIABLES_MAX + 1], *name;
	size_t size, count = 0;
	bool numbers = false;

	while (whatsapp_variable_next(&text, &name, &size)) {
		const char *own = arena_strndup(ctx->arena, name, size);
		if (!size)
			return "error.template.variable";
		if (!count)
			numbers = whatsapp_variable_is_number(own);
		if (numbers != whatsapp_variable_is_number(own))
			return "error.template.mixed";
		if (numbers && strcmp(own, arena_printf(ctx->arena, "%zu", count + 1)) != 0)
			return "error.template.order";
		for (size_t i = 0; i < count; i++) {
			if (!strcmp(seen[i], own))
				return "error.template.twice";
		}
		if (count == WHATSAPP_VARIABLES_MAX)
			return "error.template.many_variables";
		seen[count++] = own;
	}
	return NULL;
}
