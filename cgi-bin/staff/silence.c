#include "base/vt.h"
#include "conversation/silence.h"
#include "conversation/words.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_silence.h"

#define SECTION "silence"
#define MINUTE_S 60

static void time_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, const char *column,
		      const char *name, struct t_node *item)
{
	int64_t seconds = db_i64(rows, row, column);

	if (seconds)
		t_set(item, name, format_duration(ctx, seconds));
}

int silences_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SILENCE_LIST, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	for (size_t row = 0; row < db_rows(parts[1]); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(parts[1], row, "silence_rule_id"));
		t_set(item, "name", db_text_or_null(parts[1], row, "name"));
		t_set_bool(item, "own", db_bool(parts[1], row, "own"));
		t_set(item, "typification", db_text_or_null(parts[1], row, "typification"));
		time_fill(ctx, parts[1], row, "contact_warn_s", "warn", item);
		time_fill(ctx, parts[1], row, "contact_close_s", "close", item);
		time_fill(ctx, parts[1], row, "agent_warn_s", "agent", item);
	}
	return staff_render(ctx, request, response, "silence/page.cs", NULL, page);
}

static void typifications_fill(struct vt_ctx *ctx, const struct request *request,
			       const struct db_result *rows, struct t_node *fields)
{
	struct t_node *list = t_child(fields, "typification");
	bool any = false;

	for (size_t row = 0; row < db_rows(rows); row++)
		any = any || db_bool(rows, row, "chosen");
	admin_option(request, list, "typification", "0", locale_text(ctx, "silence.no_typification", NULL),
		     !any);
	for (size_t row = 0; row < db_rows(rows); row++)
		admin_option(request, list, "typification", db_text(rows, row, "typification_id"),
			     db_text(rows, row, "path"), db_bool(rows, row, "chosen"));
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SILENCE_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SILENCE_TYPIFICATIONS, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = parts[1];
	if (!db_rows(row))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no rule of silence %" PRId64, id);
	admin_fill(ctx, request, parts[0], SECTION, page);
	t_set_i64(fields, "id", id);
	t_set(fields, "revision", db_text(row, 0, "revision"));
	t_set(fields, "name", db_text_or_null(row, 0, "name"));
	admin_check(request, fields, "own", db_bool(row, 0, "own"));
	admin_field_i64(request, fields, "warn", db_i64(row, 0, "contact_warn_s") / MINUTE_S);
	admin_field_i64(request, fields, "close", db_i64(row, 0, "contact_close_s") / MINUTE_S);
	admin_field_i64(request, fields, "agent", db_i64(row, 0, "agent_warn_s") / MINUTE_S);
	admin_field(request, fields, "warn_text", db_text(row, 0, "warn_text"));
	admin_field(request, fields, "close_text", db_text(row, 0, "close_text"));
	typifications_fill(ctx, request, parts[2], fields);
	return staff_render(ctx, request, response, "silence/form.cs", "silence/_form.cs", page);
}

static int minutes(struct vt_ctx *ctx, const struct request *request, const char *field, int64_t *out_s)
{
	int64_t value = 0;

	if (form_i64(ctx, request, field, 0, SILENCE_MINUTES_MAX, FORM_OPTIONAL, &value) < 0)
		return -1;
	*out_s = value * MINUTE_S;
	return 0;
}

static int text(struct vt_ctx *ctx, const struct request *request, const char *field, const char **out)
{
	if (form_text(ctx, request, field, SILENCE_TEXT_MAX, FORM_OPTIONAL, out) < 0)
		return -1;
	return words_check(ctx, field, *out);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct silence_rule rule = { .own = form_checked(request, "own") };

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "rules of silence are made with their queues");
	if (minutes(ctx, request, "warn", &rule.contact_warn_s) < 0 ||
	    text(ctx, request, "warn_text", &rule.warn_text) < 0 ||
	    minutes(ctx, request, "close", &rule.contact_close_s) < 0 ||
	    text(ctx, request, "close_text", &rule.close_text) < 0 ||
	    form_i64(ctx, request, "typification", 0, INT64_MAX, FORM_OPTIONAL,
		     &rule.typification_id) < 0 ||
	    minutes(ctx, request, "agent", &rule.agent_warn_s) < 0)
		return -1;
	if (rule.contact_close_s && rule.contact_warn_s >= rule.contact_close_s)
		return vt_fail_field(ctx, "close", "error.silence.close", "closed before the reminder");
	if (rule.contact_warn_s && !*rule.warn_text)
		return vt_fail_field(ctx, "warn_text", "error.required", "a reminder without words");
	return silence_rule_save(ctx, edit, &rule);
}

static const struct admin_form form = { SECTION, "silence", render, save, NULL };

int silence_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int silence_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}
