/* How a webchat looks on its site: the designer with its preview, and what the site has to carry. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/setting.h"
#include "channel/webchat/webchat.h"
#include "routing/line.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_channel.h"

#define SECTION "channels"
#define SETTINGS_MAX (64 * 1024)
#define TOPICS_MAX 20
#define TOPICS_TEXT_MAX 2000
#define TOPIC_MAX 60
#define COLOR_STANDARD "#1d56c9"

/* What the first form can ask for, in its order. */
static const char *const asked[] = { "name", "cuit", "email", "topic" };

static struct json *asked_find(struct json *settings, const char *name)
{
	struct json *form = json_at(settings, "form");

	for (size_t i = 0; i < json_array_size(form); i++) {
		struct json *field = json_array_at(form, i);
		if (!strcmp(json_str(field, "field", ""), name))
			return field;
	}
	return NULL;
}

static const char *topics_text(struct vt_ctx *ctx, struct json *settings)
{
	struct json *options = json_at(asked_find(settings, "topic"), "options");
	struct strbuf text;

	strbuf_init(&text, ctx->arena, 256);
	for (size_t i = 0; i < json_array_size(options); i++)
		strbuf_printf(&text, "%s%s", i ? "\n" : "",
			      json_str(json_array_at(options, i), "label", ""));
	return text.data;
}

static void asked_fill(struct vt_ctx *ctx, const struct request *request, struct json *settings,
		       struct t_node *fields)
{
	for (size_t i = 0; i < VT_COUNT(asked); i++) {
		struct json *field = asked_find(settings, asked[i]);
		const char *ask = arena_printf(ctx->arena, "ask_%s", asked[i]);
		const char *must = arena_printf(ctx->arena, "must_%s", asked[i]);
		struct t_node *item = t_item(t_child(fields, "asked"));
		t_set(item, "name", asked[i]);
		admin_check(request, item, "asks", field != NULL);
		admin_check(request, item, "required", json_bool(field, "required", false));
		if (admin_sent(request)) {
			t_set_bool(item, "asks", form_checked(request, ask));
			t_set_bool(item, "required", form_checked(request, must));
		}
	}
	admin_field(request, fields, "topics", topics_text(ctx, settings));
}

/* What it shows when nothing is written. */
static void standards_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *page)
{
	t_set(page, "standard.title", db_text(row, 0, "name"));
	t_set(page, "standard.subtitle", locale_text(ctx, "webchat.open_now", NULL));
	t_set(page, "standard.bubble", locale_text(ctx, "webchat.bubble", NULL));
}

static void fields_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
			struct json *settings, struct t_node *page)
{
	static const char *const texts[] = { "title", "subtitle", "closed_subtitle", "bubble", "greeting", "footer" };
	struct t_node *fields = t_child(page, "form");
	const char *color = json_str(settings, "color", COLOR_STANDARD);
	const char *position = json_str(settings, "position", "right");

	t_set(fields, "id", db_text(row, 0, "channel_id"));
	t_set(fields, "revision", db_text(row, 0, "revision"));
	t_set(fields, "channel", db_text(row, 0, "name"));
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		admin_field(request, fields, texts[i], json_str(settings, texts[i], ""));
	admin_field(request, fields, "color", webchat_color_valid(color) ? color : COLOR_STANDARD);
	admin_option(request, t_child(fields, "position"), "position", "right",
		     locale_text(ctx, "designer.right", NULL), strcmp(position, "left") != 0);
	admin_option(request, t_child(fields, "position"), "position", "left",
		     locale_text(ctx, "designer.left", NULL), !strcmp(position, "left"));
	asked_fill(ctx, request, settings, fields);
}

static void install_fill(struct vt_ctx *ctx, const struct db_result *row, struct json *settings,
			 struct t_node *page)
{
	struct json *origins = json_at(settings, "origins");
	const char *base = program_config()->base_url, *key = db_text(row, 0, "key");

	t_set(page, "snippet", arena_printf(ctx->arena, "<script src=\"%s/w.js\" data-key=\"%s\" async></script>",
					    base, key));
	t_set(page, "alone", arena_printf(ctx->arena, "%s/webchat/frame?key=%s&mode=page", base, key));
	t_set_bool(page, "enabled", db_bool(row, 0, "enabled"));
	for (size_t i = 0; i < json_array_size(origins); i++)
		t_set(t_item(t_child(page, "origins")), "name",
		      json_str(json_array_at(origins, i), "", ""));
}

/* Only a webchat is designed: any other is not found here. */
static int find(struct vt_ctx *ctx, int64_t id, const struct db_result *row)
{
	if (!db_rows(row) || db_i64(row, 0, "messenger") != MESSENGER_WEBCHAT)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no webchat %" PRId64, id);
	return 0;
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;
	struct json *settings;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_GET, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0 || find(ctx, id, parts[1]) < 0)
		return -1;
	const char *text = db_text(parts[1], 0, "settings");
	if (json_parse(ctx, text, strlen(text), SETTINGS_MAX, &settings) < 0)
		return vt_note(ctx, "settings of a webchat");
	admin_fill(ctx, request, parts[0], SECTION, page);
	fields_fill(ctx, request, parts[1], settings, page);
	standards_fill(ctx, parts[1], page);
	install_fill(ctx, parts[1], settings, page);
	return staff_render(ctx, request, response, "channels/webchat.cs", NULL, page);
}

int designer_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, t_new(ctx));
}

static int topics_read(struct vt_ctx *ctx, const struct request *request, struct json *field)
{
	const struct channel_field list = { .name = "topics", .type = "list", .required = true, .max = TOPICS_MAX };
	struct json *lines = json_new_object(ctx), *options = json_new_array(ctx);
	const char *text;

	if (form_text(ctx, request, "topics", TOPICS_TEXT_MAX, FORM_OPTIONAL, &text) < 0 ||
	    channel_setting_read(ctx, &channel_webchat, &list, text, lines) < 0)
		return -1;
	struct json *all = json_at(lines, "topics");
	for (size_t i = 0; i < json_array_size(all); i++) {
		const char *label = json_str(json_array_at(all, i), "", "");
		struct json *option = json_new_object(ctx);
		if (utf8_length(label) > TOPIC_MAX)
			return vt_fail_field(ctx, "topics", "error.too_long", "a long topic");
		json_set_str(option, "key", label);
		json_set_str(option, "label", label);
		json_append_node(options, option);
	}
	json_set_node(field, "options", options);
	return 0;
}

static int asked_read(struct vt_ctx *ctx, const struct request *request, struct json *settings)
{
	struct json *form = json_new_array(ctx);

	for (size_t i = 0; i < VT_COUNT(asked); i++) {
		struct json *field = json_new_object(ctx);
		if (!form_checked(request, arena_printf(ctx->arena, "ask_%s", asked[i])))
			continue;
		json_set_str(field, "field", asked[i]);
		json_set_bool(field, "required",
			      form_checked(request, arena_printf(ctx->arena, "must_%s", asked[i])));
		if (!strcmp(asked[i], "topic") && topics_read(ctx, request, field) < 0)
			return -1;
		json_append_node(form, field);
	}
	json_set_node(settings, "form", form);
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct json *settings = json_new_object(ctx);
	const char *text;

	for (size_t i = 0; i < channel_webchat.field_count; i++) {
		const struct channel_field *field = &channel_webchat.fields[i];
		if (!field->looks || !strcmp(field->type, "list"))
			continue;
		if (form_text(ctx, request, field->name, (size_t)field->max, FORM_OPTIONAL, &text) < 0 ||
		    channel_setting_read(ctx, &channel_webchat, field, text, settings) < 0)
			return -1;
	}
	if (asked_read(ctx, request, settings) < 0)
		return -1;
	return line_design(ctx, edit, json_text(ctx, settings));
}

int designer_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct edit edit = { 0 };
	struct db_result *row;

	if (request_route_id(ctx, request, "id", &edit.id) < 0 ||
	    db_query(ctx, &row, &SQL_CHANNEL_GET, "i", edit.id) < 0 || find(ctx, edit.id, row) < 0)
		return -1;
	int64_t id = edit.id;
	if (admin_edit_read(ctx, request, &edit) < 0 || save(ctx, request, &edit) < 0) {
		struct t_node *page = t_new(ctx);
		if (admin_refused(ctx, request, response, "channel", id, page) < 0)
			return -1;
		return render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response,
		   arena_printf(ctx->arena, "/admin/channels/%" PRId64 "/webchat?done=saved", id));
	return 0;
}
