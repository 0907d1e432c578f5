/* How a line does, on its form and in the list, kept fresh; its test, and the end of its rest. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "channel/channel.h"
#include "channel/outgoing.h"
#include "routing/line_health.h"
#include "web/csrf.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/line.h"
#include "sql_channel.h"

enum part { PART_PULSE, PART_HEALTH, PART_NEWS };

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

/* The worst that is known of it, in one word; *tone how bad it is. */
static const char *sign_of(const struct db_result *rows, size_t row, const char **tone)
{
	int64_t token = db_i64(rows, row, "token_state");
	const char *quality = db_text(rows, row, "quality");

	*tone = "bad";
	if (db_bool(rows, row, "rests"))
		return fault_key(db_i64(rows, row, "fault"));
	if (!db_is_null(rows, row, "in_fault"))
		return "deaf";
	if (token == TOKEN_LOST || token == TOKEN_REFUSED)
		return "token";
	if (db_bool(rows, row, "errors"))
		return "errors";
	if (!strcmp(quality, "RED"))
		return "quality_red";
	*tone = "warn";
	if (db_bool(rows, row, "token_ends"))
		return "token_ends";
	if (db_bool(rows, row, "silent"))
		return "quiet";
	if (!strcmp(quality, "YELLOW"))
		return "quality_yellow";
	*tone = "ok";
	if (!db_is_null(rows, row, "last_in_at") || !db_is_null(rows, row, "last_out_at"))
		return "works";
	*tone = "";
	return "silent";
}

/* "2 % (3 of 120)", in words. */
static const char *rate(struct vt_ctx *ctx, int64_t failed, int64_t tried)
{
	if (!tried)
		return locale_text(ctx, "channels.rate_idle", NULL);
	if (!failed)
		return locale_text(ctx, "channels.rate_none", format_number(ctx, tried), NULL);
	return locale_text(ctx, "channels.rate", format_number(ctx, (failed * 100 + tried / 2) / tried),
			   format_number(ctx, failed), format_number(ctx, tried), NULL);
}

static void set_limit(struct vt_ctx *ctx, struct t_node *node, const char *limit)
{
	if (!*limit)
		return;
	if (!strcmp(limit, "unlimited"))
		t_set_bool(node, "unlimited", true);
	else
		t_set(node, "limit", format_number(ctx, strtoll(limit, NULL, 10)));
}

void line_pulse_fill(struct vt_ctx *ctx, const struct db_result *pulse, size_t row, struct t_node *item)
{
	const struct channel *network = channel_by_messenger((int)db_i64(pulse, row, "messenger"));
	const char *tone, *sign;

	if (network && network->stored_is_sent)
		return;
	sign = sign_of(pulse, row, &tone);
	t_set_bool(item, "heard", true);
	t_set(item, "id", db_text(pulse, row, "channel_id"));
	t_set(item, "sign", sign);
	t_set(item, "tone", tone);
	if (db_bool(pulse, row, "rests"))
		t_set(item, "fault", fault_key(db_i64(pulse, row, "fault")));
	t_set(item, "deaf", db_text_or_null(pulse, row, "in_fault"));
	set_time(ctx, item, "last_in", pulse, row, "last_in_at");
	set_time(ctx, item, "last_out", pulse, row, "last_out_at");
	t_set(item, "waiting", format_number(ctx, db_i64(pulse, row, "waiting")));
	t_set(item, "hour", rate(ctx, db_i64(pulse, row, "failed"), db_i64(pulse, row, "tried")));
	t_set(item, "quality", db_text_or_null(pulse, row, "quality"));
	set_limit(ctx, item, db_text(pulse, row, "message_limit"));
	t_set(item, "token", code_name("token_state", (int)db_i64(pulse, row, "token_state")));
	t_set_bool(item, "token_ends", db_bool(pulse, row, "token_ends"));
	if (db_bool(pulse, row, "token_stays"))
		t_set_bool(item, "token_stays", true);
	else
		set_time(ctx, item, "token_until", pulse, row, "token_expires_at");
}

static const char *short_time(struct vt_ctx *ctx, int64_t seconds)
{
	const char *unit = seconds < 60 ? "s" : seconds < 3600 ? "min" : "h";

	return arena_printf(ctx->arena, "%" PRId64 " %s", seconds / (seconds < 60 ? 1 : seconds < 3600 ? 60 : 3600), unit);
}

/* "2 s"; of what has no most, of more than the class before. */
static void set_lag(struct vt_ctx *ctx, struct t_node *health, const char *name, const struct db_result *row)
{
	int64_t most, class;

	if (db_is_null(row, 0, name))
		return;
	class = db_i64(row, 0, name);
	most = line_lag_most((int)class);
	t_set(health, name, short_time(ctx, most ? most : line_lag_most((int)class - 1)));
	t_set_bool(health, arena_printf(ctx->arena, "%s_more", name), !most);
}

static void news_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *health)
{
	static const char *const tones[] = { "", "ok", "warn", "bad" };

	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(health, "news"));
		int64_t tone = db_i64(rows, row, "tone");

		t_set(item, "at", format_date_time_long(ctx, db_time_us(rows, row, "at")));
		t_set(item, "word", db_text(rows, row, "word"));
		t_set(item, "tone", tone > 0 && tone < (int64_t)VT_COUNT(tones) ? tones[tone] : "");
		const char *said = db_text(rows, row, "said");
		bool number = *said && !said[strspn(said, "0123456789")] && strlen(said) < 10;
		t_set(item, "said", number ? format_number(ctx, strtoll(said, NULL, 10)) : said);
	}
}

int line_health_ask(struct vt_ctx *ctx, int64_t channel_id)
{
	if (db_pipe_add(ctx, 0, &SQL_CHANNEL_PULSE, "i", channel_id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_HEALTH, "i", channel_id) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_CHANNEL_NEWS, "i", channel_id);
}

void line_health_fill(struct vt_ctx *ctx, struct db_result **results, struct t_node *health)
{
	const struct db_result *row = results[PART_HEALTH];

	if (!db_rows(row) || !db_rows(results[PART_PULSE]))
		return;
	bool asked = db_bool(row, 0, "asked"), lately = db_bool(row, 0, "lately");
	line_pulse_fill(ctx, results[PART_PULSE], 0, health);
	set_time(ctx, health, "until", row, 0, "until");
	set_time(ctx, health, "error_at", row, 0, "error_at");
	set_time(ctx, health, "checked", row, 0, "checked_at");
	t_set(health, "error", db_text_or_null(row, 0, "error"));
	set_time(ctx, health, "deaf_at", row, 0, "in_error_at");
	t_set(health, "deaf_error", db_text_or_null(row, 0, "in_error"));
	t_set_bool(health, "testing", asked && lately);
	t_set_bool(health, "lost", asked && !lately);
	t_set_bool(health, "check_ok", db_bool(row, 0, "check_ok"));
	t_set(health, "check_text", db_text_or_null(row, 0, "check_text"));
	t_set(health, "day", rate(ctx, db_i64(row, 0, "day_failed"), db_i64(row, 0, "day_tried")));
	t_set(health, "came", format_number(ctx, db_i64(row, 0, "day_came")));
	set_lag(ctx, health, "lag50", row);
	set_lag(ctx, health, "lag95", row);
	t_set_bool(health, "renews", db_bool(row, 0, "renews"));
	t_set_bool(health, "has_token", db_bool(row, 0, "has_token"));
	t_set(health, "token_error", db_text_or_null(row, 0, "token_error"));
	news_fill(ctx, results[PART_NEWS], health);
}

/* --- Kept fresh -------------------------------------------------------------------------------- */

int live_lines_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	(void)part;
	return db_pipe_add(ctx, 0, &SQL_CHANNEL_PULSE, "i", (int64_t)0);
}

int live_lines_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results, struct strbuf *out)
{
	const struct db_result *rows = results[part->first];
	struct t_node *page = t_new(ctx);

	for (size_t row = 0; row < db_rows(rows); row++)
		line_pulse_fill(ctx, rows, row, t_item(t_child(page, "items")));
	return template_render(ctx, "channels/live_list.cs", page, out);
}

int live_line_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	return line_health_ask(ctx, part->id);
}

int live_line_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results, struct strbuf *out)
{
	struct t_node *page = t_new(ctx);

	t_set(page, "csrf", csrf_token(ctx, part->request->session->csrf_seed));
	t_set(page, "once", staff_once(ctx));
	line_health_fill(ctx, results + part->first, t_child(page, "health"));
	return template_render(ctx, "channels/live.cs", page, out);
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

int line_token_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return submit(ctx, request, response, line_token_renew);
}
