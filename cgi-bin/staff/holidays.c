#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/csv.h"
#include "base/id.h"
#include "base/utf8.h"
#include "routing/holiday.h"
#include "routing/hours_edit.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/hours.h"
#include "sql_hours_admin.h"

#define SECTION "holidays"
#define SPANS_TEXT_MAX 200
#define CSV_BYTES_MAX (64 * 1024)

/* --- The list of a year -------------------------------------------------------------------------- */

/* ?year=2027, else the present one. */
static int64_t chosen_year(const struct vt_ctx *ctx, const struct request *request)
{
	struct clock_local today;
	int64_t year;

	clock_local(ctx->now_us, &today);
	if (id_parse(request_query(request, "year"), 2000, HOLIDAY_YEAR_LAST, &year) < 0)
		year = today.year;
	return year;
}

static const char *spans_text(struct vt_ctx *ctx, const struct db_result *rows, size_t row)
{
	struct hours_range ranges[HOURS_RANGES_MAX];
	size_t count, n = 0;
	const int64_t *spans = db_i64_array(ctx, rows, row, "spans", &count);

	for (size_t i = 0; i + 1 < count && n < HOURS_RANGES_MAX; i += 2)
		ranges[n++] = (struct hours_range){ (int)spans[i], (int)spans[i + 1] };
	return hours_ranges_write(ctx, ranges, n);
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	const char *day = db_text(rows, row, "day");

	t_set(item, "id", db_text(rows, row, "holiday_id"));
	t_set(item, "day", arena_printf(ctx->arena, "%.2s/%.2s", day + 8, day + 5));
	t_set(item, "weekday", db_text(rows, row, "weekday"));
	t_set(item, "name", db_text(rows, row, "name"));
	t_set(item, "kind", code_name("holiday_kind", (int)db_i64(rows, row, "kind")));
	t_set(item, "spans", spans_text(ctx, rows, row));
	t_set(item, "whom", db_text_or_null(rows, row, "whom"));
}

/* The years that have any, this one and the next. */
static void years_fill(const struct vt_ctx *ctx, const struct db_result *rows, int64_t chosen,
		       struct t_node *page)
{
	struct clock_local today;
	int64_t from, to;

	clock_local(ctx->now_us, &today);
	from = to = today.year;
	for (size_t row = 0; row < db_rows(rows); row++) {
		int64_t year = db_i64(rows, row, "year");
		from = year < from ? year : from;
		to = year > to ? year : to;
	}
	from = chosen < from ? chosen : from;
	to = chosen > to ? chosen : to;
	for (int64_t year = from; year <= to + 1 && year <= HOLIDAY_YEAR_LAST; year++) {
		struct t_node *item = t_item(t_child(page, "years"));
		t_set_i64(item, "year", year);
		t_set_bool(item, "current", year == chosen);
	}
}

int holidays_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	int64_t year = chosen_year(ctx, request);
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOLIDAY_LIST, "i", year) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOLIDAY_YEARS, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	t_set_i64(page, "year", year);
	years_fill(ctx, parts[2], year, page);
	for (size_t row = 0; row < db_rows(parts[1]); row++)
		row_fill(ctx, parts[1], row, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "holidays/page.cs", NULL, page);
}

/* --- The form of one day ------------------------------------------------------------------------- */

static void whom_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *names,
		      int64_t stored, struct t_node *fields)
{
	struct t_node *list = t_child(fields, "whom");

	admin_option(request, list, "whom", "0", locale_text(ctx, "holidays.everywhere", NULL), !stored);
	for (size_t row = 0; row < db_rows(names); row++) {
		enum hours_scope scope;
		int64_t scope_id;
		hours_row_scope(names, row, &scope, &scope_id);
		const char *key = arena_printf(ctx->arena, "hours.of.%s", hours_scope_key(scope));
		admin_option(request, list, "whom", db_text(names, row, "hours_rule_id"),
			     locale_text(ctx, key, db_text(names, row, "name"), NULL),
			     db_i64(names, row, "hours_rule_id") == stored);
	}
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      const struct db_result *names, struct t_node *fields)
{
	bool there = db_rows(row);
	int kind = there ? (int)db_i64(row, 0, "kind") : HOLIDAY_AGENCY;

	if (there) {
		t_set(fields, "id", db_text(row, 0, "holiday_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
	}
	admin_field(request, fields, "day", there ? db_text(row, 0, "day") : "");
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field(request, fields, "spans", there ? spans_text(ctx, row, 0) : "");
	for (int value = HOLIDAY_NATIONAL; value <= HOLIDAY_EXCEPTION; value++)
		admin_option(request, t_child(fields, "kind"), "kind",
			     arena_printf(ctx->arena, "%d", value),
			     locale_text(ctx, arena_printf(ctx->arena, "holidays.kind.%s",
							   code_name("holiday_kind", value)), NULL),
			     value == kind);
	whom_fill(ctx, request, names, there ? db_i64(row, 0, "hours_rule_id") : 0, fields);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOLIDAY_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_HOURS_NAMES, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[1]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no holiday %" PRId64, id);
	admin_fill(ctx, request, parts[0], SECTION, page);
	form_fill(ctx, request, parts[1], parts[2], t_child(page, "form"));
	return staff_render(ctx, request, response, "holidays/form.cs", "holidays/_form.cs", page);
}

/* Only what has hours, and is not removed. */
static int check_whom(struct vt_ctx *ctx, int64_t id)
{
	struct db_result *result;

	if (!id)
		return 0;
	if (db_query(ctx, &result, &SQL_HOURS_GET, "i", id) < 0)
		return -1;
	return db_rows(result) ? 0 : vt_fail_field(ctx, "whom", "error.invalid", "no such scope");
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct holiday holiday = { 0 };
	const char *day, *spans;
	int64_t kind;

	if (form_text(ctx, request, "day", 20, 0, &day) < 0 ||
	    form_text(ctx, request, "name", HOLIDAY_NAME_MAX, 0, &holiday.name) < 0 ||
	    form_i64(ctx, request, "kind", HOLIDAY_NATIONAL, HOLIDAY_EXCEPTION, 0, &kind) < 0 ||
	    form_i64(ctx, request, "whom", 0, INT64_MAX, FORM_OPTIONAL, &holiday.hours_rule_id) < 0 ||
	    form_text(ctx, request, "spans", SPANS_TEXT_MAX, FORM_OPTIONAL, &spans) < 0 ||
	    check_whom(ctx, holiday.hours_rule_id) < 0)
		return -1;
	holiday.kind = (int)kind;
	holiday.day = holiday_day_read(day);
	if (!holiday.day)
		return vt_fail_field(ctx, "day", "error.hours.date", "no date");
	if (!hours_ranges_read(spans, holiday.ranges, &holiday.count))
		return vt_fail_field(ctx, "spans", "error.hours.spans", "no spans");
	return holiday_save(ctx, edit, &holiday);
}

static const struct admin_form form = { SECTION, "holiday", render, save, holiday_remove };

int holiday_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int holiday_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int holiday_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}

/* --- Many at once -------------------------------------------------------------------------------- */

static void done(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 int64_t year)
{
	staff_done(ctx, request, response,
		   arena_printf(ctx->arena, "/admin/holidays?year=%" PRId64 "&done=saved", year));
}

/* The national ones of a year, as the law makes them. */
int holiday_national_add(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct holiday_national national[HOLIDAY_NATIONAL_MAX];
	struct holiday days[HOLIDAY_NATIONAL_MAX] = { 0 };
	int64_t year, added;
	const char *once;

	if (form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "year", HOLIDAY_YEAR_FIRST, HOLIDAY_YEAR_LAST, 0, &year) < 0)
		return -1;
	size_t count = holiday_national((int)year, national);
	for (size_t i = 0; i < count; i++)
		days[i] = (struct holiday){ .day = national[i].day, .name = national[i].name,
					    .kind = HOLIDAY_NATIONAL };
	if (holiday_add(ctx, "holiday.national", days, count, once, &added) < 0)
		return -1;
	done(ctx, request, response, year);
	return 0;
}

static int import_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
			 struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	admin_field(request, t_child(page, "form"), "csv", "");
	return staff_render(ctx, request, response, "holidays/import.cs", NULL, page);
}

int holiday_import_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return import_render(ctx, request, response, t_new(ctx));
}

static int kind_read(const char *text)
{
	static const char *const words[] = { "nacional", "provincial", "agencia" };

	for (int i = 0; i < (int)VT_COUNT(words); i++) {
		if (!strcasecmp(text, words[i]))
			return i + 1;
	}
	return *text ? 0 : HOLIDAY_AGENCY;
}

/* One line of the file: date; name; kind. */
static int row_read(struct vt_ctx *ctx, const struct csv_row *row, struct holiday *out)
{
	*out = (struct holiday){ .day = holiday_day_read(row->fields[0]),
				 .name = row->count > 1 ? row->fields[1] : "",
				 .kind = kind_read(row->count > 2 ? row->fields[2] : "") };
	if (out->day && *out->name && utf8_length(out->name) <= HOLIDAY_NAME_MAX && out->kind)
		return 0;
	return vt_fail_field(ctx, "csv", "error.holiday.line", "line %zu", row->line);
}

/* *line: where reading stopped, for who has to mend it. */
static int import_read(struct vt_ctx *ctx, const char *text, size_t size, struct holiday *days,
		       size_t *count, size_t *line)
{
	const struct csv_limits limits = { HOLIDAY_IMPORT_MAX + 1, 8, 1000 };
	struct csv_reader *reader;
	struct csv_row row;
	int got;

	*count = 0;
	if (csv_open(ctx, text, size, &limits, &reader) < 0)
		return -1;
	while ((got = csv_next(ctx, reader, &row)) > 0) {
		*line = row.line;
		/* A first line that begins with no date is the header. */
		if (!*count && row.line == 1 && !holiday_day_read(row.fields[0]))
			continue;
		if (*count == HOLIDAY_IMPORT_MAX)
			return vt_fail_field(ctx, "csv", "error.csv.rows", "too many");
		if (row_read(ctx, &row, &days[*count]) < 0)
			return -1;
		(*count)++;
	}
	if (got < 0)
		return -1;
	*line = 0;
	return *count ? 0 : vt_fail_field(ctx, "csv", "error.required", "no line");
}

/* A file, or what was pasted. */
static int import_text(struct vt_ctx *ctx, const struct request *request, const char **text,
		       size_t *size)
{
	if (request->upload_count && request->uploads[0].size) {
		*text = (const char *)request->uploads[0].data;
		*size = request->uploads[0].size;
		return *size <= CSV_BYTES_MAX ? 0 : vt_fail_field(ctx, "csv", "error.csv.size", "too large");
	}
	if (form_text(ctx, request, "csv", CSV_BYTES_MAX, 0, text) < 0)
		return -1;
	*size = strlen(*text);
	return 0;
}

static int import_run(struct vt_ctx *ctx, const struct request *request, int64_t *year, size_t *line)
{
	struct holiday *days = arena_calloc(ctx->arena, HOLIDAY_IMPORT_MAX, sizeof(*days));
	const char *once, *text = "";
	size_t count, size = 0;
	int64_t added;

	if (form_once(ctx, request, &once) < 0 ||
	    import_text(ctx, request, &text, &size) < 0 ||
	    import_read(ctx, text, size, days, &count, line) < 0 ||
	    holiday_add(ctx, "holiday.import", days, count, once, &added) < 0)
		return -1;
	*year = days[0].day / 10000;
	return 0;
}

int holiday_import(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	size_t line = 0;
	int64_t year;

	if (import_run(ctx, request, &year, &line) < 0) {
		if (line)
			t_set_i64(page, "line", (int64_t)line);
		if (admin_refused(ctx, request, response, "holiday", 0, page) < 0)
			return -1;
		return import_render(ctx, request, response, page);
	}
	done(ctx, request, response, year);
	return 0;
}
