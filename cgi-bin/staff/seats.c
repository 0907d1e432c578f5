#include "base/vt.h"
#include "people/seat.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_session.h"

#define SECTION "seats"

void seat_summary_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *seats)
{
	t_set(seats, "count", format_number(ctx, db_i64(row, 0, "seats")));
	t_set_bool(seats, "named", db_bool(row, 0, "named"));
	t_set(seats, "people", format_number(ctx, db_i64(row, 0, "people")));
	t_set(seats, "named_count", format_number(ctx, db_i64(row, 0, "named_count")));
	t_set(seats, "today", format_number(ctx, db_i64(row, 0, "today")));
	if (db_is_null(row, 0, "best"))
		return;
	t_set(seats, "best", format_number(ctx, db_i64(row, 0, "best")));
	t_set(seats, "best_at", format_date(ctx, db_time_us(row, 0, "best_at")));
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SEAT_SUMMARY, "") < 0 || db_pipe_add(ctx, 0, &SQL_SEAT_USERS, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_SEAT_SNAPSHOT, "i", (int64_t)SEAT_EDIT_ID) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	seat_summary_fill(ctx, parts[1], t_child(page, "seats"));
	t_set_bool(page, "seats.settings", staff_may(request->session, PERM_SETTING_MANAGE));
	t_set(fields, "revision", db_text(parts[3], 0, "revision"));
	const struct db_result *people = parts[2];
	for (size_t row = 0; row < db_rows(people); row++)
		admin_option(request, t_child(fields, "users"), "users", db_text(people, row, "user_id"),
			     arena_printf(ctx->arena, "%s (%s)", db_text(people, row, "name"),
					  db_text(people, row, "login")),
			     db_bool(people, row, "chosen"));
	return staff_render(ctx, request, response, "seats/page.cs", NULL, page);
}

int seats_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

int seats_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t *ids = arena_calloc(ctx->arena, SEAT_USERS_MAX, sizeof(*ids));
	struct edit edit = { .id = SEAT_EDIT_ID };
	struct t_node *page;
	size_t count;

	if (admin_edit_read(ctx, request, &edit) == 0 &&
	    admin_ids(ctx, request, "users", SEAT_USERS_MAX, ids, &count) == 0 &&
	    seat_choose(ctx, &edit, ids, count) == 0) {
		admin_done(ctx, request, response, SECTION, "saved");
		return 0;
	}
	page = t_new(ctx);
	if (admin_refused(ctx, request, response, "seat", SEAT_EDIT_ID, page) < 0)
		return -1;
	return render(ctx, request, response, page);
}
