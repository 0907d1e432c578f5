#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/audit_export.h"
#include "people/once.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/audit.h"
#include "cgi-bin/staff/export.h"
#include "sql_audit.h"
#include "sql_export.h"

#define AT_ONCE_ROWS 5000              /* more than these are made by the worker */
#define FILE_AGE_MAX_US CLOCK_DAY

/* State of a job, as in the table. */
enum { JOB_WAITING, JOB_AT_WORK, JOB_DONE, JOB_CANCELLED, JOB_FAILED };
static const char *const states[] = { "waiting", "at_work", "done", "cancelled", "failed" };

/* --- One's own downloads ----------------------------------------------------------------------- */

static void job_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	int64_t state = db_i64(rows, row, "state");

	t_set(item, "id", db_text(rows, row, "export_job_id"));
	t_set(item, "dataset", locale_text(ctx, arena_printf(ctx->arena, "export.%s",
		db_text(rows, row, "dataset")), NULL));
	t_set(item, "format", db_text(rows, row, "format"));
	t_set(item, "reason", db_text(rows, row, "reason"));
	t_set(item, "state", states[state]);
	t_set(item, "rows", format_number(ctx, db_i64(rows, row, "rows_done")));
	t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "created_at")));
	t_set_bool(item, "open", state == JOB_WAITING || state == JOB_AT_WORK);
	if (state != JOB_DONE)
		return;
	t_set(item, "size", format_size(ctx, db_i64(rows, row, "size")));
	t_set_bool(item, "there", ctx->now_us - db_time_us(rows, row, "ended_at") < FILE_AGE_MAX_US);
}

int downloads_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;
	bool open = false;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXPORT_JOB_LIST, "i", ctx->user_id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, results[0], "downloads", page);
	for (size_t row = 0; row < db_rows(results[1]); row++) {
		job_fill(ctx, results[1], row, t_item(t_child(page, "items")));
		open |= db_i64(results[1], row, "state") <= JOB_AT_WORK;
	}
	/* Works without script too: the browser asks again while something is being made. */
	if (open)
		response_header(response, "Refresh", "3");
	return staff_render(ctx, request, response, "downloads/page.cs", NULL, page);
}

static int job_get(struct vt_ctx *ctx, const struct request *request, struct db_result **job)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return db_one(ctx, job, &SQL_EXPORT_JOB_GET, "ii", id, ctx->user_id);
}

static int cancel(struct vt_ctx *ctx, void *arg)
{
	const int64_t id = *(const int64_t *)arg;
	const struct audit audit = { .action = "export.cancel", .entity = "export", .entity_id = id };

	/* One that is done by now stays done; that it was to be cancelled is on record all the same. */
	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &SQL_EXPORT_JOB_CANCEL, "ii", id, ctx->user_id) < 0 ||
	    audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int download_cancel(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *job;

	if (job_get(ctx, request, &job) < 0)
		return -1;
	int64_t id = db_i64(job, 0, "export_job_id");
	if (db_transaction(ctx, cancel, &id) < 0)
		return -1;
	staff_done(ctx, request, response, "/downloads");
	return 0;
}

static int record_download(struct vt_ctx *ctx, void *arg)
{
	const struct db_result *job = arg;
	const struct audit audit = {
		.action = "export.download", .entity = "export", .entity_id = db_i64(job, 0, "export_job_id"),
		.after = arena_printf(ctx->arena, "{\"dataset\":\"%s\",\"rows\":%" PRId64 ",\"sha256\":\"%s\"}",
				      db_text(job, 0, "dataset"), db_i64(job, 0, "rows_done"),
				      db_text(job, 0, "file_hash")),
	};

	return audit_alone(ctx, &audit);
}

int download_file(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	enum export_format format;
	struct db_result *job;

	if (job_get(ctx, request, &job) < 0 ||
	    export_format_read(ctx, EXPORT_AUDIT, db_text(job, 0, "format"), &format) < 0)
		return -1;
	if (db_i64(job, 0, "state") != JOB_DONE ||
	    ctx->now_us - db_time_us(job, 0, "ended_at") >= FILE_AGE_MAX_US)
		return vt_fail(ctx, VT_E_NOT_FOUND, "not there, or not any more");
	if (db_transaction(ctx, record_download, job) < 0)
		return -1;
	const char *hash = db_text(job, 0, "file_hash");
	response->content_type = export_media_type(format);
	response_disposition(response, true, staff_export_name(ctx, "audit.file_name", format));
	response_accel(response, arena_printf(ctx->arena, "/internal/files/%.2s/%.2s/%s", hash, hash + 2, hash));
	return 0;
}

/* --- The audit: at once, or by the worker ------------------------------------------------------- */

struct order {
	struct staff_export out;
	const char *asked, *once, *parameters;
};

static int order_job(struct vt_ctx *ctx, void *arg)
{
	const struct order *order = arg;
	const struct audit audit = { .action = "export.order", .entity = "export", .after = order->asked };
	const char *answer;
	bool again;

	if (once_claim(ctx, order->once, &again, &answer) < 0)
		return -1;
	if (again)
		return 0;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXPORT_JOB_INSERT, "isssjibs", ctx->user_id, export_key(EXPORT_AUDIT),
			export_format_key(order->out.format), order->out.reason, order->parameters,
			order->out.rule.rows_max, (int)order->out.rule.masked, order->once) < 0 ||
	    audit_write(ctx, &audit) < 0 || once_answer(ctx, order->once, "ordered") < 0)
		return -1;
	wake_worker(ctx, "export", 0);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int order(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 const struct audit_filter *filter, struct order *order)
{
	const char *const *heading = staff_export_heading(ctx, "audit", audit_export_columns,
							  AUDIT_EXPORT_COLUMNS);
	struct json *parameters = json_new_object(ctx), *names = json_new_array(ctx);
	struct audit_filter fixed = *filter;

	/* What happens while it is made is not in it. */
	if (!fixed.to_us || fixed.to_us > ctx->now_us)
		fixed.to_us = ctx->now_us;
	for (size_t i = 0; i < AUDIT_EXPORT_COLUMNS; i++)
		json_append_str(names, heading[i]);
	json_set_node(parameters, "heading", names);
	json_set_str(parameters, "search", audit_filter_text(ctx, &fixed));
	json_set_str(parameters, "asked", order->asked);
	order->parameters = json_text(ctx, parameters);
	if (form_once(ctx, request, &order->once) < 0 || db_transaction(ctx, order_job, order) < 0)
		return -1;
	staff_done(ctx, request, response, "/downloads");
	return 0;
}

static int at_once(struct vt_ctx *ctx, struct response *response, const struct db_result *rows,
		   struct order *order)
{
	struct export_file *file = &order->out.file;

	if (staff_export_begin(ctx, response, &order->out,
			       staff_export_heading(ctx, "audit", audit_export_columns, AUDIT_EXPORT_COLUMNS),
			       AUDIT_EXPORT_COLUMNS) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows) && !file->full; row++)
		audit_export_row(ctx, file, rows, row);
	return staff_export_done(ctx, response, &order->out, order->asked, "audit.file_name");
}

/* What is asked for stands in the address, as on the page. */
int audit_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct order asked = { .asked = audit_filter_json(ctx, &request->query) };
	struct db_result *roles, **found;
	const struct export_rule *rule = &asked.out.rule;
	struct audit_filter filter;

	if (staff_export_allowed(ctx, request, EXPORT_AUDIT, &asked.out) < 0 ||
	    db_query(ctx, &roles, &SQL_AUDIT_ROLES, "") < 0 ||
	    audit_filter_read(ctx, &request->query, roles, &filter) < 0)
		return -1;
	filter.key_at = 0;
	if (db_pipe_begin(ctx) < 0 || audit_search_ask(ctx, &filter, AT_ONCE_ROWS + 1) < 0 ||
	    db_pipe_run(ctx, &found, NULL, NULL) < 0)
		return -1;
	bool few = db_rows(found[0]) <= AT_ONCE_ROWS || (rule->rows_max && rule->rows_max <= AT_ONCE_ROWS);
	if (few)
		return at_once(ctx, response, found[0], &asked);
	return order(ctx, request, response, &filter, &asked);
}
