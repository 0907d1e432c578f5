#include "base/vt.h"
#include "base/clock.h"
#include "base/id.h"
#include "people/chat.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/staff.h"
#include "sql_chat.h"

#define MESSAGES 50            /* of a page, and of each older part */
#define MESSAGES_LIVE 200
#define WORDS_MAX 100

/* Who asks, as the statements of the chat want it: "ib". */
#define CHAT_VIEWER(session) (session)->user_id, (int)staff_may(session, PERM_CONVERSATION_SUPERVISE)

static int rooms_ask(struct vt_ctx *ctx, const struct session *session)
{
	return db_pipe_add(ctx, 0, &SQL_CHAT_ROOMS, "ib", CHAT_VIEWER(session));
}

static void rooms_fill(struct vt_ctx *ctx, const struct db_result *rows, int64_t current, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "rooms"));
		int64_t id = db_i64(rows, row, "operator_id");
		const char *name = db_text(rows, row, "name");

		t_set_i64(item, "id", id);
		t_set(item, "href", arena_printf(ctx->arena, "/chat/%" PRId64, id));
		t_set(item, "name", name);
		t_set_bool(item, "own", db_bool(rows, row, "own"));
		t_set(item, "initials", format_initials(ctx, name));
		t_set_i64(item, "tint", format_avatar_tint(name));
		t_set_bool(item, "current", id == current);
		if (db_i64(rows, row, "unread_count"))
			t_set(item, "unread", db_text(rows, row, "unread_count"));
		if (db_is_null(rows, row, "created_at"))
			continue;
		t_set(item, "last", db_text(rows, row, "body"));
		if (db_i64(rows, row, "author_id") != id)
			t_set(item, "by", db_text(rows, row, "author_name"));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "created_at")));
	}
}

/* Rows come newest first and are shown oldest first. */
static void messages_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
			  size_t count, struct t_node *page)
{
	for (size_t row = count; row-- > 0; ) {
		struct t_node *item = t_item(t_child(page, "messages"));
		int64_t author_id = db_i64(rows, row, "user_id");

		t_set(item, "id", db_text(rows, row, "chat_message_id"));
		t_set(item, "body", db_text(rows, row, "body"));
		t_set(item, "name", db_text(rows, row, "author_name"));
		t_set(item, "time", format_date_time(ctx, db_time_us(rows, row, "created_at")));
		t_set(item, "class", author_id == db_i64(rows, row, "operator_id") ? "agent" : "sup");
		t_set_bool(item, "out", author_id == session->user_id);
		t_set_bool(item, "to_several", db_bool(rows, row, "to_several"));
	}
}

static int messages_ask(struct vt_ctx *ctx, const struct session *session, int64_t id, int64_t after, int64_t before,
			int64_t limit)
{
	return db_pipe_add(ctx, 0, &SQL_CHAT_MESSAGES, "ibiiii", CHAT_VIEWER(session), id, after, before, limit);
}

/* What is before the newest of them, when there is more. */
static size_t page_of(const struct db_result *rows, struct t_node *page)
{
	size_t count = db_rows(rows);

	if (count <= MESSAGES)
		return count;
	t_set_i64(page, "oldest", db_i64(rows, MESSAGES - 1, "chat_message_id"));
	return MESSAGES;
}

static int64_t before_of(const struct request *request)
{
	int64_t before = INT64_MAX;

	(void)!id_parse(request_query(request, "before"), 1, INT64_MAX, &before);
	return before;
}

/* The rooms, and the one that is open; id 0: none. page may bring a form's error and its draft. */
static int render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	const struct session *session = request->session;
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || rooms_ask(ctx, session) < 0)
		return -1;
	if (id && (db_pipe_add(ctx, 0, &SQL_CHAT_ROOM, "ibi", CHAT_VIEWER(session), id) < 0 ||
		   messages_ask(ctx, session, id, 0, before_of(request), MESSAGES + 1) < 0))
		return -1;
	if (db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[2]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no room %" PRId64 " for this person", id);
	shell_fill(ctx, request, parts[0], "chat", page);
	rooms_fill(ctx, parts[1], id, page);
	t_set(page, "once", staff_once(ctx));
	if (!id)
		return staff_render(ctx, request, response, "chat/page.cs", NULL, page);
	size_t count = page_of(parts[3], page);
	t_set_i64(page, "room.id", id);
	t_set(page, "room.href", arena_printf(ctx->arena, "/chat/%" PRId64, id));
	t_set(page, "room.name", db_text(parts[2], 0, "name"));
	t_set_bool(page, "room.own", id == session->user_id);
	t_set_bool(page, "room.past", before_of(request) != INT64_MAX);
	t_set_i64(page, "room.mark", count ? db_i64(parts[3], 0, "chat_message_id") : 0);
	messages_fill(ctx, session, parts[3], count, page);
	return staff_render(ctx, request, response, "chat/page.cs", NULL, page);
}

static int search(struct vt_ctx *ctx, struct request *request, struct response *response, const char *words)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || rooms_ask(ctx, request->session) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_SEARCH, "ibs", CHAT_VIEWER(request->session), words) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "chat", page);
	rooms_fill(ctx, parts[1], 0, page);
	t_set(page, "q", words);
	for (size_t row = 0; row < db_rows(parts[2]); row++) {
		struct t_node *item = t_item(t_child(page, "found"));
		t_set(item, "href", arena_printf(ctx->arena, "/chat/%s?before=%" PRId64,
						 db_text(parts[2], row, "operator_id"),
						 db_i64(parts[2], row, "chat_message_id") + 1));
		t_set(item, "room", db_text(parts[2], row, "operator_name"));
		t_set(item, "by", db_text(parts[2], row, "author_name"));
		t_set(item, "body", db_text(parts[2], row, "body"));
		t_set(item, "at", format_date_time(ctx, db_time_us(parts[2], row, "created_at")));
	}
	return staff_render(ctx, request, response, "chat/page.cs", NULL, page);
}

int chat_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	const char *words = request_query(request, "q");

	if (*words && strlen(words) <= WORDS_MAX)
		return search(ctx, request, response, words);
	/* Who supervises nobody has one room: their own. */
	if (session->attends && !staff_may(session, PERM_CONVERSATION_SUPERVISE))
		return render(ctx, request, response, session->user_id, t_new(ctx));
	return render(ctx, request, response, 0, t_new(ctx));
}

int chat_room_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, t_new(ctx));
}

int chat_older(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_ROOM, "ibi", CHAT_VIEWER(session), id) < 0 ||
	    messages_ask(ctx, session, id, 0, before_of(request), MESSAGES + 1) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no room %" PRId64 " for this person", id);
	size_t count = page_of(parts[1], page);
	t_set(page, "room.href", arena_printf(ctx->arena, "/chat/%" PRId64, id));
	messages_fill(ctx, session, parts[1], count, page);
	return staff_render(ctx, request, response, "chat/older.cs", NULL, page);
}

int chat_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *text, *once;
	int64_t id, said;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_text(ctx, request, "text", CHAT_TEXT_MAX, 0, &text) < 0 || form_once(ctx, request, &once) < 0 ||
	    chat_say(ctx, request->session, id, text, once, &said) < 0) {
		if (ctx->error.code != VT_E_INVALID || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		t_set(page, "draft", request_form(request, "text"));
		return render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/chat/%" PRId64, id));
	return 0;
}

int chat_read_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id, last;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    form_i64(ctx, request, "last", 1, INT64_MAX, 0, &last) < 0 ||
	    chat_seen(ctx, request->session, id, last) < 0)
		return -1;
	response_json(response, "{}");
	return 0;
}

/* --- What a held poll learns: the rooms, and what is new in the open one (0: none is) ---------- */

int live_chat_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	const struct session *session = part->request->session;

	if (rooms_ask(ctx, session) < 0)
		return -1;
	return messages_ask(ctx, session, part->id, part->mark, INT64_MAX, MESSAGES_LIVE);
}

int live_chat_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		     struct strbuf *out)
{
	const struct db_result *rows = results[part->first + 1];
	struct t_node *page = t_new(ctx);

	rooms_fill(ctx, results[part->first], part->id, page);
	t_set_i64(page, "room.id", part->id);
	if (db_rows(rows))
		t_set_i64(page, "room.mark", db_i64(rows, 0, "chat_message_id"));
	messages_fill(ctx, part->request->session, rows, db_rows(rows), page);
	return template_render(ctx, "chat/live.cs", page, out);
}
