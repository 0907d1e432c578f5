#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "people/agent_order.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/board.h"
#include "sql_agents.h"

#define AGENTS_MAX 500
#define FAILURES_TOLD 3

static const char *const kinds[] = { "in", "busy", "free", "away", "out", "break", "coaching", "training" };

static const char *kind_of(const struct request *request)
{
	const char *wanted = request_query(request, "state");

	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(kinds[i], wanted))
			return kinds[i];
	}
	return "";
}

static int64_t queue_of(const struct request *request)
{
	int64_t id = 0;

	(void)!id_parse(request_query(request, "queue"), 1, INT64_MAX, &id);
	return id;
}

static int agents_ask(struct vt_ctx *ctx, const struct request *request)
{
	return db_pipe_add(ctx, 0, &SQL_AGENTS, "ibbis", STAFF_VIEWER(request->session), queue_of(request),
			   kind_of(request));
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

static void choices_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *choices,
			 const struct db_result *breaks, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(choices); row++) {
		if (strcmp(db_text(choices, row, "kind"), "queue") != 0)
			continue;
		struct t_node *item = t_item(t_child(page, "queues"));
		t_set(item, "key", db_text(choices, row, "id"));
		t_set(item, "label", db_text(choices, row, "name"));
		t_set_bool(item, "chosen", db_i64(choices, row, "id") == queue_of(request));
	}
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		struct t_node *item = t_item(t_child(page, "kinds"));
		t_set(item, "key", kinds[i]);
		t_set_bool(item, "chosen", !strcmp(kinds[i], kind_of(request)));
	}
	for (size_t row = 0; row < db_rows(breaks); row++) {
		struct t_node *item = t_item(t_child(page, "breaks"));
		t_set(item, "key", arena_printf(ctx->arena, "break-%s", db_text(breaks, row, "break_type_id")));
		t_set(item, "label", db_text(breaks, row, "name"));
	}
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || agents_ask(ctx, request) < 0 ||
	    board_tiles_ask(ctx, request->session, false) < 0 || board_filter_ask(ctx, request->session) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_AGENTS_BREAKS, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "board", page);
	rows_fill(ctx, request, parts[1], page);
	board_tiles_fill(ctx, parts[2], false, page);
	choices_fill(ctx, request, parts[3], parts[4], page);
	t_set(page, "tab", "agents");
	t_set(page, "query", request->query_string);
	t_set(page, "once", staff_once(ctx));
	t_set(page, "reason", request_form(request, "reason"));
	return staff_render(ctx, request, response, "agents/page.cs", NULL, page);
}

int agents_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

/* What an open page puts in when something happened. */
int agents_rows(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || agents_ask(ctx, request) < 0 ||
	    board_tiles_ask(ctx, request->session, false) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	rows_fill(ctx, request, parts[0], page);
	board_tiles_fill(ctx, parts[1], false, page);
	return staff_render(ctx, request, response, "agents/rows.cs", NULL, page);
}

/* "available", "coaching", "training", "out", "logout", or "break-" and the number of one. */
static int read_order(struct vt_ctx *ctx, const struct request *request, struct agent_order *out)
{
	static const struct { const char *name; int state; bool log_out; } orders[] = {
		{ "available", AGENT_AVAILABLE, false }, { "coaching", AGENT_COACHING, false },
		{ "training", AGENT_TRAINING, false }, { "out", AGENT_OUT, false }, { "logout", AGENT_OUT, true },
	};
	const char *to = request_form(request, "to");

	*out = (struct agent_order){ .state = -1 };
	for (size_t i = 0; i < VT_COUNT(orders); i++) {
		if (!strcmp(orders[i].name, to))
			*out = (struct agent_order){ .state = orders[i].state, .log_out = orders[i].log_out };
	}
	if (!strncmp(to, "break-", 6) && id_parse(to + 6, 1, INT64_MAX, &out->break_type_id) == 0)
		out->state = AGENT_BREAK;
	if (out->state < 0)
		return vt_fail_field(ctx, "to", "error.agent.state", "no such state");
	return form_text(ctx, request, "reason", AGENT_REASON_MAX, 0, &out->reason);
}

static int read_users(struct vt_ctx *ctx, const struct request *request, int64_t *ids, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		if (strcmp(request->form.items[i].name, "user") != 0)
			continue;
		if (*count == AGENTS_MAX || id_parse(request->form.items[i].value, 1, INT64_MAX, &ids[*count]) < 0)
			return vt_fail_field(ctx, "user", "error.invalid", "no list of operators");
		(*count)++;
	}
	return *count ? 0 : vt_fail_field(ctx, "user", "error.agent.nobody", "nobody was chosen");
}

struct outcome { size_t done, failed; struct strbuf why; };

static int order_all(struct vt_ctx *ctx, const struct request *request, const int64_t *ids, size_t count,
		     const struct agent_order *order, struct outcome *out)
{
	const char *name;

	strbuf_init(&out->why, ctx->arena, 128);
	for (size_t i = 0; i < count; i++) {
		if (agent_order(ctx, request->session, ids[i], order, &name) == 0) {
			out->done++;
			continue;
		}
		if (ctx->error.code != VT_E_CONFLICT && (ctx->error.code != VT_E_NOT_FOUND || count == 1))
			return -1;
		if (name && out->failed++ < FAILURES_TOLD)
			strbuf_printf(&out->why, " %s: %s", name, response_error_text(ctx));
		vt_error_clear(ctx);
	}
	return 0;
}

int agents_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct outcome outcome = { .done = 0 };
	struct agent_order order;
	int64_t ids[AGENTS_MAX];
	size_t count;

	if (read_users(ctx, request, ids, &count) < 0 || read_order(ctx, request, &order) < 0 ||
	    order_all(ctx, request, ids, count, &order, &outcome) < 0) {
		if (ctx->error.code != VT_E_INVALID || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		return render(ctx, request, response, page);
	}
	const char *done = arena_printf(ctx->arena, "%zu", outcome.done);
	const char *text = arena_printf(ctx->arena, "%s%s", locale_text(ctx, "agents.done", done, NULL), outcome.why.data);
	struct strbuf json;

	if (outcome.failed)
		response->status = vt_code_http_status(VT_E_CONFLICT);
	if (!request->wants_json && !outcome.failed) {
		response_redirect(response, arena_printf(ctx->arena, "/board/agents?%s", request->query_string));
		return 0;
	}
	if (!request->wants_json) {
		struct t_node *page = t_new(ctx);
		t_set(page, "error.text", text);
		return render(ctx, request, response, page);
	}
	strbuf_init(&json, ctx->arena, 256);
	strbuf_puts(&json, outcome.failed ? "{\"error\":{\"code\":\"CONFLICT\",\"message\":\"" : "{\"text\":\"");
	strbuf_json(&json, text);
	strbuf_puts(&json, outcome.failed ? "\"}}" : "\"}");
	response_json(response, json.data);
	if (outcome.failed)
		response->status = vt_code_http_status(VT_E_CONFLICT);
	return 0;
}
