#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_board.h"

#define BOARD_CARDS 60    /* of a lane; the figure in its head counts all */

static const char *const lanes[] = {
	[CONVERSATION_BOT] = "bot", [CONVERSATION_WAITING] = "waiting",
	[CONVERSATION_ACTIVE] = "active", [CONVERSATION_CLOSED] = "closed",
};

static int board_ask(struct vt_ctx *ctx, const struct session *session)
{
	return db_pipe_add(ctx, 0, &SQL_BOARD, "ibbi", STAFF_VIEWER(session), (int64_t)BOARD_CARDS);
}

/* Where each lane's clock starts, and what it is measured against (0: nothing). */
static void card_clock(struct vt_ctx *ctx, const struct db_result *rows, size_t row, int state,
		       struct t_node *card)
{
	int64_t target_s = db_i64(rows, row, "service_level_s");

	switch (state) {
	case CONVERSATION_WAITING:
		staff_clock_fill(ctx, db_time_us(rows, row, "requested_at"), target_s, card);
		break;
	case CONVERSATION_ACTIVE:
		staff_clock_fill(ctx, db_time_us(rows, row, "last_side_at"),
				 db_bool(rows, row, "contact_waits") ? target_s : 0, card);
		break;
	case CONVERSATION_BOT:
		staff_clock_fill(ctx, db_time_us(rows, row, "opened_at"), 0, card);
		break;
	default:
		t_set(card, "time", format_time(ctx, db_time_us(rows, row, "closed_at")));
	}
}

static void card_fill(struct vt_ctx *ctx, const struct session *session,
		      const struct db_result *rows, size_t row, int state, struct t_node *card)
{
	int64_t id = db_i64(rows, row, "conversation_id");
	const char *preview = db_text(rows, row, "last_message_preview");

	t_set_i64(card, "id", id);
	t_set(card, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(card, "name", desk_contact_name(ctx, session, db_text(rows, row, "contact_name"),
					      db_i64(rows, row, "contact_id")));
	t_set(card, "messenger", code_name("messenger", (int)db_i64(rows, row, "messenger")));
	t_set(card, "preview", *preview || db_is_null(rows, row, "last_message_at") ? preview
		: locale_text(ctx, "desk.list.file", (const char *)NULL));
	t_set(card, "queue", db_text_or_null(rows, row, "queue_name"));
	t_set(card, "agent", db_text_or_null(rows, row, "user_name"));
	t_set(card, "bot", db_text_or_null(rows, row, "bot_name"));
	t_set_bool(card, "contact_waits", db_bool(rows, row, "contact_waits"));
	t_set_bool(card, "away", !db_bool(rows, row, "online"));
	t_set(card, "closed_by", code_name("author", (int)db_i64(rows, row, "closed_by")));
	card_clock(ctx, rows, row, state, t_child(card, "clock"));
}

static void board_fill(struct vt_ctx *ctx, const struct session *session,
		       const struct db_result *rows, struct t_node *page)
{
	for (int state = CONVERSATION_BOT; state <= CONVERSATION_CLOSED; state++)
		t_set_i64(t_child(page, lanes[state]), "total", 0);
	for (size_t row = 0; row < db_rows(rows); row++) {
		int state = (int)db_i64(rows, row, "state");
		struct t_node *lane = t_child(page, lanes[state]);
		t_set_i64(lane, "total", db_i64(rows, row, "total"));
		card_fill(ctx, session, rows, row, state, t_item(t_child(lane, "cards")));
	}
}

int board_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    board_ask(ctx, request->session) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, results[0], "board", page);
	board_fill(ctx, request->session, results[1], t_child(page, "board"));
	return staff_render(ctx, request, response, "board/page.cs", NULL, page);
}

int live_board_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	return board_ask(ctx, part->request->session);
}

int live_board_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		      struct strbuf *out)
{
	struct t_node *page = t_new(ctx);

	board_fill(ctx, part->request->session, results[part->first], t_child(page, "board"));
	return template_render(ctx, "board/live.cs", page, out);
}
