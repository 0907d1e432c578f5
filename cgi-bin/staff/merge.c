#include "base/vt.h"
#include "base/id.h"
#include "contact/contact_edit.h"
#include "contact/contact_merge.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/contact.h"
#include "cgi-bin/staff/desk.h"
#include "sql_contact_merge.h"

static bool whole(const struct session *session, enum field field)
{
	return session->sight.shows[field] == FIELD_SEEN;
}

static int proposals_ask(struct vt_ctx *ctx, const struct session *session, int64_t id)
{
	return db_pipe_add(ctx, 0, &SQL_MERGE_PROPOSALS, "ibbibbb", STAFF_VIEWER(session), id,
			   (int)whole(session, FIELD_CUIT), (int)whole(session, FIELD_EMAIL),
			   (int)whole(session, FIELD_PHONE));
}

static void proposals_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
			   struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "proposals"));
		t_set(item, "id", db_text(rows, row, "contact_id"));
		t_set(item, "name", desk_contact_name(ctx, session, db_text(rows, row, "name"),
						      db_i64(rows, row, "contact_id")));
		t_set_bool(item, "cuit", db_bool(rows, row, "same_cuit"));
		t_set_bool(item, "email", db_bool(rows, row, "same_email"));
		t_set_bool(item, "phone", db_bool(rows, row, "same_phone"));
		t_set(item, "conversations", db_text(rows, row, "conversations"));
	}
}

static void parts_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		       struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "parts"));
		t_set(item, "id", db_text(rows, row, "contact_merge_id"));
		t_set(item, "name", desk_contact_name(ctx, session, db_text(rows, row, "name"),
						      db_i64(rows, row, "from_id")));
		t_set(item, "who", db_text(rows, row, "who"));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "merged_at")));
		t_set(item, "conversations", db_text(rows, row, "conversations"));
	}
}

static void pair(struct t_node *page, const char *key, const char *one, const char *other)
{
	struct t_node *item = t_item(t_child(page, "rows"));

	t_set(item, "key", key);
	t_set(item, "one", one);
	t_set(item, "other", other);
	t_set_bool(item, "differs", one && other && strcmp(one, other) != 0);
}

/* Both side by side, each field as this viewer sees it. */
static int compare_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *one,
			const struct db_result *other, struct t_node *page)
{
	static const char *const counted[] = { "conversations", "identities", "notes" };
	struct db_result **counts;

	for (int i = 0; i < FIELD_MAX; i++) {
		const char *key = field_key((enum field)i);
		const char *a = db_text(one, 0, key), *b = db_text(other, 0, key);
		if (i == FIELD_CUIT) {
			a = format_cuit(ctx, a);
			b = format_cuit(ctx, b);
		}
		pair(page, key, field_shown(ctx, &session->sight, (enum field)i, a),
		     field_shown(ctx, &session->sight, (enum field)i, b));
	}
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_MERGE_COUNTS, "i", db_i64(one, 0, "contact_id")) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_MERGE_COUNTS, "i", db_i64(other, 0, "contact_id")) < 0 ||
	    db_pipe_run(ctx, &counts, NULL, NULL) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(counted); i++)
		pair(page, counted[i], db_text(counts[0], 0, counted[i]), db_text(counts[1], 0, counted[i]));
	t_set(page, "with", db_text(other, 0, "contact_id"));
	return 0;
}

/* The other one, when it is named and theirs to see. */
static int with(struct vt_ctx *ctx, const struct request *request, const struct db_result *one,
		struct t_node *page)
{
	const char *sent = request_form(request, "with");
	struct db_result *other, *may;
	struct contact_viewer viewer;
	int64_t id;

	if (id_parse(*sent ? sent : request_query(request, "with"), 1, INT64_MAX, &id) < 0)
		return 0;
	contact_viewer(request->session, &viewer);
	if (contact_find(ctx, request->session, id, &other) < 0 ||
	    db_one(ctx, &may, &SQL_MERGE_MAY, "ibbii", viewer.user_id, (int)viewer.supervises,
		   (int)viewer.all, db_i64(one, 0, "contact_id"), id) < 0)
		return -1;
	if (!db_bool(may, 0, "may"))
		return vt_fail(ctx, VT_E_NOT_FOUND, "not all of it is theirs to see");
	if (db_i64(other, 0, "contact_id") == db_i64(one, 0, "contact_id"))
		return 0;
	return compare_fill(ctx, request->session, one, other, page);
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	const struct session *session = request->session;
	struct db_result *row, **parts;

	if (contact_find(ctx, session, id, &row) < 0 || with(ctx, request, row, page) < 0)
		return -1;
	id = db_i64(row, 0, "contact_id");
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || proposals_ask(ctx, session, id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_MERGE_PARTS, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "desk", page);
	contact_form_fill(ctx, request, id, page);
	t_set(page, "name", desk_contact_name(ctx, session, db_text(row, 0, "name"), id));
	t_set_bool(page, "keeps_other", !strcmp(request_form(request, "keep"), "other"));
	proposals_fill(ctx, session, parts[1], page);
	parts_fill(ctx, session, parts[2], page);
	return staff_render(ctx, request, response, "contact/merge.cs", "contact/_merge.cs", page);
}

int merge_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, t_new(ctx));
}

/* What was wrong, or changed meanwhile, comes with how both stand now. */
static int refused(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id)
{
	if (request->wants_json || (ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_CONFLICT))
		return -1;
	struct t_node *page = t_new(ctx);
	staff_form_error(ctx, response, page);
	return render(ctx, request, response, id, page);
}

int merge_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	bool keeps_other = !strcmp(request_form(request, "keep"), "other");
	const char *once;
	int64_t id, other;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || form_i64(ctx, request, "with", 1, INT64_MAX, 0, &other) < 0 ||
	    contact_merge(ctx, request->session, keeps_other ? other : id, keeps_other ? id : other, once) < 0)
		return refused(ctx, request, response, id);
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}

int split_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once;
	int64_t id, merge;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || form_i64(ctx, request, "merge", 1, INT64_MAX, 0, &merge) < 0 ||
	    contact_split(ctx, request->session, id, merge, once) < 0)
		return refused(ctx, request, response, id);
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}
