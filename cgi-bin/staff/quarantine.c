#include "base/vt.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/once.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/staff.h"
#include "sql_quarantine.h"

int quarantine_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUARANTINE_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, results[0], "quarantine", page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set_i64(item, "id", db_i64(rows, row, "inbound_id"));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "at")));
		t_set(item, "received_at", format_date_time(ctx, db_time_us(rows, row, "received_at")));
		t_set(item, "channel", db_text(rows, row, "channel_name"));
		t_set(item, "error", db_text(rows, row, "error"));
		t_set(item, "sqlstate", db_text(rows, row, "sqlstate"));
		t_set(item, "raw", db_text(rows, row, "raw"));
		t_set(item, "size", format_size(ctx, db_i64(rows, row, "size")));
		t_set(item, "once", staff_once(ctx));
	}
	t_set_bool(page, "done", *request_query(request, "done"));
	return staff_render(ctx, request, response, "quarantine/page.cs", NULL, page);
}

struct repeat { int64_t inbound_id; const char *once; int64_t lane; };

static int repeat(struct vt_ctx *ctx, void *arg)
{
	struct repeat *change = arg;
	const struct audit audit = { .action = "quarantine.repeat", .entity = "inbound",
				     .entity_id = change->inbound_id };
	struct db_result *result;
	const char *answer;
	bool again;

	change->lane = -1;
	if (once_claim(ctx, change->once, &again, &answer) < 0)
		return -1;
	if (again)
		return 0;
	if (db_one(ctx, &result, &SQL_QUARANTINE_REPEAT, "ii", change->inbound_id, ctx->user_id) < 0)
		return -1;
	change->lane = db_i64(result, 0, "lane");
	if (db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, change->once, "repeated") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int quarantine_repeat(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct repeat change = { 0 };

	if (request_route_id(ctx, request, "id", &change.inbound_id) < 0 ||
	    form_once(ctx, request, &change.once) < 0 || db_transaction(ctx, repeat, &change) < 0)
		return -1;
	if (change.lane >= 0)
		wake_worker_now("intake", (int)change.lane);
	staff_done(ctx, request, response, "/quarantine?done=1");
	return 0;
}
