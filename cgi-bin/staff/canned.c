/* Canned replies and stickers: the shared ones, in the administration; and everybody's own. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "conversation/canned.h"
#include "conversation/file.h"
#include "conversation/scan.h"
#include "conversation/words.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_canned.h"

#define SECTION "canned"
#define FILE_AGE_MAX_S 60

/* Whose they are, and where their screens are. */
struct shelf {
	bool own;
	const char *base;              /* "/canned" */
	const char *list, *form;       /* templates */
};
static const struct shelf shared = { false, "/admin/canned", "canned/page.cs", "canned/form.cs" };
static const struct shelf mine = { true, "/canned", "canned/mine.cs", "canned/mine_form.cs" };

static int64_t owner_of(const struct request *request, const struct shelf *shelf)
{
	return shelf->own ? request->session->user_id : 0;
}

static void frame_fill(struct vt_ctx *ctx, const struct request *request,
		       const struct db_result *shell, const struct shelf *shelf, struct t_node *page)
{
	const char *done = request_query(request, "done");

	t_set(page, "base", shelf->base);
	t_set_bool(page, "own", shelf->own);
	if (!shelf->own) {
		admin_fill(ctx, request, shell, SECTION, page);
		return;
	}
	shell_fill(ctx, request, shell, "canned", page);
	t_set(page, "once", staff_once(ctx));
	if (!strcmp(done, "saved") || !strcmp(done, "removed"))
		t_set(page, "done", done);
}

static int list(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const struct shelf *shelf)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CANNED_LIST, "i", owner_of(request, shelf)) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	frame_fill(ctx, request, results[0], shelf, page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		bool sticker = db_i64(rows, row, "kind") == CANNED_STICKER;
		struct t_node *item = t_item(t_child(page, sticker ? "stickers" : "items"));
		t_set(item, "id", db_text(rows, row, "canned_reply_id"));
		t_set(item, "shortcut", db_text(rows, row, "shortcut"));
		t_set(item, "body", db_text(rows, row, "body"));
		t_set(item, "file", db_text_or_null(rows, row, "file_name"));
		t_set(item, "queue", db_text_or_null(rows, row, "queue_name"));
		t_set(item, "used", db_text(rows, row, "used_count"));
	}
	return staff_render(ctx, request, response, shelf->list, NULL, page);
}

/* Of a new one the address says what it is to be: ?kind=sticker; of one that came back, the form. */
static bool is_sticker(const struct request *request, const struct db_result *row)
{
	if (db_rows(row))
		return db_i64(row, 0, "kind") == CANNED_STICKER;
	return !strcmp(request_query(request, "kind"), "sticker") || form_checked(request, "sticker");
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      const struct db_result *queues, struct t_node *fields)
{
	bool there = db_rows(row);
	int64_t queue_id = there ? db_i64(row, 0, "queue_id") : 0;

	if (there) {
		t_set(fields, "id", db_text(row, 0, "canned_reply_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "file", db_text_or_null(row, 0, "file_name"));
	}
	t_set_bool(fields, "sticker", is_sticker(request, row));
	admin_field(request, fields, "shortcut", there ? db_text(row, 0, "shortcut") : "");
	admin_field(request, fields, "body", there ? db_text(row, 0, "body") : "");
	admin_option(request, t_child(fields, "queue"), "queue", "0",
		     locale_text(ctx, "canned.every_queue", NULL), !queue_id);
	for (size_t i = 0; i < db_rows(queues); i++)
		admin_option(request, t_child(fields, "queue"), "queue", db_text(queues, i, "queue_id"),
			     db_text(queues, i, "name"), db_i64(queues, i, "queue_id") == queue_id);
	for (int word = 0; word < WORD_MAX; word++)
		t_set(t_item(t_child(fields, "words")), "name", word_name((enum word)word));
}

static int form_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		       const struct shelf *shelf, int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CANNED_GET, "ii", id, owner_of(request, shelf)) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CANNED_QUEUES, "") < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no canned reply %" PRId64 " of theirs", id);
	frame_fill(ctx, request, parts[0], shelf, page);
	form_fill(ctx, request, parts[1], parts[2], t_child(page, "form"));
	return staff_render(ctx, request, response, shelf->form, NULL, page);
}

static int form(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const struct shelf *shelf)
{
	int64_t id;

	if (admin_route_id(ctx, request, &id) < 0)
		return -1;
	return form_render(ctx, request, response, shelf, id, t_new(ctx));
}

/* The file of the form, when it brings one. Stickers are pictures, and small. */
static int take_file(struct vt_ctx *ctx, const struct request *request, struct canned *canned)
{
	const char *type;

	if (!request->upload_count || !*request->uploads[0].filename)
		return 0;
	const struct upload *upload = &request->uploads[0];
	if (form_checked(request, "sticker") && upload->size > CANNED_STICKER_SIZE_MAX)
		return vt_fail_field(ctx, "file", "error.canned.sticker", "a big sticker");
	if (file_store(ctx, program_config()->files_directory, upload->data, upload->size,
		       &canned->file_id, &type) < 0 || scan_await(ctx, &canned->file_id, 1) < 0)
		return -1;
	if (form_checked(request, "sticker") &&
	    (strncmp(type, "image/", 6) != 0 || !file_inline(type)))
		return vt_fail_field(ctx, "file", "error.canned.sticker", "no picture");
	canned->file_name = upload->filename;
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, const struct shelf *shelf,
		struct edit *edit)
{
	struct canned canned = {
		.owner_id = owner_of(request, shelf), .body = "",
		.kind = form_checked(request, "sticker") ? CANNED_STICKER : CANNED_TEXT,
		.drop_file = form_checked(request, "drop_file"),
	};

	if (form_text(ctx, request, "shortcut", CANNED_SHORTCUT_MAX, 0, &canned.shortcut) < 0)
		return -1;
	if (*canned.shortcut == '/')
		canned.shortcut++;
	if (canned.kind == CANNED_TEXT &&
	    form_text(ctx, request, "body", CANNED_BODY_MAX, FORM_OPTIONAL, &canned.body) < 0)
		return -1;
	if (!shelf->own && form_i64(ctx, request, "queue", 0, INT64_MAX, FORM_OPTIONAL,
				    &canned.queue_id) < 0)
		return -1;
	if (take_file(ctx, request, &canned) < 0)
		return -1;
	return canned_save(ctx, edit, &canned);
}

/* A save, or with remove=1 the end of it. */
static int submit(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  const struct shelf *shelf, bool remove)
{
	struct t_node *page = t_new(ctx);
	struct edit edit = { 0 };

	if (admin_route_id(ctx, request, &edit.id) < 0)
		return -1;
	int64_t id = edit.id;
	if (admin_edit_read(ctx, request, &edit) < 0 ||
	    (remove ? canned_remove(ctx, &edit, owner_of(request, shelf))
	     : save(ctx, request, shelf, &edit)) < 0) {
		if (admin_refused(ctx, request, response, "canned", id, page) < 0)
			return -1;
		return form_render(ctx, request, response, shelf, id, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "%s?done=%s", shelf->base,
							remove ? "removed" : "saved"));
	return 0;
}

int canned_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return list(ctx, request, response, &shared);
}

int canned_form(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return form(ctx, request, response, &shared);
}

int canned_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, &shared, false);
}

int canned_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, &shared, true);
}

int mine_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return list(ctx, request, response, &mine);
}

int mine_form(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return form(ctx, request, response, &mine);
}

int mine_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, &mine, form_checked(request, "remove"));
}

/* The file of one that is shared or theirs. */
int canned_file(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *row;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_one(ctx, &row, &SQL_CANNED_FILE, "ii", id, request->session->user_id) < 0)
		return -1;
	staff_file(ctx, response, row, FILE_AGE_MAX_S);
	return 0;
}
