#include "base/vt.h"
#include "base/id.h"
#include "people/chat.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/agents.h"
#include "cgi-bin/staff/board.h"
#include "sql_chat.h"

/* A message of supervision to several operators: a dialog, or a page. */

struct chosen { int64_t ids[AGENTS_MAX]; size_t count; };

static int read_chosen(struct vt_ctx *ctx, const struct pairs *pairs, struct chosen *out)
{
	out->count = 0;
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, "user") != 0)
			continue;
		if (out->count == AGENTS_MAX)
			return vt_fail_field(ctx, "user", "error.agent.too_many", "too many operators");
		if (id_parse(pairs->items[i].value, 1, INT64_MAX, &out->ids[out->count++]) < 0)
			return vt_fail_field(ctx, "user", "error.invalid", "no list of operators");
	}
	return 0;
}

static void latest_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "latest"));

		t_set(item, "body", db_text(rows, row, "body"));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "created_at")));
		t_set(item, "read", db_text(rows, row, "read_count"));
		t_set(item, "total", db_text(rows, row, "total"));
	}
}

/* whom: as the form has it. page may bring its error and its draft. */
static int render(struct vt_ctx *ctx, struct request *request, struct response *response,
		  const struct chosen *chosen, const char *whom, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || board_filter_ask(ctx, request->session) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_BROADCAST_LIST, "i", request->session->user_id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "board", page);
	for (size_t row = 0; row < db_rows(parts[1]); row++) {
		if (strcmp(db_text(parts[1], row, "kind"), "queue") != 0)
			continue;
		struct t_node *item = t_item(t_child(page, "queues"));
		t_set(item, "key", db_text(parts[1], row, "id"));
		t_set(item, "label", db_text(parts[1], row, "name"));
		t_set_bool(item, "chosen", !strcmp(db_text(parts[1], row, "id"), request_form(request, "queue")));
	}
	latest_fill(ctx, parts[2], page);
	for (size_t i = 0; i < chosen->count; i++)
		t_set_i64(t_item(t_child(page, "users")), "id", chosen->ids[i]);
	if (chosen->count)
		t_set_i64(page, "chosen", (int64_t)chosen->count);
	t_set(page, "whom", whom);
	t_set(page, "once", staff_once(ctx));
	return staff_render(ctx, request, response, "agents/message.cs", "agents/_message.cs", page);
}

int agents_message_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct chosen chosen;

	if (read_chosen(ctx, &request->query, &chosen) < 0)
		return -1;
	return render(ctx, request, response, &chosen, chosen.count ? "chosen" : "present", t_new(ctx));
}

static int read_whom(struct vt_ctx *ctx, const struct request *request, const struct chosen *chosen,
		     struct chat_whom *out)
{
	const char *whom = request_form(request, "whom");

	*out = (struct chat_whom){ .present = strcmp(whom, "chosen") != 0 };
	if (!strcmp(whom, "queue"))
		return id_parse(request_form(request, "queue"), 1, INT64_MAX, &out->queue_id) < 0
			? vt_fail_field(ctx, "queue", "error.agent.no_queue", "no queue was chosen") : 0;
	if (out->present)
		return strcmp(whom, "present") ? vt_fail_field(ctx, "whom", "error.required", "nobody was meant") : 0;
	out->ids = chosen->ids;
	out->count = chosen->count;
	return out->count ? 0 : vt_fail_field(ctx, "user", "error.agent.nobody", "nobody was chosen");
}

int agents_message_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct chosen chosen;
	struct chat_whom whom;
	const char *text, *once;
	int64_t said = 0;

	if (read_chosen(ctx, &request->form, &chosen) < 0)
		return -1;
	if (read_whom(ctx, request, &chosen, &whom) < 0 ||
	    form_text(ctx, request, "text", CHAT_TEXT_MAX, FORM_RAW, &text) < 0 || form_once(ctx, request, &once) < 0 ||
	    chat_broadcast(ctx, request->session, &whom, text, once, &said) < 0) {
		struct t_node *page = t_new(ctx);
		if (staff_form_again(ctx, request, response, page) < 0)
			return -1;
		t_set(page, "draft", request_form(request, "text"));
		return render(ctx, request, response, &chosen, request_form(request, "whom"), page);
	}
	const char *done = said == 1 ? locale_text(ctx, "agents.message.done_one", NULL)
		: locale_text(ctx, "agents.message.done", arena_printf(ctx->arena, "%" PRId64, said), NULL);
	staff_told(ctx, request, response, done, "/board/agents");
	return 0;
}
