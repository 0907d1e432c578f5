#include "base/vt.h"
#include "base/json.h"
#include "base/mask.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#define DEPTH_MAX 8
#define ITEMS_MAX 5
#define JSON_MAX ((size_t)256 * 1024)
#define LAST 4                         /* of a number or an id */
#define WORD_MAX 40
#define DIGITS_SHOWN 4                 /* a longer run of them is somebody's */
#define TOKEN_SHOWN 24                 /* a longer run without a space is a secret */
#define PATH_PART 3

struct masking {
	struct vt_ctx *ctx;
	struct strbuf out;
	size_t max;
};

/* Members whose values are words of the protocol. */
static bool is_protocol(const char *name)
{
	static const char names[] = " type kind status state code subcode error_code error_subcode event field object "
		"messaging_product recipient_type messaging_type tag language policy category pricing_model mime_type "
		"media_type media_category message_status quality_rating error grant_type token_type scope timestamp "
		"date expires_in retry_after created_timestamp event_type sub_type format method action sender_action ";
	char word[WORD_MAX + 3];

	if (strlen(name) > WORD_MAX)
		return false;
	snprintf(word, sizeof(word), " %s ", name);
	return strstr(names, word) != NULL;
}

/* And those in which a refusal says why. */
static bool is_reason(const char *name)
{
	static const char names[] = " message description detail details title error_description error_user_title "
		"error_user_msg reason ";
	char word[WORD_MAX + 3];

	if (strlen(name) > WORD_MAX)
		return false;
	snprintf(word, sizeof(word), " %s ", name);
	return strstr(names, word) != NULL;
}

static bool is_id(const char *name)
{
	size_t size = strlen(name);

	return size >= 2 && (!strcmp(name + size - 2, "id") || !strcmp(name, "to") || !strcmp(name, "from") ||
			     !strcmp(name, "recipient") || !strcmp(name, "input"));
}

static bool is_word(const char *text)
{
	return strlen(text) <= WORD_MAX && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
							 "0123456789_-./ ")];
}

/* "…1234"; of something short nothing but that it is there. */
static const char *tail(struct vt_ctx *ctx, const char *text)
{
	size_t length = utf8_length(text);

	return length > 2 * LAST && !strchr(text, ' ')
		? arena_printf(ctx->arena, "…%s", text + utf8_prefix(text, length - LAST)) : "…";
}

const char *mask_words(struct vt_ctx *ctx, const char *text, size_t max)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 256);
	while (*text && out.size < max) {
		size_t space = strspn(text, " \t\r\n"), size, digits = 0;

		text += space;
		size = strcspn(text, " \t\r\n");
		strbuf_puts(&out, space && size && out.size ? " " : "");
		for (size_t i = 0; i < size; i++)
			digits += text[i] >= '0' && text[i] <= '9';
		if (digits > DIGITS_SHOWN || size > TOKEN_SHOWN || memchr(text, '@', size))
			strbuf_puts(&out, "…");
		else
			strbuf_add(&out, text, size);
		text += size;
	}
	return arena_strndup(ctx->arena, out.data, utf8_prefix_bytes(out.data, max));
}

static void put_quoted(struct masking *masking, const char *text)
{
	strbuf_putc(&masking->out, '"');
	strbuf_json(&masking->out, text);
	strbuf_putc(&masking->out, '"');
}

static void put_string(struct masking *masking, const char *name, const char *text, bool reason)
{
	struct vt_ctx *ctx = masking->ctx;

	if (is_protocol(name) && is_word(text))
		put_quoted(masking, text);
	else if (reason && is_reason(name))
		put_quoted(masking, mask_words(ctx, text, 200));
	else if (is_id(name))
		put_quoted(masking, tail(ctx, text));
	else
		strbuf_printf(&masking->out, "\"•%zu\"", utf8_length(text));
}

static void put_number(struct masking *masking, const char *name, const char *text)
{
	if (strlen(text) <= DIGITS_SHOWN + 1 || is_protocol(name))
		strbuf_puts(&masking->out, text);
	else
		put_quoted(masking, tail(masking->ctx, text));
}

static void put(struct masking *masking, const char *name, struct json *value, int depth, bool reason);

static void put_object(struct masking *masking, struct json *object, int depth, bool reason)
{
	struct json_member member;
	void *cursor = NULL;
	bool first = true;

	strbuf_putc(&masking->out, '{');
	while (json_object_next(object, &cursor, &member) && masking->out.size < masking->max) {
		strbuf_puts(&masking->out, first ? "" : ",");
		first = false;
		if (is_word(member.name))
			put_quoted(masking, member.name);
		else
			strbuf_puts(&masking->out, "\"…\"");
		strbuf_putc(&masking->out, ':');
		put(masking, member.name, member.value, depth + 1, reason || !strncmp(member.name, "error", 5));
	}
	strbuf_putc(&masking->out, '}');
}

static void put_array(struct masking *masking, const char *name, struct json *array, int depth, bool reason)
{
	size_t count = json_array_size(array);

	strbuf_putc(&masking->out, '[');
	for (size_t i = 0; i < count && i < ITEMS_MAX && masking->out.size < masking->max; i++) {
		strbuf_puts(&masking->out, i ? "," : "");
		put(masking, name, json_array_at(array, i), depth + 1, reason);
	}
	if (count > ITEMS_MAX)
		strbuf_printf(&masking->out, ",\"+%zu\"", count - ITEMS_MAX);
	strbuf_putc(&masking->out, ']');
}

static void put(struct masking *masking, const char *name, struct json *value, int depth, bool reason)
{
	if (depth > DEPTH_MAX)
		strbuf_puts(&masking->out, "\"…\"");
	else if (json_is_object(value))
		put_object(masking, value, depth, reason);
	else if (json_is_array(value))
		put_array(masking, name, value, depth, reason);
	else if (json_is_string(value))
		put_string(masking, name, json_str(value, "", ""), reason);
	else
		put_number(masking, name, json_text(masking->ctx, value));
}

/* "grant_type=refresh_token&refresh_token=…": names, and words of the protocol. */
static const char *mask_form(struct vt_ctx *ctx, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 256);
	for (bool first = true; *text; first = false) {
		size_t size = strcspn(text, "&"), name_size = strcspn(text, "=&");
		const char *name = arena_strndup(ctx->arena, text, name_size);
		const char *value = name_size < size ? arena_strndup(ctx->arena, text + name_size + 1, size - name_size - 1) : "";

		strbuf_printf(&out, "%s%s=%s", first ? "" : "&", is_word(name) ? name : "…",
			      is_protocol(name) && is_word(value) ? value : *value ? "…" : "");
		text += size + (text[size] == '&');
	}
	return out.data;
}

static bool is_form(const char *text)
{
	size_t name = strcspn(text, "=& \r\n{<");

	return name && name <= WORD_MAX && text[name] == '=' && !text[strcspn(text, "\r\n <{")];
}

const char *mask_body(struct vt_ctx *ctx, const char *text, size_t size, bool refused, size_t max)
{
	struct masking masking = { .ctx = ctx, .max = max };
	struct json *body;
	const char *masked;

	if (!size)
		return "";
	strbuf_init(&masking.out, ctx->arena, 256);
	if (json_parse(ctx, text, size, JSON_MAX, &body) == 0) {
		put(&masking, "", body, 0, refused);
		masked = masking.out.data;
	} else {
		vt_error_clear(ctx);
		text = arena_strndup(ctx->arena, text, size < JSON_MAX ? size : 0);
		masked = is_form(text) ? mask_form(ctx, text) : arena_printf(ctx->arena, "•%zu", size);
	}
	return arena_strndup(ctx->arena, masked, utf8_prefix_bytes(masked, max));
}

/* A part of a path that is a word shows, with its version's dot; "bot123:AAH…" or an id does not. */
static void put_part(struct vt_ctx *ctx, struct strbuf *out, const char *part)
{
	size_t digits = 0;

	for (const char *at = part; *at; at++)
		digits += *at >= '0' && *at <= '9';
	if (digits <= PATH_PART && is_word(part) && strlen(part) <= WORD_MAX)
		strbuf_puts(out, part);
	else
		strbuf_puts(out, strchr(part, ':') ? "…" : tail(ctx, part));
}

const char *mask_path(struct vt_ctx *ctx, const char *url)
{
	const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : url;
	struct strbuf out;
	char *copy, *query, *part;

	strbuf_init(&out, ctx->arena, 128);
	if (!path)
		return "/";
	copy = arena_strdup(ctx->arena, path + (*path == '/'));
	query = strchr(copy, '?');
	if (query)
		*query++ = '\0';
	while ((part = strsep(&copy, "/"))) {
		strbuf_putc(&out, '/');
		put_part(ctx, &out, part);
	}
	if (query)
		strbuf_printf(&out, "?%s", mask_form(ctx, query));
	return out.data;
}
