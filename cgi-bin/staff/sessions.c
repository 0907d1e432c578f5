#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/export.h"
#include "sql_session.h"

#define SECTION "sessions"

/* "Firefox · Windows" out of what a browser says of itself; whatever it says when that is neither.
 * Order counts: Edge and Opera call themselves Chrome too, Chrome calls itself Safari. */
static const char *browser_name(struct vt_ctx *ctx, const char *agent)
{
	static const char *const browsers[][2] = {
		{ "Edg/", "Edge" }, { "OPR/", "Opera" }, { "Firefox/", "Firefox" },
		{ "Chrome/", "Chrome" }, { "Safari/", "Safari" },
	};
	static const char *const systems[][2] = {
		{ "Windows", "Windows" }, { "Android", "Android" }, { "iPhone", "iPhone" },
		{ "Mac OS", "macOS" }, { "Linux", "Linux" },
	};
	const char *browser = NULL, *system = NULL;

	for (size_t i = 0; i < VT_COUNT(browsers) && !browser; i++)
		browser = strstr(agent, browsers[i][0]) ? browsers[i][1] : NULL;
	for (size_t i = 0; i < VT_COUNT(systems) && !system; i++)
		system = strstr(agent, systems[i][0]) ? systems[i][1] : NULL;
	if (browser && system)
		return arena_printf(ctx->arena, "%s · %s", browser, system);
	return browser ? browser : agent;
}

int sessions_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SESSION_LIST, "") < 0 || db_pipe_add(ctx, 0, &SQL_SEAT_SUMMARY, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	seat_summary_fill(ctx, results[2], t_child(page, "seats"));
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		int64_t idle_s = staff_seconds_since(ctx, db_time_us(rows, row, "last_seen_at"));
		t_set(item, "id", db_text(rows, row, "session_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "login", db_text(rows, row, "login"));
		t_set(item, "roles", db_text(rows, row, "roles"));
		t_set(item, "since", format_date_time(ctx, db_time_us(rows, row, "created_at")));
		t_set(item, "idle", format_duration(ctx, idle_s));
		t_set(item, "address", db_text(rows, row, "address"));
		t_set(item, "browser", browser_name(ctx, db_text(rows, row, "user_agent")));
		if (db_bool(rows, row, "attends"))
			t_set(item, "state", code_name("agent_state", (int)db_i64(rows, row, "state")));
		t_set_bool(item, "own", db_i64(rows, row, "session_id") == request->session->session_id);
	}
	return staff_render(ctx, request, response, "sessions/page.cs", NULL, page);
}

int session_close_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || session_end(ctx, id) < 0)
		return -1;
	admin_done(ctx, request, response, SECTION, "closed");
	return 0;
}

int sessions_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "name", "login", "roles", "since", "idle", "address", "browser" };
	struct staff_export out;
	struct export_file *file = &out.file;
	struct db_result *rows;

	if (staff_export_allowed(ctx, request, EXPORT_SESSION, &out) < 0 ||
	    db_query(ctx, &rows, &SQL_SESSION_LIST, "") < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "sessions", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows) && !file->full; row++) {
		int64_t idle_s = staff_seconds_since(ctx, db_time_us(rows, row, "last_seen_at"));
		export_cell_personal(ctx, file, FIELD_NAME, db_text(rows, row, "name"));
		export_cell(file, db_text(rows, row, "login"));
		export_cell(file, db_text(rows, row, "roles"));
		export_cell(file, format_date_time_long(ctx, db_time_us(rows, row, "created_at")));
		export_cell(file, format_duration(ctx, idle_s));
		export_cell(file, out.rule.masked ? "" : db_text(rows, row, "address"));
		export_cell(file, db_text(rows, row, "user_agent"));
		export_end_row(file);
	}
	return staff_export_done(ctx, response, &out, NULL, "sessions.file_name");
}
