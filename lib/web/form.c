#include "base/vt.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "web/form.h"

#define NO_BREAK_SPACE "\xc2\xa0"

static size_t space_at_start(const char *text)
{
	size_t size = strspn(text, " \t\r\n\v\f");

	if (!size && !strncmp(text, NO_BREAK_SPACE, 2))
		return 2;
	return size;
}

static bool ends_with_space(const char *text, size_t size)
{
	return size && (strchr(" \t\r\n\v\f", text[size - 1]) ||
			(size > 1 && !memcmp(text + size - 2, NO_BREAK_SPACE, 2)));
}

/* Browsers send a text area's lines with CR LF. */
static const char *tidy(struct arena *arena, const char *text)
{
	size_t length, written = 0;
	char *out;

	while ((length = space_at_start(text)))
		text += length;
	out = arena_alloc(arena, strlen(text) + 1);
	for (; *text; text++) {
		if (text[0] != '\r' || text[1] != '\n')
			out[written++] = *text;
	}
	while (ends_with_space(out, written))
		written -= out[written - 1] == NO_BREAK_SPACE[1] ? 2 : 1;
	out[written] = '\0';
	return out;
}

int form_text(struct vt_ctx *ctx, const struct request *request, const char *field,
	      size_t max_characters, unsigned flags, const char **out)
{
	const char *text = request_form(request, field);

	if (!(flags & FORM_RAW))
		text = tidy(ctx->arena, text);
	if (!*text && !(flags & FORM_OPTIONAL))
		return vt_fail_field(ctx, field, "error.required", "missing");
	if (utf8_length(text) > max_characters)
		return vt_fail_field(ctx, field, "error.too_long", "more than %zu characters",
				     max_characters);
	*out = text;
	return 0;
}

int form_i64(struct vt_ctx *ctx, const struct request *request, const char *field,
	     int64_t min, int64_t max, unsigned flags, int64_t *out)
{
	const char *text = tidy(ctx->arena, request_form(request, field));
	int64_t value;

	if (!*text && (flags & FORM_OPTIONAL))
		return 0;
	if (!*text)
		return vt_fail_field(ctx, field, "error.required", "missing");
	if (id_parse(text, INT64_MIN, INT64_MAX, &value) < 0)
		return vt_fail_field(ctx, field, "error.number", "not a number");
	if (value < min || value > max)
		return vt_fail_field(ctx, field, "error.range",
				     "not between %" PRId64 " and %" PRId64, min, max);
	*out = value;
	return 0;
}

int form_time(struct vt_ctx *ctx, const char *field, const char *text, int64_t *us)
{
	const char *seconds = strlen(text) == strlen("2026-11-27T14:30") ? ":00" : "";
	int64_t at;

	if (!*text)
		return 0;
	if (clock_parse(arena_printf(ctx->arena, "%s%s-03:00", text, seconds), &at) < 0 || at <= 0)
		return vt_fail_field(ctx, field, "error.time", "no time");
	*us = at;
	return 0;
}

bool form_checked(const struct request *request, const char *field)
{
	return *request_form(request, field);
}

int form_once(struct vt_ctx *ctx, const struct request *request, const char **out)
{
	const char *once = request_form(request, "once");

	if (!id_once_valid(once))
		return vt_fail_field(ctx, "once", "error.malformed", "no id of the submission");
	*out = once;
	return 0;
}
