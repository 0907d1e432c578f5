#include "base/vt.h"
#include "base/id.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "cgi-bin/staff/admin.h"
#include "web/form.h"
#include "web/format.h"

#define DIFFERENCE_MAX (1024 * 1024)

bool admin_sent(const struct request *request)
{
	return form_checked(request, "sent");
}

void admin_field(const struct request *request, struct t_node *form, const char *name,
		 const char *stored)
{
	t_set(form, name, admin_sent(request) ? request_form(request, name) : stored);
}

void admin_field_i64(const struct request *request, struct t_node *form, const char *name,
		     int64_t stored)
{
	if (admin_sent(request))
		t_set(form, name, request_form(request, name));
	else
		t_set_i64(form, name, stored);
}

static bool was_sent(const struct request *request, const char *name, const char *value)
{
	for (size_t i = 0; i < request->form.count; i++) {
		if (!strcmp(request->form.items[i].name, name) &&
		    !strcmp(request->form.items[i].value, value))
			return true;
	}
	return false;
}

void admin_check(const struct request *request, struct t_node *form, const char *name, bool stored)
{
	t_set_bool(form, name, admin_sent(request) ? form_checked(request, name) : stored);
}

struct t_node *admin_option(const struct request *request, struct t_node *list, const char *name,
			    const char *key, const char *label, bool stored)
{
	struct t_node *option = t_item(list);

	t_set(option, "key", key);
	t_set(option, "label", label);
	t_set_bool(option, "chosen", admin_sent(request) ? was_sent(request, name, key) : stored);
	return option;
}

void admin_use_fill(const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "use"));
		t_set(item, "what", db_text(rows, row, "what"));
		t_set(item, "name", db_text(rows, row, "name"));
	}
}

int admin_ids(struct vt_ctx *ctx, const struct request *request, const char *name, size_t max,
	      int64_t *ids, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		if (strcmp(request->form.items[i].name, name) != 0)
			continue;
		if (*count == max ||
		    id_parse(request->form.items[i].value, 1, INT64_MAX, &ids[*count]) < 0)
			return vt_fail_field(ctx, name, "error.invalid", "no list of ids");
		(*count)++;
	}
	return 0;
}

int admin_edit_read(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	if (form_once(ctx, request, &edit->once) < 0)
		return -1;
	if (!edit->id)
		return 0;
	return form_i64(ctx, request, "revision", 1, INT64_MAX, 0, &edit->revision);
}

/* A value as people read it: lists with commas, yes and no. */
static const char *readable(struct vt_ctx *ctx, struct json *value)
{
	struct strbuf out;
	size_t count = json_array_size(value);

	if (json_is_null(value))
		return "";
	if (json_is_string(value))
		return json_str(value, "", "");
	if (!json_is_array(value)) {
		const char *text = json_text(ctx, value);
		if (!strcmp(text, "true"))
			return locale_text(ctx, "admin.yes", NULL);
		return strcmp(text, "false") ? text : locale_text(ctx, "admin.no", NULL);
	}
	strbuf_init(&out, ctx->arena, 64);
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_puts(&out, ", ");
		strbuf_puts(&out, readable(ctx, json_array_at(value, i)));
	}
	return out.data;
}

/* What is set by its name is called by it; anything else by its kind and field. */
static const char *field_name(struct vt_ctx *ctx, const char *entity, const char *field)
{
	const char *name = template_locale(!strcmp(entity, "setting")
		? arena_printf(ctx->arena, "setting.%s", field)
		: arena_printf(ctx->arena, "field.%s.%s", entity, field));

	return name ? name : field;
}

static int parse(struct vt_ctx *ctx, const char *text, struct json **out)
{
	*out = NULL;
	return text ? json_parse(ctx, text, strlen(text), DIFFERENCE_MAX, out) : 0;
}

static void difference(struct vt_ctx *ctx, const char *entity, const char *field,
		       struct json *before, struct json *after, struct t_node *node)
{
	struct t_node *item = t_item(t_child(node, "items"));

	t_set(item, "name", field_name(ctx, entity, field));
	t_set(item, "before", readable(ctx, before));
	t_set(item, "after", readable(ctx, after));
}

static void differences(struct vt_ctx *ctx, const char *entity, struct json *before,
			struct json *after, struct t_node *node)
{
	struct json_member member;
	struct json *other;

	for (void *cursor = NULL; json_object_next(before, &cursor, &member); ) {
		json_object_find(after, member.name, &other);
		difference(ctx, entity, member.name, member.value, other, node);
	}
	for (void *cursor = NULL; json_object_next(after, &cursor, &member); ) {
		if (!json_object_find(before, member.name, &other))
			difference(ctx, entity, member.name, NULL, member.value, node);
	}
}

int admin_difference(struct vt_ctx *ctx, const char *entity, const char *before, const char *after,
		     struct t_node *node)
{
	struct json *old, *new;

	if (parse(ctx, before, &old) < 0 || parse(ctx, after, &new) < 0)
		return vt_note(ctx, "while reading what was changed");
	differences(ctx, entity, old, new, node);
	return 0;
}

static int conflict(struct vt_ctx *ctx, const char *entity, int64_t id, struct t_node *page)
{
	struct t_node *node = t_child(page, "conflict");
	struct edit_last last;

	if (edit_last(ctx, entity, id, &last) < 0)
		return -1;
	if (!last.who)
		return 0;
	t_set(node, "who", last.who);
	t_set(node, "at", format_date_time(ctx, last.at));
	return admin_difference(ctx, entity, last.before, last.after, node);
}

int admin_refused(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  const char *entity, int64_t id, struct t_node *page)
{
	bool edited = ctx->error.code == VT_E_CONFLICT && !strcmp(ctx->error.key, "error.edited");

	/* A conflict that has words of its own is a person's business too: what is in use, for one. */
	if (request->wants_json || (ctx->error.code != VT_E_INVALID &&
	    (ctx->error.code != VT_E_CONFLICT || !*ctx->error.key)))
		return -1;
	staff_form_error(ctx, response, page);
	return edited ? conflict(ctx, entity, id, page) : 0;
}

int admin_form_page(struct vt_ctx *ctx, struct request *request, struct response *response,
		    const struct admin_form *form)
{
	int64_t id;

	if (admin_route_id(ctx, request, &id) < 0)
		return -1;
	return form->render(ctx, request, response, id, t_new(ctx));
}

static int again(struct vt_ctx *ctx, struct request *request, struct response *response,
		 const struct admin_form *form, int64_t id)
{
	struct t_node *page = t_new(ctx);

	if (admin_refused(ctx, request, response, form->entity, id, page) < 0)
		return -1;
	return form->render(ctx, request, response, id, page);
}

int admin_form_submit(struct vt_ctx *ctx, struct request *request, struct response *response,
		      const struct admin_form *form)
{
	struct edit edit = { 0 };

	if (admin_route_id(ctx, request, &edit.id) < 0)
		return -1;
	int64_t id = edit.id;
	if (admin_edit_read(ctx, request, &edit) < 0 || form->save(ctx, request, &edit) < 0)
		return again(ctx, request, response, form, id);
	admin_done(ctx, request, response, form->section, "saved");
	return 0;
}

int admin_form_remove(struct vt_ctx *ctx, struct request *request, struct response *response,
		      const struct admin_form *form)
{
	struct edit edit = { 0 };

	if (request_route_id(ctx, request, "id", &edit.id) < 0)
		return -1;
	if (admin_edit_read(ctx, request, &edit) < 0 || form->remove(ctx, &edit) < 0)
		return again(ctx, request, response, form, edit.id);
	admin_done(ctx, request, response, form->section, "removed");
	return 0;
}
