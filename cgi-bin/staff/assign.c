#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "routing/fit.h"
#include "routing/supervise.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_supervise.h"

#define CASES_MAX 50
#define LINES_MAX 8      /* different queues and channels whose operators are listed together */
#define LOOKED_OVER 6          /* operators in a list that is read without searching */

/* A queue by a channel, of the cases that are to be given. */
struct line_of { int64_t queue_id, channel_id; const char *channel; int count; };

struct choice {
	int64_t ids[CASES_MAX];
	size_t count;
	struct line_of lines[LINES_MAX];
	size_t line_count;             /* LINES_MAX + 1: more than are listed */
};

static int read_ids(struct vt_ctx *ctx, const struct pairs *pairs, struct choice *choice)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, "id") != 0)
			continue;
		if (choice->count == CASES_MAX ||
		    id_parse(pairs->items[i].value, 1, INT64_MAX, &choice->ids[choice->count]) < 0)
			return vt_fail_field(ctx, "id", "error.invalid", "no list of conversations");
		choice->count++;
	}
	return 0;
}

static void lines_of(const struct db_result *cases, struct choice *choice)
{
	for (size_t row = 0; row < db_rows(cases); row++) {
		const struct line_of line = { db_i64(cases, row, "queue_id"), db_i64(cases, row, "channel_id"),
					      db_text(cases, row, "channel_name"), 0 };
		size_t i = 0;

		while (i < choice->line_count && i < LINES_MAX &&
		       (choice->lines[i].queue_id != line.queue_id || choice->lines[i].channel_id != line.channel_id))
			i++;
		if (i == LINES_MAX)
			choice->line_count = LINES_MAX + 1;
		else if (i == choice->line_count)
			choice->lines[choice->line_count++] = line;
		if (i < LINES_MAX)
			choice->lines[i].count++;
	}
}

/* Has the operator of fit room for all of the cases that came by the line's channel? */
static bool has_room(const struct choice *choice, const struct fit *fit, const struct line_of *at)
{
	int count = 0;

	for (size_t line = 0; line < choice->line_count; line++)
		count += choice->lines[line].channel_id == at->channel_id ? choice->lines[line].count : 0;
	return !fit->channel_capacity || fit->channel_open + count <= fit->channel_capacity;
}

/* Why the operator of fit cannot take all of them: as of one of the lines, which comes back with fit
 * as it is there, or for want of room. "" */
static const char *why_not(const struct choice *choice, struct db_result **fits, struct fit *fit,
			   const struct line_of **at)
{
	int64_t user_id = fit->user_id;
	bool room = fit->open_count + (int)choice->count <= fit->capacity && has_room(choice, fit, *at);

	for (size_t line = 1; !*fit->why && line < choice->line_count; line++) {
		*at = &choice->lines[line];
		for (size_t row = 0; row < db_rows(fits[line]); row++) {
			if (db_i64(fits[line], row, "user_id") != user_id)
				continue;
			fit_from_row(fit, fits[line], row);
			room = room && has_room(choice, fit, *at);
			break;
		}
	}
	return *fit->why ? fit->why : room ? "" : "room";
}

/* Who can take them, with load and idle time, and below why the others cannot. */
static void operators_fill(struct vt_ctx *ctx, const struct choice *choice, struct db_result **fits,
			   int64_t holder, struct t_node *page)
{
	size_t can = 0;

	for (size_t row = 0; row < db_rows(fits[0]); row++) {
		const struct line_of *line = &choice->lines[0];
		struct fit fit;

		fit_from_row(&fit, fits[0], row);
		const char *why = why_not(choice, fits, &fit, &line);
		if (fit.user_id == holder)
			why = "holder";
		/* Of other queues are most of an agency: they are not named. */
		if (!strcmp(why, "queue") || !strcmp(why, "disabled"))
			continue;
		struct t_node *item = t_item(t_child(page, *why ? "cannot" : "can"));
		t_set_i64(item, "id", fit.user_id);
		t_set(item, "name", fit.name);
		t_set(item, "initials", format_initials(ctx, fit.name));
		t_set_i64(item, "tint", format_avatar_tint(fit.name));
		t_set_i64(item, "open", fit.open_count);
		t_set_i64(item, "capacity", fit.capacity);
		t_set(item, "why", *why ? why : NULL);
		t_set(item, "full", desk_channel_full(ctx, &fit, line->channel));
		if (*why)
			continue;
		staff_clock_fill(ctx, fit.available_since, 0, t_child(item, "idle"));
		t_set_bool(item, "suggested", can++ == 0);
	}
	t_set_bool(page, "many", can > LOOKED_OVER);
}

static void cases_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *cases,
		       struct t_node *page)
{
	for (size_t row = 0; row < db_rows(cases); row++) {
		struct t_node *item = t_item(t_child(page, "cases"));

		t_set(item, "id", db_text(cases, row, "conversation_id"));
		t_set(item, "pick", arena_printf(ctx->arena, "%s.%s", db_text(cases, row, "conversation_id"),
						 db_text(cases, row, "segment_seq")));
		t_set(item, "name", desk_contact_name(ctx, request->session, db_text(cases, row, "contact_name"),
						      db_i64(cases, row, "contact_id")));
		t_set(item, "queue", db_text(cases, row, "queue_name"));
		t_set(item, "channel", db_text(cases, row, "channel_name"));
		t_set(item, "holder", db_text_or_null(cases, row, "user_name"));
		if (db_i64(cases, row, "state") == CONVERSATION_WAITING)
			staff_clock_fill(ctx, db_time_us(cases, row, "requested_at"), 0, t_child(item, "waits"));
	}
	t_set_i64(page, "count", (int64_t)db_rows(cases));
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response,
		  struct choice *choice, struct t_node *page)
{
	struct db_result *cases, **parts;

	if (db_query(ctx, &cases, &SQL_SUPERVISE_CASES, "ibbI", STAFF_VIEWER(request->session), choice->ids,
		     choice->count) < 0)
		return -1;
	if (!db_rows(cases))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such conversation for this viewer");
	choice->count = db_rows(cases);
	lines_of(cases, choice);
	bool lists = choice->line_count <= LINES_MAX;
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0)
		return -1;
	for (size_t line = 0; lists && line < choice->line_count; line++) {
		if (fit_ask(ctx, choice->lines[line].queue_id, choice->lines[line].channel_id) < 0)
			return -1;
	}
	if (db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "board", page);
	cases_fill(ctx, request, cases, page);
	t_set_bool(page, "too_many", !lists);
	if (lists)
		operators_fill(ctx, choice, parts + 1, choice->count == 1 ? db_i64(cases, 0, "user_id") : 0, page);
	t_set(page, "once", staff_once(ctx));
	return staff_render(ctx, request, response, "supervise/assign.cs", "supervise/_assign.cs", page);
}

int assign_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct choice choice = { .count = 0 };

	if (read_ids(ctx, &request->query, &choice) < 0)
		return -1;
	if (!choice.count) {
		response_redirect(response, "/board");
		return 0;
	}
	return render(ctx, request, response, &choice, t_new(ctx));
}

/* "26112300000001.3": a case, and its stretch as the form saw it. */
static int read_pick(struct vt_ctx *ctx, const char *text, struct supervise_case *out)
{
	const char *dot = strchr(text, '.');

	if (!dot || id_parse(arena_strndup(ctx->arena, text, (size_t)(dot - text)), 1, INT64_MAX,
			     &out->conversation_id) < 0 ||
	    id_parse(dot + 1, 1, INT32_MAX, &out->segment_seq) < 0)
		return vt_fail_field(ctx, "pick", "error.invalid", "no list of conversations");
	return 0;
}

static int read_picks(struct vt_ctx *ctx, const struct request *request, struct supervise_case *cases,
		      size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < request->form.count; i++) {
		if (strcmp(request->form.items[i].name, "pick") != 0)
			continue;
		if (*count == CASES_MAX)
			return vt_fail_field(ctx, "pick", "error.invalid", "too many conversations");
		if (read_pick(ctx, request->form.items[i].value, &cases[(*count)++]) < 0)
			return -1;
	}
	return *count ? 0 : vt_fail_field(ctx, "pick", "error.required", "no conversation was chosen");
}

/* What came of the cases: how many were given, to whom the last, and why the others were not. */
struct outcome {
	size_t given;
	const char *agent;
	const char *why;               /* of the first that was not */
	enum vt_code code;
};

static int assign_all(struct vt_ctx *ctx, const struct request *request, const struct supervise_case *cases,
		      size_t count, int64_t user_id, struct outcome *out)
{
	const char *once, *agent;

	if (form_once(ctx, request, &once) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const char *each = i ? arena_printf(ctx->arena, "%.60s-%zu", once, i) : once;

		if (supervise_assign(ctx, request->session, &cases[i], user_id, each, &agent) == 0) {
			out->given++;
			out->agent = agent ? agent : out->agent;
			continue;
		}
		if (ctx->error.code != VT_E_CONFLICT && ctx->error.code != VT_E_NOT_FOUND)
			return -1;
		if (!out->why) {
			out->why = arena_strdup(ctx->arena, response_error_text(ctx));
			out->code = ctx->error.code;
		}
		vt_error_clear(ctx);
	}
	return 0;
}

static const char *outcome_text(struct vt_ctx *ctx, const struct outcome *outcome, size_t count)
{
	const char *given = arena_printf(ctx->arena, "%zu", outcome->given);
	const char *all = arena_printf(ctx->arena, "%zu", count);

	if (outcome->why)
		return count == 1 ? outcome->why
			: locale_text(ctx, "supervise.assign.some", given, all, outcome->why, NULL);
	if (count == 1 && outcome->agent)
		return locale_text(ctx, "supervise.assign.given", outcome->agent, NULL);
	return locale_text(ctx, "supervise.assign.given_many", given, NULL);
}

static int not_all(struct vt_ctx *ctx, struct request *request, struct response *response,
		   const struct outcome *outcome, const struct supervise_case *cases, size_t count)
{
	const char *text = outcome_text(ctx, outcome, count);
	struct choice choice = { .count = count };
	struct t_node *page = t_new(ctx);
	struct strbuf json;

	response->status = vt_code_http_status(outcome->code);
	if (request->wants_json) {
		strbuf_init(&json, ctx->arena, 256);
		strbuf_printf(&json, "{\"error\":{\"code\":\"%s\",\"message\":\"", vt_code_name(outcome->code));
		strbuf_json(&json, text);
		strbuf_puts(&json, "\"}}");
		response_json(response, json.data);
		response->status = vt_code_http_status(outcome->code);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		choice.ids[i] = cases[i].conversation_id;
	t_set(page, "error.text", text);
	return render(ctx, request, response, &choice, page);
}

int assign_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct supervise_case cases[CASES_MAX];
	struct outcome outcome = { .given = 0 };
	const char *to = request_form(request, "to");
	int64_t user_id = 0;
	size_t count;

	if (read_picks(ctx, request, cases, &count) < 0)
		return -1;
	if (strcmp(to, "rule") != 0 && id_parse(to, 1, INT64_MAX, &user_id) < 0)
		return vt_fail_field(ctx, "to", "error.supervise.to", "nobody was chosen");
	if (assign_all(ctx, request, cases, count, user_id, &outcome) < 0)
		return -1;
	if (outcome.why)
		return not_all(ctx, request, response, &outcome, cases, count);
	if (!request->wants_json) {
		response_redirect(response, "/board");
		return 0;
	}
	struct strbuf json;
	strbuf_init(&json, ctx->arena, 128);
	strbuf_puts(&json, "{\"text\":\"");
	strbuf_json(&json, outcome_text(ctx, &outcome, count));
	strbuf_puts(&json, "\"}");
	response_json(response, json.data);
	return 0;
}
