#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "routing/holiday.h"
#include "routing/hours_edit.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/hours.h"
#include "sql_hours_admin.h"

#define SECTION "hours"
#define SPANS_TEXT_MAX 200

static const char *const case_keys[HOURS_CASES] = {
	[HOURS_CASE_CLOSED] = "closed", [HOURS_CASE_HOLIDAY] = "holiday", [HOURS_CASE_ABSENT] = "absent",
};
static const char *const kind_keys[] = { "national", "province", "agency" };
/* As people see a week. */
static const int week_order[7] = { 1, 2, 3, 4, 5, 6, 0 };

void hours_row_scope(const struct db_result *rows, size_t row, enum hours_scope *scope, int64_t *scope_id)
{
	*scope = HOURS_BOT;
	*scope_id = db_i64(rows, row, "bot_id");
	if (db_i64(rows, row, "queue_id")) {
		*scope = HOURS_QUEUE;
		*scope_id = db_i64(rows, row, "queue_id");
	} else if (db_i64(rows, row, "channel_id")) {
		*scope = HOURS_CHANNEL;
		*scope_id = db_i64(rows, row, "channel_id");
	}
}

const char *hours_scope_key(enum hours_scope scope)
{
	static const char *const keys[] = {
		[HOURS_CHANNEL] = "channel", [HOURS_QUEUE] = "queue", [HOURS_BOT] = "bot",
	};
	return keys[scope];
}

const char *hours_why_key(struct vt_ctx *ctx, const struct hours_verdict *verdict)
{
	static const char *const keys[] = {
		[HOURS_ALWAYS] = "always", [HOURS_WEEK] = "week", [HOURS_HOLIDAY] = "holiday",
		[HOURS_EXCEPTION] = "exception",
	};
	return arena_printf(ctx->arena, "%s_%s", verdict->open ? "open" : "closed", keys[verdict->why]);
}

/* --- The list: each week in words, and what would happen at a moment ----------------------------- */

static const char *day_spans(struct vt_ctx *ctx, const struct hours *hours, enum hours_scope scope,
			     int64_t scope_id, int weekday)
{
	struct hours_range ranges[HOURS_RANGES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < hours->span_count && count < HOURS_RANGES_MAX; i++) {
		const struct hours_span *span = &hours->spans[i];
		if (span->scope == scope && span->scope_id == scope_id && span->weekday == weekday)
			ranges[count++] = (struct hours_range){ span->from_minute, span->to_minute };
	}
	return hours_ranges_write(ctx, ranges, count);
}

/* Days that follow each other with the same hours in one piece: Monday to Friday 08:00-17:00. */
static void week_fill(struct vt_ctx *ctx, const struct hours *hours, enum hours_scope scope,
		      int64_t scope_id, struct t_node *item)
{
	for (int i = 0, next; i < 7; i = next) {
		const char *spans = day_spans(ctx, hours, scope, scope_id, week_order[i]);
		next = i + 1;
		while (next < 7 && !strcmp(spans, day_spans(ctx, hours, scope, scope_id, week_order[next])))
			next++;
		if (!*spans)
			continue;
		struct t_node *piece = t_item(t_child(item, "week"));
		t_set_i64(piece, "from", week_order[i]);
		if (next - i > 1)
			t_set_i64(piece, "to", week_order[next - 1]);
		t_set(piece, "spans", spans);
	}
}

static void row_fill(struct vt_ctx *ctx, const struct hours *hours, const struct db_result *names,
		     size_t row, int64_t at, struct t_node *item)
{
	const struct hours_reply *reply;
	struct hours_verdict verdict;
	enum hours_scope scope;
	int64_t scope_id, opens_at;

	hours_row_scope(names, row, &scope, &scope_id);
	hours_at(hours, scope, scope_id, at, &verdict);
	reply = hours_reply(hours, scope, scope_id, at);
	t_set(item, "id", db_text(names, row, "hours_rule_id"));
	t_set(item, "name", db_text(names, row, "name"));
	t_set_bool(item, "open", verdict.open);
	t_set(item, "why", hours_why_key(ctx, &verdict));
	t_set(item, "special", verdict.name);
	week_fill(ctx, hours, scope, scope_id, item);
	if (!reply)
		return;
	opens_at = hours_opens_at(hours, scope, scope_id, at);
	if (opens_at)
		t_set(item, "opens", format_date_time(ctx, opens_at));
	t_set(item, "action", code_name("hours_action", reply->action));
	t_set(item, "text", hours_fill(ctx, reply->text, hours, scope, scope_id, at));
}

static bool read_time(const char *text, int *hour, int *minute)
{
	int end = 0;

	return sscanf(text, "%2d:%2d%n", hour, minute, &end) == 2 && !text[end] && *hour >= 0 &&
		*hour < 24 && *minute >= 0 && *minute < 60;
}

/* ?date=2026-12-08&time=10:30, else now. */
static int read_moment(struct vt_ctx *ctx, const struct request *request, int64_t *at)
{
	const char *date = request_query(request, "date"), *time = request_query(request, "time");
	int64_t day = holiday_day_read(date);
	int hour = 0, minute = 0;

	*at = ctx->now_us;
	if (!*date && !*time)
		return 0;
	if (!day)
		return vt_fail_field(ctx, "date", "error.hours.date", "no date");
	if (!read_time(time, &hour, &minute))
		return vt_fail_field(ctx, "time", "error.hours.time", "no time");
	const struct clock_local local = { .year = (int)(day / 10000), .month = (int)(day / 100 % 100),
					   .day = (int)(day % 100), .hour = hour, .minute = minute };
	*at = clock_from_local(&local);
	return 0;
}

static void moment_fill(struct vt_ctx *ctx, const struct request *request, int64_t at,
			struct t_node *page)
{
	const char *date = request_query(request, "date"), *time = request_query(request, "time");
	struct clock_local local;

	clock_local(at, &local);
	t_set(page, "date", *date ? date : arena_printf(ctx->arena, "%04d-%02d-%02d", local.year,
							local.month, local.day));
	t_set(page, "time", *time ? time : arena_printf(ctx->arena, "%02d:%02d", local.hour,
							local.minute));
	t_set(page, "moment", format_day_long(ctx, at));
	t_set(page, "clock", format_time(ctx, at));
	t_set_bool(page, "asked", *date != '\0');
}

int hours_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	struct hours hours;
	int64_t at;

	if (read_moment(ctx, request, &at) < 0)
		staff_form_error(ctx, response, page);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_NAMES, "") < 0 || hours_ask(ctx, 0) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	hours_from_results(ctx, parts + 2, &hours);
	moment_fill(ctx, request, at, page);
	for (size_t row = 0; row < db_rows(parts[1]); row++) {
		enum hours_scope scope;
		int64_t scope_id;
		hours_row_scope(parts[1], row, &scope, &scope_id);
		struct t_node *group = t_child(t_child(page, "scopes"), hours_scope_key(scope));
		row_fill(ctx, &hours, parts[1], row, at, t_item(t_child(group, "items")));
	}
	return staff_render(ctx, request, response, "hours/page.cs", NULL, page);
}

/* --- The form ------------------------------------------------------------------------------------ */

/* May a scope answer so? A bot that is closed attends nobody; nobody present is a queue's matter. */
static bool offered(enum hours_scope scope, enum hours_case which, int action)
{
	if (which == HOURS_CASE_ABSENT && scope != HOURS_QUEUE)
		return false;
	return scope != HOURS_BOT || action != HOURS_TO_BOT;
}

static void case_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      enum hours_scope scope, enum hours_case which, struct t_node *fields)
{
	const char *key = case_keys[which];
	const char *action = arena_printf(ctx->arena, "%s_action", key);
	const char *text = arena_printf(ctx->arena, "%s_text", key);

	for (int value = HOURS_TO_BOT; value <= HOURS_TO_CLOSE; value++) {
		if (!offered(scope, which, value))
			continue;
		const char *name = arena_printf(ctx->arena, "hours.action_%s.%s", hours_scope_key(scope),
						code_name("hours_action", value));
		admin_option(request, t_child(fields, action), action,
			     arena_printf(ctx->arena, "%d", value), locale_text(ctx, name, NULL),
			     db_i64(row, 0, action) == value);
	}
	admin_field(request, fields, text, db_text(row, 0, text));
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      struct t_node *fields)
{
	enum hours_scope scope;
	int64_t scope_id;

	hours_row_scope(row, 0, &scope, &scope_id);
	t_set(fields, "scope", hours_scope_key(scope));
	for (int i = 0; i < 7; i++) {
		const char *name = arena_printf(ctx->arena, "day%d", week_order[i]);
		struct t_node *day = t_item(t_child(fields, "days"));
		t_set(day, "name", name);
		t_set_i64(day, "weekday", week_order[i]);
		t_set(day, "value", admin_sent(request) ? request_form(request, name)
							: db_text(row, 0, name));
	}
	for (int i = 0; i < (int)VT_COUNT(kind_keys); i++)
		admin_option(request, t_child(fields, "closes_on"), "closes_on",
			     arena_printf(ctx->arena, "%d", i + 1),
			     locale_text(ctx, arena_printf(ctx->arena, "holidays.kind.%s", kind_keys[i]), NULL),
			     db_i64(row, 0, "closes_on") >> i & 1);
	for (int which = 0; which < HOURS_CASES; which++)
		case_fill(ctx, request, row, scope, (enum hours_case)which, fields);
}

/* ?from=: the hours of another, to be saved as this one's. */
static int template_row(struct vt_ctx *ctx, const struct request *request,
			const struct db_result *own, const struct db_result **out)
{
	struct db_result *other;
	int64_t from = 0;
	const char *text = request_query(request, "from");

	*out = own;
	if (!*text || id_parse(text, 1, INT64_MAX, &from) < 0)
		return 0;
	if (db_query(ctx, &other, &SQL_HOURS_GET, "i", from) < 0)
		return -1;
	if (db_rows(other))
		*out = other;
	return 0;
}

static void others_fill(const struct db_result *names, int64_t id, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(names); row++) {
		enum hours_scope scope;
		int64_t scope_id;
		if (db_i64(names, row, "hours_rule_id") == id)
			continue;
		hours_row_scope(names, row, &scope, &scope_id);
		struct t_node *other = t_item(t_child(page, "others"));
		t_set(other, "id", db_text(names, row, "hours_rule_id"));
		t_set(other, "name", db_text(names, row, "name"));
		t_set(other, "scope", hours_scope_key(scope));
	}
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	const struct db_result *values;
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_NAMES, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no hours %" PRId64, id);
	if (template_row(ctx, request, parts[1], &values) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	t_set_i64(fields, "id", id);
	t_set(fields, "revision", db_text(parts[1], 0, "revision"));
	t_set(fields, "name", db_text(parts[1], 0, "name"));
	if (values != parts[1])
		t_set(page, "copied", db_text(values, 0, "name"));
	form_fill(ctx, request, values, fields);
	others_fill(parts[2], id, page);
	return staff_render(ctx, request, response, "hours/form.cs", NULL, page);
}

static int read_days(struct vt_ctx *ctx, const struct request *request, struct hours_week *week)
{
	for (int day = 0; day < 7; day++) {
		const char *name = arena_printf(ctx->arena, "day%d", day);
		const char *text;
		if (form_text(ctx, request, name, SPANS_TEXT_MAX, FORM_OPTIONAL, &text) < 0)
			return -1;
		if (!hours_ranges_read(text, week->days[day], &week->counts[day]))
			return vt_fail_field(ctx, name, "error.hours.spans", "no spans");
	}
	return 0;
}

static int read_case(struct vt_ctx *ctx, const struct request *request, const char *key,
		     struct hours_reply *reply)
{
	int64_t action = HOURS_TO_QUEUE;

	if (form_i64(ctx, request, arena_printf(ctx->arena, "%s_action", key), HOURS_TO_BOT,
		     HOURS_TO_CLOSE, FORM_OPTIONAL, &action) < 0)
		return -1;
	reply->action = (int)action;
	return form_text(ctx, request, arena_printf(ctx->arena, "%s_text", key), HOURS_TEXT_MAX,
			 FORM_OPTIONAL, &reply->text);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct hours_week week = { 0 };
	int64_t kinds[VT_COUNT(kind_keys)];
	size_t count;

	if (!edit->id)
		return vt_fail(ctx, VT_E_NOT_FOUND, "hours are made with what has them");
	if (read_days(ctx, request, &week) < 0 ||
	    admin_ids(ctx, request, "closes_on", VT_COUNT(kinds), kinds, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (kinds[i] > (int64_t)VT_COUNT(kinds))
			return vt_fail_field(ctx, "closes_on", "error.invalid", "no such kind");
		week.closes_on |= 1U << (kinds[i] - 1);
	}
	for (int which = 0; which < HOURS_CASES; which++) {
		if (read_case(ctx, request, case_keys[which], &week.replies[which]) < 0)
			return -1;
	}
	return hours_save(ctx, edit, &week);
}

static const struct admin_form form = { SECTION, "hours", render, save, NULL };

int hours_form(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int hours_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}
