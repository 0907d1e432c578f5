#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "people/setting.h"
#include "web/format.h"
#include "cgi-bin/staff/board.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/export.h"
#include "sql_board.h"

#define CARDS 40          /* of a lane; the figure in its head counts all */
#define CARDS_ALONE 400   /* of a lane by itself */

/* What a board shows, and to whom. */
struct board {
	const struct session *session;
	struct board_filter filter;
	struct settings settings;
};

static int board_ask(struct vt_ctx *ctx, const struct board *board, int64_t cards)
{
	const struct board_filter *f = &board->filter;
	const struct field_sight *sight = &board->session->sight;
	bool words = *f->words != '\0';
	bool digits = words && !f->words[strspn(f->words, "0123456789-")];
	char *cuit = arena_strdup(ctx->arena, f->words), *to = cuit;

	for (const char *from = f->words; *from; from++) {
		if (*from != '-')
			*to++ = *from;
	}
	*to = '\0';
	/* What somebody does not see cannot be found by it either. */
	return db_pipe_add(ctx, 0, &SQL_BOARD, "ibbiiIIIIssI", STAFF_VIEWER(board->session),
			   cards, (int64_t)f->lane,
			   f->lists[BOARD_OPERATORS].ids, f->lists[BOARD_OPERATORS].count,
			   f->lists[BOARD_MESSENGERS].ids, f->lists[BOARD_MESSENGERS].count,
			   f->lists[BOARD_CHANNELS].ids, f->lists[BOARD_CHANNELS].count,
			   f->lists[BOARD_QUEUES].ids, f->lists[BOARD_QUEUES].count,
			   words && sight->shows[FIELD_NAME] == FIELD_SEEN ? f->words : words ? "\n" : NULL,
			   digits && *cuit && sight->shows[FIELD_CUIT] == FIELD_SEEN ? cuit : NULL,
			   f->lists[BOARD_CUITS].ids,
			   sight->shows[FIELD_CUIT] == FIELD_SEEN ? f->lists[BOARD_CUITS].count : 0);
}

static int64_t cards_of(const struct board *board)
{
	return board->filter.lane ? CARDS_ALONE : CARDS;
}

static void between(struct vt_ctx *ctx, const struct board *board, int64_t since_us,
		    enum setting warning, enum setting critical, struct t_node *node)
{
	staff_clock_between(ctx, since_us, 60 * setting_i64(&board->settings, warning),
			    60 * setting_i64(&board->settings, critical), node);
}

/* The lane's own clock, which has thresholds, and the one beside it. */
static void card_clocks(struct vt_ctx *ctx, const struct board *board, const struct db_result *rows,
			size_t row, int lane, struct t_node *card)
{
	int64_t opened_at = db_time_us(rows, row, "opened_at");
	int64_t requested_at = db_time_us(rows, row, "requested_at");
	int64_t contact_at = db_time_us(rows, row, "last_contact_at");
	int64_t agent_at = db_time_us(rows, row, "last_agent_at");
	int64_t level_s = db_i64(rows, row, "service_level_s");
	struct t_node *clock = t_child(card, "clock");

	if (contact_at && lane != BOARD_WAITING)
		staff_clock_fill(ctx, contact_at, 0, t_child(card, "contact"));
	switch (lane) {
	case BOARD_WAITING:
		staff_clock_between(ctx, requested_at,
				    level_s * setting_i64(&board->settings, SETTING_BOARD_WAIT_WARNING) / 100,
				    level_s * setting_i64(&board->settings, SETTING_BOARD_WAIT_CRITICAL) / 100,
				    clock);
		t_set(card, "in_bot", format_duration(ctx, (requested_at - opened_at) / CLOCK_SECOND));
		break;
	case CONVERSATION_ACTIVE:
		if (!db_is_null(rows, row, "held_at"))
			staff_clock_fill(ctx, db_time_us(rows, row, "held_at"), 0, clock);
		else if (db_bool(rows, row, "contact_waits"))
			between(ctx, board, contact_at ? contact_at : db_time_us(rows, row, "assigned_at"),
				SETTING_BOARD_ANSWER_WARNING, SETTING_BOARD_ANSWER_CRITICAL, clock);
		else
			staff_clock_fill(ctx, agent_at, 0, clock);
		if (agent_at)
			staff_clock_fill(ctx, agent_at, 0, t_child(card, "operator"));
		break;
	case BOARD_HELD:
		staff_clock_fill(ctx, db_time_us(rows, row, "held_at"), 0, clock);
		break;
	case BOARD_BOT:
		between(ctx, board, opened_at, SETTING_BOARD_BOT_WARNING, SETTING_BOARD_BOT_CRITICAL,
			clock);
		break;
	default:
		t_set(card, "time", format_time(ctx, db_time_us(rows, row, "closed_at")));
	}
}

static void card_fill(struct vt_ctx *ctx, const struct board *board, const struct db_result *rows,
		      size_t row, int lane, struct t_node *card)
{
	int64_t id = db_i64(rows, row, "conversation_id");
	const char *preview = db_text(rows, row, "last_message_preview");

	t_set_i64(card, "id", id);
	t_set(card, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(card, "name", desk_contact_name(ctx, board->session, db_text(rows, row, "contact_name"),
					      db_i64(rows, row, "contact_id")));
	t_set(card, "messenger", code_name("messenger", (int)db_i64(rows, row, "messenger")));
	t_set(card, "preview", *preview || db_is_null(rows, row, "last_message_at") ? preview
		: locale_text(ctx, "desk.list.file", (const char *)NULL));
	t_set(card, "queue", db_text_or_null(rows, row, "queue_name"));
	t_set(card, "agent", db_text_or_null(rows, row, "user_name"));
	t_set(card, "bot", db_text_or_null(rows, row, "bot_name"));
	t_set_bool(card, "contact_waits", db_bool(rows, row, "contact_waits"));
	t_set_bool(card, "held", !db_is_null(rows, row, "held_at"));
	t_set_bool(card, "away", !db_bool(rows, row, "online"));
	t_set(card, "closed_by", code_name("author", (int)db_i64(rows, row, "closed_by")));
	card_clocks(ctx, board, rows, row, lane, card);
}

/* The lanes in their order, each with how many there are and where all of them stand. */
static void lanes_fill(struct vt_ctx *ctx, const struct board *board, const struct db_result *rows,
		       struct t_node *page)
{
	static const int order[] = { BOARD_WAITING, BOARD_ACTIVE, BOARD_HELD, BOARD_BOT };
	struct t_node *nodes[BOARD_HELD + 1] = { NULL };
	int alone = board->filter.lane;
	bool filtered = *board_filter_query(ctx, &board->filter, 0) != '\0';

	for (size_t i = 0; i < (alone ? 1 : VT_COUNT(order)); i++) {
		int key = alone ? alone : order[i];
		struct t_node *lane = t_item(t_child(page, "lanes"));
		nodes[key] = lane;
		t_set(lane, "key", board_lanes_names[key]);
		t_set_i64(lane, "total", 0);
		t_set_bool(lane, "alone", alone != 0);
		t_set_bool(lane, "filtered", filtered);
		t_set_bool(lane, "picks", key != BOARD_BOT && key != BOARD_CLOSED &&
			   staff_may(board->session, PERM_CONVERSATION_SUPERVISE));
		t_set(lane, "all", arena_printf(ctx->arena, "/board?%s",
						board_filter_query(ctx, &board->filter, key)));
	}
	for (size_t row = 0; row < db_rows(rows); row++) {
		int key = (int)db_i64(rows, row, "lane");
		if (key > BOARD_HELD || !nodes[key])
			continue;
		int64_t total = db_i64(rows, row, "total");
		t_set_i64(nodes[key], "total", total);
		t_set_bool(nodes[key], "cut", total > (alone ? CARDS_ALONE : CARDS));
		card_fill(ctx, board, rows, row, key, t_item(t_child(nodes[key], "cards")));
	}
}

int board_tiles_ask(struct vt_ctx *ctx, const struct session *session, bool day)
{
	return db_pipe_add(ctx, 0, &SQL_BOARD_TILES, "ibbb", STAFF_VIEWER(session), (int)day);
}

void board_tiles_fill(struct vt_ctx *ctx, const struct db_result *row, bool day, struct t_node *page)
{
	static const struct { const char *key, *href; bool day; } tiles[] = {
		{ "agents_in", "/board/agents?state=in", false },
		{ "agents_busy", "/board/agents?state=busy", false },
		{ "agents_free", "/board/agents?state=free", false },
		{ "agents_away", "/board/agents?state=away", false },
		{ "opened", NULL, true }, { "closed", "/board?lane=closed", true },
		{ "closed_by_agent", NULL, true }, { "lost", NULL, true }, { "abandoned", NULL, true },
	};

	for (size_t i = 0; i < VT_COUNT(tiles); i++) {
		if (tiles[i].day && !day)
			continue;
		struct t_node *item = t_item(t_child(page, tiles[i].day ? "day" : "people"));
		t_set(item, "key", tiles[i].key);
		t_set(item, "value", format_number(ctx, db_i64(row, 0, tiles[i].key)));
		t_set(item, "href", tiles[i].href);
	}
}

/* An address without a filter is the one that this person left. */
static int kept(struct vt_ctx *ctx, const struct request *request, const char **query)
{
	struct db_result *row;

	*query = "";
	if (*request->query_string)
		return 0;
	if (db_query(ctx, &row, &SQL_BOARD_FILTER_GET, "i", request->session->user_id) < 0)
		return -1;
	if (db_rows(row))
		*query = db_text(row, 0, "query");
	return 0;
}

int board_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct board board = { .session = request->session };
	struct t_node *page = t_new(ctx);
	struct db_result **results;
	const char *query;

	if (kept(ctx, request, &query) < 0)
		return -1;
	if (*query) {
		response_redirect(response, arena_printf(ctx->arena, "/board?%s", query));
		return 0;
	}
	board_filter_read(ctx, &request->query, &board.filter);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || board_ask(ctx, &board, cards_of(&board)) < 0 ||
	    board_tiles_ask(ctx, board.session, true) < 0 || board_filter_ask(ctx, board.session) < 0 ||
	    setting_ask(ctx) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	setting_from_result(&board.settings, results[4]);
	shell_fill(ctx, request, results[0], "board", page);
	lanes_fill(ctx, &board, results[1], page);
	board_tiles_fill(ctx, results[2], true, page);
	board_filter_fill(ctx, board.session, &board.filter, results[3], page);
	t_set(page, "tab", "board");
	t_set(page, "query", board_filter_query(ctx, &board.filter, board.filter.lane));
	return staff_render(ctx, request, response, "board/page.cs", NULL, page);
}

/* What a page that is open puts in when live said that something happened. */
int board_lanes(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct board board = { .session = request->session };
	bool day = !strcmp(request_query(request, "day"), "1");
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	board_filter_read(ctx, &request->query, &board.filter);
	if (db_pipe_begin(ctx) < 0 || board_ask(ctx, &board, cards_of(&board)) < 0 || board_tiles_ask(ctx, board.session, day) < 0 ||
	    setting_ask(ctx) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	setting_from_result(&board.settings, results[2]);
	lanes_fill(ctx, &board, results[0], page);
	board_tiles_fill(ctx, results[1], day, page);
	return staff_render(ctx, request, response, "board/lanes.cs", NULL, page);
}

int board_filter_save(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct board_filter filter;
	const char *kept_query, *query;

	board_filter_read(ctx, &request->form, &filter);
	kept_query = board_filter_query(ctx, &filter, 0);
	query = board_filter_query(ctx, &filter, filter.lane);
	if (db_exec(ctx, NULL, &SQL_BOARD_FILTER_SET, "is", request->session->user_id, kept_query) < 0)
		return -1;
	staff_done(ctx, request, response,
		   *query ? arena_printf(ctx->arena, "/board?%s", query) : "/board");
	return 0;
}

static void export_time(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row,
			const char *column)
{
	bool none = db_is_null(rows, row, column);

	export_cell(file, none ? "" : format_date_time_long(ctx, db_time_us(rows, row, column)));
}

static void export_row(struct vt_ctx *ctx, const struct board *board, struct export_file *file,
		       const struct db_result *rows, size_t row)
{
	static const char *const times[] = { "opened_at", "requested_at", "assigned_at", "last_contact_at",
					     "last_agent_at" };
	const char *lane = board_lanes_names[db_i64(rows, row, "lane")];
	const char *messenger = code_name("messenger", (int)db_i64(rows, row, "messenger"));

	export_cell(file, locale_text(ctx, arena_printf(ctx->arena, "board.lane.%s", lane), NULL));
	export_cell(file, db_text(rows, row, "conversation_id"));
	export_cell_personal(ctx, file, FIELD_NAME,
			     desk_contact_name(ctx, board->session, db_text(rows, row, "contact_name"),
					       db_i64(rows, row, "contact_id")));
	export_cell(file, locale_text(ctx, arena_printf(ctx->arena, "messenger.%s", messenger), NULL));
	export_cell(file, db_text(rows, row, "channel_name"));
	export_cell(file, db_text(rows, row, "queue_name"));
	export_cell(file, db_text(rows, row, "user_name"));
	for (size_t i = 0; i < VT_COUNT(times); i++)
		export_time(ctx, file, rows, row, times[i]);
	export_end_row(file);
}

/* What the page's filter means, all of it. */
int board_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "lane", "id", "name", "messenger", "channel", "queue", "operator", "opened",
					       "requested", "assigned", "contact", "agent" };
	struct board board = { .session = request->session };
	struct staff_export out;
	struct db_result **parts;

	board_filter_read(ctx, &request->form, &board.filter);
	if (staff_export_allowed(ctx, request, EXPORT_BOARD, &out) < 0 || db_pipe_begin(ctx) < 0 ||
	    board_ask(ctx, &board, EXPORT_ROWS_MAX) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "board", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(parts[0]) && !out.file.full; row++)
		export_row(ctx, &board, &out.file, parts[0], row);
	return staff_export_done(ctx, response, &out, NULL, "board.file_name");
}

/* The lanes depend on the page's filter, so a poll only learns that they are not what they were. */
int live_board_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	(void)ctx;
	(void)part;
	return 0;
}

int live_board_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		      struct strbuf *out)
{
	(void)part;
	(void)results;
	return template_render(ctx, "board/live.cs", t_new(ctx), out);
}
