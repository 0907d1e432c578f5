#include "base/vt.h"
#include "base/id.h"
#include "people/user.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/user_filter.h"
#include "sql_user.h"

#define SECTION "matrix"
#define PAGE_ROWS 100                  /* with all of them chosen the form still has room for the rest */

#define LIMITED "limit_channels"       /* those whose own capacity is set */

enum part { PART_SHELL, PART_LIST, PART_CHOICES };

/* Where it stands among the ids, -1: nowhere. */
static int place_of(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id)
			return (int)i;
	}
	return -1;
}

/* One cell for each queue and each channel, in the order of the table's head. */
static void cells_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		       const struct db_result *choices, struct t_node *item)
{
	size_t queue_count, channel_count, capacity_count;
	const int64_t *queues = db_i64_array(ctx, rows, row, "queue_ids", &queue_count);
	const int64_t *channels = db_i64_array(ctx, rows, row, "channel_ids", &channel_count);
	const int64_t *capacities = db_i64_array(ctx, rows, row, "channel_capacities", &capacity_count);
	const int64_t *open = db_i64_array(ctx, rows, row, "channel_open", &capacity_count);

	for (size_t i = 0; i < db_rows(choices); i++) {
		const char *kind = db_text(choices, i, "kind");
		int64_t id = db_i64(choices, i, "id");
		if (strcmp(kind, "queue") != 0 && strcmp(kind, "channel") != 0)
			continue;
		bool queue = !strcmp(kind, "queue");
		struct t_node *cell = t_item(t_child(item, queue ? "queues" : "channels"));
		t_set(cell, "name", db_text(choices, i, "name"));
		int place = queue ? place_of(queues, queue_count, id) : place_of(channels, channel_count, id);
		t_set_bool(cell, "has", place >= 0);
		if (queue || place < 0 || !capacities[place])
			continue;
		t_set_i64(cell, "capacity", capacities[place]);
		t_set_i64(cell, "open", open[place]);
	}
}

static void rows_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
		      const struct db_result *choices, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = admin_option(request, t_child(page, "items"), "users",
						   db_text(rows, row, "user_id"),
						   db_text(rows, row, "name"), false);
		t_set(item, "login", db_text(rows, row, "login"));
		t_set_bool(item, "attends", db_bool(rows, row, "attends"));
		t_set(item, "capacity", db_text(rows, row, "capacity"));
		t_set(item, "open", db_text(rows, row, "open_count"));
		cells_fill(ctx, rows, row, choices, item);
	}
}

/* What the form says of each queue and channel, as it was sent when it comes back. */
static void changes_fill(struct vt_ctx *ctx, const struct request *request,
			 const struct db_result *choices, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(choices); row++) {
		const char *kind = db_text(choices, row, "kind");
		if (strcmp(kind, "queue") != 0 && strcmp(kind, "channel") != 0)
			continue;
		const char *field = arena_printf(ctx->arena, "%s_%s", kind, db_text(choices, row, "id"));
		struct t_node *item = t_item(t_child(page, arena_printf(ctx->arena, "change.%ss", kind)));
		t_set(item, "field", field);
		t_set(item, "name", db_text(choices, row, "name"));
		t_set(item, "sent", request_form(request, field));
		if (!strcmp(kind, "channel"))
			admin_option(request, t_child(page, "change.limited"), LIMITED, db_text(choices, row, "id"),
				     db_text(choices, row, "name"), false);
	}
	t_set(page, "change.capacity", request_form(request, "capacity"));
	t_set(page, "change.limit", request_form(request, "limit"));
	t_set(page, "change.attends", request_form(request, "set_attends"));
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  const struct user_filter *filter, struct t_node *page)
{
	int64_t number = user_page_number(request);
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_USER_MATRIX, "siisii", filter->words, filter->queue,
			filter->channel, filter->attends, (int64_t)PAGE_ROWS,
			(number - 1) * PAGE_ROWS) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_USER_CHOICES, "i", INT64_C(0)) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	t_set_bool(page, "may_manage", staff_may(request->session, PERM_USER_MANAGE));
	rows_fill(ctx, request, parts[PART_LIST], parts[PART_CHOICES], page);
	changes_fill(ctx, request, parts[PART_CHOICES], page);
	user_filter_fill(ctx, filter, parts[PART_CHOICES], page);
	user_pages_fill(ctx, parts[PART_LIST], number, PAGE_ROWS,
			arena_printf(ctx->arena, "/admin/matrix?%s", user_filter_query(ctx, filter)),
			page);
	return staff_render(ctx, request, response, "matrix/page.cs", NULL, page);
}

int matrix_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct user_filter filter;

	user_filter_read(request, request_query, &filter);
	return render(ctx, request, response, &filter, t_new(ctx));
}

/* The ids of all fields <prefix><id> that were sent with this value; at most as many as a form has
 * fields. */
static const int64_t *chosen(struct vt_ctx *ctx, const struct request *request, const char *prefix,
			     const char *value, size_t *count)
{
	int64_t *ids = arena_calloc(ctx->arena, request->form.count + 1, sizeof(*ids));
	size_t length = strlen(prefix);

	*count = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		const struct pair *pair = &request->form.items[i];
		if (!strncmp(pair->name, prefix, length) && !strcmp(pair->value, value) &&
		    id_parse(pair->name + length, 1, INT64_MAX, &ids[*count]) == 0)
			(*count)++;
	}
	return ids;
}

/* The channels whose own capacity is set, and to how many. */
static int read_limit(struct vt_ctx *ctx, const struct request *request, struct user_attention *change)
{
	int64_t *channels = arena_calloc(ctx->arena, request->form.count + 1, sizeof(*channels));

	if (admin_ids(ctx, request, LIMITED, request->form.count, channels, &change->limit_count) < 0 ||
	    form_i64(ctx, request, "limit", 0, USER_CAPACITY_MAX, FORM_OPTIONAL, &change->limit) < 0)
		return -1;
	change->limit_channels = channels;
	if (change->limit >= 0 && !change->limit_count)
		return vt_fail_field(ctx, LIMITED, "error.matrix.channels", "no channel is chosen");
	if (change->limit < 0 && change->limit_count)
		return vt_fail_field(ctx, "limit", "error.matrix.limit", "no capacity is given");
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request)
{
	struct user_attention change = { .capacity = -1, .attends = -1, .limit = -1 };
	int64_t users[PAGE_ROWS];
	const char *once;
	size_t count;

	change.give_queues = chosen(ctx, request, "queue_", "give", &change.give_queue_count);
	change.take_queues = chosen(ctx, request, "queue_", "take", &change.take_queue_count);
	change.give_channels = chosen(ctx, request, "channel_", "give", &change.give_channel_count);
	change.take_channels = chosen(ctx, request, "channel_", "take", &change.take_channel_count);
	if (form_once(ctx, request, &once) < 0 ||
	    admin_ids(ctx, request, "users", PAGE_ROWS, users, &count) < 0 ||
	    read_limit(ctx, request, &change) < 0 ||
	    form_i64(ctx, request, "capacity", 0, USER_CAPACITY_MAX, FORM_OPTIONAL,
		     &change.capacity) < 0 ||
	    form_i64(ctx, request, "set_attends", 0, 1, FORM_OPTIONAL, &change.attends) < 0)
		return -1;
	if (user_attend(ctx, once, users, count, &change) < 0)
		return -1;
	people_release(ctx);
	return 0;
}

int matrix_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct user_filter filter;

	user_filter_read(request, request_form, &filter);
	if (save(ctx, request) < 0) {
		struct t_node *page = t_new(ctx);
		if (admin_refused(ctx, request, response, "user", 0, page) < 0)
			return -1;
		return render(ctx, request, response, &filter, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/admin/" SECTION "?done=saved&%s",
							user_filter_query(ctx, &filter)));
	return 0;
}
