#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/setting.h"

#define LINE_MAX_CHARACTERS 200

const struct channel_field *channel_field(const struct channel *channel, const char *name)
{
	for (size_t i = 0; i < channel->field_count; i++) {
		if (!strcmp(channel->fields[i].name, name))
			return &channel->fields[i];
	}
	return NULL;
}

/* Where a network is called, or calls: http or https, without a query. */
static bool is_address(const char *value)
{
	const char *host = !strncmp(value, "https://", 8) ? value + 8 :
		!strncmp(value, "http://", 7) ? value + 7 : "";

	return *host && *host != '/' && !strpbrk(value, " \t\r\n\"<>?#@\\");
}

static int check(struct vt_ctx *ctx, const struct channel *channel, const struct channel_field *field,
		 const char *value)
{
	if (!strcmp(field->type, "url") && !is_address(value))
		return vt_fail_field(ctx, field->name, "error.channel.address", "no address of http");
	const char *key = channel->check ? channel->check(field->name, value) : NULL;

	return key ? vt_fail_field(ctx, field->name, key, "refused by the network's check") : 0;
}

static int read_list(struct vt_ctx *ctx, const struct channel *channel,
		     const struct channel_field *field, const char *text, struct json *settings)
{
	struct json *list = json_new_array(ctx);
	char *copy = arena_strdup(ctx->arena, text), *rest = copy, *line;

	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t\r");
		for (size_t size = strlen(line); size && strchr(" \t\r", line[size - 1]); )
			line[--size] = '\0';
		if (!*line)
			continue;
		if (utf8_length(line) > LINE_MAX_CHARACTERS ||
		    json_array_size(list) == (size_t)field->max)
			return vt_fail_field(ctx, field->name, "error.too_long", "too many or too long");
		if (check(ctx, channel, field, line) < 0)
			return -1;
		json_append_str(list, line);
	}
	if (field->required && !json_array_size(list))
		return vt_fail_field(ctx, field->name, "error.required", "an empty list");
	json_set_node(settings, field->name, list);
	return 0;
}

static int read_number(struct vt_ctx *ctx, const struct channel_field *field, const char *text,
		       struct json *settings)
{
	int64_t number;

	if (id_parse(text, INT64_MIN, INT64_MAX, &number) < 0)
		return vt_fail_field(ctx, field->name, "error.number", "not a number");
	if (number < 0 || number > field->max)
		return vt_fail_field(ctx, field->name, "error.range", "out of range");
	json_set_i64(settings, field->name, number);
	return 0;
}

int channel_setting_read(struct vt_ctx *ctx, const struct channel *channel,
			 const struct channel_field *field, const char *text, struct json *settings)
{
	if (!strcmp(field->type, "secret"))
		return vt_fail(ctx, VT_E_BUG, "a secret is no setting");
	if (!strcmp(field->type, "bool")) {
		json_set_bool(settings, field->name, *text != '\0');
		return 0;
	}
	if (!strcmp(field->type, "list"))
		return read_list(ctx, channel, field, text, settings);
	if (!*text) {
		if (field->required)
			return vt_fail_field(ctx, field->name, "error.required", "missing");
		json_set_node(settings, field->name, NULL);
		return 0;
	}
	if (!strcmp(field->type, "number"))
		return read_number(ctx, field, text, settings);
	if (utf8_length(text) > (size_t)field->max)
		return vt_fail_field(ctx, field->name, "error.too_long", "too long");
	if (check(ctx, channel, field, text) < 0)
		return -1;
	json_set_str(settings, field->name, text);
	return 0;
}

const char *channel_setting_text(struct vt_ctx *ctx, const struct channel_field *field,
				 struct json *settings)
{
	struct json *value = json_at(settings, field->name);
	struct strbuf lines;

	if (!strcmp(field->type, "number"))
		return json_is_null(value) ? ""
			: arena_printf(ctx->arena, "%" PRId64, json_i64(value, "", 0));
	if (!strcmp(field->type, "bool"))
		return json_bool(value, "", false) ? "1" : "";
	if (strcmp(field->type, "list") != 0)
		return json_str(value, "", "");
	strbuf_init(&lines, ctx->arena, 256);
	for (size_t i = 0; i < json_array_size(value); i++)
		strbuf_printf(&lines, "%s%s", i ? "\n" : "", json_str(json_array_at(value, i), "", ""));
	return lines.data;
}
