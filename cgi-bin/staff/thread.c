#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_desk.h"

#define OPTIONS_SIZE_MAX (64 * 1024)
#define EXTENSION_MAX 4

/* The day in the id: nothing of a conversation is older than the day it was opened. */
static int64_t opened_day(int64_t conversation_id)
{
	int64_t day = conversation_id / 100000000;
	const struct clock_local midnight = {
		.year = (int)(2000 + day / 10000 % 100), .month = (int)(day / 100 % 100),
		.day = (int)(day % 100),
	};

	return clock_from_local(&midnight);
}

int desk_messages_ask(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		      int64_t from, int64_t before, int64_t limit)
{
	return db_pipe_add(ctx, 0, &SQL_DESK_MESSAGES, "ibbiiiit", STAFF_VIEWER(session),
			   conversation_id, from, before, limit, opened_day(conversation_id));
}

/* The class of the bubble, and who speaks. */
static const char *author_class(int author)
{
	switch (author) {
	case AUTHOR_CONTACT: return "user";
	case AUTHOR_BOT: return "bot";
	case AUTHOR_NOTE: return "note-i";
	case AUTHOR_SUPERVISOR: return "sup";
	default: return "agent";
	}
}

/* A blank line is a paragraph; everything else stays as it was written. */
static void paragraphs(struct vt_ctx *ctx, const char *body, struct t_node *item)
{
	const char *end;

	for (; (end = strstr(body, "\n\n")); body = end + 2)
		t_set(t_item(t_child(item, "p")), "t",
		      arena_strndup(ctx->arena, body, (size_t)(end - body)));
	if (*body)
		t_set(t_item(t_child(item, "p")), "t", body);
}

static void options(struct vt_ctx *ctx, const char *text, struct t_node *item)
{
	struct json *list;

	if (!*text)
		return;
	if (json_parse(ctx, text, strlen(text), OPTIONS_SIZE_MAX, &list) < 0) {
		vt_error_clear(ctx);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		t_set(t_item(t_child(item, "options")), "label",
		      json_str(json_array_at(list, i), "label", ""));
}

/* "PDF": what a file's name ends with, for its badge. */
static const char *extension(struct vt_ctx *ctx, const char *name)
{
	const char *dot = strrchr(name, '.');
	bool short_enough = dot && strlen(dot + 1) <= EXTENSION_MAX;
	char *out = arena_strdup(ctx->arena, short_enough ? dot + 1 : "");

	for (char *c = out; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	}
	return out;
}

static bool is_sheet(const char *extension)
{
	static const char *const sheets[] = { "XLS", "XLSX", "ODS", "CSV" };

	for (size_t i = 0; i < VT_COUNT(sheets); i++) {
		if (!strcmp(extension, sheets[i]))
			return true;
	}
	return false;
}

static void attachment(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		       struct t_node *item)
{
	const char *id = db_text(rows, row, "file_id");
	const char *type = db_text(rows, row, "file_type");
	const char *name = db_text(rows, row, "file_name");
	int64_t size;

	if (!*id)
		return;
	struct t_node *file = t_child(item, "file");
	t_set(file, "href", arena_printf(ctx->arena, "/files/%s", id));
	t_set(file, "name", name);
	t_set(file, "extension", extension(ctx, name));
	t_set_bool(file, "sheet", is_sheet(extension(ctx, name)));
	if (id_parse(db_text(rows, row, "file_size"), 0, INT64_MAX, &size) == 0)
		t_set(file, "size", format_size(ctx, size));
	if (strcmp(type, "image/svg+xml") == 0)
		return;
	t_set_bool(file, "sticker", !db_is_null(rows, row, "sticker"));
	t_set_bool(file, "image", !strncmp(type, "image/", 6));
	t_set_bool(file, "audio", !strncmp(type, "audio/", 6));
	t_set_bool(file, "video", !strncmp(type, "video/", 6));
}

static void event(const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "event", db_text(rows, row, "event"));
	t_set(item, "agent", db_text(rows, row, "event_agent"));
	t_set(item, "by", db_text(rows, row, "event_by"));
	t_set(item, "why", db_text_or_null(rows, row, "event_why"));
	t_set(item, "queue", db_text_or_null(rows, row, "event_queue"));
	t_set(item, "from", db_text_or_null(rows, row, "event_from"));
}

/* Whose name stands above the bubble: the bot's, the team's, and colleagues', once per turn. */
static void speaker(const struct session *session, const struct db_result *rows, size_t row,
		    bool first, int author, struct t_node *item)
{
	const char *name = db_text(rows, row, "author_name");

	const char *whisper = db_text_or_null(rows, row, "whisper");

	if (author == AUTHOR_NOTE || author == AUTHOR_SUPERVISOR) {
		t_set(item, "who", author == AUTHOR_SUPERVISOR ? "supervisor" : whisper ? "whisper" : "note");
		t_set(item, "whisper", whisper);
		t_set(item, "name", name);
	} else if (first && author == AUTHOR_BOT) {
		t_set(item, "who", "bot");
	} else if (first && author == AUTHOR_AGENT && *name && strcmp(name, session->name) != 0) {
		t_set(item, "who", "agent");
		t_set(item, "name", name);
	}
}

static void bubble(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		   const struct desk_seen *seen, int author, struct t_node *item)
{
	int64_t seq = db_i64(rows, row, "seq");

	t_set(item, "class", db_is_null(rows, row, "whisper") ? author_class(author) : "note-i whisper");
	t_set(item, "once", db_text_or_null(rows, row, "once"));
	paragraphs(ctx, db_text(rows, row, "body"), item);
	options(ctx, db_text(rows, row, "options"), item);
	attachment(ctx, rows, row, item);
	if (author == AUTHOR_CONTACT || author == AUTHOR_NOTE)
		return;
	t_set_bool(item, "out", true);
	t_set(item, "tick", seq <= seen->read ? "read"
	      : seq <= seen->delivered ? "delivered" : "sent");
}

static bool same_day(int64_t a, int64_t b)
{
	struct clock_local x, y;

	clock_local(a, &x);
	clock_local(b, &y);
	return x.year == y.year && x.month == y.month && x.day == y.day;
}

/* Rows come newest first: the one said before row is row + 1. */
void desk_messages_fill(struct vt_ctx *ctx, const struct session *session,
			const struct db_result *rows, size_t count, const struct desk_seen *seen,
			struct t_node *page)
{
	struct t_node *list = t_child(page, "messages");

	for (size_t row = count; row-- > 0; ) {
		bool follows = row + 1 < db_rows(rows);
		int author = (int)db_i64(rows, row, "author");
		int64_t at = db_time_us(rows, row, "created_at");
		struct t_node *item = t_item(list);

		t_set_i64(item, "seq", db_i64(rows, row, "seq"));
		t_set(item, "time", format_time(ctx, at));
		if (!follows || !same_day(at, db_time_us(rows, row + 1, "created_at")))
			t_set(item, "day", format_day_long(ctx, at));
		if (db_i64(rows, row, "kind") == MESSAGE_EVENT) {
			event(rows, row, item);
			continue;
		}
		bool first = !follows || author != (int)db_i64(rows, row + 1, "author");
		speaker(session, rows, row, first, author, item);
		bubble(ctx, rows, row, seen, author, item);
	}
}
