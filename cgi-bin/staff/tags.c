#include "base/vt.h"
#include "base/id.h"
#include "conversation/typification.h"
#include "routing/queue.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_tag.h"

#define SECTION "tags"

enum part { PART_SHELL, PART_TAG, PART_TREE, PART_QUEUES, PART_USE };

struct branch { int64_t id; struct t_node *node; };

static struct t_node *branch_find(const struct branch *branches, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (branches[i].id == id)
			return branches[i].node;
	}
	return NULL;
}

/* Rows come with parents before children. */
static void tree_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	struct branch *branches = arena_calloc(ctx->arena, db_rows(rows) + 1, sizeof(*branches));

	for (size_t row = 0; row < db_rows(rows); row++) {
		int64_t parent_id = db_i64(rows, row, "parent_id");
		struct t_node *parent = parent_id ? branch_find(branches, row, parent_id) : page;
		if (!parent)
			continue;
		struct t_node *node = t_item(t_child(parent, "tree"));
		branches[row] = (struct branch){ db_i64(rows, row, "typification_id"), node };
		t_set(node, "id", db_text(rows, row, "typification_id"));
		t_set(node, "revision", db_text(rows, row, "revision"));
		t_set(node, "name", db_text(rows, row, "name"));
		t_set_bool(node, "enabled", db_bool(rows, row, "enabled"));
		t_set(node, "queues", db_text_or_null(rows, row, "queues"));
		t_set(node, "once", staff_once(ctx));
	}
}

static void required_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "queues"));
		t_set(item, "id", db_text(rows, row, "queue_id"));
		t_set(item, "revision", db_text(rows, row, "revision"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set_bool(item, "required", db_bool(rows, row, "typification_required"));
		t_set(item, "once", staff_once(ctx));
	}
}

/* page may bring an error: what could not be moved. */
static int list_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		       struct t_node *page)
{
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_TREE, "i", (int64_t)0) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_QUEUES, "i", (int64_t)0) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	tree_fill(ctx, results[1], page);
	required_fill(ctx, results[2], page);
	return staff_render(ctx, request, response, "tags/page.cs", NULL, page);
}

int tags_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return list_render(ctx, request, response, t_new(ctx));
}

/* Where it may stand: everywhere but below itself. */
static void parents_fill(struct vt_ctx *ctx, const struct request *request,
			 const struct db_result *tree, int64_t parent_id, struct t_node *fields)
{
	struct t_node *list = t_child(fields, "parent");

	admin_option(request, list, "parent", "0", locale_text(ctx, "tags.top", NULL), !parent_id);
	for (size_t row = 0; row < db_rows(tree); row++) {
		if (!db_bool(tree, row, "within"))
			admin_option(request, list, "parent", db_text(tree, row, "typification_id"),
				     db_text(tree, row, "path"),
				     db_i64(tree, row, "typification_id") == parent_id);
	}
}

/* A new one may be made inside another: ?parent=id. */
static int64_t parent_of(const struct request *request, const struct db_result *row)
{
	int64_t id;

	if (db_rows(row))
		return db_i64(row, 0, "parent_id");
	return id_parse(request_query(request, "parent"), 1, INT64_MAX, &id) < 0 ? 0 : id;
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		      struct t_node *page)
{
	const struct db_result *row = parts[PART_TAG], *queues = parts[PART_QUEUES];
	struct t_node *fields = t_child(page, "form");
	bool there = db_rows(row);

	if (there) {
		t_set(fields, "id", db_text(row, 0, "typification_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "key", db_text(row, 0, "key"));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_check(request, fields, "enabled", !there || db_bool(row, 0, "enabled"));
	parents_fill(ctx, request, parts[PART_TREE], parent_of(request, row), fields);
	for (size_t i = 0; i < db_rows(queues); i++)
		admin_option(request, t_child(fields, "queues"), "queues", db_text(queues, i, "queue_id"),
			     db_text(queues, i, "name"), db_bool(queues, i, "chosen"));
	admin_use_fill(parts[PART_USE], page);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_TREE, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_QUEUES, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TAG_USE, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_TAG]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no tipificación %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts, page);
	return staff_render(ctx, request, response, "tags/form.cs", "tags/_form.cs", page);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct typification one = { .enabled = form_checked(request, "enabled") };
	int64_t *ids = arena_calloc(ctx->arena, TYPIFICATION_QUEUES_MAX, sizeof(*ids));

	one.queue_ids = ids;
	if (form_text(ctx, request, "name", TYPIFICATION_NAME_MAX, 0, &one.name) < 0 ||
	    form_i64(ctx, request, "parent", 0, INT64_MAX, FORM_OPTIONAL, &one.parent_id) < 0 ||
	    admin_ids(ctx, request, "queues", TYPIFICATION_QUEUES_MAX, ids, &one.queue_count) < 0)
		return -1;
	return typification_save(ctx, edit, &one);
}

static const struct admin_form form = { SECTION, "tag", render, save, typification_remove };

int tag_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int tag_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int tag_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}

static int place_read(struct vt_ctx *ctx, const struct request *request,
		      struct typification_place *place)
{
	static const char *const steps[] = { "up", "down", "in", "out" };
	const char *to = request_form(request, "to");

	for (size_t i = 0; i < VT_COUNT(steps); i++) {
		if (!strcmp(to, steps[i]))
			place->step = steps[i];
	}
	if (place->step)
		return 0;
	if (form_i64(ctx, request, "parent", 0, INT64_MAX, 0, &place->parent_id) < 0)
		return -1;
	return form_i64(ctx, request, "before", 0, INT64_MAX, FORM_OPTIONAL, &place->before_id);
}

/* The list again with what could not be done, or the error to a script. */
static int refused(struct vt_ctx *ctx, const struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);

	if (admin_refused(ctx, request, response, "tag", 0, page) < 0)
		return -1;
	return list_render(ctx, request, response, page);
}

int tag_move(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct typification_place place = { 0 };
	struct edit edit = { 0 };

	if (request_route_id(ctx, request, "id", &edit.id) < 0)
		return -1;
	if (admin_edit_read(ctx, request, &edit) < 0 || place_read(ctx, request, &place) < 0 ||
	    typification_move(ctx, &edit, &place) < 0)
		return refused(ctx, request, response);
	admin_done(ctx, request, response, SECTION, "moved");
	return 0;
}

int tag_required(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct edit edit = { 0 };

	if (request_route_id(ctx, request, "id", &edit.id) < 0)
		return -1;
	if (admin_edit_read(ctx, request, &edit) < 0 ||
	    queue_require(ctx, &edit, form_checked(request, "required")) < 0)
		return refused(ctx, request, response);
	admin_done(ctx, request, response, SECTION, "saved");
	return 0;
}
