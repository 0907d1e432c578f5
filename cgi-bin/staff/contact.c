#include "base/vt.h"
#include "base/codes.h"
#include "contact/contact_edit.h"
#include "contact/contact_field.h"
#include "contact/cuit.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/contact.h"
#include "cgi-bin/staff/desk.h"
#include "sql_contact_desk.h"
#include "sql_contact_merge.h"

static const int64_t block_days[] = { 1, 7, 30, 365, 0 };

static const char *contact_path(struct vt_ctx *ctx, int64_t id)
{
	return arena_printf(ctx->arena, "/contacts/%" PRId64, id);
}

const char *contact_back(const struct request *request)
{
	const char *sent = request_form(request, "next");
	const char *next = *sent ? sent : request_query(request, "next");

	return strncmp(next, "/desk", 5) ? "/desk" : next;
}

void contact_form_fill(struct vt_ctx *ctx, const struct request *request, int64_t contact_id, struct t_node *page)
{
	t_set(page, "once", staff_once(ctx));
	t_set(page, "href", contact_path(ctx, contact_id));
	t_set(page, "next", contact_back(request));
}

/* --- The form of its data ---------------------------------------------------------------------- */

static const char *own_key(struct vt_ctx *ctx, const struct db_result *fields, size_t row)
{
	return arena_printf(ctx->arena, "x%s", db_text(fields, row, "contact_field_id"));
}

/* Only what somebody sees whole can be changed by them. */
static bool edits(const struct session *session, enum field field)
{
	return session->sight.shows[field] == FIELD_SEEN;
}

static bool edits_own(const struct session *session, const struct db_result *fields, size_t row)
{
	struct field_own own;

	field_own_read(&session->sight, db_i64(fields, row, "contact_field_id"), &own);
	return own.shows == FIELD_SEEN;
}

static void standard_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
			  struct t_node *form)
{
	const struct session *session = request->session;

	for (int i = 0; i < FIELD_MAX; i++) {
		const char *key = field_key((enum field)i);
		const char *stored = db_text(row, 0, key);
		if (!edits(session, (enum field)i))
			continue;
		t_set_bool(t_child(form, "edits"), key, true);
		admin_field(request, form, key, i == FIELD_CUIT ? format_cuit(ctx, stored) : stored);
	}
}

static void options_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *fields,
			 size_t row, const char *key, struct t_node *item)
{
	const char *stored = db_text(fields, row, "value");
	struct t_node *options = t_child(item, "options");
	size_t count = 0;

	admin_option(request, options, key, "", locale_text(ctx, "contact.none_chosen", NULL), !*stored);
	if (db_i64(fields, row, "kind") == CONTACT_FIELD_YES_NO) {
		admin_option(request, options, key, "1", locale_text(ctx, "admin.yes", NULL), !strcmp(stored, "1"));
		admin_option(request, options, key, "0", locale_text(ctx, "admin.no", NULL), !strcmp(stored, "0"));
		return;
	}
	const char *const *list = contact_field_options(ctx, db_text(fields, row, "options"), &count);
	for (size_t i = 0; i < count; i++)
		admin_option(request, options, key, list[i], list[i], !strcmp(stored, list[i]));
}

static void own_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *fields,
		     struct t_node *page)
{
	for (size_t row = 0; row < db_rows(fields); row++) {
		const char *key = own_key(ctx, fields, row);
		const char *name = db_text(fields, row, "name");
		int64_t kind = db_i64(fields, row, "kind");
		const char *stored = db_text(fields, row, "value");
		if (!edits_own(request->session, fields, row))
			continue;
		struct t_node *item = t_item(t_child(page, "fields"));
		t_set(item, "key", key);
		t_set(item, "name", db_bool(fields, row, "required") ? arena_printf(ctx->arena, "%s *", name) : name);
		t_set(item, "kind", code_name("contact_field_kind", (int)kind));
		if (kind == CONTACT_FIELD_LIST || kind == CONTACT_FIELD_YES_NO)
			options_fill(ctx, request, fields, row, key, item);
		t_set(item, "value", admin_sent(request) ? request_form(request, key)
		      : kind == CONTACT_FIELD_NUMBER ? contact_own_text(ctx, kind, stored) : stored);
	}
}

/* Who changed what meanwhile, as far as this viewer sees it. */
static int conflict_fill(struct vt_ctx *ctx, const struct session *session, int64_t id,
			 const struct db_result *fields, struct t_node *page)
{
	struct t_node *node = t_child(page, "conflict");
	struct edit_last last;
	const char *before, *after;

	if (edit_last(ctx, "contact", id, &last) < 0 || !last.who)
		return last.who ? -1 : 0;
	if (contact_visible(ctx, session, fields, last.before, &before) < 0 ||
	    contact_visible(ctx, session, fields, last.after, &after) < 0)
		return -1;
	t_set(node, "who", last.who);
	t_set(node, "at", format_date_time(ctx, last.at));
	return admin_difference(ctx, "contact", before, after, node);
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		  bool edited, struct t_node *page)
{
	struct db_result *row, **parts;

	if (contact_find(ctx, request->session, id, &row) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_CONTACT_FIELDS, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (edited && conflict_fill(ctx, request->session, id, parts[1], page) < 0)
		return -1;
	struct t_node *form = t_child(page, "form");
	shell_fill(ctx, request, parts[0], "desk", page);
	contact_form_fill(ctx, request, id, page);
	t_set(form, "revision", db_text(row, 0, "revision"));
	standard_fill(ctx, request, row, form);
	own_fill(ctx, request, parts[1], page);
	return staff_render(ctx, request, response, "contact/form.cs", "contact/_form.cs", page);
}

int contact_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, false, t_new(ctx));
}

static int read_standard(struct vt_ctx *ctx, const struct request *request, struct contact_change *change)
{
	const struct session *session = request->session;
	const struct { enum field field; size_t max; const char **out; } all[] = {
		{ FIELD_NAME, CONTACT_NAME_MAX, &change->name }, { FIELD_CUIT, CONTACT_PHONE_MAX, &change->cuit },
		{ FIELD_EMAIL, CONTACT_EMAIL_MAX, &change->email }, { FIELD_PHONE, CONTACT_PHONE_MAX, &change->phone },
	};

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		if (edits(session, all[i].field) &&
		    form_text(ctx, request, field_key(all[i].field), all[i].max, FORM_OPTIONAL, all[i].out) < 0)
			return -1;
	}
	return 0;
}

static int read_own(struct vt_ctx *ctx, const struct request *request, const struct db_result *fields,
		    struct contact_change *change)
{
	struct contact_own *own = arena_calloc(ctx->arena, db_rows(fields) + 1, sizeof(*own));

	change->own = own;
	for (size_t row = 0; row < db_rows(fields); row++) {
		const char *key = own_key(ctx, fields, row), *text;
		unsigned flags = db_bool(fields, row, "required") ? 0 : FORM_OPTIONAL;
		size_t count = 0;
		if (!edits_own(request->session, fields, row))
			continue;
		if (form_text(ctx, request, key, CONTACT_FIELD_VALUE_MAX, flags, &text) < 0)
			return -1;
		const char *const *options = contact_field_options(ctx, db_text(fields, row, "options"), &count);
		const char *value = contact_field_value(ctx, db_i64(fields, row, "kind"), options, count, text);
		if (!value)
			return vt_fail_field(ctx, key, "error.contact.value", "not of its kind");
		own[change->own_count++] = (struct contact_own){ db_i64(fields, row, "contact_field_id"), value };
	}
	return 0;
}

/* Another one has the CUIT: whoever sees that one may look whether they are the same. */
static int same_fill(struct vt_ctx *ctx, const struct request *request, int64_t id, struct t_node *page)
{
	const struct session *session = request->session;
	struct db_result *other;
	char cuit[CUIT_DIGITS];

	if (!staff_may(session, PERM_CONTACT_MERGE) || !cuit_parse(request_form(request, "cuit"), cuit))
		return 0;
	if (db_query(ctx, &other, &SQL_MERGE_BY_CUIT, "ibbis", STAFF_VIEWER(session), id, cuit) < 0)
		return -1;
	if (db_rows(other))
		t_set(page, "same", db_text(other, 0, "contact_id"));
	return 0;
}

int contact_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct contact_change change = { 0 };
	struct edit edit = { 0 };
	struct db_result *row, *fields;

	if (request_route_id(ctx, request, "id", &edit.id) < 0 ||
	    contact_find(ctx, request->session, edit.id, &row) < 0 ||
	    db_query(ctx, &fields, &SQL_CONTACT_FIELDS, "i", edit.id) < 0)
		return -1;
	int64_t id = edit.id;
	if (admin_edit_read(ctx, request, &edit) < 0 || read_standard(ctx, request, &change) < 0 ||
	    read_own(ctx, request, fields, &change) < 0 ||
	    contact_save(ctx, request->session, &edit, &change) < 0) {
		bool edited = ctx->error.code == VT_E_CONFLICT && !strcmp(ctx->error.key, "error.edited");
		bool taken = !strcmp(ctx->error.key, "error.contact.cuit_taken");
		if (request->wants_json || (ctx->error.code != VT_E_INVALID && !edited))
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		if (taken && same_fill(ctx, request, id, page) < 0)
			return -1;
		return render(ctx, request, response, id, edited, page);
	}
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}

/* --- Notes ------------------------------------------------------------------------------------- */

int contact_notes(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct contact_note note = { 0 };
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "note", 1, INT64_MAX, FORM_OPTIONAL, &note.note_id) < 0 ||
	    form_text(ctx, request, "body", CONTACT_NOTE_MAX, FORM_OPTIONAL, &note.body) < 0)
		return -1;
	if (form_checked(request, "remove"))
		note.body = "";
	else if (!*note.body)
		return vt_fail_field(ctx, "body", "error.required", "an empty note");
	if (contact_note_save(ctx, request->session, id, &note, once) < 0)
		return -1;
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}

/* --- Blocks ------------------------------------------------------------------------------------ */

static int block_render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
			struct t_node *page)
{
	struct db_result *row, **parts;

	if (contact_find(ctx, request->session, id, &row) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_CONTACT_UNHEARD_LIST, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "desk", page);
	contact_form_fill(ctx, request, id, page);
	t_set_bool(page, "blocked", db_bool(row, 0, "blocked"));
	t_set(page, "reason", admin_sent(request) ? request_form(request, "reason") : db_text(row, 0, "blocked_reason"));
	for (size_t i = 0; i < VT_COUNT(block_days); i++) {
		const char *key = arena_printf(ctx->arena, "%" PRId64, block_days[i]);
		admin_option(request, t_child(page, "days"), "days", key,
			     locale_text(ctx, arena_printf(ctx->arena, "contact.days.%s", key), NULL),
			     block_days[i] == 7);
	}
	for (size_t i = 0; i < db_rows(parts[1]); i++) {
		struct t_node *item = t_item(t_child(page, "unheard"));
		const char *file = db_text_or_null(parts[1], i, "file_name");
		t_set(item, "at", format_date_time(ctx, db_time_us(parts[1], i, "received_at")));
		t_set(item, "body", db_text(parts[1], i, "body"));
		t_set(item, "file", file);
		t_set(item, "channel", db_text(parts[1], i, "channel_name"));
	}
	return staff_render(ctx, request, response, "contact/block.cs", "contact/_block.cs", page);
}

int contact_block_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return block_render(ctx, request, response, id, t_new(ctx));
}

int contact_block_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct contact_block block = { 0 };
	bool lifts = form_checked(request, "lift");
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 ||
	    (!lifts && (form_text(ctx, request, "reason", CONTACT_REASON_MAX, 0, &block.reason) < 0 ||
			form_i64(ctx, request, "days", 0, CONTACT_BLOCK_DAYS_MAX, 0, &block.days) < 0)) ||
	    contact_block_set(ctx, request->session, id, &block, once) < 0) {
		if (ctx->error.code != VT_E_INVALID || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		return block_render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}
