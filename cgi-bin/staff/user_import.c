#include "base/vt.h"
#include "people/user_import.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/user_filter.h"

#define SECTION "users"

/* --- Bringing a file --------------------------------------------------------------------------- */

static int shell_only(struct vt_ctx *ctx, const struct request *request, struct t_node *page)
{
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	return 0;
}

static int upload_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
			 struct t_node *page)
{
	struct user_import_words words;

	if (shell_only(ctx, request, page) < 0)
		return -1;
	user_words(ctx, &words);
	for (int column = 0; column < USER_COLUMN_MAX; column++) {
		struct t_node *item = t_item(t_child(page, "columns"));
		const char *key = user_column_key((enum user_column)column);
		t_set(item, "title", words.titles[column]);
		t_set(item, "help", locale_text(ctx, arena_printf(ctx->arena, "users.column_help.%s", key), NULL));
	}
	return staff_render(ctx, request, response, "users/import.cs", NULL, page);
}

int user_import_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return upload_render(ctx, request, response, t_new(ctx));
}

static int upload(struct vt_ctx *ctx, const struct request *request, int64_t *id)
{
	struct user_import_words words;
	struct user_import import;
	const char *once;

	if (form_once(ctx, request, &once) < 0)
		return -1;
	if (!request->upload_count)
		return vt_fail_field(ctx, "file", "error.file.none", "no file");
	const struct upload *file = &request->uploads[0];
	user_words(ctx, &words);
	if (user_import_read(ctx, &words, file->data, file->size, &import) < 0)
		return -1;
	return user_import_store(ctx, once, file->filename, file->data, file->size, id);
}

int user_import_upload(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (upload(ctx, request, &id) < 0) {
		struct t_node *page = t_new(ctx);
		if (admin_refused(ctx, request, response, "user", 0, page) < 0)
			return -1;
		return upload_render(ctx, request, response, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/admin/users/import/%" PRId64, id));
	return 0;
}

/* --- Looking at it, line by line --------------------------------------------------------------- */

static const char *const kind_names[] = {
	[USER_IMPORT_NEW] = "new", [USER_IMPORT_CHANGE] = "change", [USER_IMPORT_SAME] = "same",
	[USER_IMPORT_WRONG] = "wrong",
};

static const char *field_name(struct vt_ctx *ctx, const char *field)
{
	const char *name = template_locale(arena_printf(ctx->arena, "field.user.%s", field));

	return name ? arena_strdup(ctx->arena, name) : "";
}

static void row_fill(struct vt_ctx *ctx, const struct user_import_row *row, struct t_node *item)
{
	t_set_i64(item, "line", (int64_t)row->line);
	t_set(item, "login", row->user.login);
	t_set(item, "name", row->user.name);
	t_set(item, "kind", kind_names[row->kind]);
	if (row->kind == USER_IMPORT_WRONG) {
		t_set(item, "field", field_name(ctx, row->field));
		t_set(item, "error", locale_text(ctx, row->key, row->what, NULL));
		return;
	}
	for (int column = 0; column < USER_COLUMN_MAX && row->kind == USER_IMPORT_CHANGE; column++) {
		if (row->changes >> column & 1)
			t_set(t_item(t_child(item, "changes")), "name",
			      field_name(ctx, user_column_key((enum user_column)column)));
	}
}

static int preview(struct vt_ctx *ctx, const struct request *request, struct response *response,
		   int64_t id, struct t_node *page)
{
	struct user_import_words words;
	struct user_import_file file;
	struct user_import import;

	user_words(ctx, &words);
	if (user_import_load(ctx, id, &file) < 0 ||
	    user_import_read(ctx, &words, file.data, file.size, &import) < 0 ||
	    shell_only(ctx, request, page) < 0)
		return -1;
	t_set_i64(page, "form.id", id);
	t_set(page, "file.name", file.name);
	t_set(page, "file.at", format_date_time(ctx, file.at));
	for (size_t kind = 0; kind < VT_COUNT(kind_names); kind++)
		t_set_i64(t_child(page, "count"), kind_names[kind], (int64_t)import.kinds[kind]);
	t_set_bool(page, "wrong", import.kinds[USER_IMPORT_WRONG]);
	t_set_bool(page, "nothing", !import.kinds[USER_IMPORT_NEW] && !import.kinds[USER_IMPORT_CHANGE]);
	for (size_t i = 0; i < import.count; i++)
		row_fill(ctx, &import.rows[i], t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "users/preview.cs", NULL, page);
}

int user_import_preview(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return preview(ctx, request, response, id, t_new(ctx));
}

/* --- And then ---------------------------------------------------------------------------------- */

int user_import_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct user_import_words words;
	size_t line = 0;
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0)
		return -1;
	user_words(ctx, &words);
	if (user_import_apply(ctx, once, id, &words, &line) < 0) {
		struct t_node *page = t_new(ctx);
		if (admin_refused(ctx, request, response, "user", 0, page) < 0)
			return -1;
		if (line)
			t_set_i64(page, "error.line", (int64_t)line);
		return preview(ctx, request, response, id, page);
	}
	people_release(ctx);
	admin_done(ctx, request, response, SECTION, "imported");
	return 0;
}

int user_import_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || user_import_discard(ctx, id) < 0)
		return -1;
	staff_done(ctx, request, response, "/admin/users/import");
	return 0;
}
