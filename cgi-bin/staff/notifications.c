#include "base/vt.h"
#include "people/notice.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_notice.h"

#define SECTION "notifications"

static const char *event_name(struct vt_ctx *ctx, int event)
{
	return locale_text(ctx, arena_printf(ctx->arena, "notifications.event.%s",
					     code_name("notice", event)), NULL);
}

static void cell_fill(const struct db_result *rows, size_t row, struct t_node *cell)
{
	t_set_bool(cell, "sound", db_bool(rows, row, "sound"));
	t_set_bool(cell, "shown", db_bool(rows, row, "shown"));
	t_set_bool(cell, "browser", db_bool(rows, row, "browser"));
	t_set(cell, "tone", code_name("tone", (int)db_i64(rows, row, "tone")));
}

int notifications_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx), *item = NULL;
	struct db_result **parts;
	int64_t last = 0;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_NOTICE_RULES, "i", (int64_t)0) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	for (int event = 1; event <= NOTICE_EVENTS; event++) {
		struct t_node *column = t_item(t_child(page, "columns"));
		t_set(column, "name", event_name(ctx, event));
		t_set(column, "key", code_name("notice", event));
	}
	for (size_t row = 0; row < db_rows(parts[1]); row++) {
		if (db_i64(parts[1], row, "role_id") != last) {
			last = db_i64(parts[1], row, "role_id");
			item = t_item(t_child(page, "items"));
			t_set_i64(item, "id", last);
			t_set(item, "name", db_text(parts[1], row, "name"));
		}
		cell_fill(parts[1], row, t_item(t_child(item, "cells")));
	}
	return staff_render(ctx, request, response, "notifications/page.cs", NULL, page);
}

static void way_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
		     size_t row, const char *event, const char *way, struct t_node *item)
{
	const char *name = arena_printf(ctx->arena, "%s_%s", event, way);
	struct t_node *node = t_child(item, way);

	t_set(node, "name", name);
	t_set_bool(node, "on", admin_sent(request) ? form_checked(request, name)
						   : db_bool(rows, row, way));
}

static void event_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
		       size_t row, struct t_node *item)
{
	int event = (int)db_i64(rows, row, "event");
	const char *key = code_name("notice", event);
	const char *tone = arena_printf(ctx->arena, "%s_tone", key);

	t_set(item, "name", event_name(ctx, event));
	way_fill(ctx, request, rows, row, key, "sound", item);
	way_fill(ctx, request, rows, row, key, "shown", item);
	way_fill(ctx, request, rows, row, key, "browser", item);
	t_set(item, "tone", tone);
	for (int value = TONE_BELL; value <= TONE_ALERT; value++) {
		const char *label = arena_printf(ctx->arena, "notifications.tone.%s", code_name("tone", value));
		struct t_node *option = admin_option(request, t_child(item, "tones"), tone,
						     arena_printf(ctx->arena, "%d", value),
						     locale_text(ctx, label, NULL),
						     db_i64(rows, row, "tone") == value);
		t_set(option, "key_name", code_name("tone", value));
	}
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_NOTICE_RULES, "i", id) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!id || !db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role %" PRId64, id);
	admin_fill(ctx, request, parts[0], SECTION, page);
	t_set_i64(page, "form.id", id);
	t_set(page, "form.name", db_text(parts[1], 0, "name"));
	t_set(page, "form.revision", db_text(parts[1], 0, "revision"));
	for (size_t row = 0; row < db_rows(parts[1]); row++)
		event_fill(ctx, request, parts[1], row, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "notifications/form.cs", "notifications/_form.cs", page);
}

static int read_rule(struct vt_ctx *ctx, const struct request *request, int event,
		     struct notice_rule *rule)
{
	const char *key = code_name("notice", event);
	int64_t tone;

	if (form_i64(ctx, request, arena_printf(ctx->arena, "%s_tone", key), TONE_BELL, TONE_ALERT, 0,
		     &tone) < 0)
		return -1;
	*rule = (struct notice_rule){
		.sound = form_checked(request, arena_printf(ctx->arena, "%s_sound", key)),
		.shown = form_checked(request, arena_printf(ctx->arena, "%s_shown", key)),
		.browser = form_checked(request, arena_printf(ctx->arena, "%s_browser", key)),
		.tone = (int)tone,
	};
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct notice_rule rules[NOTICE_EVENTS + 1] = { 0 };

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no role");
	for (int event = 1; event <= NOTICE_EVENTS; event++) {
		if (read_rule(ctx, request, event, &rules[event]) < 0)
			return -1;
	}
	return notice_rules_save(ctx, edit, rules);
}

static const struct admin_form form = { SECTION, "notice", render, save, NULL };

int notification_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int notification_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}
