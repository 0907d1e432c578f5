#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/json.h"
#include "web/format.h"
#include "cgi-bin/staff/contact.h"

#define JSON_MAX (1024 * 1024)

const char *contact_own_text(struct vt_ctx *ctx, int64_t kind, const char *value)
{
	int year, month, day;

	switch (kind) {
	case CONTACT_FIELD_YES_NO:
		return locale_text(ctx, !strcmp(value, "1") ? "admin.yes" : "admin.no", NULL);
	case CONTACT_FIELD_DATE:
		if (sscanf(value, "%4d-%2d-%2d", &year, &month, &day) == 3)
			return arena_printf(ctx->arena, "%02d/%02d/%04d", day, month, year);
		return value;
	case CONTACT_FIELD_NUMBER: {
		char *text = arena_strdup(ctx->arena, value);
		char *point = strchr(text, '.');
		if (point)
			*point = ',';
		return text;
	}
	default:
		return value;
	}
}

static int standard_field(const char *name)
{
	for (int i = 0; i < FIELD_MAX; i++) {
		if (!strcmp(field_key((enum field)i), name))
			return i;
	}
	return -1;
}

/* The row of an own field by its key "x<id>"; false when it is none that is there. */
static bool own_row(const struct db_result *fields, const char *name, size_t *row)
{
	if (*name != 'x')
		return false;
	for (*row = 0; *row < db_rows(fields); (*row)++) {
		if (!strcmp(db_text(fields, *row, "contact_field_id"), name + 1))
			return true;
	}
	return false;
}

static void visible_member(struct vt_ctx *ctx, const struct session *session,
			   const struct db_result *fields, const struct json_member *member,
			   struct json *out)
{
	const struct field_sight *sight = &session->sight;
	const char *value = json_str(member->value, "", "");
	int field = standard_field(member->name);
	size_t row;

	if (field >= 0) {
		const char *text = field == FIELD_CUIT ? format_cuit(ctx, value) : value;
		if (sight->shows[field] != FIELD_HIDDEN)
			json_set_str(out, member->name, field_shown(ctx, sight, (enum field)field, text));
		return;
	}
	if (!own_row(fields, member->name, &row))
		return;
	const char *text = contact_own_text(ctx, db_i64(fields, row, "kind"), value);
	const char *shown = field_own_shown(ctx, sight, db_i64(fields, row, "contact_field_id"), text);
	if (shown || !*value)
		json_set_str(out, db_text(fields, row, "name"), shown);
}

int contact_visible(struct vt_ctx *ctx, const struct session *session, const struct db_result *fields,
		    const char *text, const char **out)
{
	struct json *object, *shown = json_new_object(ctx);
	struct json_member member;

	*out = NULL;
	if (!text)
		return 0;
	if (json_parse(ctx, text, strlen(text), JSON_MAX, &object) < 0)
		return -1;
	for (void *cursor = NULL; json_object_next(object, &cursor, &member); )
		visible_member(ctx, session, fields, &member, shown);
	*out = json_text(ctx, shown);
	return 0;
}

static int list(struct vt_ctx *ctx, const struct db_result *row, const char *column, struct json **out)
{
	const char *text = db_text(row, 0, column);

	*out = NULL;
	return *text ? json_parse(ctx, text, strlen(text), JSON_MAX, out) : 0;
}

/* A telephone or an address is shown as those fields are; any other name only by its network. */
static void identities_fill(struct vt_ctx *ctx, const struct session *session, struct json *identities,
			    struct json *visitors, struct t_node *more)
{
	for (size_t i = 0; i < json_array_size(identities); i++) {
		struct json *one = json_array_at(identities, i);
		struct t_node *item = t_item(t_child(more, "identities"));
		const char *kind = json_str(one, "kind", "");
		int field = !strcmp(kind, "phone") ? FIELD_PHONE : !strcmp(kind, "email") ? FIELD_EMAIL : -1;
		t_set(item, "messenger", code_name("messenger", (int)json_i64(one, "messenger", 0)));
		t_set(item, "channel", json_str(one, "channel", ""));
		if (field >= 0)
			t_set(item, "value", field_shown(ctx, &session->sight, (enum field)field,
							 json_str(one, "value", "")));
	}
	for (size_t i = 0; i < json_array_size(visitors); i++) {
		struct json *one = json_array_at(visitors, i);
		struct t_node *item = t_item(t_child(more, "identities"));
		int64_t count = json_i64(one, "count", 0);
		t_set(item, "messenger", code_name("messenger", (int)json_i64(one, "messenger", 0)));
		t_set(item, "channel", json_str(one, "channel", ""));
		t_set(item, "value", count == 1 ? locale_text(ctx, "contact.browser", NULL)
		      : locale_text(ctx, "contact.browsers", format_number(ctx, count), NULL));
	}
}

static void notes_fill(struct vt_ctx *ctx, struct json *notes, struct t_node *more)
{
	for (size_t i = 0; i < json_array_size(notes); i++) {
		struct json *one = json_array_at(notes, i);
		struct t_node *item = t_item(t_child(more, "notes"));
		t_set_i64(item, "id", json_i64(one, "id", 0));
		t_set(item, "body", json_str(one, "body", ""));
		t_set(item, "who", json_str(one, "who", ""));
		t_set(item, "at", format_date_time(ctx, json_i64(one, "at", 0)));
		t_set_bool(item, "mine", json_bool(one, "mine", false));
		t_set_bool(item, "edited", json_bool(one, "edited", false));
	}
}

static void own_fill(struct vt_ctx *ctx, const struct session *session, struct json *fields,
		     struct t_node *more)
{
	for (size_t i = 0; i < json_array_size(fields); i++) {
		struct json *one = json_array_at(fields, i);
		const char *text = contact_own_text(ctx, json_i64(one, "kind", 0), json_str(one, "value", ""));
		const char *shown = field_own_shown(ctx, &session->sight, json_i64(one, "id", 0), text);
		if (!shown)
			continue;
		struct t_node *item = t_item(t_child(more, "fields"));
		t_set(item, "name", json_str(one, "name", ""));
		t_set(item, "value", shown);
	}
}

static void block_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *more)
{
	int64_t unheard = db_i64(row, 0, "unheard");

	if (unheard == 1)
		t_set(more, "unheard", locale_text(ctx, "contact.unheard_one", NULL));
	else if (unheard)
		t_set(more, "unheard", locale_text(ctx, "contact.unheard", format_number(ctx, unheard), NULL));
	if (!db_bool(row, 0, "blocked"))
		return;
	struct t_node *blocked = t_child(more, "blocked");
	int64_t until = db_time_us(row, 0, "blocked_until");
	t_set(blocked, "text", until ? locale_text(ctx, "contact.blocked_until", format_date_time(ctx, until), NULL)
	      : locale_text(ctx, "contact.blocked", NULL));
	t_set(blocked, "reason", db_text(row, 0, "blocked_reason"));
	t_set(blocked, "by", db_text(row, 0, "blocked_by"));
}

int contact_panel_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *row,
		       struct t_node *page)
{
	struct t_node *more = t_child(page, "more");
	struct json *identities, *visitors, *notes, *fields;

	if (!db_rows(row))
		return 0;
	if (list(ctx, row, "identities", &identities) < 0 || list(ctx, row, "visitors", &visitors) < 0 ||
	    list(ctx, row, "notes", &notes) < 0 || list(ctx, row, "fields", &fields) < 0)
		return vt_note(ctx, "while reading a contact");
	t_set(more, "href", arena_printf(ctx->arena, "/contacts/%s", db_text(row, 0, "contact_id")));
	t_set_bool(more, "edits", staff_may(session, PERM_CONTACT_EDIT));
	t_set_bool(more, "blocks", staff_may(session, PERM_CONTACT_BLOCK));
	t_set_bool(more, "merges", staff_may(session, PERM_CONTACT_MERGE));
	t_set_bool(more, "wishes", identities && staff_may(session, PERM_CONTACT_WISH));
	identities_fill(ctx, session, identities, visitors, more);
	notes_fill(ctx, notes, more);
	own_fill(ctx, session, fields, more);
	block_fill(ctx, row, more);
	return 0;
}
