/* SMS by day, line and class: how many, as how many they were paid for, and how they arrived. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/id.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/export.h"
#include "sql_sms.h"

#define SECTION "channels"
#define DAYS_MAX 366
#define USUAL_DAYS 30
/* Of the picture. */
#define WIDTH 1060
#define HEIGHT 160
#define LEFT 4
#define TOP 20
#define DAY_MAX 60                     /* the widest that a day is */
#define BAR 0.75                       /* of a day: the rest is between them */
#define LABELS 12

enum part { PART_SHELL, PART_LINES, PART_SUMS };

static const char *const classes[] = { "transactional", "notification", "institutional" };
static const char *const fills[] = { "f5", "f6", "f7" };       /* in the picture (ventanilla.css) */

struct search { int64_t line_id, first, last; size_t days; };      /* first, last: us at which these days begin */
struct sums { int64_t messages, segments, delivered, failed; };
struct day { struct sums of[VT_COUNT(classes)]; };

/* --- What is asked for --------------------------------------------------------------------------- */

/* <input type="date">: the beginning of that day, in the agency's time. */
static int day_read(struct vt_ctx *ctx, const struct request *request, const char *field, int64_t *us)
{
	const char *text = request_query(request, field);

	if (!*text)
		return 0;
	if (strlen(text) == strlen("2026-11-27") && form_time(ctx, field, arena_printf(ctx->arena, "%sT00:00", text), us) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, field, "error.hours.date", "no day");
}

static int64_t day_of(int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	local.hour = local.minute = local.second = 0;
	return clock_from_local(&local);
}

static const char *day_text(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%04d-%02d-%02d", local.year, local.month, local.day);
}

static struct search usual(const struct vt_ctx *ctx)
{
	int64_t today = day_of(ctx->now_us);

	return (struct search){ .first = today - (USUAL_DAYS - 1) * CLOCK_DAY, .last = today, .days = USUAL_DAYS };
}

/* One day alone brings the other with it. */
static int search_read(struct vt_ctx *ctx, const struct request *request, struct search *search)
{
	const char *line = request_query(request, "line");

	*search = usual(ctx);
	if (day_read(ctx, request, "to", &search->last) < 0)
		return -1;
	search->first = search->last - (USUAL_DAYS - 1) * CLOCK_DAY;
	if (day_read(ctx, request, "from", &search->first) < 0)
		return -1;
	if (*line && id_parse(line, 0, INT64_MAX, &search->line_id) < 0)
		return vt_fail_field(ctx, "line", "error.number", "no number");
	if (search->first > search->last)
		return vt_fail_field(ctx, "to", "error.audit.order", "ends before it begins");
	if (search->last - search->first >= DAYS_MAX * CLOCK_DAY)
		return vt_fail_field(ctx, "from", "error.sms.range", "more than %d days", DAYS_MAX);
	search->days = (size_t)((search->last - search->first) / CLOCK_DAY) + 1;
	return 0;
}

static int sums_ask(struct vt_ctx *ctx, const struct search *search)
{
	return db_pipe_add(ctx, 0, &SQL_SMS_SUMS, "ssi", day_text(ctx, search->first), day_text(ctx, search->last),
			   search->line_id);
}

static struct sums sums_of(const struct db_result *rows, size_t row)
{
	return (struct sums){
		db_i64(rows, row, "messages"), db_i64(rows, row, "segments"), db_i64(rows, row, "delivered"),
		db_i64(rows, row, "failed"),
	};
}

static void add(struct sums *to, const struct sums *sums)
{
	to->messages += sums->messages;
	to->segments += sums->segments;
	to->delivered += sums->delivered;
	to->failed += sums->failed;
}

/* Accepted by the gateway, and nothing was heard since. */
static int64_t silent(const struct sums *sums)
{
	return sums->messages - sums->delivered - sums->failed;
}

static size_t class_at(const char *name)
{
	size_t i = 0;

	while (i + 1 < VT_COUNT(classes) && strcmp(classes[i], name) != 0)
		i++;
	return i;
}

static const char *class_name(struct vt_ctx *ctx, const char *class)
{
	return locale_text(ctx, arena_printf(ctx->arena, "sms.classes.%s", class), NULL);
}

/* --- The page ------------------------------------------------------------------------------------ */

static void form_fill(struct vt_ctx *ctx, const struct db_result *lines, const struct search *search, struct t_node *form)
{
	t_set(form, "from", day_text(ctx, search->first));
	t_set(form, "to", day_text(ctx, search->last));
	for (size_t row = 0; row < db_rows(lines); row++) {
		struct t_node *item = t_item(t_child(form, "lines"));
		const char *name = db_text(lines, row, "name");

		t_set(item, "key", db_text(lines, row, "channel_id"));
		t_set(item, "label", db_bool(lines, row, "gone") ? locale_text(ctx, "sms.gone", name, NULL) : name);
		t_set_bool(item, "chosen", db_i64(lines, row, "channel_id") == search->line_id);
	}
}

static void sums_fill(struct vt_ctx *ctx, const struct sums *sums, struct t_node *item)
{
	t_set(item, "messages", format_number(ctx, sums->messages));
	t_set(item, "segments", format_number(ctx, sums->segments));
	t_set(item, "delivered", format_number(ctx, sums->delivered));
	t_set(item, "failed", format_number(ctx, sums->failed));
	t_set(item, "silent", format_number(ctx, silent(sums)));
	if (sums->messages)
		t_set(item, "rate", format_number(ctx, (sums->delivered * 100 + sums->messages / 2) / sums->messages));
}

/* A day's bars, one on the other, and its rows in the table. */
static void day_fill(struct vt_ctx *ctx, const struct day *day, int64_t at, int64_t most, struct t_node *node, struct t_node *rows)
{
	int64_t foot = TOP + HEIGHT;

	for (size_t class = 0; class < VT_COUNT(classes); class++) {
		const struct sums *sums = &day->of[class];
		int64_t size = sums->messages * HEIGHT / most;

		if (!sums->messages)
			continue;
		struct t_node *bar = t_item(t_child(node, "bars")), *row = t_item(rows);
		size = size ? size : 1;
		foot -= size;
		t_set(bar, "fill", fills[class]);
		t_set_i64(bar, "y", foot);
		t_set_i64(bar, "size", size);
		t_set(bar, "title", locale_text(ctx, "sms.bar", format_date(ctx, at), class_name(ctx, classes[class]),
						format_number(ctx, sums->messages), NULL));
		t_set(row, "day", format_date(ctx, at));
		t_set(row, "class", classes[class]);
		sums_fill(ctx, sums, row);
	}
}

static void picture_fill(struct vt_ctx *ctx, const struct search *search, const struct day *days, struct t_node *page)
{
	double width = (double)(WIDTH - LEFT) / (double)search->days;
	size_t each = (search->days + LABELS - 1) / LABELS;
	int64_t most = 1;

	width = width > DAY_MAX ? DAY_MAX : width;
	for (size_t i = 0; i < search->days; i++) {
		int64_t sum = 0;
		for (size_t class = 0; class < VT_COUNT(classes); class++)
			sum += days[i].of[class].messages;
		most = sum > most ? sum : most;
	}
	t_set(page, "most", format_number(ctx, most));
	t_set(page, "bar", arena_printf(ctx->arena, "%.1f", width * BAR));
	for (size_t i = 0; i < search->days; i++) {
		struct t_node *node = t_item(t_child(page, "days"));
		int64_t at = search->first + (int64_t)i * CLOCK_DAY;

		t_set(node, "day", format_date(ctx, at));
		t_set(node, "x", arena_printf(ctx->arena, "%.1f", LEFT + (double)i * width));
		t_set_bool(node, "label", i % each == 0);
		day_fill(ctx, &days[i], at, most, node, t_child(page, "rows"));
	}
}

static void tables_fill(struct vt_ctx *ctx, const struct search *search, const struct db_result *lines,
			const struct db_result *rows, struct t_node *page)
{
	struct day *days = arena_calloc(ctx->arena, search->days, sizeof(*days));
	struct sums *of_line = arena_calloc(ctx->arena, db_rows(lines) + 1, sizeof(*of_line)), all = { 0 };
	struct sums of_class[VT_COUNT(classes)] = { { 0 } };

	for (size_t row = 0; row < db_rows(rows); row++) {
		const struct sums sums = sums_of(rows, row);
		size_t class = class_at(db_text(rows, row, "class"));

		add(&all, &sums);
		add(&of_class[class], &sums);
		add(&days[db_i64(rows, row, "place")].of[class], &sums);
		for (size_t line = 0; line < db_rows(lines); line++) {
			if (db_i64(lines, line, "channel_id") == db_i64(rows, row, "channel_id"))
				add(&of_line[line], &sums);
		}
	}
	if (!all.messages)
		return;
	sums_fill(ctx, &all, t_child(page, "all"));
	for (size_t class = 0; class < VT_COUNT(classes); class++) {
		struct t_node *item = t_item(t_child(page, "classes"));
		t_set(item, "class", classes[class]);
		t_set(item, "fill", fills[class]);
		sums_fill(ctx, &of_class[class], item);
	}
	for (size_t line = 0; line < db_rows(lines) && !search->line_id; line++) {
		if (!of_line[line].messages)
			continue;
		struct t_node *item = t_item(t_child(page, "lines"));
		t_set(item, "line", db_text(lines, line, "name"));
		sums_fill(ctx, &of_line[line], item);
	}
	picture_fill(ctx, search, days, page);
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, const struct search *search,
		  struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_SMS_LINES, "") < 0 ||
	    sums_ask(ctx, search) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, parts[PART_LINES], search, t_child(page, "form"));
	t_set(page, "query", request->query_string ? request->query_string : "");
	tables_fill(ctx, search, parts[PART_LINES], parts[PART_SUMS], page);
	return staff_render(ctx, request, response, "sms/page.cs", NULL, page);
}

int sms_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct search search;

	if (search_read(ctx, request, &search) < 0) {
		if (!*ctx->error.field)
			return -1;
		staff_form_error(ctx, response, page);
		search = usual(ctx);
	}
	return render(ctx, request, response, &search, page);
}

int sms_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "day", "line", "class", "messages", "segments", "delivered", "failed", "silent" };
	struct staff_export out;
	struct search search;
	struct db_result **parts;

	if (search_read(ctx, request, &search) < 0 || staff_export_allowed(ctx, request, EXPORT_SMS, &out) < 0 ||
	    db_pipe_begin(ctx) < 0 || sums_ask(ctx, &search) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "sms", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	const struct db_result *rows = parts[0];
	for (size_t row = 0; row < db_rows(rows) && !out.file.full; row++) {
		const struct sums sums = sums_of(rows, row);
		const int64_t figures[] = { sums.messages, sums.segments, sums.delivered, sums.failed, silent(&sums) };

		export_cell(&out.file, db_text(rows, row, "day"));
		export_cell(&out.file, db_text(rows, row, "line"));
		export_cell(&out.file, class_name(ctx, db_text(rows, row, "class")));
		for (size_t i = 0; i < VT_COUNT(figures); i++)
			export_cell_i64(&out.file, figures[i]);
		export_end_row(&out.file);
	}
	return staff_export_done(ctx, response, &out, NULL, "sms.file_name");
}
