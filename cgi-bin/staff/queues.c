#include "base/vt.h"
#include "base/codes.h"
#include "conversation/words.h"
#include "conversation/wrap.h"
#include "routing/queue.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_queue.h"

#define SECTION "queues"
#define MINUTE_S 60
#define SERVICE_LEVEL_STANDARD_S 60

enum part { PART_SHELL, PART_QUEUE, PART_CHANNELS, PART_OTHERS, PART_USE, PART_ENDING };

static void row_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	int64_t max_wait_s = db_i64(rows, row, "max_wait_s");
	size_t count;
	const int64_t *messengers = db_i64_array(ctx, rows, row, "messengers", &count);

	t_set(item, "id", db_text(rows, row, "queue_id"));
	t_set(item, "name", db_text(rows, row, "name"));
	t_set(item, "strategy", code_name("strategy", (int)db_i64(rows, row, "strategy")));
	t_set(item, "level", format_duration(ctx, db_i64(rows, row, "service_level_s")));
	t_set_i64(item, "operators", db_i64(rows, row, "operator_count"));
	t_set_bool(item, "nobody", !db_i64(rows, row, "operator_count"));
	t_set_i64(item, "waiting", db_i64(rows, row, "waiting_count"));
	t_set_i64(item, "active", db_i64(rows, row, "active_count"));
	t_set_bool(item, "required", db_bool(rows, row, "typification_required"));
	if (max_wait_s)
		t_set(item, "max_wait", format_duration(ctx, max_wait_s));
	t_set(item, "overflow", db_text_or_null(rows, row, "overflow_name"));
	for (size_t i = 0; i < count; i++)
		t_set(t_item(t_child(item, "messengers")), "key", code_name("messenger", (int)messengers[i]));
}

int queues_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_LIST, "") < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	for (size_t row = 0; row < db_rows(results[1]); row++)
		row_fill(ctx, results[1], row, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "queues/page.cs", NULL, page);
}

/* One of the values of a list of codes, or of a range, by name. */
static void options(struct vt_ctx *ctx, const struct request *request, struct t_node *fields,
		    const char *field, const char *list, int first, int last, int stored)
{
	for (int value = first; value <= last; value++) {
		const char *name = list ? code_name(list, value) : arena_printf(ctx->arena, "%d", value);
		const char *text = arena_printf(ctx->arena, "queues.%s.%s", list ? list : field, name);
		struct t_node *option = admin_option(request, t_child(fields, field), field,
						     arena_printf(ctx->arena, "%d", value),
						     locale_text(ctx, text, NULL), value == stored);
		const char *help = template_locale(arena_printf(ctx->arena, "%s_help", text));
		t_set(option, "help", help);
	}
}

static void texts_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		       struct t_node *fields)
{
	bool there = db_rows(row);

	admin_field(request, fields, "greeting", there ? db_text(row, 0, "greeting") : "");
	admin_field(request, fields, "farewell", there ? db_text(row, 0, "farewell") : "");
	options(ctx, request, fields, "greeting_mode", "text_mode", TEXT_MODE_OFF, TEXT_MODE_SUGGESTED,
		there ? (int)db_i64(row, 0, "greeting_mode") : TEXT_MODE_AUTOMATIC);
	options(ctx, request, fields, "farewell_mode", "text_mode", TEXT_MODE_OFF, TEXT_MODE_SUGGESTED,
		there ? (int)db_i64(row, 0, "farewell_mode") : TEXT_MODE_AUTOMATIC);
	for (int word = 0; word < WORD_MAX; word++)
		t_set(t_item(t_child(fields, "words")), "name", word_name((enum word)word));
}

/* row: the stored queue, or no row for a new one. */
static void form_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		      struct t_node *fields)
{
	bool there = db_rows(row);

	if (there) {
		t_set(fields, "id", db_text(row, 0, "queue_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "key", db_text(row, 0, "key"));
	}
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_field_i64(request, fields, "capacity", there ? db_i64(row, 0, "capacity") : 0);
	admin_field_i64(request, fields, "service_level",
			there ? db_i64(row, 0, "service_level_s") : SERVICE_LEVEL_STANDARD_S);
	admin_field_i64(request, fields, "max_wait", there ? db_i64(row, 0, "max_wait_s") / MINUTE_S : 0);
	admin_field_i64(request, fields, "preferred", there ? db_i64(row, 0, "preferred_hours") : 0);
	admin_field_i64(request, fields, "answer", there ? db_i64(row, 0, "answer_s") : 0);
	admin_check(request, fields, "answer_out", there && db_bool(row, 0, "answer_out"));
	admin_check(request, fields, "required", there && db_bool(row, 0, "typification_required"));
	options(ctx, request, fields, "strategy", "strategy", STRATEGY_FEWEST_CASES, STRATEGY_MANUAL,
		there ? (int)db_i64(row, 0, "strategy") : STRATEGY_FEWEST_CASES);
	options(ctx, request, fields, "priority", NULL, 0, QUEUE_PRIORITY_MAX,
		there ? (int)db_i64(row, 0, "priority") : 0);
	texts_fill(ctx, request, row, fields);
}

static void lists_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		       struct t_node *fields)
{
	const struct db_result *channels = parts[PART_CHANNELS], *others = parts[PART_OTHERS];
	const struct db_result *row = parts[PART_QUEUE];
	int64_t overflow = db_rows(row) ? db_i64(row, 0, "overflow_queue_id") : 0;

	for (size_t i = 0; i < db_rows(channels); i++) {
		struct t_node *option = admin_option(request, t_child(fields, "channels"), "channels",
						     db_text(channels, i, "channel_id"),
						     db_text(channels, i, "name"),
						     db_bool(channels, i, "chosen"));
		t_set(option, "messenger",
		      code_name("messenger", (int)db_i64(channels, i, "messenger")));
	}
	admin_option(request, t_child(fields, "overflow"), "overflow", "0",
		     locale_text(ctx, "queues.no_overflow", NULL), !overflow);
	for (size_t i = 0; i < db_rows(others); i++)
		admin_option(request, t_child(fields, "overflow"), "overflow",
			     db_text(others, i, "queue_id"), db_text(others, i, "name"),
			     db_i64(others, i, "queue_id") == overflow);
}

/* How its cases end, and what happens when somebody writes again. */
static void ending_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
			struct t_node *fields)
{
	bool there = db_rows(row);

	admin_field_i64(request, fields, "wrap", there ? db_i64(row, 0, "wrap_s") : 0);
	admin_field_i64(request, fields, "reopen_hours",
			there ? db_i64(row, 0, "reopen_hours") : QUEUE_REOPEN_STANDARD_H);
	options(ctx, request, fields, "reopen", "reopen", REOPEN_BOT, REOPEN_SAME,
		there ? (int)db_i64(row, 0, "reopen_mode") : REOPEN_BOT);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_CHANNELS, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_OTHERS, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_USE, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_QUEUE_ENDING_GET, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_QUEUE]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no queue %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts[PART_QUEUE], fields);
	lists_fill(ctx, request, parts, fields);
	ending_fill(ctx, request, parts[PART_ENDING], fields);
	admin_use_fill(parts[PART_USE], page);
	return staff_render(ctx, request, response, "queues/form.cs", NULL, page);
}

static int read_texts(struct vt_ctx *ctx, const struct request *request, struct queue *queue)
{
	if (form_text(ctx, request, "greeting", QUEUE_TEXT_MAX, FORM_OPTIONAL, &queue->greeting) < 0 ||
	    form_text(ctx, request, "farewell", QUEUE_TEXT_MAX, FORM_OPTIONAL, &queue->farewell) < 0 ||
	    form_i64(ctx, request, "greeting_mode", TEXT_MODE_OFF, TEXT_MODE_SUGGESTED, 0,
		     &queue->greeting_mode) < 0)
		return -1;
	return form_i64(ctx, request, "farewell_mode", TEXT_MODE_OFF, TEXT_MODE_SUGGESTED, 0,
			&queue->farewell_mode);
}

static int read_rules(struct vt_ctx *ctx, const struct request *request, struct queue *queue)
{
	queue->answer_out = form_checked(request, "answer_out");
	if (form_i64(ctx, request, "preferred", 0, QUEUE_PREFERRED_MAX_H, FORM_OPTIONAL,
		     &queue->preferred_hours) < 0)
		return -1;
	return form_i64(ctx, request, "answer", 0, QUEUE_ANSWER_MAX_S, FORM_OPTIONAL, &queue->answer_s);
}

/* What is not in the form stays at its standard. */
static int read_ending(struct vt_ctx *ctx, const struct request *request, struct queue_ending *ending)
{
	*ending = (struct queue_ending){ 0, REOPEN_BOT, QUEUE_REOPEN_STANDARD_H };
	if (form_i64(ctx, request, "wrap", 0, WRAP_MAX_S, FORM_OPTIONAL, &ending->wrap_s) < 0 ||
	    form_i64(ctx, request, "reopen", REOPEN_BOT, REOPEN_SAME, FORM_OPTIONAL,
		     &ending->reopen_mode) < 0)
		return -1;
	return form_i64(ctx, request, "reopen_hours", 1, QUEUE_REOPEN_MAX_H, FORM_OPTIONAL,
			&ending->reopen_hours);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct queue queue = { .typification_required = form_checked(request, "required") };
	int64_t *ids = arena_calloc(ctx->arena, QUEUE_CHANNELS_MAX, sizeof(*ids));
	int64_t minutes = 0;

	queue.channel_ids = ids;
	if (form_text(ctx, request, "name", QUEUE_NAME_MAX, 0, &queue.name) < 0 ||
	    form_i64(ctx, request, "priority", 0, QUEUE_PRIORITY_MAX, 0, &queue.priority) < 0 ||
	    form_i64(ctx, request, "strategy", STRATEGY_FEWEST_CASES, STRATEGY_MANUAL, 0,
		     &queue.strategy) < 0 ||
	    admin_ids(ctx, request, "channels", QUEUE_CHANNELS_MAX, ids, &queue.channel_count) < 0 ||
	    form_i64(ctx, request, "capacity", 0, QUEUE_CAPACITY_MAX, FORM_OPTIONAL,
		     &queue.capacity) < 0 ||
	    form_i64(ctx, request, "service_level", 1, QUEUE_SERVICE_LEVEL_MAX_S, 0,
		     &queue.service_level_s) < 0 ||
	    form_i64(ctx, request, "max_wait", 0, QUEUE_WAIT_MAX_S / MINUTE_S, FORM_OPTIONAL,
		     &minutes) < 0 ||
	    form_i64(ctx, request, "overflow", 0, INT64_MAX, FORM_OPTIONAL,
		     &queue.overflow_queue_id) < 0 ||
	    read_rules(ctx, request, &queue) < 0 || read_ending(ctx, request, &queue.ending) < 0 ||
	    read_texts(ctx, request, &queue) < 0)
		return -1;
	queue.max_wait_s = minutes * MINUTE_S;
	return queue_save(ctx, edit, &queue);
}

static const struct admin_form form = { SECTION, "queue", render, save, queue_remove };

int queue_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int queue_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int queue_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
