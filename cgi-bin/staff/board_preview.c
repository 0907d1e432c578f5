#include "base/vt.h"
#include "base/codes.h"
#include "web/csrf.h"
#include "cgi-bin/staff/board.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

/* A conversation beside the board: read, and nothing about it changes; what comes in follows by the
 * view that a case's own page has. */
int board_preview(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_CONVERSATION, "ibbi", STAFF_VIEWER(session), id) < 0 ||
	    desk_messages_ask(ctx, session, id, 0, INT32_MAX, DESK_MESSAGES + 1) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]))
		return desk_absent(ctx, id);
	const struct desk_seen seen = desk_part_seen(parts[0]);
	size_t count = db_rows(parts[1]);
	desk_thread_fill(ctx, session, parts[0], page);
	t_set(page, "csrf", csrf_token(ctx, session->csrf_seed));
	t_set(page, "once", staff_once(ctx));
	t_set_bool(page, "earlier", count > DESK_MESSAGES);
	desk_messages_fill(ctx, session, parts[1], count > DESK_MESSAGES ? DESK_MESSAGES : count, &seen,
			   page);
	return staff_render(ctx, request, response, "board/preview.cs", NULL, page);
}
