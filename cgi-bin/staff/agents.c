#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "web/format.h"
#include "cgi-bin/staff/agents.h"
#include "cgi-bin/staff/board.h"
#include "cgi-bin/staff/export.h"
#include "cgi-bin/staff/user_filter.h"
#include "sql_agents.h"

#define HOME "/board/agents"
#define PAGE_ROWS 50
#define WORDS_MAX 80           /* characters */

static const char *const kinds[] = { "in", "busy", "free", "away", "out", "break", "coaching", "training" };
static const char *const orders[] = { "name", "since", "open", "seen" };

static const char *one_of(const char *const *names, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(names[i], wanted))
			return names[i];
	}
	return "";
}

void agent_filter_read(struct vt_ctx *ctx, const struct request *request,
		       const char *(*read)(const struct request *request, const char *name),
		       struct agent_filter *out)
{
	const char *words = read(request, "q");

	words += strspn(words, " ");
	*out = (struct agent_filter){
		.kind = one_of(kinds, VT_COUNT(kinds), read(request, "state")),
		.order = one_of(orders, VT_COUNT(orders), read(request, "sort")),
		.words = arena_strndup(ctx->arena, words, utf8_prefix(words, WORDS_MAX)),
	};
	(void)!id_parse(read(request, "queue"), 1, INT64_MAX, &out->queue_id);
}

const char *agent_filter_query(struct vt_ctx *ctx, const struct agent_filter *filter)
{
	struct strbuf query;

	strbuf_init(&query, ctx->arena, 96);
	strbuf_printf(&query, "state=%s&queue=%" PRId64 "&sort=%s&q=", filter->kind, filter->queue_id, filter->order);
	strbuf_url(&query, filter->words);
	return query.data;
}

int agents_ask(struct vt_ctx *ctx, const struct session *session, const struct agent_filter *filter, int64_t rows,
	       int64_t offset)
{
	return db_pipe_add(ctx, 0, &SQL_AGENTS, "ibbisssii", STAFF_VIEWER(session), filter->queue_id, filter->kind,
			   filter->words, filter->order, rows, offset);
}

static int page_ask(struct vt_ctx *ctx, const struct request *request, const struct agent_filter *filter)
{
	return agents_ask(ctx, request->session, filter, PAGE_ROWS, (user_page_number(request) - 1) * PAGE_ROWS);
}

static void breaks_fill(struct vt_ctx *ctx, int64_t used_s, int64_t allowance_s, struct t_node *item)
{
	t_set(item, "used", format_duration(ctx, used_s));
	if (!allowance_s)
		return;
	t_set(item, "allowance", format_duration(ctx, allowance_s));
	t_set(item, "left", format_duration(ctx, used_s < allowance_s ? allowance_s - used_s : 0));
	t_set_i64(item, "percent", used_s < allowance_s ? used_s * 100 / allowance_s : 100);
	t_set_bool(item, "over", used_s > allowance_s);
}

static void rows_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
		      struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		int state = (int)db_i64(rows, row, "state");
		const char *name = db_text(rows, row, "name");

		t_set(item, "id", db_text(rows, row, "user_id"));
		t_set(item, "name", name);
		t_set(item, "initials", format_initials(ctx, name));
		t_set_i64(item, "tint", format_avatar_tint(name));
		t_set(item, "staff_number", db_text_or_null(rows, row, "staff_number"));
		t_set(item, "state", code_name("agent_state", state));
		t_set_bool(item, "busy", state == AGENT_AVAILABLE && db_i64(rows, row, "open_count") > 0);
		t_set_bool(item, "inside", db_bool(rows, row, "inside"));
		t_set_bool(item, "silent", db_bool(rows, row, "silent"));
		t_set(item, "break_name", db_text_or_null(rows, row, "break_name"));
		t_set(item, "open", db_text(rows, row, "open_count"));
		t_set(item, "capacity", db_text(rows, row, "capacity"));
		t_set(item, "queues", db_text(rows, row, "queues"));
		if (db_bool(rows, row, "inside")) {
			staff_clock_fill(ctx, db_time_us(rows, row, "since"), 0, t_child(item, "since"));
			t_set(item, "seen", format_time(ctx, db_time_us(rows, row, "last_seen_at")));
		}
		breaks_fill(ctx, db_i64(rows, row, "used_s"), db_i64(rows, row, "allowance_s"), item);
	}
	t_set_i64(page, "count", (int64_t)db_rows(rows));
	t_set_bool(page, "manages", staff_may(request->session, PERM_AGENT_MANAGE));
}

/* The order links of the heading, the pages, and how many are present in all of them. */
static void list_fill(struct vt_ctx *ctx, const struct request *request, const struct agent_filter *filter,
		      const struct db_result *rows, struct t_node *page)
{
	int64_t first = db_rows(rows) ? db_i64(rows, 0, "first") : 0;
	const char *query = agent_filter_query(ctx, filter);

	rows_fill(ctx, request, rows, page);
	t_set_i64(page, "present", db_rows(rows) ? db_i64(rows, 0, "present") : 0);
	t_set(page, "query", first ? arena_printf(ctx->arena, "%s&page=%" PRId64, query, first / PAGE_ROWS + 1) : query);
	user_pages_fill(ctx, rows, first / PAGE_ROWS + 1, PAGE_ROWS, arena_printf(ctx->arena, HOME "?%s", query), page);
	for (size_t i = 0; i < VT_COUNT(orders); i++) {
		struct agent_filter other = *filter;
		struct t_node *node = t_child(t_child(page, "orders"), orders[i]);
		other.order = orders[i];
		t_set(node, "key", orders[i]);
		t_set(node, "href", arena_printf(ctx->arena, HOME "?%s", agent_filter_query(ctx, &other)));
		t_set_bool(node, "chosen", filter->order == orders[i] || (!i && !*filter->order));
	}
}

static void choices_fill(struct vt_ctx *ctx, const struct agent_filter *filter, const struct db_result *choices,
			 const struct db_result *breaks, struct t_node *page)
{
	t_set(page, "words", filter->words);
	t_set(page, "order", filter->order);
	for (size_t row = 0; row < db_rows(choices); row++) {
		if (strcmp(db_text(choices, row, "kind"), "queue") != 0)
			continue;
		struct t_node *item = t_item(t_child(page, "queues"));
		t_set(item, "key", db_text(choices, row, "id"));
		t_set(item, "label", db_text(choices, row, "name"));
		t_set_bool(item, "chosen", db_i64(choices, row, "id") == filter->queue_id);
	}
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		struct t_node *item = t_item(t_child(page, "kinds"));
		t_set(item, "key", kinds[i]);
		t_set_bool(item, "chosen", kinds[i] == filter->kind);
	}
	for (size_t row = 0; row < db_rows(breaks); row++) {
		struct t_node *item = t_item(t_child(page, "breaks"));
		t_set(item, "key", arena_printf(ctx->arena, "break-%s", db_text(breaks, row, "break_type_id")));
		t_set(item, "label", db_text(breaks, row, "name"));
	}
}

int agents_render(struct vt_ctx *ctx, struct request *request, struct response *response, struct t_node *page)
{
	struct agent_filter filter;
	struct db_result **parts;

	agent_filter_read(ctx, request, request_query, &filter);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || page_ask(ctx, request, &filter) < 0 ||
	    board_tiles_ask(ctx, request->session, false) < 0 || board_filter_ask(ctx, request->session) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AGENTS_BREAKS, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "board", page);
	list_fill(ctx, request, &filter, parts[1], page);
	board_tiles_fill(ctx, parts[2], false, page);
	choices_fill(ctx, &filter, parts[3], parts[4], page);
	t_set(page, "tab", "agents");
	t_set_bool(page, "supervises", staff_may(request->session, PERM_CONVERSATION_SUPERVISE));
	t_set(page, "once", staff_once(ctx));
	t_set(page, "reason", request_form(request, "reason"));
	return staff_render(ctx, request, response, "agents/page.cs", NULL, page);
}

int agents_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return agents_render(ctx, request, response, t_new(ctx));
}

/* What an open page puts in when something happened. */
int agents_rows(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct agent_filter filter;
	struct db_result **parts;

	agent_filter_read(ctx, request, request_query, &filter);
	if (db_pipe_begin(ctx) < 0 || page_ask(ctx, request, &filter) < 0 ||
	    board_tiles_ask(ctx, request->session, false) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	list_fill(ctx, request, &filter, parts[0], page);
	board_tiles_fill(ctx, parts[1], false, page);
	return staff_render(ctx, request, response, "agents/rows.cs", NULL, page);
}

/* --- The list as a file ------------------------------------------------------------------------ */

/* As the table words it. */
static const char *state_text(struct vt_ctx *ctx, const struct db_result *rows, size_t row)
{
	int state = (int)db_i64(rows, row, "state");

	if (!db_bool(rows, row, "inside"))
		return locale_text(ctx, "agents.no_session", NULL);
	if (db_bool(rows, row, "silent"))
		return locale_text(ctx, "agents.silent", NULL);
	if (!db_is_null(rows, row, "break_name"))
		return db_text(rows, row, "break_name");
	if (state == AGENT_AVAILABLE && db_i64(rows, row, "open_count"))
		return locale_text(ctx, "agents.busy", NULL);
	return locale_text(ctx, arena_printf(ctx->arena, "shell.state.%s", code_name("agent_state", state)), NULL);
}

static void export_row(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row)
{
	bool inside = db_bool(rows, row, "inside");
	int64_t since = db_time_us(rows, row, "since");

	export_cell_personal(ctx, file, FIELD_NAME, db_text(rows, row, "name"));
	export_cell(file, db_text(rows, row, "staff_number"));
	export_cell(file, db_text(rows, row, "office"));
	export_cell(file, state_text(ctx, rows, row));
	export_cell(file, inside ? format_duration(ctx, staff_seconds_since(ctx, since)) : "");
	export_cell_i64(file, db_i64(rows, row, "open_count"));
	export_cell_i64(file, db_i64(rows, row, "capacity"));
	export_cell(file, inside ? format_date_time_long(ctx, db_time_us(rows, row, "last_seen_at")) : "");
	export_cell(file, format_duration(ctx, db_i64(rows, row, "used_s")));
	export_cell(file, format_duration(ctx, db_i64(rows, row, "allowance_s")));
	export_cell(file, db_text(rows, row, "queues"));
	export_end_row(file);
}

int agents_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "name", "staff_number", "office", "state", "since", "open", "capacity",
					       "seen", "used", "allowance", "queues" };
	struct staff_export out;
	struct agent_filter filter;
	struct db_result **parts;

	agent_filter_read(ctx, request, request_form, &filter);
	if (staff_export_allowed(ctx, request, EXPORT_AGENT, &out) < 0 || db_pipe_begin(ctx) < 0 ||
	    agents_ask(ctx, request->session, &filter, EXPORT_ROWS_MAX, 0) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "agents", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(parts[0]) && !out.file.full; row++)
		export_row(ctx, &out.file, parts[0], row);
	return staff_export_done(ctx, response, &out, NULL, "agents.file_name");
}
