/* What was said to providers and what they said: looked through by line, time, result and message, and as a file. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/mask.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/export.h"
#include "sql_exchange.h"

#define SECTION "channels"
#define PAGE_ROWS 100
#define LOOKED_MAX 20000
#define SNIPPET_MAX 600
#define USUAL_US (24 * CLOCK_HOUR)

enum part { PART_SHELL, PART_LINES, PART_LIST, PART_HEARD };

struct search { int64_t line_id, from, to, outcome, outbox_id, conversation_id; };

static int id_read(struct vt_ctx *ctx, const struct request *request, const char *field, int64_t *id)
{
	const char *text = request_query(request, field);

	*id = 0;
	if (*text && id_parse(text, 1, INT64_MAX, id) < 0)
		return vt_fail_field(ctx, field, "error.number", "no number");
	return 0;
}

static int64_t outcome_read(const char *key)
{
	for (int64_t outcome = EXCHANGE_ACCEPTED; outcome <= EXCHANGE_UNKNOWN; outcome++) {
		if (!strcmp(code_name("exchange_outcome", (int)outcome), key))
			return outcome;
	}
	return 0;
}

static int search_read(struct vt_ctx *ctx, const struct request *request, struct search *search)
{
	*search = (struct search){
		.outcome = outcome_read(request_query(request, "result")),
		.from = ctx->now_us - USUAL_US, .to = ctx->now_us + CLOCK_SECOND,
	};
	if (form_time(ctx, "from", request_query(request, "from"), &search->from) < 0 ||
	    form_time(ctx, "to", request_query(request, "to"), &search->to) < 0 ||
	    id_read(ctx, request, "line", &search->line_id) < 0 || id_read(ctx, request, "row", &search->outbox_id) < 0)
		return -1;
	return id_read(ctx, request, "conversation", &search->conversation_id);
}

static int list_ask(struct vt_ctx *ctx, const struct search *search, int64_t rows)
{
	return db_pipe_add(ctx, 0, &SQL_EXCHANGE_LIST, "ittiiii", search->line_id, search->from, search->to, search->outcome,
			   search->outbox_id, search->conversation_id, rows);
}

static void option(struct t_node *list, const char *key, const char *label, bool chosen)
{
	struct t_node *item = t_item(list);

	t_set(item, "key", key);
	t_set(item, "label", label);
	t_set_bool(item, "chosen", chosen);
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *lines,
		      const struct search *search, struct t_node *page)
{
	static const char *const names[] = { "from", "to", "row", "conversation", "line" };
	struct t_node *form = t_child(page, "form");

	for (size_t i = 0; i < VT_COUNT(names); i++)
		t_set(form, names[i], request_query(request, names[i]));
	for (size_t row = 0; row < db_rows(lines); row++)
		option(t_child(form, "lines"), db_text(lines, row, "channel_id"), db_text(lines, row, "name"),
		       db_i64(lines, row, "channel_id") == search->line_id);
	for (int64_t outcome = EXCHANGE_ACCEPTED; outcome <= EXCHANGE_UNKNOWN; outcome++) {
		const char *key = code_name("exchange_outcome", (int)outcome);

		option(t_child(form, "results"), key, locale_text(ctx, arena_printf(ctx->arena, "exchanges.outcome.%s", key), NULL),
		       outcome == search->outcome);
	}
	t_set(page, "query", request->query_string ? request->query_string : "");
}

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "at", format_date_time_long(ctx, db_time_us(rows, row, "at")));
	t_set(item, "line", db_text(rows, row, "line"));
	t_set(item, "kind", db_text(rows, row, "kind"));
	t_set(item, "row", db_text(rows, row, "outbox_id"));
	t_set(item, "method", db_text(rows, row, "method"));
	t_set(item, "path", db_text(rows, row, "path"));
	if (db_i64(rows, row, "status"))
		t_set(item, "status", db_text(rows, row, "status"));
	t_set(item, "ms", format_number(ctx, db_i64(rows, row, "ms")));
	t_set(item, "outcome", code_name("exchange_outcome", (int)db_i64(rows, row, "outcome")));
	if (db_i64(rows, row, "error_code"))
		t_set(item, "code", db_text(rows, row, "error_code"));
	t_set(item, "error", db_text_or_null(rows, row, "error"));
	t_set(item, "sent", db_text(rows, row, "sent"));
	t_set(item, "said", db_text(rows, row, "said"));
}

static void heard_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "heard"));
		const char *raw = db_text(rows, row, "raw");

		t_set(item, "at", format_date_time_long(ctx, db_time_us(rows, row, "received_at")));
		t_set(item, "id", db_text(rows, row, "inbound_id"));
		t_set(item, "result", db_text(rows, row, "result"));
		t_set(item, "raw", mask_body(ctx, raw, strlen(raw), false, SNIPPET_MAX));
	}
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, const struct search *search,
		  struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_EXCHANGE_LINES, "") < 0 ||
	    list_ask(ctx, search, PAGE_ROWS) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_EXCHANGE_HEARD, "itti", search->line_id, search->from, search->to, (int64_t)LOOKED_MAX) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts[PART_LINES], search, page);
	for (size_t row = 0; row < db_rows(parts[PART_LIST]); row++)
		row_fill(ctx, parts[PART_LIST], row, t_item(t_child(page, "items")));
	t_set_bool(page, "full", db_rows(parts[PART_LIST]) == PAGE_ROWS);
	heard_fill(ctx, parts[PART_HEARD], page);
	return staff_render(ctx, request, response, "exchanges/page.cs", NULL, page);
}

int exchanges_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct search search;

	if (search_read(ctx, request, &search) < 0) {
		if (!*ctx->error.field)
			return -1;
		staff_form_error(ctx, response, page);
		search = (struct search){ .from = ctx->now_us, .to = ctx->now_us };
	}
	return render(ctx, request, response, &search, page);
}

int exchanges_export(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	static const char *const columns[] = { "at", "line", "kind", "row", "method", "path", "status", "ms", "outcome", "code",
					       "error", "sent", "said" };
	struct staff_export out;
	struct search search;
	struct db_result **parts;

	if (search_read(ctx, request, &search) < 0 || staff_export_allowed(ctx, request, EXPORT_EXCHANGE, &out) < 0 ||
	    db_pipe_begin(ctx) < 0 || list_ask(ctx, &search, EXPORT_ROWS_MAX) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0 ||
	    staff_export_begin(ctx, response, &out, staff_export_heading(ctx, "exchanges", columns, VT_COUNT(columns)),
			       VT_COUNT(columns)) < 0)
		return -1;
	const struct db_result *rows = parts[0];
	for (size_t row = 0; row < db_rows(rows) && !out.file.full; row++) {
		export_cell(&out.file, format_date_time_long(ctx, db_time_us(rows, row, "at")));
		for (size_t i = 1; i < VT_COUNT(columns); i++) {
			static const char *const names[] = { "", "line", "kind", "outbox_id", "method", "path", "status", "ms", "",
							     "error_code", "error", "sent", "said" };
			if (i == 8)
				export_cell(&out.file, locale_text(ctx, arena_printf(ctx->arena, "exchanges.outcome.%s",
					code_name("exchange_outcome", (int)db_i64(rows, row, "outcome"))), NULL));
			else
				export_cell(&out.file, db_text(rows, row, names[i]));
		}
		export_end_row(&out.file);
	}
	return staff_export_done(ctx, response, &out, NULL, "exchanges.file_name");
}
