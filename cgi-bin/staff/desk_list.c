#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/strbuf.h"
#include "routing/take.h"
#include "web/csrf.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

int desk_list_ask(struct vt_ctx *ctx, const struct session *session, const struct desk_box *box)
{
	if (box->closed)
		return db_pipe_add(ctx, 0, &SQL_DESK_LIST_CLOSED, "iti", session->user_id, box->before,
				   (int64_t)DESK_CLOSED + 1);
	return db_pipe_add(ctx, 0, &SQL_DESK_LIST, "i", session->user_id);
}

const char *desk_contact_name(struct vt_ctx *ctx, const struct session *session, const char *name,
			      int64_t contact_id)
{
	const char *shown = field_shown(ctx, &session->sight, FIELD_NAME, name);

	if (shown)
		return shown;
	return locale_text(ctx, "desk.visitor", arena_printf(ctx->arena, "%" PRId64, contact_id),
			   (const char *)NULL);
}

/* "ahora", "12 min", and from an hour on the time of day; live.js keeps it true. */
static const char *ago(struct vt_ctx *ctx, int64_t us)
{
	int64_t minutes = staff_seconds_since(ctx, us) / 60;
	const char *figure = arena_printf(ctx->arena, "%" PRId64, minutes);

	if (minutes < 1)
		return locale_text(ctx, "shell.now", (const char *)NULL);
	if (minutes < 60)
		return locale_text(ctx, "shell.minutes", figure, (const char *)NULL);
	return format_time(ctx, us);
}

static void preview(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		    struct t_node *item)
{
	const char *text = db_text(rows, row, "last_message_preview");
	int64_t said = db_i64(rows, row, "said_seq");

	t_set_bool(item, "ours", db_i64(rows, row, "last_message_author") == AUTHOR_AGENT);
	if (said)
		t_set(item, "tick", said <= db_i64(rows, row, "contact_read_seq") ? "read"
		      : said <= db_i64(rows, row, "contact_delivered_seq") ? "delivered" : "sent");
	if (*text || db_is_null(rows, row, "last_message_at"))
		t_set(item, "preview", text);
	else
		t_set(item, "preview", locale_text(ctx, db_is_null(rows, row, "last_message_preview")
			? "desk.deleted" : "desk.list.file", (const char *)NULL));
}

/* With their chat open, as far as the network tells. */
bool desk_online(const struct vt_ctx *ctx, int64_t last_seen_at)
{
	return last_seen_at && staff_seconds_since(ctx, last_seen_at) < DESK_ONLINE_S;
}

/* The time of day; of another day its date too. */
static const char *when(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local then, today;

	clock_local(us, &then);
	clock_local(ctx->now_us, &today);
	if (then.year == today.year && then.month == today.month && then.day == today.day)
		return format_time(ctx, us);
	return format_date_time(ctx, us);
}

static void case_fill(struct vt_ctx *ctx, const struct session *session,
		      const struct db_result *rows, size_t row, int64_t current, struct t_node *item)
{
	int64_t id = db_i64(rows, row, "conversation_id");
	int64_t last_at = db_time_us(rows, row, "last_message_at");
	int64_t target_s = db_i64(rows, row, "service_level_s");
	int state = (int)db_i64(rows, row, "state");
	const char *name = desk_contact_name(ctx, session, db_text(rows, row, "contact_name"),
					     db_i64(rows, row, "contact_id"));

	t_set_i64(item, "id", id);
	t_set(item, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set_bool(item, "current", id == current);
	t_set(item, "name", name);
	t_set(item, "initials", format_initials(ctx, name));
	t_set_i64(item, "tint", format_avatar_tint(name));
	t_set(item, "messenger", code_name("messenger", (int)db_i64(rows, row, "messenger")));
	t_set(item, "channel", db_text(rows, row, "channel_name"));
	t_set(item, "queue", db_text_or_null(rows, row, "queue_name"));
	t_set_bool(item, "off", db_bool(rows, row, "off"));
	if (db_bool(rows, row, "manual") && session->attends)
		t_set(item, "take", staff_once(ctx));
	t_set_bool(item, "online", desk_online(ctx, db_time_us(rows, row, "last_seen_at")));
	preview(ctx, rows, row, item);
	if (state == CONVERSATION_WAITING) {
		staff_clock_fill(ctx, db_time_us(rows, row, "requested_at"), target_s,
				 t_child(item, "waiting"));
		return;
	}
	t_set(item, "time", when(ctx, last_at));
	if (state == CONVERSATION_CLOSED)
		return;
	t_set_i64(item, "ago_s", staff_seconds_since(ctx, last_at));
	t_set(item, "ago", ago(ctx, last_at));
	if (!db_is_null(rows, row, "undelivered_seq"))
		t_set_i64(item, "undelivered", db_i64(rows, row, "undelivered_seq"));
	if (db_i64(rows, row, "unread_count"))
		t_set_i64(item, "unread", db_i64(rows, row, "unread_count"));
	if (!db_is_null(rows, row, "held_at"))
		staff_clock_fill(ctx, db_time_us(rows, row, "held_at"), 0, t_child(item, "held"));
	else if (!db_is_null(rows, row, "unanswered_at"))
		staff_clock_fill(ctx, db_time_us(rows, row, "unanswered_at"), target_s,
				 t_child(item, "unanswered"));
}

/* The newest thing that makes a sound: an assignment, or a contact's message. */
static int64_t newest(const struct db_result *rows, size_t row)
{
	int64_t assigned_at = db_time_us(rows, row, "assigned_at");
	int64_t contact_at = db_time_us(rows, row, "last_contact_at");

	return assigned_at > contact_at ? assigned_at : contact_at;
}

static void choice(struct t_node *items, int64_t value, const char *label, bool chosen)
{
	struct t_node *item = t_item(items);

	t_set_i64(item, "value", value);
	t_set(item, "label", label);
	t_set_bool(item, "chosen", chosen);
}

static bool stands_before(const struct db_result *rows, size_t row, const char *column)
{
	for (size_t i = 0; i < row; i++) {
		if (db_i64(rows, i, column) == db_i64(rows, row, column))
			return true;
	}
	return false;
}

/* How this person keeps the list, and what there is to choose from: what is listed. */
static void view_fill(const struct db_result *rows, struct t_node *list)
{
	bool any = db_rows(rows) > 0, listed = false;
	int64_t messenger = any ? db_i64(rows, 0, "only_messenger") : 0;
	int64_t queue = any ? db_i64(rows, 0, "only_queue") : 0;
	int64_t sort = any ? db_i64(rows, 0, "sort") : DESK_SORT_NEWS;
	bool unread = any && db_bool(rows, 0, "only_unread");

	for (int64_t value = DESK_SORT_NEWS; value <= DESK_SORT_OLDEST; value++)
		choice(t_child(list, "sorts"), value, code_name("desk_sort", (int)value), value == sort);
	for (size_t row = 0; row < db_rows(rows); row++) {
		int64_t own = db_i64(rows, row, "messenger"), of = db_i64(rows, row, "queue_id");
		listed |= own == messenger;
		if (!stands_before(rows, row, "messenger"))
			choice(t_child(list, "messengers"), own, code_name("messenger", (int)own),
			       own == messenger);
		if (of && !stands_before(rows, row, "queue_id"))
			choice(t_child(list, "queues"), of, db_text(rows, row, "queue_name"), of == queue);
	}
	if (messenger && !listed)
		choice(t_child(list, "messengers"), messenger, code_name("messenger", (int)messenger), true);
	t_set_bool(list, "unread", unread);
}

/* Of the closed there may be more. */
static size_t page_end(struct vt_ctx *ctx, const struct db_result *rows, bool closed,
		       struct t_node *list)
{
	if (!closed || db_rows(rows) <= DESK_CLOSED)
		return db_rows(rows);
	t_set(list, "more", arena_printf(ctx->arena, "/desk?box=closed&before=%" PRId64,
					 db_time_us(rows, DESK_CLOSED - 1, "last_message_at")));
	return DESK_CLOSED;
}

void desk_list_fill(struct vt_ctx *ctx, const struct session *session,
		    const struct db_result *rows, bool closed, int64_t current, struct t_node *page)
{
	struct t_node *list = t_child(page, "list");
	int64_t mine = 0, waiting = 0, mark = 0, off = 0;
	size_t count = page_end(ctx, rows, closed, list);

	for (size_t row = 0; row < count; row++) {
		bool waits = db_i64(rows, row, "state") == CONVERSATION_WAITING;
		case_fill(ctx, session, rows, row, current,
			  t_item(t_child(list, waits ? "queue" : "mine")));
		off += db_bool(rows, row, "off");
		if (waits) {
			waiting++;
			continue;
		}
		mine++;
		if (newest(rows, row) > mark)
			mark = newest(rows, row);
	}
	if (!closed)
		view_fill(rows, list);
	t_set_bool(list, "closed", closed);
	t_set_i64(list, "mark", mark);
	t_set_i64(list, "count", mine);
	if (off)
		t_set_i64(list, "off", off);
	if (waiting)
		t_set_i64(list, "queue_count", waiting);
}

/* --- How the list is kept, and who is there --------------------------------------------------- */

int desk_view_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t sort, messenger = 0, queue_id = 0;

	if (form_i64(ctx, request, "sort", DESK_SORT_NEWS, DESK_SORT_OLDEST, 0, &sort) < 0 ||
	    form_i64(ctx, request, "messenger", 0, MESSENGER_EMAIL, FORM_OPTIONAL, &messenger) < 0 ||
	    form_i64(ctx, request, "queue", 0, INT64_MAX, FORM_OPTIONAL, &queue_id) < 0 ||
	    db_query(ctx, NULL, &SQL_DESK_VIEW_SET, "iiiib", request->session->user_id, sort, messenger,
		     queue_id, (int)form_checked(request, "unread")) < 0)
		return -1;
	staff_done(ctx, request, response, "/desk");
	return 0;
}

/* From a queue whose cases nobody gives out. */
int desk_take(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    take_case(ctx, request->session, id, once) < 0)
		return -1;
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/desk/%" PRId64, id));
	return 0;
}

int desk_presence(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *rows;
	struct strbuf out;

	if (db_query(ctx, &rows, &SQL_DESK_PRESENCE, "i", request->session->user_id) < 0)
		return -1;
	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, "{\"online\":[");
	const char *before = "";
	for (size_t row = 0; row < db_rows(rows); row++) {
		if (db_i64(rows, row, "away_s") >= DESK_ONLINE_S)
			continue;
		strbuf_printf(&out, "%s\"%" PRId64 "\"", before, db_i64(rows, row, "conversation_id"));
		before = ",";
	}
	strbuf_puts(&out, "]}");
	response_json(response, out.data);
	return 0;
}

int live_desk_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	return desk_list_ask(ctx, part->request->session, &(struct desk_box){ 0 });
}

/* What came since the page's mark: a case is louder than a line. *at: the row it is of. */
static const char *sound(const struct db_result *rows, int64_t mark, size_t *at)
{
	const char *key = NULL;

	for (size_t row = 0; row < db_rows(rows); row++) {
		if (db_i64(rows, row, "state") != CONVERSATION_ACTIVE)
			continue;
		if (db_time_us(rows, row, "assigned_at") > mark) {
			*at = row;
			return "new-conversation";
		}
		if (db_time_us(rows, row, "last_contact_at") > mark) {
			key = "message";
			*at = row;
		}
	}
	return key;
}

/* Whether it sounds, is shown or neither is for the page: their rules and their sound. */
static void told(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		 int64_t mark, struct t_node *page)
{
	size_t row = 0;
	const char *key = sound(rows, mark, &row);

	if (!key)
		return;
	const char *name = desk_contact_name(ctx, session, db_text(rows, row, "contact_name"),
					     db_i64(rows, row, "contact_id"));
	t_set(page, "sound", key);
	t_set(page, "told.conversation", db_text(rows, row, "conversation_id"));
	t_set(page, "told.text", locale_text(ctx, strcmp(key, "message") ? "notifications.text.case"
		: "notifications.text.message", name, NULL));
}

int live_desk_answer(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		     struct strbuf *out)
{
	struct db_result *rows = results[part->first];
	struct t_node *page = t_new(ctx);

	desk_list_fill(ctx, part->request->session, rows, false, 0, page);
	told(ctx, part->request->session, rows, part->mark, page);
	t_set(page, "csrf", csrf_token(ctx, part->request->session->csrf_seed));
	return template_render(ctx, "desk/live_list.cs", page, out);
}
