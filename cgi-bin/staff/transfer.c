#include "base/vt.h"
#include "base/id.h"
#include "conversation/attend.h"
#include "routing/fit.h"
#include "routing/transfer.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_transfer.h"

#define RULE "rule"      /* whoever the queue's rule gives it to */
#define BOT "bot"
#define OWN_PREFIX "error.handover."

/* The queue that was asked for, else the one it is in. */
static int64_t queue_of(const struct request *request, const struct db_result *row)
{
	const char *sent = request_form(request, "queue");
	int64_t id;

	if (id_parse(*sent ? sent : request_query(request, "queue"), 1, INT64_MAX, &id) == 0)
		return id;
	return db_i64(row, 0, "queue_id");
}

static void queues_fill(const struct db_result *rows, int64_t chosen, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "queues"));
		t_set(item, "id", db_text(rows, row, "queue_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "waiting", db_text(rows, row, "waiting"));
		if (db_i64(rows, row, "queue_id") != chosen)
			continue;
		t_set_bool(item, "chosen", true);
		t_set(page, "queue.id", db_text(rows, row, "queue_id"));
		t_set(page, "queue.name", db_text(rows, row, "name"));
	}
}

const char *desk_channel_full(struct vt_ctx *ctx, const struct fit *fit, const char *channel)
{
	if (strcmp(fit->why, "channel_full") != 0)
		return NULL;
	return locale_text(ctx, "desk.transfer.why.channel_full", channel,
			   arena_printf(ctx->arena, "%d", fit->channel_open),
			   arena_printf(ctx->arena, "%d", fit->channel_capacity), NULL);
}

/* Those who can take it now, with their load, and apart the others, with why not. */
static void operators_fill(struct vt_ctx *ctx, const struct request *request,
			   const struct db_result *rows, const char *channel, struct t_node *page)
{
	const char *chosen = request_form(request, "user");
	int64_t unfit = 0;

	for (size_t row = 0; row < db_rows(rows); row++) {
		struct fit fit;
		fit_from_row(&fit, rows, row);
		if (fit.user_id == request->session->user_id)
			continue;
		struct t_node *item = t_item(t_child(page, *fit.why ? "others" : "operators"));
		const char *id = arena_printf(ctx->arena, "%" PRId64, fit.user_id);
		t_set(item, "id", id);
		t_set(item, "name", fit.name);
		t_set_i64(item, "open", fit.open_count);
		t_set_i64(item, "capacity", fit.capacity);
		if (*fit.why) {
			t_set(item, "why", fit.why);
			t_set(item, "full", desk_channel_full(ctx, &fit, channel));
			unfit++;
			continue;
		}
		t_set_bool(item, "chosen", !strcmp(chosen, id));
		t_set(item, "available", format_duration(ctx, staff_seconds_since(ctx, fit.available_since)));
	}
	t_set_i64(page, "unfit", unfit);
	t_set_bool(page, "to_bot", !strcmp(chosen, BOT));
}

/* No row: not for this viewer; not mine: closed, or with somebody else. */
static int case_of(struct vt_ctx *ctx, const struct request *request, int64_t id,
		   struct db_result **row)
{
	if (db_query(ctx, row, &SQL_TRANSFER_CASE, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	if (!db_rows(*row))
		return desk_absent(ctx, id);
	return db_bool(*row, 0, "mine") ? 0 : desk_not_theirs(ctx, id, (int)db_i64(*row, 0, "state"));
}

static int transfer_render(struct vt_ctx *ctx, struct request *request, struct response *response,
			   int64_t id, struct t_node *page)
{
	struct db_result **parts, *row;

	if (case_of(ctx, request, id, &row) < 0)
		return -1;
	int64_t queue_id = queue_of(request, row);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TRANSFER_QUEUES, "i", id) < 0 ||
	    fit_ask(ctx, queue_id, db_i64(row, 0, "channel_id")) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	struct t_node *thread = t_child(page, "thread");
	shell_fill(ctx, request, parts[0], "desk", page);
	t_set(thread, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(thread, "name", desk_contact_name(ctx, request->session, db_text(row, 0, "contact_name"),
						db_i64(row, 0, "contact_id")));
	t_set(thread, "with_agent", format_duration(ctx, staff_seconds_since(ctx,
						    db_time_us(row, 0, "assigned_at"))));
	t_set_bool(page, "has_bot", db_bool(row, 0, "has_bot"));
	t_set(page, "note", request_form(request, "note"));
	t_set(page, "once", staff_once(ctx));
	queues_fill(parts[1], queue_id, page);
	operators_fill(ctx, request, parts[2], db_text(row, 0, "channel_name"), page);
	return staff_render(ctx, request, response, "desk/transfer.cs", "desk/_transfer.cs", page);
}

int transfer_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return transfer_render(ctx, request, response, id, t_new(ctx));
}

static int read_form(struct vt_ctx *ctx, const struct request *request, struct transfer *to)
{
	const char *whom = request_form(request, "user");

	if (form_text(ctx, request, "note", TRANSFER_NOTE_MAX, FORM_OPTIONAL, &to->note) < 0)
		return -1;
	to->bot = !strcmp(whom, BOT);
	if (to->bot)
		return 0;
	if (strcmp(whom, RULE) != 0 && id_parse(whom, 1, INT64_MAX, &to->user_id) < 0)
		return vt_fail_field(ctx, "user", "error.transfer.whom", "nobody chosen");
	return form_i64(ctx, request, "queue", 1, INT64_MAX, 0, &to->queue_id);
}

/* Whoever was chosen may have left meanwhile: the form comes again with who is there now. */
static bool is_of_form(const struct vt_ctx *ctx)
{
	return ctx->error.code == VT_E_INVALID ||
	       (ctx->error.code == VT_E_CONFLICT &&
		!strncmp(ctx->error.key, OWN_PREFIX, strlen(OWN_PREFIX)));
}

int transfer_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct transfer to = { 0 };
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || read_form(ctx, request, &to) < 0 ||
	    transfer_case(ctx, request->session, id, &to, once) < 0) {
		if (!is_of_form(ctx) || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		return transfer_render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response, "/desk");
	return 0;
}

int hold_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once;
	int64_t id, on = 0;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    form_once(ctx, request, &once) < 0 || form_i64(ctx, request, "on", 0, 1, 0, &on) < 0 ||
	    attend_hold(ctx, request->session, id, on != 0, once) < 0)
		return -1;
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/desk/%" PRId64, id));
	return 0;
}
