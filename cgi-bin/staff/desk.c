#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "conversation/conversation.h"
#include "web/csrf.h"
#include "cgi-bin/staff/contact.h"
#include "cgi-bin/staff/desk.h"
#include "sql_contact_desk.h"
#include "sql_desk.h"

#define SEQ_MAX INT32_MAX

/* What a desk page reads, in the order of its pipeline. */
enum part {
	PART_SHELL, PART_LIST, PART_CONVERSATION, PART_TYPIFICATIONS, PART_HISTORY, PART_CONTACT,
	PART_MESSAGES,
};

int desk_absent(struct vt_ctx *ctx, int64_t id)
{
	return vt_fail(ctx, VT_E_NOT_FOUND, "no conversation %" PRId64 " for this viewer", id);
}

int desk_not_theirs(struct vt_ctx *ctx, int64_t id, int state)
{
	const char *key = state == CONVERSATION_CLOSED ? "error.conversation.closed"
		: "error.conversation.not_yours";

	return vt_fail_key(ctx, VT_E_CONFLICT, key, "conversation %" PRId64 " is not theirs", id);
}

static struct desk_box box_of(const struct request *request)
{
	struct desk_box box = { .closed = !strcmp(request_query(request, "box"), "closed") };

	if (id_parse(request_query(request, "before"), 1, INT64_MAX, &box.before) < 0)
		box.before = 0;
	return box;
}

static int ask_list(struct vt_ctx *ctx, const struct request *request)
{
	const struct desk_box box = box_of(request);

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0)
		return -1;
	return desk_list_ask(ctx, request->session, &box);
}

static int ask_thread(struct vt_ctx *ctx, const struct session *session, int64_t id)
{
	if (db_pipe_add(ctx, 0, &SQL_DESK_CONVERSATION, "ibbi", STAFF_VIEWER(session), id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_TYPIFICATIONS, "ibbi", STAFF_VIEWER(session), id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_HISTORY, "ibbi", STAFF_VIEWER(session), id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CONTACT_PANEL, "ibbi", STAFF_VIEWER(session), id) < 0)
		return -1;
	return desk_messages_ask(ctx, session, id, 0, SEQ_MAX, DESK_MESSAGES + 1);
}

static int fill_thread(struct vt_ctx *ctx, const struct session *session, struct db_result **parts,
			struct t_node *page)
{
	const struct db_result *row = parts[PART_CONVERSATION];
	const struct desk_seen seen = desk_seen_of(session, row);
	int64_t id = db_i64(row, 0, "conversation_id");

	desk_thread_fill(ctx, session, row, page);
	desk_typifications_fill(parts[PART_TYPIFICATIONS], page);
	desk_history_fill(ctx, parts[PART_HISTORY], page);
	desk_part_fill(ctx, session, id, row, parts[PART_MESSAGES], &seen, page);
	t_set(page, "once", staff_once(ctx));
	return contact_panel_fill(ctx, session, parts[PART_CONTACT], page);
}

int desk_render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		struct t_node *page)
{
	struct db_result **parts;

	if (ask_list(ctx, request) < 0 || (id && ask_thread(ctx, request->session, id) < 0) ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_CONVERSATION]))
		return desk_absent(ctx, id);
	/* Who supervises has no desk: a case belongs to the board. */
	shell_fill(ctx, request, parts[PART_SHELL],
		   staff_may(request->session, PERM_DESK_ATTEND) ? "desk" : "board", page);
	desk_list_fill(ctx, request->session, parts[PART_LIST], box_of(request).closed, id, page);
	if (id && fill_thread(ctx, request->session, parts, page) < 0)
		return -1;
	return staff_render(ctx, request, response, "desk/page.cs", NULL, page);
}

int desk_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return desk_render(ctx, request, response, 0, t_new(ctx));
}

int desk_conversation(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return desk_render(ctx, request, response, id, t_new(ctx));
}

int desk_list(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct desk_box box = box_of(request);
	struct db_result **parts;
	struct t_node *page = t_new(ctx);

	if (db_pipe_begin(ctx) < 0 || desk_list_ask(ctx, request->session, &box) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	desk_list_fill(ctx, request->session, parts[0], box.closed, 0, page);
	t_set(page, "csrf", csrf_token(ctx, request->session->csrf_seed));
	return staff_render(ctx, request, response, "desk/list.cs", NULL, page);
}

int desk_replies(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	struct t_node *page = t_new(ctx);
	struct db_result *rows;
	struct words words;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_query(ctx, &rows, &SQL_DESK_REPLIES, "ibbi", STAFF_VIEWER(session), id) < 0)
		return -1;
	if (!db_rows(rows))
		return desk_absent(ctx, id);
	for (size_t row = 0; row < db_rows(rows) && !db_is_null(rows, row, "shortcut"); row++) {
		struct t_node *item = t_item(t_child(page, "replies"));
		t_set(item, "id", db_text(rows, row, "canned_reply_id"));
		t_set(item, "shortcut", db_text(rows, row, "shortcut"));
		t_set(item, "file", db_text_or_null(rows, row, "file_name"));
		desk_words(ctx, session, rows, row, &words);
		t_set(item, "body", words_fill(ctx, db_text(rows, row, "body"), &words));
	}
	return staff_render(ctx, request, response, "desk/replies.cs", NULL, page);
}

int desk_stickers(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result *rows;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_query(ctx, &rows, &SQL_DESK_STICKERS, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	if (!db_rows(rows))
		return desk_absent(ctx, id);
	for (size_t row = 0; row < db_rows(rows) && !db_is_null(rows, row, "shortcut"); row++) {
		struct t_node *item = t_item(t_child(page, "stickers"));
		t_set(item, "id", db_text(rows, row, "canned_reply_id"));
		t_set(item, "name", db_text(rows, row, "shortcut"));
	}
	return staff_render(ctx, request, response, "desk/stickers.cs", NULL, page);
}

/* --- What a held poll learns ----------------------------------------------------------------- */

enum live_part_of_thread { LIVE_CONVERSATION, LIVE_TYPIFICATIONS, LIVE_MESSAGES };

int live_thread_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	const struct session *session = part->request->session;
	const char *cursor = request_query(part->request, "c");
	int64_t id = part->id;

	if (db_pipe_add(ctx, 0, &SQL_DESK_CONVERSATION, "ibbi", STAFF_VIEWER(session), id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_TYPIFICATIONS, "ibbi", STAFF_VIEWER(session), id) < 0)
		return -1;
	return desk_messages_since(ctx, session, id, part->mark, DESK_MESSAGES_LIVE + 1,
				   staff_is_cursor(cursor) ? cursor : session->snapshot);
}

/* Rows newer than what the page has; after them may be the last one it has, for who spoke before, and
 * those that changed. */
static size_t fresh(const struct db_result *rows, int64_t mark)
{
	size_t count = db_rows(rows);

	while (count && db_i64(rows, count - 1, "seq") <= mark)
		count--;
	return count;
}

int live_thread_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		       struct strbuf *out)
{
	const struct session *session = part->request->session;
	struct db_result **parts = results + part->first;
	const struct db_result *row = parts[LIVE_CONVERSATION];
	struct t_node *page = t_new(ctx);

	if (!db_rows(row)) {
		t_set_i64(page, "id", part->id);
		return template_render(ctx, "desk/live_gone.cs", page, out);
	}
	const struct desk_seen seen = desk_seen_of(session, row);
	size_t count = fresh(parts[LIVE_MESSAGES], part->mark);
	desk_thread_fill(ctx, session, row, page);
	desk_typifications_fill(parts[LIVE_TYPIFICATIONS], page);
	t_set(page, "csrf", csrf_token(ctx, session->csrf_seed));
	t_set(page, "once", staff_once(ctx));
	t_set_bool(page, "reload", count > DESK_MESSAGES_LIVE);
	if (count && count <= DESK_MESSAGES_LIVE) {
		t_set_i64(page, "mark", db_i64(parts[LIVE_MESSAGES], 0, "seq"));
		desk_messages_fill(ctx, session, parts[LIVE_MESSAGES], count, &seen, page);
	}
	desk_changed_fill(ctx, session, parts[LIVE_MESSAGES], count, &seen, t_child(page, "changed"));
	return template_render(ctx, "desk/live_thread.cs", page, out);
}
