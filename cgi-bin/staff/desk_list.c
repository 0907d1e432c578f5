#include "base/vt.h"
#include "base/codes.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

int desk_list_ask(struct vt_ctx *ctx, const struct session *session, bool closed)
{
	return db_pipe_add(ctx, 0, closed ? &SQL_DESK_LIST_CLOSED : &SQL_DESK_LIST, "i",
			   session->user_id);
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

	t_set_bool(item, "ours", db_i64(rows, row, "last_message_author") == AUTHOR_AGENT);
	t_set(item, "preview", *text || db_is_null(rows, row, "last_message_at") ? text
		: locale_text(ctx, "desk.list.file", (const char *)NULL));
}

static void case_fill(struct vt_ctx *ctx, const struct session *session,
		      const struct db_result *rows, size_t row, int64_t current, struct t_node *item)
{
	int64_t id = db_i64(rows, row, "conversation_id");
	int64_t contact_at = db_time_us(rows, row, "last_contact_at");
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
	t_set(item, "queue", db_text_or_null(rows, row, "queue_name"));
	preview(ctx, rows, row, item);
	if (state == CONVERSATION_WAITING) {
		staff_clock_fill(ctx, db_time_us(rows, row, "requested_at"), target_s,
				 t_child(item, "waiting"));
		return;
	}
	t_set(item, "time", format_time(ctx, last_at));
	if (state == CONVERSATION_CLOSED)
		return;
	t_set_i64(item, "ago_s", staff_seconds_since(ctx, last_at));
	t_set(item, "ago", ago(ctx, last_at));
	if (!db_is_null(rows, row, "undelivered_seq"))
		t_set_i64(item, "undelivered", db_i64(rows, row, "undelivered_seq"));
	if (db_i64(rows, row, "unread_count"))
		t_set_i64(item, "unread", db_i64(rows, row, "unread_count"));
	if (contact_at > db_time_us(rows, row, "last_agent_at"))
		staff_clock_fill(ctx, contact_at, target_s, t_child(item, "unanswered"));
}

/* The newest thing that makes a sound: an assignment, or a contact's message. */
static int64_t newest(const struct db_result *rows, size_t row)
{
	int64_t assigned_at = db_time_us(rows, row, "assigned_at");
	int64_t contact_at = db_time_us(rows, row, "last_contact_at");

	return assigned_at > contact_at ? assigned_at : contact_at;
}

void desk_list_fill(struct vt_ctx *ctx, const struct session *session,
		    const struct db_result *rows, bool closed, int64_t current, struct t_node *page)
{
	struct t_node *list = t_child(page, "list");
	int64_t mine = 0, waiting = 0, mark = 0;

	for (size_t row = 0; row < db_rows(rows); row++) {
		bool waits = db_i64(rows, row, "state") == CONVERSATION_WAITING;
		case_fill(ctx, session, rows, row, current,
			  t_item(t_child(list, waits ? "queue" : "mine")));
		if (waits) {
			waiting++;
			continue;
		}
		mine++;
		if (newest(rows, row) > mark)
			mark = newest(rows, row);
	}
	t_set_bool(list, "closed", closed);
	t_set_i64(list, "mark", mark);
	t_set_i64(list, "count", mine);
	if (waiting)
		t_set_i64(list, "queue_count", waiting);
}

int live_desk_ask(struct vt_ctx *ctx, const struct live_part *part)
{
	return desk_list_ask(ctx, part->request->session, false);
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
	return template_render(ctx, "desk/live_list.cs", page, out);
}
