#include "base/vt.h"
#include "base/utf8.h"
#include "contact/contact_field.h"
#include "db/db.h"
#include "sql_contact_field.h"

#define NUMBER_MAX 30

static const struct edit_kind kind = { "custom", &SQL_CONTACT_FIELD_SNAPSHOT };

static bool listed(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(list[i], text))
			return true;
	}
	return false;
}

const char *const *contact_field_options(struct vt_ctx *ctx, const char *text, size_t *count)
{
	const char **list = arena_calloc(ctx->arena, CONTACT_FIELD_OPTIONS_MAX, sizeof(*list));

	*count = 0;
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		const char *next = *end ? end + 1 : end;
		text += strspn(text, " \t");
		while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		const char *option = end > text ? arena_strndup(ctx->arena, text, (size_t)(end - text)) : "";
		text = next;
		if (!*option || listed(list, *count, option))
			continue;
		if (*count == CONTACT_FIELD_OPTIONS_MAX || utf8_length(option) > CONTACT_FIELD_OPTION_MAX)
			return NULL;
		list[(*count)++] = option;
	}
	return list;
}

/* "1.234,5" and "1234.5" are the same number; what has no comma has no thousands. */
static const char *number(struct vt_ctx *ctx, const char *text)
{
	bool comma = strchr(text, ',') != NULL, point = false, digit = false;
	char *out = arena_alloc(ctx->arena, strlen(text) + 1), *to = out;

	if (strlen(text) > NUMBER_MAX)
		return NULL;
	if (*text == '-')
		*to++ = *text++;
	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			*to++ = *text;
			digit = true;
		} else if (*text == '.' && comma && !point) {
			continue;
		} else if ((*text == ',' || *text == '.') && digit && !point) {
			*to++ = '.';
			point = true;
		} else {
			return NULL;
		}
	}
	*to = '\0';
	return digit && to[-1] != '.' ? out : NULL;
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* 2026-06-09, or as people write it: 9/6/2026. */
static const char *date(struct vt_ctx *ctx, const char *text)
{
	int year, month, day, end = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end]) {
		end = 0;
		if (sscanf(text, "%2d/%2d/%4d%n", &day, &month, &year, &end) != 3 || text[end])
			return NULL;
	}
	if (year < 1800 || year > 2200 || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
		return NULL;
	return arena_printf(ctx->arena, "%04d-%02d-%02d", year, month, day);
}

const char *contact_field_value(struct vt_ctx *ctx, int64_t what, const char *const *options,
				size_t option_count, const char *text)
{
	if (!*text)
		return text;
	switch (what) {
	case CONTACT_FIELD_NUMBER:
		return number(ctx, text);
	case CONTACT_FIELD_DATE:
		return date(ctx, text);
	case CONTACT_FIELD_LIST:
		return listed(options, option_count, text) ? text : NULL;
	case CONTACT_FIELD_YES_NO:
		return !strcmp(text, "1") || !strcmp(text, "0") ? text : NULL;
	default:
		return text;
	}
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct contact_field *field = data;
	struct db_result *result;

	if (*id)
		return db_exec(ctx, NULL, &SQL_CONTACT_FIELD_UPDATE, "isSbi", *id, field->name,
			       field->options, field->option_count, (int)field->required, field->position);
	if (db_one(ctx, &result, &SQL_CONTACT_FIELD_INSERT, "siSbi", field->name, field->kind,
		   field->options, field->option_count, (int)field->required, field->position) < 0)
		return -1;
	*id = db_i64(result, 0, "contact_field_id");
	return 0;
}

int contact_field_save(struct vt_ctx *ctx, struct edit *edit, const struct contact_field *field)
{
	struct contact_field data = *field;

	if (field->kind == CONTACT_FIELD_LIST && !field->option_count)
		return vt_fail_field(ctx, "options", "error.contact.options", "a list of nothing");
	if (edit_run(ctx, edit, &kind, "custom.save", save, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	(void)data;
	return db_exec(ctx, NULL, &SQL_CONTACT_FIELD_REMOVE, "i", *id);
}

int contact_field_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "custom.remove", remove_it, NULL);
}
