#include "base/vt.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/export.h"
#include "cgi-bin/staff/user_filter.h"
#include "sql_user.h"

#define SECTION "users"
#define PAGE_ROWS 50
#define NAMES_SHOWN 3
#define EXPORT_ROWS 100000

enum part { PART_SHELL, PART_LIST, PART_CHOICES };

static int list_ask(struct vt_ctx *ctx, const struct user_filter *filter, int64_t limit, int64_t offset)
{
	return db_pipe_add(ctx, 0, &SQL_USER_LIST, "siiissii", filter->words, filter->role,
			   filter->queue, filter->channel, filter->enabled, filter->attends, limit,
			   offset);
}

/* "a|b|c" as the first of a list, and how many more there are: a row is no taller for who has many. */
static void names_fill(struct vt_ctx *ctx, const char *names, struct t_node *list)
{
	char *next = arena_strdup(ctx->arena, names);
	int64_t count = 0;

	for (char *name; *names && (name = strsep(&next, "|")); count++) {
		if (count < NAMES_SHOWN)
			t_set(t_item(t_child(list, "items")), "name", name);
	}
	if (count > NAMES_SHOWN)
		t_set_i64(list, "more", count - NAMES_SHOWN);
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	const char *name = db_text(rows, row, "name");
	int64_t last_login = db_time_us(rows, row, "last_login");

	t_set(item, "id", db_text(rows, row, "user_id"));
	t_set(item, "name", name);
	t_set(item, "login", db_text(rows, row, "login"));
	t_set(item, "initials", format_initials(ctx, name));
	t_set_i64(item, "tint", format_avatar_tint(name));
	t_set(item, "staff_number", db_text(rows, row, "staff_number"));
	t_set(item, "dni", db_text(rows, row, "dni"));
	t_set(item, "office", db_text(rows, row, "office"));
	names_fill(ctx, db_text(rows, row, "roles"), t_child(item, "roles"));
	names_fill(ctx, db_text(rows, row, "queues"), t_child(item, "queues"));
	names_fill(ctx, db_text(rows, row, "channels"), t_child(item, "channels"));
	t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
	t_set_bool(item, "attends", db_bool(rows, row, "attends"));
	if (db_i64(rows, row, "open_count"))
		t_set_i64(item, "open", db_i64(rows, row, "open_count"));
	if (last_login)
		t_set(item, "last_login", format_date_time(ctx, last_login));
}

int users_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	struct user_filter filter;

	user_filter_read(request, request_query, &filter);
	int64_t number = user_page_number(request);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    list_ask(ctx, &filter, PAGE_ROWS, (number - 1) * PAGE_ROWS) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_USER_CHOICES, "i", INT64_C(0)) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	for (size_t row = 0; row < db_rows(parts[PART_LIST]); row++)
		row_fill(ctx, parts[PART_LIST], row, t_item(t_child(page, "items")));
	t_set_bool(page, "may_manage", staff_may(request->session, PERM_USER_MANAGE));
	user_filter_fill(ctx, &filter, parts[PART_CHOICES], page);
	user_pages_fill(ctx, parts[PART_LIST], number, PAGE_ROWS,
			arena_printf(ctx->arena, "/admin/users?%s", user_filter_query(ctx, &filter)),
			page);
	return staff_render(ctx, request, response, "users/page.cs", NULL, page);
}

/* --- The list as a file, which can be brought back (user_import.c) --------------------------- */

/* Names, numbers and addresses of people leave as the policy says. */
static void export_person(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row,
			  enum user_column column)
{
	const char *key = user_column_key(column), *value = db_text(rows, row, key);

	if (!strcmp(key, "name") || !strcmp(key, "display_name"))
		export_cell_personal(ctx, file, FIELD_NAME, value);
	else if (!strcmp(key, "email"))
		export_cell_personal(ctx, file, FIELD_EMAIL, value);
	else if (!strcmp(key, "dni"))
		export_cell_personal(ctx, file, FIELD_CUIT, value);
	else
		export_cell(file, value);
}

static void export_write(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows)
{
	const char *yes = locale_text(ctx, "admin.yes", NULL), *no = locale_text(ctx, "admin.no", NULL);

	for (size_t row = 0; row < db_rows(rows) && !file->full; row++) {
		for (int column = 0; column < USER_COLUMN_CAPACITY; column++)
			export_person(ctx, file, rows, row, (enum user_column)column);
		export_cell_i64(file, db_i64(rows, row, "capacity"));
		export_cell(file, db_bool(rows, row, "attends") ? yes : no);
		export_cell(file, db_bool(rows, row, "enabled") ? yes : no);
		export_end_row(file);
	}
}

int users_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result **results;
	struct user_filter filter;
	struct staff_export out;
	struct user_import_words words;

	user_filter_read(request, request_form, &filter);
	if (staff_export_allowed(ctx, request, EXPORT_USER, &out) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 || list_ask(ctx, &filter, EXPORT_ROWS, 0) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	user_words(ctx, &words);
	if (staff_export_begin(ctx, response, &out, words.titles, USER_COLUMN_MAX) < 0)
		return -1;
	export_write(ctx, &out.file, results[0]);
	return staff_export_done(ctx, response, &out, NULL, "users.file_name");
}
