#include "base/vt.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "db/db.h"
#include "people/field.h"
#include "sql_field.h"

#define DOT "\xe2\x80\xa2"
#define DIGITS_KEPT 4

static const struct edit_kind kind = { "field", &SQL_FIELD_SNAPSHOT };

static const char *const keys[FIELD_MAX] = {
#define FIELD(constant, key) [constant] = key,
#include "people/field.def"
#undef FIELD
};

const char *field_key(enum field field)
{
	return keys[field];
}

static int field_by_key(const char *key, size_t size)
{
	for (int i = 0; i < FIELD_MAX; i++) {
		if (strlen(keys[i]) == size && !strncmp(keys[i], key, size))
			return i;
	}
	return -1;
}

void field_sight_read(struct field_sight *out, const char *text)
{
	out->text = text;
	for (int i = 0; i < FIELD_MAX; i++) {
		out->shows[i] = FIELD_SEEN;
		out->exports[i] = true;
	}
	for (; *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, ": ");
		int field = field_by_key(text, size);
		int shows = FIELD_SEEN, exports = 1;
		if (field >= 0 && sscanf(text + size, ":%1d:%1d", &shows, &exports) == 2) {
			if (shows < out->shows[field])
				out->shows[field] = shows;
			out->exports[field] = out->exports[field] && exports;
		}
		text += strcspn(text, " ");
	}
}

/* Each digit but the last ones becomes a dot; what is no digit stays. */
static const char *mask_digits(struct vt_ctx *ctx, const char *value)
{
	struct strbuf out;
	size_t digits = 0;

	for (const char *c = value; *c; c++)
		digits += *c >= '0' && *c <= '9';
	strbuf_init(&out, ctx->arena, strlen(value) * sizeof(DOT));
	for (const char *c = value; *c; c++) {
		if (*c < '0' || *c > '9')
			strbuf_putc(&out, *c);
		else if (digits-- <= DIGITS_KEPT)
			strbuf_putc(&out, *c);
		else
			strbuf_puts(&out, DOT);
	}
	return out.data;
}

static const char *mask_address(struct vt_ctx *ctx, const char *value)
{
	const char *at = strchr(value, '@');

	return arena_printf(ctx->arena, "%.*s" DOT DOT DOT "%s", (int)utf8_prefix(value, 1), value,
			    at ? at : "");
}

/* "Graciela Beatriz Benítez": "Graciela B. B." */
static const char *mask_name(struct vt_ctx *ctx, const char *value)
{
	size_t first = strcspn(value, " ");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, first + 16);
	strbuf_add(&out, value, first);
	for (const char *word = value + first; *word; word += strcspn(word, " ")) {
		word += strspn(word, " ");
		if (*word)
			strbuf_printf(&out, " %.*s.", (int)utf8_prefix(word, 1), word);
	}
	return out.data;
}

const char *field_shown(struct vt_ctx *ctx, const struct field_sight *sight, enum field field,
			const char *value)
{
	if (!value || !*value || sight->shows[field] == FIELD_HIDDEN)
		return NULL;
	if (sight->shows[field] == FIELD_SEEN)
		return value;
	switch (field) {
	case FIELD_NAME:
		return mask_name(ctx, value);
	case FIELD_EMAIL:
		return mask_address(ctx, value);
	case FIELD_CUIT:
	case FIELD_PHONE:
		return mask_digits(ctx, value);
	case FIELD_MAX:
		break;
	}
	return NULL;
}

const char *field_exported(struct vt_ctx *ctx, const struct field_sight *sight, enum field field,
			   const char *value)
{
	return sight->exports[field] ? field_shown(ctx, sight, field, value) : NULL;
}

void field_own_read(const struct field_sight *sight, int64_t contact_field_id, struct field_own *out)
{
	*out = (struct field_own){ contact_field_id, FIELD_SEEN, true };
	for (const char *text = sight->text; text && *text; text += strspn(text, " ")) {
		long long id;
		int shows, exports;
		if (sscanf(text, "x%19lld:%1d:%1d", &id, &shows, &exports) == 3 && id == contact_field_id) {
			if (shows < out->shows)
				out->shows = shows;
			out->exports = out->exports && exports;
		}
		text += strcspn(text, " ");
	}
}

const char *field_own_shown(struct vt_ctx *ctx, const struct field_sight *sight,
			    int64_t contact_field_id, const char *value)
{
	struct field_own own;

	field_own_read(sight, contact_field_id, &own);
	if (!value || !*value || own.shows == FIELD_HIDDEN)
		return NULL;
	if (own.shows == FIELD_SEEN)
		return value;
	return arena_printf(ctx->arena, "%.*s" DOT DOT DOT, (int)utf8_prefix(value, 1), value);
}

struct saving {
	const struct field_sight *sight;
	const struct field_own *own;
	size_t own_count;
};

static int set(struct vt_ctx *ctx, int64_t role_id, const char *key, int shows, bool exports)
{
	return db_pipe_add(ctx, 0, &SQL_FIELD_SET, "isib", role_id, key, (int64_t)shows, (int)exports);
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct saving *saving = data;
	const struct field_sight *sight = saving->sight;

	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (int i = 0; i < FIELD_MAX; i++) {
		if (set(ctx, *id, keys[i], sight->shows[i], sight->exports[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < saving->own_count; i++) {
		const struct field_own *own = &saving->own[i];
		const char *key = arena_printf(ctx->arena, "x%" PRId64, own->contact_field_id);
		if (set(ctx, *id, key, own->shows, own->exports) < 0)
			return -1;
	}
	if (db_pipe_add(ctx, 0, &SQL_FIELD_TOUCH, "i", *id) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int field_save(struct vt_ctx *ctx, struct edit *edit, const struct field_sight *sight,
	       const struct field_own *own, size_t own_count)
{
	struct saving saving = { sight, own, own_count };

	return edit_run(ctx, edit, &kind, "field.save", save, &saving);
}
