#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "base/link.h"
#include "base/utf8.h"
#include "channel/email/email.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/template_form.h"
#include "sql_desk.h"

#define OPTIONS_SIZE_MAX (64 * 1024)
#define EXTENSION_MAX 4
#define LONG_CHARACTERS 1200            /* of a mail at once, */
#define LONG_LINES 24                   /* and lines; what is no more than this longer is not folded: */
#define LONG_REST 400
#define LINKS_MAX 50                    /* addresses of a paragraph that are shown as such */

int64_t desk_opened_day(int64_t conversation_id)
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
	return db_pipe_add(ctx, 0, &SQL_DESK_MESSAGES, "ibbiiiits", STAFF_VIEWER(session),
			   conversation_id, from, before, limit, desk_opened_day(conversation_id),
			   session->snapshot);
}

int desk_messages_since(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
			int64_t from, int64_t limit, const char *snapshot)
{
	return db_pipe_add(ctx, 0, &SQL_DESK_MESSAGES, "ibbiiiits", STAFF_VIEWER(session),
			   conversation_id, from, (int64_t)INT32_MAX, limit,
			   desk_opened_day(conversation_id), snapshot);
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

/* Where the part of a long mail ends that is shown at once: at a line's or a word's end. Its size when it is short. */
static size_t shown_first(const char *body)
{
	size_t hard = utf8_prefix(body, LONG_CHARACTERS), size = 0, lines = 0;

	while (size < hard && (lines += body[size] == '\n') < LONG_LINES)
		size++;
	if (utf8_length(body + size) <= LONG_REST && size == hard)
		return strlen(body);
	for (size_t back = size; back > 0 && size - back < LONG_REST; back--) {
		if (body[back] == '\n')
			return back;
	}
	while (size > hard / 2 && body[size] != ' ' && body[size] != '\n')
		size--;
	return size > hard / 2 ? size : hard;
}

/* What a message has several of; NULL: none. */
static struct json *list_of(struct vt_ctx *ctx, const char *text)
{
	struct json *list;

	if (!*text)
		return NULL;
	if (json_parse(ctx, text, strlen(text), OPTIONS_SIZE_MAX, &list) == 0)
		return list;
	vt_error_clear(ctx);
	return NULL;
}

/* A paragraph's words; where it has addresses, they and the words between them. */
static void paragraph(struct vt_ctx *ctx, const char *text, struct t_node *p)
{
	size_t at, size;

	if (!link_find(text, &at, &size)) {
		t_set(p, "t", text);
		return;
	}
	for (int links = 0; links < LINKS_MAX && link_find(text, &at, &size); links++) {
		struct t_node *piece = t_item(t_child(p, "pieces"));
		t_set(piece, "t", arena_strndup(ctx->arena, text, at));
		t_set(piece, "url", arena_strndup(ctx->arena, text + at, size));
		text += at + size;
	}
	t_set(t_item(t_child(p, "pieces")), "t", text);
}

/* A blank line is a paragraph; everything else stays as it was written. */
static void paragraphs(struct vt_ctx *ctx, const char *body, struct t_node *item)
{
	const char *end;

	for (; (end = strstr(body, "\n\n")); body = end + 2)
		paragraph(ctx, arena_strndup(ctx->arena, body, (size_t)(end - body)), t_item(t_child(item, "p")));
	if (*body)
		paragraph(ctx, body, t_item(t_child(item, "p")));
}

/* What a mail has beside its words. */
static void mail_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, const struct desk_seen *seen,
		      struct t_node *item)
{
	struct json *names = list_of(ctx, db_text(rows, row, "refused"));
	const char *quoted = db_text(rows, row, "quoted");

	t_set(item, "subject", db_text_or_null(rows, row, "subject"));
	t_set_bool(item, "machine", db_bool(rows, row, "machine"));
	t_set_bool(item, "formatted", db_bool(rows, row, "formatted"));
	if (db_bool(rows, row, "formatted") || db_bool(rows, row, "quoted_more"))
		t_set(item, "letter", arena_printf(ctx->arena, "/desk/%" PRId64 "/mails/%s", seen->conversation_id,
						   db_text(rows, row, "seq")));
	if (*quoted)
		paragraphs(ctx, quoted, t_child(item, "cited"));
	for (size_t i = 0; i < json_array_size(names); i++)
		t_set(t_item(t_child(item, "refused")), "name", json_str(json_array_at(names, i), "", ""));
}

/* Of a mail that is long the beginning, and the rest folded. */
static void words(struct vt_ctx *ctx, const struct db_result *rows, size_t row, const struct desk_seen *seen,
		  struct t_node *item)
{
	const char *body = db_text(rows, row, "body");
	bool mail = db_bool(rows, row, "mail");
	size_t first = mail ? shown_first(body) : strlen(body);

	paragraphs(ctx, arena_strndup(ctx->arena, body, first), item);
	body += first;
	body += strspn(body, "\n");
	if (*body)
		paragraphs(ctx, body, t_child(item, "rest"));
	if (mail)
		mail_fill(ctx, rows, row, seen, item);
}

static void options(struct vt_ctx *ctx, const char *text, struct t_node *item)
{
	struct json *list = list_of(ctx, text);

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

struct shown_file { const char *id, *name, *type; int64_t size; };

/* held: of the message's files those that nobody may open. */
static void file_fill(struct vt_ctx *ctx, const struct shown_file *shown, struct json *held, struct t_node *file)
{
	struct json *why = json_at(held, shown->id);

	t_set(file, "href", arena_printf(ctx->arena, "/files/%s", shown->id));
	t_set(file, "name", shown->name);
	t_set(file, "extension", extension(ctx, shown->name));
	t_set_bool(file, "sheet", is_sheet(extension(ctx, shown->name)));
	if (shown->size >= 0)
		t_set(file, "size", format_size(ctx, shown->size));
	if (why) {
		t_set(file, "held", code_name("scan_state", (int)json_i64(why, "state", 0)));
		t_set(file, "virus", json_str(why, "virus", NULL));
		return;
	}
	if (strcmp(shown->type, "image/svg+xml") == 0)
		return;
	t_set_bool(file, "image", !strncmp(shown->type, "image/", 6));
	t_set_bool(file, "audio", !strncmp(shown->type, "audio/", 6));
	t_set_bool(file, "video", !strncmp(shown->type, "video/", 6));
}

/* The files of a mail after the first. */
static void further_fill(struct vt_ctx *ctx, const char *text, struct json *held, struct t_node *item)
{
	struct json *list = list_of(ctx, text);

	for (size_t i = 0; i < json_array_size(list); i++) {
		struct json *each = json_array_at(list, i);
		const struct shown_file file = {
			arena_printf(ctx->arena, "%" PRId64, json_i64(each, "id", 0)), json_str(each, "name", ""),
			json_str(each, "type", ""), json_i64(each, "size", -1),
		};
		file_fill(ctx, &file, held, t_item(t_child(item, "further")));
	}
}

static void attachment(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		       struct t_node *item)
{
	struct shown_file shown = {
		db_text(rows, row, "file_id"), db_text(rows, row, "file_name"), db_text(rows, row, "file_type"), -1,
	};

	if (!*shown.id)
		return;
	if (id_parse(db_text(rows, row, "file_size"), 0, INT64_MAX, &shown.size) < 0)
		shown.size = -1;
	struct json *held = list_of(ctx, db_text(rows, row, "held"));
	file_fill(ctx, &shown, held, t_child(item, "file"));
	t_set_bool(t_child(item, "file"), "sticker", !db_is_null(rows, row, "sticker"));
	further_fill(ctx, db_text(rows, row, "further"), held, item);
}

/* What the contact wants to be sent, or no more. */
static bool is_wish(const char *event)
{
	for (int wish = WISH_OPTED_OUT; wish <= WISH_UNBLOCKED; wish++) {
		if (!strcmp(event, code_name("wish", wish)))
			return true;
	}
	return false;
}

static void event(const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "event", db_text(rows, row, "event"));
	t_set_bool(item, "wish", is_wish(db_text(rows, row, "event")));
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

/* What it answers, as it was read then; and what became of it afterwards. */
static void around(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	if (!db_is_null(rows, row, "quote_seq")) {
		t_set_i64(item, "quote.seq", db_i64(rows, row, "quote_seq"));
		t_set(item, "quote.author", db_text(rows, row, "quote_author"));
		t_set(item, "quote.text", db_text(rows, row, "quote_text"));
	}
	t_set_bool(item, "deleted", db_bool(rows, row, "deleted"));
	t_set_bool(item, "edited", db_bool(rows, row, "edited"));
	if (!db_is_null(rows, row, "original")) {
		t_set_bool(item, "original.shown", true);
		paragraphs(ctx, db_text(rows, row, "original"), t_child(item, "original"));
	}
}

/* What the viewer may do with it: answer it, react to it where its network can, and for a while edit or take back their own. */
static void deeds(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		  const struct desk_seen *seen, int author, struct t_node *item)
{
	int64_t passed = staff_seconds_since(ctx, db_time_us(rows, row, "created_at"));
	bool deleted = db_bool(rows, row, "deleted");

	if (!seen->writes || deleted || author == AUTHOR_NOTE)
		return;
	t_set_bool(item, "can.quote", true);
	t_set_bool(item, "can.react", seen->reacts && db_bool(rows, row, "numbered"));
	if (!db_bool(rows, row, "own") || (seen->change_s && passed >= seen->change_s))
		return;
	t_set_bool(item, "can.edit", seen->edits && db_i64(rows, row, "kind") == MESSAGE_TEXT);
	t_set_bool(item, "can.delete", seen->deletes);
	if (seen->change_s)
		t_set_i64(item, "can.left", seen->change_s - passed);
}

/* What each side did with it; of ours also what did not get there. */
static void reactions(const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "reaction", db_text_or_null(rows, row, "reaction"));
	t_set(item, "ours.emoji", db_text_or_null(rows, row, "ours"));
	t_set(item, "ours.by", db_text_or_null(rows, row, "ours_by"));
	if (db_is_null(rows, row, "ours_refused"))
		return;
	t_set(item, "ours.refused", db_text(rows, row, "ours_refused"));
	t_set(item, "ours.why", db_is_null(rows, row, "ours_fault") ? "0" : db_text(rows, row, "ours_fault"));
}

/* What came by a network that is not ours beside words: a file on its way, a place, what cannot be shown. */
static void foreign(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	const char *kind = db_text_or_null(rows, row, "media_kind");

	if (kind) {
		t_set(item, "media.kind", kind);
		t_set_bool(item, "media.failed", !strcmp(db_text(rows, row, "media_state"), "failed"));
	}
	if (!db_is_null(rows, row, "place_lat")) {
		const char *latitude = db_text(rows, row, "place_lat"), *longitude = db_text(rows, row, "place_lon");
		t_set(item, "place.text", arena_printf(ctx->arena, "%s, %s", latitude, longitude));
		t_set(item, "place.href", arena_printf(ctx->arena,
						       "https://www.openstreetmap.org/?mlat=%s&mlon=%s&zoom=16",
						       latitude, longitude));
	}
	t_set(item, "unshown", db_text_or_null(rows, row, "cannot_show"));
	t_set_bool(item, "elsewhere", db_bool(rows, row, "elsewhere"));
	if (!db_is_null(rows, row, "template_name")) {
		t_set(item, "template.name", db_text(rows, row, "template_name"));
		t_set(item, "template.language", template_language(ctx, db_text(rows, row, "template_language")));
	}
}

/* "sent", "delivered", "read" as far as the network tells; when it goes out; or why it did not get there. */
static void outcome(struct vt_ctx *ctx, const struct db_result *rows, size_t row, const struct desk_seen *seen,
		    int64_t seq, struct t_node *item)
{
	int64_t state = db_i64(rows, row, "failed_state");

	if (!db_is_null(rows, row, "paced_until")) {
		t_set(item, "waits", format_date_time(ctx, db_time_us(rows, row, "paced_until") + CLOCK_MINUTE - 1));
		return;
	}
	if (!state) {
		t_set(item, "tick", seq <= seen->read ? "read" : seq <= seen->delivered ? "delivered" : "sent");
		return;
	}
	const char *mail = email_failure(db_text(rows, row, "failed_error"));
	t_set(item, "failed.why", state == OUTBOX_UNKNOWN ? "unknown" : mail ? mail :
	      db_is_null(rows, row, "failed_fault") ? "0" : db_text(rows, row, "failed_fault"));
}

static void bubble(struct vt_ctx *ctx, const struct db_result *rows, size_t row,
		   const struct desk_seen *seen, int author, struct t_node *item)
{
	int64_t seq = db_i64(rows, row, "seq");

	t_set(item, "class", db_is_null(rows, row, "whisper") ? author_class(author) : "note-i whisper");
	t_set(item, "once", db_text_or_null(rows, row, "once"));
	words(ctx, rows, row, seen, item);
	options(ctx, db_text(rows, row, "options"), item);
	attachment(ctx, rows, row, item);
	foreign(ctx, rows, row, item);
	reactions(rows, row, item);
	around(ctx, rows, row, item);
	deeds(ctx, rows, row, seen, author, item);
	if (author == AUTHOR_CONTACT || author == AUTHOR_NOTE)
		return;
	t_set_bool(item, "out", true);
	outcome(ctx, rows, row, seen, seq, item);
}

static bool same_day(int64_t a, int64_t b)
{
	struct clock_local x, y;

	clock_local(a, &x);
	clock_local(b, &y);
	return x.year == y.year && x.month == y.month && x.day == y.day;
}

/* One row of the thread; before: the row that was said before it, or NULL. */
static void message(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		    size_t row, const size_t *before, const struct desk_seen *seen,
		    struct t_node *item)
{
	int author = (int)db_i64(rows, row, "author");

	t_set_i64(item, "seq", db_i64(rows, row, "seq"));
	t_set(item, "time", format_time(ctx, db_time_us(rows, row, "created_at")));
	desk_beside_fill(ctx, db_text(rows, row, "beside"), item);
	if (db_i64(rows, row, "kind") == MESSAGE_EVENT) {
		event(rows, row, item);
		return;
	}
	bool first = !before || author != (int)db_i64(rows, *before, "author");
	speaker(session, rows, row, first, author, item);
	bubble(ctx, rows, row, seen, author, item);
}

/* Rows come newest first: the one said before row is row + 1. */
void desk_messages_fill(struct vt_ctx *ctx, const struct session *session,
			const struct db_result *rows, size_t count, const struct desk_seen *seen,
			struct t_node *page)
{
	struct t_node *list = t_child(page, "messages");

	for (size_t row = count; row-- > 0; ) {
		size_t before = row + 1;
		bool follows = before < db_rows(rows);
		int64_t at = db_time_us(rows, row, "created_at");
		struct t_node *item = t_item(list);

		if (!follows || !same_day(at, db_time_us(rows, before, "created_at")))
			t_set(item, "day", format_day_long(ctx, at));
		message(ctx, session, rows, row, follows ? &before : NULL, seen, item);
	}
}

void desk_changed_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		       size_t first, const struct desk_seen *seen, struct t_node *page)
{
	for (size_t row = first; row < db_rows(rows); row++) {
		if (db_bool(rows, row, "unseen"))
			message(ctx, session, rows, row, NULL, seen,
				t_item(t_child(page, "messages")));
	}
}
