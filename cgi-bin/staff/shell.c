#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "web/csrf.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/help.h"
#include "cgi-bin/staff/notices.h"
#include "sql_shell.h"

static const struct {
	enum permission permission;
	const char *screen, *column;
} entries[] = {
	{ PERM_DESK_ATTEND, "desk", "open_count" },
	{ PERM_BOARD_VIEW, "board", "waiting_count" },
	{ PERM_CHAT_USE, "chat", "chat_unread" },
	{ PERM_QUARANTINE_MANAGE, "quarantine", "quarantine_count" },
};

int shell_ask(struct vt_ctx *ctx, const struct request *request)
{
	const struct session *session = request->session;

	return db_pipe_add(ctx, 0, &SQL_SHELL, "ibbbbb", session->user_id,
			   (int)staff_may(session, PERM_BOARD_VIEW),
			   (int)staff_may(session, PERM_CONVERSATION_ALL),
			   (int)staff_may(session, PERM_QUARANTINE_MANAGE),
			   (int)staff_may(session, PERM_CHAT_USE),
			   (int)staff_may(session, PERM_CONVERSATION_SUPERVISE));
}

static void navigation(const struct request *request, const struct db_result *shell,
		       const char *screen, struct t_node *page)
{
	for (size_t i = 0; i < VT_COUNT(entries); i++) {
		if (!staff_may(request->session, entries[i].permission))
			continue;
		struct t_node *entry = t_child(t_child(page, "nav"), entries[i].screen);
		int64_t count = db_i64(shell, 0, entries[i].column);
		t_set_bool(entry, "shown", true);
		t_set_bool(entry, "current", !strcmp(entries[i].screen, screen));
		if (count)
			t_set_i64(entry, "count", count);
	}
	t_set_bool(page, "nav.admin.shown", admin_may(request->session));
	t_set_bool(page, "nav.admin.current", !strcmp(screen, "admin"));
}

struct allowance { int64_t used_s, allowance_s; };

static void allowance_fill(struct vt_ctx *ctx, const struct allowance *allowance,
			   struct t_node *node)
{
	int64_t left_s = allowance->allowance_s - allowance->used_s;

	t_set_bool(node, "shown", true);
	t_set(node, "used", format_duration(ctx, allowance->used_s));
	if (!allowance->allowance_s)
		return;
	t_set(node, "allowance", format_duration(ctx, allowance->allowance_s));
	t_set(node, "left", format_duration(ctx, left_s > 0 ? left_s : 0));
	t_set_i64(node, "percent",
		  left_s > 0 ? allowance->used_s * 100 / allowance->allowance_s : 100);
	t_set_bool(node, "over", left_s < 0);
}

/* One break of the menu; what it shows is the administrator's choice. */
static void break_item(struct vt_ctx *ctx, const struct db_result *shell, size_t row,
		       const struct allowance *one, struct t_node *item)
{
	t_set(item, "id", db_text(shell, row, "break_type_id"));
	t_set(item, "name", db_text(shell, row, "break_name"));
	if (*db_text(shell, row, "refusal"))
		t_set(item, "refusal", db_text(shell, row, "refusal"));
	if (db_i64(shell, row, "at_once"))
		t_set(item, "at_once", db_text(shell, row, "at_once"));
	if (db_i64(shell, row, "shows") & BREAK_SHOWS_ACCUMULATED)
		allowance_fill(ctx, one, item);
}

/* The break that is being taken: its name, its clock, what is used of it. */
static void break_current(struct vt_ctx *ctx, const struct session *session,
			  const struct db_result *shell, size_t row, const struct allowance *one,
			  struct t_node *state)
{
	int64_t shows = db_i64(shell, row, "shows");

	t_set(state, "break_name", db_text(shell, row, "break_name"));
	if (shows & BREAK_SHOWS_CURRENT)
		staff_clock_fill(ctx, session->agent_state_since, db_i64(shell, row, "longest_s"),
				 t_child(state, "since"));
	if (shows & BREAK_SHOWS_ACCUMULATED) {
		allowance_fill(ctx, one, t_child(state, "break"));
		t_set_i64(t_child(state, "break"), "used_s", one->used_s);
	}
}

/* The breaks one may take, and the one being taken or else all of the day together. */
static void breaks(struct vt_ctx *ctx, const struct session *session, const struct db_result *shell,
		   struct t_node *state)
{
	bool on_break = session->agent_state == AGENT_BREAK;
	struct allowance all = { 0 };

	for (size_t row = 0; row < db_rows(shell); row++) {
		if (db_is_null(shell, row, "break_type_id"))
			continue;
		const struct allowance one = { db_i64(shell, row, "used_s"),
					       db_i64(shell, row, "allowance_s") };
		struct t_node *item = t_item(t_child(state, "breaks"));
		break_item(ctx, shell, row, &one, item);
		if (on_break && db_i64(shell, row, "break_type_id") == session->break_type_id) {
			t_set_bool(item, "current", true);
			break_current(ctx, session, shell, row, &one, state);
		}
		if (db_i64(shell, row, "shows") & BREAK_SHOWS_ACCUMULATED) {
			all.used_s += one.used_s;
			all.allowance_s += one.allowance_s;
		}
	}
	if (!on_break && all.allowance_s) {
		allowance_fill(ctx, &all, t_child(state, "break"));
		t_set_i64(t_child(state, "break"), "used_s", all.used_s);
	}
}

/* What is left of the time to finish after a close; the page counts it down. */
static void wrap_fill(struct vt_ctx *ctx, const struct db_result *shell, struct t_node *state)
{
	int64_t until = db_time_us(shell, 0, "wrap_until");
	struct t_node *wrap = t_child(state, "wrap");

	if (until <= ctx->now_us)
		return;
	int64_t left_s = (until - ctx->now_us + CLOCK_SECOND - 1) / CLOCK_SECOND;
	t_set_i64(wrap, "s", left_s);
	t_set_i64(wrap, "until", until / CLOCK_SECOND);
	t_set(wrap, "text", format_duration(ctx, left_s));
}

static void agent_state(struct vt_ctx *ctx, const struct session *session,
			const struct db_result *shell, struct t_node *page)
{
	struct t_node *state = t_child(page, "state");

	if (!session->attends || !staff_may(session, PERM_DESK_ATTEND))
		return;
	t_set(state, "name", code_name("agent_state", session->agent_state));
	if (session->agent_state != AGENT_BREAK)
		staff_clock_fill(ctx, session->agent_state_since, 0, t_child(state, "since"));
	breaks(ctx, session, shell, state);
	wrap_fill(ctx, shell, state);
}

void shell_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *shell,
		const char *screen, struct t_node *page)
{
	const struct session *session = request->session;
	struct t_node *me = t_child(page, "me");

	t_set(page, "screen", screen);
	t_set(page, "help", help_screen_key(ctx, request, screen)); /* of a section: admin_fill */
	t_set(page, "csrf", csrf_token(ctx, session->csrf_seed));
	t_set(page, "cursor", session->snapshot);
	t_set(page, "here", request->path);
	t_set(page, "view_as", session->view_name);
	t_set_i64(me, "id", session->user_id);
	t_set(me, "name", session->name);
	t_set(me, "login", session->login);
	t_set(me, "initials", format_initials(ctx, session->name));
	t_set_i64(me, "tint", format_avatar_tint(session->name));
	t_set_bool(me, "sound", session->sound);
	t_set(me, "volume", db_text(shell, 0, "volume"));
	t_set(page, "notices", db_text(shell, 0, "notices"));
	if (db_i64(shell, 0, "notice_count"))
		t_set(page, "bell.count", db_text(shell, 0, "notice_count"));
	t_set_bool(page, "bell.current", !strcmp(screen, "notices"));
	navigation(request, shell, screen, page);
	agent_state(ctx, session, shell, page);
}

/* Beside the shell, what the page's snapshot could not see of what its person is to be told. */
int live_shell_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	const char *cursor = request_query(part->request, "c");

	if (shell_ask(ctx, part->request) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_SHELL_NOTICES, "is", part->request->session->user_id,
			   staff_is_cursor(cursor) ? cursor : part->request->session->snapshot);
}

int live_shell_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		      struct strbuf *out)
{
	struct t_node *page = t_new(ctx);

	/* The screen is the tab's, not the poll's: live.js keeps aria-current. */
	shell_fill(ctx, part->request, results[part->first], "", page);
	t_set(page, "here", "/");
	const struct db_result *told = results[part->first + 1];
	for (size_t row = 0; row < db_rows(told); row++)
		notices_fill(ctx, part->request->session, told, row, t_item(t_child(page, "told")));
	return template_render(ctx, "shell/live.cs", page, out);
}
