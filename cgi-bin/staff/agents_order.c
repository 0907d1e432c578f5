#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "people/agent_order.h"
#include "web/form.h"
#include "cgi-bin/staff/agents.h"

#define FAILURES_TOLD 3

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

/* Those who are present of all that the page's filter means. */
static int read_all(struct vt_ctx *ctx, const struct request *request, int64_t *ids, size_t *count)
{
	struct agent_filter filter;
	struct db_result **parts;

	agent_filter_read(ctx, request, request_query, &filter);
	if (db_pipe_begin(ctx) < 0 || agents_ask(ctx, request->session, &filter, AGENTS_MAX, 0) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(parts[0]); row++) {
		if (db_bool(parts[0], row, "inside"))
			ids[(*count)++] = db_i64(parts[0], row, "user_id");
	}
	return 0;
}

static int read_users(struct vt_ctx *ctx, const struct request *request, int64_t *ids, size_t *count)
{
	*count = 0;
	if (form_checked(request, "all") && read_all(ctx, request, ids, count) < 0)
		return -1;
	for (size_t i = 0; i < request->form.count && !form_checked(request, "all"); i++) {
		if (strcmp(request->form.items[i].name, "user") != 0)
			continue;
		if (*count == AGENTS_MAX || id_parse(request->form.items[i].value, 1, INT64_MAX, &ids[*count]) < 0)
			return vt_fail_field(ctx, "user", "error.invalid", "no list of operators");
		(*count)++;
	}
	return *count ? 0 : vt_fail_field(ctx, "user", "error.agent.nobody", "nobody was chosen");
}

struct outcome { size_t done, told, untold; struct strbuf why; };

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
		if (name && out->told < FAILURES_TOLD) {
			strbuf_printf(&out->why, " %s: %s", name, response_error_text(ctx));
			out->told++;
		} else {
			out->untold++;
		}
		vt_error_clear(ctx);
	}
	return 0;
}

static const char *outcome_text(struct vt_ctx *ctx, const struct outcome *outcome)
{
	const char *done = !outcome->done ? locale_text(ctx, "agents.done_none", NULL)
		: outcome->done == 1 ? locale_text(ctx, "agents.done_one", NULL)
		: locale_text(ctx, "agents.done", arena_printf(ctx->arena, "%zu", outcome->done), NULL);
	const char *more = "";

	if (outcome->untold)
		more = locale_text(ctx, "agents.more", arena_printf(ctx->arena, "%zu", outcome->untold), NULL);
	return arena_printf(ctx->arena, "%s%s%s%s", done, outcome->why.data, *more ? " " : "", more);
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
		return agents_render(ctx, request, response, page);
	}
	const char *text = outcome_text(ctx, &outcome);
	bool failed = outcome.told + outcome.untold > 0;
	struct strbuf json;

	if (failed)
		response->status = vt_code_http_status(VT_E_CONFLICT);
	if (!request->wants_json && !failed) {
		response_redirect(response, arena_printf(ctx->arena, "/board/agents?%s", request->query_string));
		return 0;
	}
	if (!request->wants_json) {
		struct t_node *page = t_new(ctx);
		t_set(page, "error.text", text);
		return agents_render(ctx, request, response, page);
	}
	strbuf_init(&json, ctx->arena, 256);
	strbuf_puts(&json, failed ? "{\"error\":{\"code\":\"CONFLICT\",\"message\":\"" : "{\"text\":\"");
	strbuf_json(&json, text);
	strbuf_puts(&json, failed ? "\"}}" : "\"}");
	response_json(response, json.data);
	if (failed)
		response->status = vt_code_http_status(VT_E_CONFLICT);
	return 0;
}
