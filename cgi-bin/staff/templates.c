/* Templates of WhatsApp: the list, as a page and as a file. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "campaign/template_edit.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/export.h"
#include "cgi-bin/staff/template_form.h"
#include "sql_template.h"

#define SECTION "templates"
#define WORDS_MAX 100

struct filter {
	const char *words, *language;
	int64_t state, line;           /* state -1, line 0: any */
};

static void filter_read(const struct request *request,
			const char *(*read)(const struct request *request, const char *name), struct filter *out)
{
	*out = (struct filter){ .words = read(request, "q"), .language = read(request, "language"), .state = -1 };
	if (strlen(out->words) > WORDS_MAX)
		out->words = "";
	if (id_parse(read(request, "state"), 0, TEMPLATE_DELETED, &out->state) < 0)
		out->state = -1;
	if (id_parse(read(request, "line"), 1, INT64_MAX, &out->line) < 0)
		out->line = 0;
}

static int search_ask(struct vt_ctx *ctx, const struct filter *filter)
{
	return db_pipe_add(ctx, 0, &SQL_TEMPLATE_SEARCH, "sisi", filter->words, filter->state, filter->language, filter->line);
}

static void option(struct t_node *list, const char *key, const char *label, bool chosen)
{
	struct t_node *node = t_item(list);

	t_set(node, "key", key);
	t_set(node, "label", label);
	t_set_bool(node, "chosen", chosen);
}

static void filter_fill(struct vt_ctx *ctx, const struct filter *filter, const struct db_result *lines,
			const struct db_result *languages, struct t_node *node)
{
	t_set(node, "q", filter->words);
	t_set(node, "language", filter->language);
	if (filter->state >= 0)
		t_set_i64(node, "state", filter->state);
	if (filter->line)
		t_set_i64(node, "line", filter->line);
	for (int state = TEMPLATE_DRAFT; state < TEMPLATE_DELETED; state++) {
		const char *key = arena_printf(ctx->arena, "templates.state.%s", code_name("template_state", state));
		option(t_child(node, "states"), arena_printf(ctx->arena, "%d", state), locale_text(ctx, key, NULL),
		       filter->state == state);
	}
	for (size_t row = 0; row < db_rows(languages); row++) {
		const char *code = db_text(languages, row, "language");
		option(t_child(node, "languages"), code, template_language(ctx, code), !strcmp(code, filter->language));
	}
	for (size_t row = 0; row < db_rows(lines); row++)
		option(t_child(node, "lines"), db_text(lines, row, "channel_id"), db_text(lines, row, "name"),
		       db_i64(lines, row, "channel_id") == filter->line);
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "id", db_text(rows, row, "template_id"));
	t_set(item, "name", db_text(rows, row, "name"));
	t_set(item, "language", template_language(ctx, db_text(rows, row, "language")));
	t_set(item, "lines", db_text(rows, row, "lines"));
	t_set(item, "body", db_text_or_null(rows, row, "body"));
	t_set_bool(item, "has_draft", db_bool(rows, row, "has_draft"));
	template_state_fill(ctx, rows, row, item);
}

static bool accounts_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	bool asking = false;

	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "accounts"));
		t_set(item, "lines", db_text(rows, row, "lines"));
		if (!db_is_null(rows, row, "listed_at"))
			t_set(item, "listed", format_date_time(ctx, db_time_us(rows, row, "listed_at")));
		t_set(item, "error", db_text_or_null(rows, row, "error"));
		asking = asking || db_bool(rows, row, "asking");
	}
	t_set_bool(page, "asking", asking);
	return asking;
}

int templates_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	struct filter filter;

	filter_read(request, request_query, &filter);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || search_ask(ctx, &filter) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TEMPLATE_LINES, "") < 0 || db_pipe_add(ctx, 0, &SQL_TEMPLATE_LANGUAGES, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TEMPLATE_ACCOUNTS_SEEN, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *rows = parts[1];
	admin_fill(ctx, request, parts[0], SECTION, page);
	bool following = accounts_fill(ctx, parts[4], page);
	for (size_t row = 0; row < db_rows(rows); row++) {
		row_fill(ctx, rows, row, t_item(t_child(page, "items")));
		following = following || db_bool(rows, row, "following");
	}
	t_set_bool(page, "any_line", db_rows(parts[2]));
	t_set(page, "follow", following ? "2" : "15");
	filter_fill(ctx, &filter, parts[2], parts[3], t_child(page, "filter"));
	return staff_render(ctx, request, response, "templates/page.cs", NULL, page);
}

int templates_list(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once;

	if (form_once(ctx, request, &once) < 0 || template_list_now(ctx, once) < 0)
		return -1;
	staff_done(ctx, request, response, "/admin/templates");
	return 0;
}

int templates_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "name", "language", "category", "state", "quality", "lines", "body", "reason" };
	struct staff_export out;
	struct export_file *file = &out.file;
	struct db_result *rows;
	struct filter filter;

	filter_read(request, request_form, &filter);
	if (staff_export_allowed(ctx, request, EXPORT_TEMPLATE, &out) < 0 ||
	    db_query(ctx, &rows, &SQL_TEMPLATE_SEARCH, "sisi", filter.words, filter.state, filter.language, filter.line) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "templates", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows) && !file->full; row++) {
		export_cell(file, db_text(rows, row, "name"));
		export_cell(file, db_text(rows, row, "language"));
		export_cell(file, template_word(ctx, "category", (int)db_i64(rows, row, "category")));
		export_cell(file, template_word(ctx, "state", (int)db_i64(rows, row, "state")));
		export_cell(file, template_word(ctx, "quality", (int)db_i64(rows, row, "quality")));
		export_cell(file, db_text(rows, row, "lines"));
		export_cell(file, db_text(rows, row, "body"));
		export_cell(file, db_text(rows, row, "reason"));
		export_end_row(file);
	}
	return staff_export_done(ctx, response, &out, NULL, "templates.file_name");
}
