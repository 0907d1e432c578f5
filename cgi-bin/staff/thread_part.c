/*
 * The thread is one history over the contact's conversations on every network: what is above the part a page shows,
 * and where in all of it some words stand.
 */
#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

#define FIND_MAX 100      /* characters that are looked for */

/* What stands above the first message of a conversation. */
static void heading_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *heading)
{
	t_set(heading, "id", db_text(row, 0, "conversation_id"));
	t_set(heading, "messenger", code_name("messenger", (int)db_i64(row, 0, "messenger")));
	t_set(heading, "channel", db_text(row, 0, "channel_name"));
	t_set(heading, "day", format_date_time(ctx, db_time_us(row, 0, "opened_at")));
	t_set(heading, "user", db_text_or_null(row, 0, "user_name"));
}

/* The link to what is above: more of this conversation, or the end of the one before it. */
static const char *older_href(struct vt_ctx *ctx, int64_t id, const struct db_result *row, int64_t oldest)
{
	int64_t of = db_i64(row, 0, "conversation_id");

	if (oldest && of == id)
		return arena_printf(ctx->arena, "/desk/%" PRId64 "/messages?before=%" PRId64, id, oldest);
	if (oldest)
		return arena_printf(ctx->arena, "/desk/%" PRId64 "/messages?before=%" PRId64 "&of=%" PRId64,
				    id, oldest, of);
	if (db_is_null(row, 0, "earlier_id"))
		return NULL;
	return arena_printf(ctx->arena, "/desk/%" PRId64 "/messages?of=%" PRId64, id,
			    db_i64(row, 0, "earlier_id"));
}

struct desk_seen desk_part_seen(const struct db_result *row)
{
	return (struct desk_seen){ .conversation_id = db_i64(row, 0, "conversation_id"),
				   .delivered = db_i64(row, 0, "contact_delivered_seq"),
				   .read = db_i64(row, 0, "contact_read_seq") };
}

struct desk_seen desk_seen_of(const struct session *session, const struct db_result *row)
{
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	struct desk_seen seen = desk_part_seen(row);

	seen.writes = staff_may(session, PERM_DESK_ATTEND) &&
		      db_i64(row, 0, "state") == CONVERSATION_ACTIVE &&
		      db_i64(row, 0, "user_id") == session->user_id;
	seen.edits = seen.writes && channel_can(channel, CHANNEL_CAN_EDIT);
	seen.deletes = seen.writes && channel_can(channel, CHANNEL_CAN_DELETE);
	seen.reacts = seen.writes && channel_can(channel, CHANNEL_CAN_REACT);
	seen.change_s = channel ? channel->change_s : 0;
	return seen;
}

void desk_part_fill(struct vt_ctx *ctx, const struct session *session, int64_t id,
		    const struct db_result *row, const struct db_result *messages,
		    const struct desk_seen *seen, struct t_node *page)
{
	int64_t of = db_i64(row, 0, "conversation_id");
	size_t count = db_rows(messages);
	int64_t oldest = 0;

	if (count > DESK_MESSAGES) {
		count = DESK_MESSAGES;
		oldest = db_i64(messages, count - 1, "seq");
	}
	if (of != id)
		t_set_i64(page, "past", of);
	/* One's own number stands in the header; here it tells where it began. */
	if (of != id || (!oldest && !db_is_null(row, 0, "earlier_id")))
		heading_fill(ctx, row, t_child(page, "heading"));
	t_set(page, "older.href", older_href(ctx, id, row, oldest));
	t_set_bool(page, "older.earlier", !oldest);
	desk_messages_fill(ctx, session, messages, count, seen, page);
}

static int query_number(struct vt_ctx *ctx, const struct request *request, const char *name,
			int64_t max, int64_t *out)
{
	const char *text = request_query(request, name);

	if (*text && id_parse(text, 1, max, out) < 0)
		return vt_fail_field(ctx, name, "error.number", "%s is no number", name);
	return 0;
}

int desk_messages(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const struct session *session = request->session;
	int64_t id, of, before = INT32_MAX;
	struct t_node *page = t_new(ctx);
	struct db_result **parts;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	of = id;
	if (query_number(ctx, request, "of", INT64_MAX, &of) < 0 ||
	    query_number(ctx, request, "before", INT32_MAX, &before) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_PART, "ibbii", STAFF_VIEWER(session), id, of) < 0 ||
	    desk_messages_ask(ctx, session, of, 0, before, DESK_MESSAGES + 1) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]))
		return desk_absent(ctx, of);
	const struct desk_seen seen = of == id ? desk_seen_of(session, parts[0]) : desk_part_seen(parts[0]);
	desk_part_fill(ctx, session, id, parts[0], parts[1], &seen, page);
	t_set(page, "heading.typification", db_text_or_null(parts[0], 0, "typification"));
	return staff_render(ctx, request, response, "desk/older.cs", NULL, page);
}

/* The places as the page names its bubbles: "m12", of an earlier conversation "m26112700000001-12". */
int desk_find(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *words = request_query(request, "q");
	struct db_result **parts;
	struct strbuf out;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (utf8_length(words) > FIND_MAX)
		return vt_fail_field(ctx, "q", "error.too_long", "more than %d characters", FIND_MAX);
	if (!words[strspn(words, " ")])
		return vt_fail_field(ctx, "q", "error.required", "no words");
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_PART, "ibbii", STAFF_VIEWER(request->session), id, id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_DESK_FIND, "ibbis", STAFF_VIEWER(request->session), id, words) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]))
		return desk_absent(ctx, id);
	const struct db_result *hits = parts[1];
	strbuf_init(&out, ctx->arena, 1024);
	strbuf_printf(&out, "{\"total\":%" PRId64 ",\"hits\":[",
		      db_rows(hits) ? db_i64(hits, 0, "total") : INT64_C(0));
	for (size_t row = 0; row < db_rows(hits); row++) {
		int64_t of = db_i64(hits, row, "conversation_id");
		strbuf_puts(&out, row ? ",\"m" : "\"m");
		if (of != id)
			strbuf_printf(&out, "%" PRId64 "-", of);
		strbuf_printf(&out, "%" PRId64 "\"", db_i64(hits, row, "seq"));
	}
	strbuf_puts(&out, "]}");
	response_json(response, out.data);
	return 0;
}
