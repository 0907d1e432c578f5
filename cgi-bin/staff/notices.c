#include "base/vt.h"
#include "base/id.h"
#include "people/notice.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/notices.h"
#include "sql_notice.h"

#define HOME "/notices"
#define PAGE_ROWS 50

/* Supervision's has words of its own, the others are about the conversation and its queue. */
static const char *text(struct vt_ctx *ctx, const struct db_result *rows, size_t row, const char *event,
			const char *name)
{
	const char *key = db_text(rows, row, "key");

	if (*key) {
		const char *said = locale_text(ctx, arena_printf(ctx->arena, "notifications.said.%s", key),
					       db_text(rows, row, "by_name"), name, db_text(rows, row, "words"), NULL);
		int64_t count = db_i64(rows, row, "said_count");
		return count < 2 ? said : locale_text(ctx, "notifications.repeated", said, db_text(rows, row, "said_count"), NULL);
	}
	return locale_text(ctx, arena_printf(ctx->arena, "notifications.text.%s", event), name,
			   db_text(rows, row, "queue_name"), NULL);
}

void notices_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		  size_t row, struct t_node *item)
{
	const char *event = code_name("notice", (int)db_i64(rows, row, "event"));
	const char *name = desk_contact_name(ctx, session, db_text(rows, row, "contact_name"),
					     db_i64(rows, row, "contact_id"));

	t_set(item, "id", db_text(rows, row, "notice_id"));
	t_set(item, "event", event);
	t_set(item, "conversation", db_text_or_null(rows, row, "conversation_id"));
	t_set(item, "text", text(ctx, rows, row, event, name));
}

static void item_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		      size_t row, struct t_node *item)
{
	notices_fill(ctx, session, rows, row, item);
	t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "at")));
	t_set(item, "queue", db_text(rows, row, "queue_name"));
	t_set_bool(item, "own", db_bool(rows, row, "own"));
	t_set_bool(item, "read", db_bool(rows, row, "read"));
	const char *subject = db_text(rows, row, "subject");
	t_set_bool(item, "open", db_bool(rows, row, "open") || notice_chat_of(subject) || notice_line_of(subject) ||
		   notice_template_of(subject));
}

int notices_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	struct t_node *page = t_new(ctx);
	struct db_result **results;
	int64_t before = 0;

	if (id_parse(request_query(request, "before"), 1, INT64_MAX, &before) < 0)
		before = 0;
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_NOTICE_LIST, "iiibbi", session->user_id, before,
			STAFF_VIEWER(session), (int64_t)PAGE_ROWS + 1) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	const struct db_result *rows = results[1];
	shell_fill(ctx, request, results[0], "notices", page);
	for (size_t row = 0; row < db_rows(rows) && row < PAGE_ROWS; row++)
		item_fill(ctx, session, rows, row, t_item(t_child(page, "items")));
	if (db_rows(rows))
		t_set(page, "last", db_text(rows, 0, "notice_id"));
	if (db_rows(rows) > PAGE_ROWS)
		t_set(page, "older", db_text(rows, PAGE_ROWS - 1, "notice_id"));
	return staff_render(ctx, request, response, "notices/page.cs", NULL, page);
}

/* On to what it is about, while they may see it. */
int notices_open(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	const struct notice_viewer viewer = { STAFF_VIEWER(session) };
	int64_t id, conversation_id;
	const char *subject;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    notice_read(ctx, id, &viewer, &conversation_id, &subject) < 0)
		return -1;
	int64_t chat_id = notice_chat_of(subject), line_id = notice_line_of(subject);
	int64_t template_id = notice_template_of(subject);
	staff_done(ctx, request, response,
		   conversation_id ? arena_printf(ctx->arena, "/desk/%" PRId64, conversation_id)
		   : chat_id ? arena_printf(ctx->arena, "/chat/%" PRId64, chat_id)
		   : line_id ? arena_printf(ctx->arena, "/admin/channels/%" PRId64, line_id)
		   : template_id ? arena_printf(ctx->arena, "/admin/templates/%" PRId64, template_id) : HOME);
	return 0;
}

int notices_read(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t last;

	if (form_i64(ctx, request, "last", 1, INT64_MAX, 0, &last) < 0 || notice_read_all(ctx, last) < 0)
		return -1;
	staff_done(ctx, request, response, HOME);
	return 0;
}
