/* How a line does, on its form and in the list; its test, and the end of its rest. */
#include "base/vt.h"
#include "channel/outgoing.h"
#include "routing/line_health.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/line.h"

/* Of what makes a line rest: a key of L.channels.fault. */
static const char *fault_key(int64_t fault)
{
	return fault == CHANNEL_FAULT_LINE ? "line" : fault == CHANNEL_FAULT_RATE ? "rate" : "server";
}

static void set_time(struct vt_ctx *ctx, struct t_node *node, const char *name, const struct db_result *rows, size_t row,
		     const char *column)
{
	if (!db_is_null(rows, row, column))
		t_set(node, name, format_date_time(ctx, db_time_us(rows, row, column)));
}

static void fill_both(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set_bool(item, "heard", true);
	set_time(ctx, item, "last_in", rows, row, "last_in_at");
	set_time(ctx, item, "last_out", rows, row, "last_out_at");
	if (db_bool(rows, row, "rests"))
		t_set(item, "fault", fault_key(db_i64(rows, row, "fault")));
}

void line_health_item(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	fill_both(ctx, rows, row, item);
	if (!db_bool(rows, row, "rests") && !db_is_null(rows, row, "in_fault"))
		t_set(item, "fault", "deaf");
}

void line_health_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *health)
{
	bool asked = db_bool(row, 0, "asked"), lately = db_bool(row, 0, "lately");

	fill_both(ctx, row, 0, health);
	t_set(health, "deaf", db_text_or_null(row, 0, "in_fault"));
	set_time(ctx, health, "until", row, 0, "until");
	set_time(ctx, health, "error_at", row, 0, "error_at");
	set_time(ctx, health, "checked", row, 0, "checked_at");
	t_set(health, "error", db_text_or_null(row, 0, "error"));
	set_time(ctx, health, "deaf_at", row, 0, "in_error_at");
	t_set(health, "deaf_error", db_text_or_null(row, 0, "in_error"));
	t_set(health, "waiting", db_text(row, 0, "waiting"));
	t_set_bool(health, "testing", asked && lately);
	t_set_bool(health, "lost", asked && !lately);
	t_set_bool(health, "check_ok", db_bool(row, 0, "check_ok"));
	t_set(health, "check_text", db_text_or_null(row, 0, "check_text"));
}

/* A button beside the form, and back to it. */
static int submit(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int (*apply)(struct vt_ctx *ctx, const char *once, int64_t channel_id))
{
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    apply(ctx, once, id) < 0)
		return -1;
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/admin/channels/%" PRId64, id));
	return 0;
}

int line_test_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, line_test);
}

int line_resume_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, line_resume);
}
