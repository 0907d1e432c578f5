#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "people/setting.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/transcript.h"
#include "sql_transcript.h"

#define OPTIONS_SIZE_MAX (64 * 1024)
#define FACTS_MAX 10

enum part { PART_MESSAGES, PART_SETTINGS };

struct reading {
	const struct transcript_wish *wish;
	const struct db_result *rows;
	struct field_sight sight;
	const char *contact, *agency;
	bool names;                    /* of operators */
};

static const char *text(struct vt_ctx *ctx, const char *key, const char *value)
{
	return locale_text(ctx, arena_printf(ctx->arena, "transcript.%s", key), value, NULL);
}

/* What they see, and may take along; masked where the rule says so. A document for the contact says no more than they
 * may read on the desk. */
static void sight_of(const struct session *session, const struct transcript_wish *wish, struct field_sight *out)
{
	*out = session->sight;
	for (int i = 0; i < FIELD_MAX; i++) {
		if (wish->for_contact)
			out->exports[i] = true;
		else if (wish->rule->masked && out->shows[i] > FIELD_MASKED)
			out->shows[i] = FIELD_MASKED;
	}
}

/* --- What stands on top -------------------------------------------------------------------------- */

static void fact(struct vt_ctx *ctx, struct transcript *out, struct transcript_fact *facts, const char *key,
		 const char *value)
{
	if (value && *value)
		facts[out->fact_count++] = (struct transcript_fact){ text(ctx, key, NULL), value };
}

static const char *personal(struct vt_ctx *ctx, const struct reading *reading, enum field field, const char *column)
{
	const char *value = db_text(reading->wish->conversation, 0, column);

	return field_exported(ctx, &reading->sight, field, field == FIELD_CUIT ? format_cuit(ctx, value) : value);
}

static void facts_fill(struct vt_ctx *ctx, const struct reading *reading, struct transcript *out)
{
	struct transcript_fact *facts = arena_calloc(ctx->arena, FACTS_MAX, sizeof(*facts));
	const struct db_result *row = reading->wish->conversation;
	const char *network = code_name("messenger", (int)db_i64(row, 0, "messenger"));

	out->facts = facts;
	fact(ctx, out, facts, "fact.contact", reading->contact);
	if (!reading->wish->for_contact) {
		fact(ctx, out, facts, "fact.cuit", personal(ctx, reading, FIELD_CUIT, "cuit"));
		fact(ctx, out, facts, "fact.phone", personal(ctx, reading, FIELD_PHONE, "phone"));
		fact(ctx, out, facts, "fact.email", personal(ctx, reading, FIELD_EMAIL, "email"));
	}
	fact(ctx, out, facts, "fact.opened", format_date_time_long(ctx, db_time_us(row, 0, "opened_at")));
	if (!db_is_null(row, 0, "closed_at"))
		fact(ctx, out, facts, "fact.closed", format_date_time_long(ctx, db_time_us(row, 0, "closed_at")));
	fact(ctx, out, facts, "fact.channel", arena_printf(ctx->arena, "%s · %s",
		locale_text(ctx, arena_printf(ctx->arena, "messenger.%s", network), NULL),
		db_text(row, 0, "channel_name")));
	if (reading->wish->for_contact)
		return;
	fact(ctx, out, facts, "fact.queue", db_text(row, 0, "queue_name"));
	fact(ctx, out, facts, "fact.agents", db_text(row, 0, "agents"));
	fact(ctx, out, facts, "fact.typifications", db_text(row, 0, "typifications"));
}

/* --- Messages ------------------------------------------------------------------------------------ */

static enum transcript_voice voice_of(int author, int kind)
{
	if (kind == MESSAGE_EVENT)
		return TRANSCRIPT_EVENT;
	switch (author) {
	case AUTHOR_CONTACT: return TRANSCRIPT_CONTACT;
	case AUTHOR_BOT: return TRANSCRIPT_BOT;
	case AUTHOR_NOTE: return TRANSCRIPT_NOTE;
	case AUTHOR_SUPERVISOR: return TRANSCRIPT_SUPERVISOR;
	default: return TRANSCRIPT_AGENT;
	}
}

static const char *who_of(struct vt_ctx *ctx, const struct reading *reading, size_t row, enum transcript_voice voice)
{
	const char *name = db_text(reading->rows, row, reading->wish->for_contact ? "display_name" : "author_name");

	switch (voice) {
	case TRANSCRIPT_CONTACT: return reading->contact;
	case TRANSCRIPT_BOT: return text(ctx, "who.bot", NULL);
	case TRANSCRIPT_NOTE:
		return text(ctx, db_is_null(reading->rows, row, "whisper") ? "who.note" : "who.whisper", name);
	case TRANSCRIPT_SUPERVISOR:
		return reading->names && *name ? text(ctx, "who.supervisor", name) : reading->agency;
	case TRANSCRIPT_AGENT: return reading->names && *name ? name : reading->agency;
	case TRANSCRIPT_EVENT:
	case TRANSCRIPT_VOICES:
		break;
	}
	return "";
}

/* Which of an event's texts: closed by whom, released why, transferred to whom; a word of ours. */
static const char *event_variant(const struct db_result *rows, size_t row, const char *event)
{
	if (!strcmp(event, "closed"))
		return db_text(rows, row, "event_by");
	if (!strcmp(event, "released"))
		return db_text(rows, row, "event_why");
	if (!strcmp(event, "transferred"))
		return *db_text(rows, row, "event_agent") ? "agent" : "queue";
	return "";
}

/* "{0} tomó la conversación": {0} who, {1} the queue, {2} the queue before. NULL: what happened has no words. */
static const char *event_text(struct vt_ctx *ctx, const struct reading *reading, size_t row)
{
	const struct db_result *rows = reading->rows;
	const char *event = db_text(rows, row, "event"), *variant = event_variant(rows, row, event);
	const char *agent = reading->names ? db_text(rows, row, "event_agent") : "";
	const char *key = arena_printf(ctx->arena, "transcript.event.%s%s%s", event, *variant ? "_" : "", variant);

	if (!*agent)
		agent = reading->agency;
	if (!template_locale(key))
		key = arena_printf(ctx->arena, "transcript.event.%s", event);
	if (!template_locale(key))
		return NULL;
	return locale_text(ctx, key, agent, db_text(rows, row, "event_queue"), db_text(rows, row, "event_from"), NULL);
}

static void options_fill(struct vt_ctx *ctx, const char *list, struct transcript_entry *entry)
{
	struct json *options;

	if (!*list)
		return;
	if (json_parse(ctx, list, strlen(list), OPTIONS_SIZE_MAX, &options) < 0) {
		vt_error_clear(ctx);
		return;
	}
	size_t count = json_array_size(options);
	const char **labels = arena_calloc(ctx->arena, count, sizeof(*labels));
	for (size_t i = 0; i < count; i++)
		labels[i] = json_str(json_array_at(options, i), "label", "");
	entry->options = labels;
	entry->option_count = count;
}

/* Its size, and why nobody may open it. */
static const char *about_file(struct vt_ctx *ctx, const struct db_result *rows, size_t row, int64_t size)
{
	const char *text = db_text(rows, row, "held");
	struct json *held, *why = NULL;

	if (*text && json_parse(ctx, text, strlen(text), OPTIONS_SIZE_MAX, &held) == 0)
		why = json_at(held, db_text(rows, row, "file_id"));
	vt_error_clear(ctx);
	if (!why)
		return format_size(ctx, size);
	const char *key = arena_printf(ctx->arena, "desk.held.%s", code_name("scan_state", (int)json_i64(why, "state", 0)));
	return arena_printf(ctx->arena, "%s · %s", format_size(ctx, size),
			    locale_text(ctx, key, json_str(why, "virus", ""), NULL));
}

static const struct transcript_file *file_of(struct vt_ctx *ctx, const struct db_result *rows, size_t row)
{
	int64_t size = 0;

	if (db_is_null(rows, row, "file_name"))
		return NULL;
	struct transcript_file *file = arena_alloc(ctx->arena, sizeof(*file));
	if (id_parse(db_text(rows, row, "file_size"), 0, INT64_MAX, &size) < 0)
		size = 0;
	*file = (struct transcript_file){ db_text(rows, row, "file_name"), about_file(ctx, rows, row, size),
					  db_text(rows, row, "file_sha256") };
	return file;
}

/* What a network brings besides words, in words: a place, what it does not let us show, an order. */
static const char *wordless(struct vt_ctx *ctx, const struct db_result *rows, size_t row)
{
	const char *kind = db_text_or_null(rows, row, "cannot_show");

	if (!db_is_null(rows, row, "place_lat"))
		return locale_text(ctx, "desk.place", arena_printf(ctx->arena, "%s, %s", db_text(rows, row, "place_lat"),
								    db_text(rows, row, "place_lon")), NULL);
	if (!kind)
		return desk_beside_text(ctx, db_text(rows, row, "beside"));
	const char *key = arena_printf(ctx->arena, "desk.unshown.%s", kind);
	return template_locale(key) ? locale_text(ctx, key, NULL) : locale_text(ctx, "desk.unshown.other", kind, NULL);
}

/* As it reads by now: what was taken back is said to have been, and what was changed too. */
static void revised(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct transcript_entry *entry)
{
	const char *author = db_text(rows, row, "quote_author");

	if (!db_is_null(rows, row, "quote_text"))
		entry->quote = arena_printf(ctx->arena, "%s: %s", locale_text(ctx,
			arena_printf(ctx->arena, "desk.quote.%s", author), NULL), db_text(rows, row, "quote_text"));
	if (db_bool(rows, row, "edited"))
		entry->time = arena_printf(ctx->arena, "%s · %s", entry->time, locale_text(ctx, "desk.edited", NULL));
	if (!db_bool(rows, row, "deleted"))
		return;
	entry->text = locale_text(ctx, "desk.deleted", NULL);
	entry->file = NULL;
	entry->quote = NULL;
}

/* false: nothing of this row is told. */
static bool entry_fill(struct vt_ctx *ctx, const struct reading *reading, size_t row, struct transcript_entry *entry)
{
	const struct db_result *rows = reading->rows;

	*entry = (struct transcript_entry){
		.voice = voice_of((int)db_i64(rows, row, "author"), (int)db_i64(rows, row, "kind")),
		.time = format_time(ctx, db_time_us(rows, row, "created_at")),
		.text = db_text(rows, row, "body"),
	};
	entry->who = who_of(ctx, reading, row, entry->voice);
	if (entry->voice == TRANSCRIPT_EVENT) {
		entry->text = event_text(ctx, reading, row);
		return entry->text;
	}
	const char *more = wordless(ctx, rows, row);
	if (*more)
		entry->text = *entry->text ? arena_printf(ctx->arena, "%s\n%s", entry->text, more) : more;
	options_fill(ctx, db_text(rows, row, "options"), entry);
	entry->file = file_of(ctx, rows, row);
	if (!db_is_null(rows, row, "subject"))
		entry->subject = text(ctx, "subject", db_text(rows, row, "subject"));
	revised(ctx, rows, row, entry);
	return true;
}

/* "Viernes 27 de noviembre de 2026": never "Hoy", for paper stays. */
static const char *day_text(struct vt_ctx *ctx, const struct clock_local *local)
{
	const char *month = arena_printf(ctx->arena, "common.month.%d", local->month);
	const char *weekday = arena_printf(ctx->arena, "transcript.weekday.%d", local->weekday);

	return arena_printf(ctx->arena, "%s %s", locale_text(ctx, weekday, NULL),
			    locale_text(ctx, "common.date_long", arena_printf(ctx->arena, "%d", local->day),
					locale_text(ctx, month, NULL),
					arena_printf(ctx->arena, "%d", local->year), NULL));
}

static void entries_fill(struct vt_ctx *ctx, const struct reading *reading, size_t most, struct transcript *out)
{
	struct transcript_entry *entries = arena_calloc(ctx->arena, db_rows(reading->rows) + 1, sizeof(*entries));
	struct clock_local local, last = { 0 };
	size_t bytes = 0, row;

	out->entries = entries;
	for (row = 0; row < db_rows(reading->rows) && row < most && bytes < TRANSCRIPT_TEXT_MAX; row++) {
		struct transcript_entry *entry = &entries[out->entry_count];
		if (!entry_fill(ctx, reading, row, entry))
			continue;
		clock_local(db_time_us(reading->rows, row, "created_at"), &local);
		if (local.day != last.day || local.month != last.month || local.year != last.year)
			entry->day = day_text(ctx, &local);
		entry->follows = out->entry_count && !entry->day && entry[-1].voice == entry->voice &&
			!strcmp(entry[-1].who, entry->who);
		last = local;
		bytes += strlen(entry->text);
		out->entry_count++;
	}
	if (row < db_rows(reading->rows))
		out->cut = text(ctx, "cut", format_number(ctx, (int64_t)row));
}

int transcript_read(struct vt_ctx *ctx, const struct request *request, const struct transcript_wish *wish,
		    struct transcript *out)
{
	const struct session *session = request->session;
	int64_t id = db_i64(wish->conversation, 0, "conversation_id");
	int64_t most = wish->rule->rows_max;
	struct reading reading = { .wish = wish };
	struct settings settings;
	struct db_result **parts;

	if (!most || most > TRANSCRIPT_ENTRIES_MAX)
		most = TRANSCRIPT_ENTRIES_MAX;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TRANSCRIPT_MESSAGES, "ibbiitbb", STAFF_VIEWER(session), id, most + 1,
			desk_opened_day(id), (int)wish->internal, (int)wish->for_contact) < 0 ||
	    setting_ask(ctx) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	setting_from_result(&settings, parts[PART_SETTINGS]);
	sight_of(session, wish, &reading.sight);
	reading.rows = parts[PART_MESSAGES];
	reading.agency = setting_text(&settings, SETTING_AGENCY_NAME);
	reading.names = !wish->for_contact || db_bool(wish->conversation, 0, "sees_operator");
	reading.contact = personal(ctx, &reading, FIELD_NAME, "contact_name");
	if (!reading.contact)
		reading.contact = locale_text(ctx, "desk.visitor", db_text(wish->conversation, 0, "contact_id"), NULL);
	*out = (struct transcript){
		.agency = reading.agency,
		.title = text(ctx, "title", arena_printf(ctx->arena, "%" PRId64, id)),
		.made = wish->for_contact ? text(ctx, "made", format_date_time_long(ctx, ctx->now_us))
			: locale_text(ctx, "transcript.made_by", format_date_time_long(ctx, ctx->now_us),
				      session->name, NULL),
		.page = text(ctx, "page", NULL), .of = text(ctx, "of", NULL),
	};
	facts_fill(ctx, &reading, out);
	entries_fill(ctx, &reading, (size_t)most, out);
	return 0;
}

/* --- As a page ----------------------------------------------------------------------------------- */

static const char *const classes[TRANSCRIPT_VOICES] = {
	[TRANSCRIPT_CONTACT] = "contact", [TRANSCRIPT_BOT] = "bot", [TRANSCRIPT_AGENT] = "agent",
	[TRANSCRIPT_NOTE] = "note", [TRANSCRIPT_SUPERVISOR] = "supervisor", [TRANSCRIPT_EVENT] = "event",
};

static void entry_page(struct vt_ctx *ctx, const struct transcript_entry *entry, struct t_node *item)
{
	t_set(item, "class", classes[entry->voice]);
	t_set_bool(item, "event", entry->voice == TRANSCRIPT_EVENT);
	t_set(item, "day", entry->day);
	t_set(item, "time", entry->time);
	t_set(item, "text", transcript_lines(ctx->arena, entry->text));
	if (entry->subject)
		t_set(item, "subject", transcript_line(ctx->arena, entry->subject));
	if (entry->quote)
		t_set(item, "quote", transcript_line(ctx->arena, entry->quote));
	if (!entry->follows)
		t_set(item, "who", transcript_line(ctx->arena, entry->who));
	for (size_t i = 0; i < entry->option_count; i++)
		t_set(t_item(t_child(item, "options")), "label", transcript_line(ctx->arena, entry->options[i]));
	if (!entry->file)
		return;
	t_set(item, "file.name", transcript_line(ctx->arena, entry->file->name));
	t_set(item, "file.about", entry->file->about);
	t_set(item, "file.sha256", entry->file->sha256);
}

static int page_write(struct vt_ctx *ctx, const struct transcript *transcript, const char *digest,
		      struct strbuf *out)
{
	struct t_node *page = t_new(ctx);

	t_set(page, "agency", transcript_line(ctx->arena, transcript->agency));
	t_set(page, "title", transcript->title);
	t_set(page, "made", transcript_line(ctx->arena, transcript->made));
	t_set(page, "cut", transcript->cut);
	t_set(page, "digest", digest);
	for (size_t i = 0; i < transcript->fact_count; i++) {
		struct t_node *item = t_item(t_child(page, "facts"));
		t_set(item, "label", transcript->facts[i].label);
		t_set(item, "value", transcript_line(ctx->arena, transcript->facts[i].value));
	}
	for (size_t i = 0; i < transcript->entry_count; i++)
		entry_page(ctx, &transcript->entries[i], t_item(t_child(page, "entries")));
	return template_render(ctx, "transcript/document.cs", page, out);
}

transcript_draw staff_transcript_draw;

int transcript_write(struct vt_ctx *ctx, const struct transcript *transcript, enum export_format format,
		     struct strbuf *out, char digest[TRANSCRIPT_DIGEST_TEXT])
{
	struct strbuf content;

	strbuf_init(&content, ctx->arena, 64 * 1024);
	transcript_content(ctx->arena, transcript, &content);
	transcript_digest(&content, digest);
	if (format == EXPORT_PDF && !staff_transcript_draw)
		return vt_fail(ctx, VT_E_BUG, "nginx sent a document to the pool of pages");
	if (format == EXPORT_PDF)
		return staff_transcript_draw(ctx, transcript, digest, out);
	if (format == EXPORT_HTML)
		return page_write(ctx, transcript, digest, out);
	transcript_text(transcript, &content, digest, out);
	return 0;
}
