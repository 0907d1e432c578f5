/* The form of a template, with its preview; how it stands, and what became of it. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/id.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "campaign/template_edit.h"
#include "channel/whatsapp/written.h"
#include "conversation/file.h"
#include "conversation/scan.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/template_form.h"
#include "sql_template.h"

#define SECTION "templates"
#define COMPONENTS_MAX (256 * 1024)
#define LANGUAGE_MAX 15

enum part { PART_SHELL, PART_TEMPLATE, PART_LINES, PART_HISTORY, PART_USE, PART_COPY };

static const char *const languages[] = { "es_AR", "es", "es_ES", "es_MX", "en", "en_US", "en_GB", "pt_BR", "pt_PT", "it", "fr",
					 "de", "zh_CN" };

const char *template_language(struct vt_ctx *ctx, const char *code)
{
	const char *name = template_locale(arena_printf(ctx->arena, "templates.language.%s", code));

	return name ? name : code;
}

const char *template_word(struct vt_ctx *ctx, const char *list, int code)
{
	const char *name = code_name(arena_printf(ctx->arena, "template_%s", list), code);

	return *name ? locale_text(ctx, arena_printf(ctx->arena, "templates.%s.%s", list, name), NULL) : "";
}

static const char *tone_of(int state)
{
	if (state == TEMPLATE_APPROVED)
		return "ok";
	if (state == TEMPLATE_REJECTED || state == TEMPLATE_PAUSED || state == TEMPLATE_DISABLED || state == TEMPLATE_LOCKED)
		return "bad";
	return state == TEMPLATE_DRAFT || state == TEMPLATE_ARCHIVED ? "plain" : "warn";
}

void template_state_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *node)
{
	int state = (int)db_i64(rows, row, "state");

	t_set(node, "state", template_word(ctx, "state", state));
	t_set(node, "tone", tone_of(state));
	t_set(node, "category", template_word(ctx, "category", (int)db_i64(rows, row, "category")));
	t_set(node, "quality", template_word(ctx, "quality", (int)db_i64(rows, row, "quality")));
	if (!db_is_null(rows, row, "previous_category") && db_i64(rows, row, "previous_category") != db_i64(rows, row, "category"))
		t_set(node, "previous", template_word(ctx, "category", (int)db_i64(rows, row, "previous_category")));
	if (!db_is_null(rows, row, "next_category"))
		t_set(node, "next", template_word(ctx, "category", (int)db_i64(rows, row, "next_category")));
	if (state == TEMPLATE_PAUSED && !db_is_null(rows, row, "paused_until"))
		t_set(node, "until", format_date_time(ctx, db_time_us(rows, row, "paused_until")));
	t_set(node, "asked", db_text_or_null(rows, row, "call_kind"));
	t_set(node, "refused", db_text_or_null(rows, row, "call_error"));
}

/* --- From the form ------------------------------------------------------------------------------ */

static int category_by_name(const char *name)
{
	for (int i = TEMPLATE_UTILITY; i <= TEMPLATE_AUTHENTICATION; i++) {
		if (!strcmp(code_name("template_category", i), name))
			return i;
	}
	return 0;
}

/* Pairs of fields in their order: a variable's name and its sample. */
static void samples_read(const struct request *request, struct whatsapp_written *out)
{
	const char *name = NULL;

	for (size_t i = 0; i < request->form.count && out->sample_count < WHATSAPP_VARIABLES_MAX; i++) {
		if (!strcmp(request->form.items[i].name, "variable"))
			name = request->form.items[i].value;
		if (strcmp(request->form.items[i].name, "sample") != 0 || !name)
			continue;
		out->samples[out->sample_count++] = (struct whatsapp_variable){ name, request->form.items[i].value };
		name = NULL;
	}
}

static int buttons_read(struct vt_ctx *ctx, const struct request *request, struct whatsapp_written *out)
{
	static const char *const parts[] = { "text", "value", "sample" };

	for (int i = 1; i <= WHATSAPP_BUTTONS_MAX; i++) {
		struct whatsapp_button *button = &out->buttons[out->button_count];
		const char *texts[VT_COUNT(parts)];
		*button = (struct whatsapp_button){
			.kind = whatsapp_button_by_key(request_form(request, arena_printf(ctx->arena, "button%d_type", i))),
		};
		if (button->kind == WHATSAPP_BUTTON_NONE)
			continue;
		for (size_t k = 0; k < VT_COUNT(parts); k++) {
			if (form_text(ctx, request, arena_printf(ctx->arena, "button%d_%s", i, parts[k]), WHATSAPP_URL_MAX,
				      FORM_OPTIONAL, &texts[k]) < 0)
				return -1;
		}
		button->text = texts[0];
		button->value = texts[1];
		button->sample = texts[2];
		out->button_count++;
	}
	return 0;
}

/* As it was written; nothing is too long yet. */
static int written_read(struct vt_ctx *ctx, const struct request *request, struct whatsapp_written *out)
{
	*out = (struct whatsapp_written){
		.category = category_by_name(request_form(request, "category")), .file_type = "",
		.header = whatsapp_header_by_key(request_form(request, "header")), .security = form_checked(request, "security"),
	};
	if (form_text(ctx, request, "name", WHATSAPP_NAME_MAX, FORM_OPTIONAL, &out->name) < 0 ||
	    form_text(ctx, request, "header_text", WHATSAPP_URL_MAX, FORM_OPTIONAL, &out->header_text) < 0 ||
	    form_text(ctx, request, "header_sample", WHATSAPP_URL_MAX, FORM_OPTIONAL, &out->header_sample) < 0 ||
	    form_text(ctx, request, "body", WHATSAPP_BODY_MAX * 4, FORM_OPTIONAL, &out->body) < 0 ||
	    form_text(ctx, request, "footer", WHATSAPP_URL_MAX, FORM_OPTIONAL, &out->footer) < 0 ||
	    form_i64(ctx, request, "expires", 0, WHATSAPP_EXPIRES_MAX, FORM_OPTIONAL, &out->expires_min) < 0)
		return -1;
	samples_read(request, out);
	return buttons_read(ctx, request, out);
}

static int stored_read(struct vt_ctx *ctx, const struct db_result *row, struct whatsapp_written *out)
{
	const char *text = db_text(row, 0, "components");
	struct json *components;

	if (json_parse(ctx, text, strlen(text), COMPONENTS_MAX, &components) < 0)
		return vt_note(ctx, "components of a template");
	whatsapp_written_read(ctx, components, out);
	out->name = db_text(row, 0, "name");
	out->category = (int)db_i64(row, 0, "draft_category");
	return 0;
}

/* --- The page ----------------------------------------------------------------------------------- */

/* A text as the taxpayer will read it: its variables by their samples. */
static const char *with_samples(struct vt_ctx *ctx, const char *text, const struct whatsapp_variable *samples, size_t count)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, strlen(text) + 64);
	while (*text) {
		const char *end = strncmp(text, "{{", 2) ? NULL : strstr(text, "}}"), *put = NULL;
		for (size_t i = 0; end && i < count && !put; i++) {
			size_t size = strlen(samples[i].name);
			if (size == (size_t)(end - text - 2) && !strncmp(samples[i].name, text + 2, size) && *samples[i].sample)
				put = samples[i].sample;
		}
		if (put)
			strbuf_puts(&out, put);
		else
			strbuf_putc(&out, *text);
		text = put ? end + 2 : text + 1;
	}
	return out.data;
}

static void button_rows(struct vt_ctx *ctx, const struct whatsapp_written *written, struct t_node *form)
{
	for (size_t i = 0; i < WHATSAPP_BUTTONS_MAX; i++) {
		const struct whatsapp_button *button = &written->buttons[i];
		bool there = i < written->button_count;
		struct t_node *row = t_item(t_child(form, "buttons"));
		t_set_i64(row, "n", (int64_t)i + 1);
		t_set(row, "text", there ? button->text : "");
		t_set(row, "value", there ? button->value : "");
		t_set(row, "sample", there ? button->sample : "");
		for (int kind = 0; kind < WHATSAPP_BUTTON_KINDS; kind++) {
			const char *key = whatsapp_button_key((enum whatsapp_button_kind)kind);
			struct t_node *option = t_item(t_child(row, "kinds"));
			t_set(option, "key", key);
			t_set(option, "label", locale_text(ctx, arena_printf(ctx->arena, "templates.button.%s", key), NULL));
			t_set_bool(option, "chosen", there && (int)button->kind == kind);
		}
		if (there) {
			struct t_node *shown = t_item(t_child(form, "preview.buttons"));
			t_set(shown, "text", button->kind == WHATSAPP_BUTTON_CODE ? locale_text(ctx, "templates.copy_code", NULL)
			      : button->text);
		}
	}
}

static void written_fill(struct vt_ctx *ctx, const struct whatsapp_written *written, struct t_node *form)
{
	struct whatsapp_variable variables[WHATSAPP_VARIABLES_MAX], header[WHATSAPP_VARIABLES_MAX];
	size_t count, header_count;

	t_set(form, "name", written->name);
	t_set(form, "header_text", written->header_text);
	t_set(form, "header_sample", written->header_sample);
	t_set(form, "body", written->body);
	t_set(form, "footer", written->footer);
	t_set_bool(form, "security", written->security);
	if (written->expires_min)
		t_set_i64(form, "expires", written->expires_min);
	t_set(form, "header_kind", whatsapp_header_key(written->header));
	whatsapp_variables(ctx, written->body, variables, &count);
	for (size_t i = 0; i < count; i++) {
		struct t_node *row = t_item(t_child(form, "samples"));
		for (size_t k = 0; k < written->sample_count; k++) {
			if (!strcmp(written->samples[k].name, variables[i].name))
				variables[i].sample = written->samples[k].sample;
		}
		t_set_i64(row, "n", (int64_t)i + 1);
		t_set(row, "name", variables[i].name);
		t_set(row, "sample", variables[i].sample);
	}
	whatsapp_variables(ctx, written->header_text, header, &header_count);
	if (header_count)
		header[0].sample = written->header_sample;
	t_set(form, "preview.header", with_samples(ctx, written->header_text, header, header_count));
	t_set(form, "preview.body", with_samples(ctx, written->body, variables, count));
	button_rows(ctx, written, form);
}

static void choices_fill(struct vt_ctx *ctx, const struct whatsapp_written *written, const char *language,
			 const struct request *request, const struct db_result *lines, struct t_node *form)
{
	bool listed = false;

	for (int i = TEMPLATE_UTILITY; i <= TEMPLATE_AUTHENTICATION; i++) {
		struct t_node *option = t_item(t_child(form, "categories"));
		t_set(option, "key", code_name("template_category", i));
		t_set(option, "label", template_word(ctx, "category", i));
		t_set_bool(option, "chosen", written->category == i);
	}
	for (int i = 0; i < WHATSAPP_HEADER_KINDS; i++) {
		const char *key = whatsapp_header_key((enum whatsapp_header)i);
		struct t_node *option = t_item(t_child(form, "headers"));
		t_set(option, "key", key);
		t_set(option, "label", locale_text(ctx, arena_printf(ctx->arena, "templates.header.%s", key), NULL));
		t_set_bool(option, "chosen", (int)written->header == i);
	}
	for (size_t i = 0; i <= VT_COUNT(languages); i++) {
		const char *code = i < VT_COUNT(languages) ? languages[i] : language;
		listed = listed || !strcmp(code, language);
		if (i == VT_COUNT(languages) && (listed || !*language))
			break;
		struct t_node *option = t_item(t_child(form, "languages"));
		t_set(option, "key", code);
		t_set(option, "label", template_language(ctx, code));
		t_set_bool(option, "chosen", !strcmp(code, language));
	}
	for (size_t i = 0; i < db_rows(lines); i++)
		admin_option(request, t_child(form, "lines"), "line", db_text(lines, i, "channel_id"), db_text(lines, i, "name"),
			     i == 0);
}

/* Why it was refused, in words and with what to do; what the provider says beside it. */
static void standing_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *stands)
{
	int state = (int)db_i64(row, 0, "state");
	const char *reason = db_text(row, 0, "reason");
	const char *known = template_locale(arena_printf(ctx->arena, "templates.reason.%s", reason));

	template_state_fill(ctx, row, 0, stands);
	t_set(stands, "about", template_locale(arena_printf(ctx->arena, "templates.about_state.%s",
							     code_name("template_state", state))));
	if (*reason)
		t_set(stands, "reason", known ? known : reason);
	t_set(stands, "advice", db_text_or_null(row, 0, "advice"));
	t_set(stands, "lines", db_text(row, 0, "lines"));
	t_set_bool(stands, "lost", !strcmp(db_text(row, 0, "call_error"), "lost"));
	if (!db_is_null(row, 0, "submitted_at")) {
		t_set(stands, "submitted", format_date_time(ctx, db_time_us(row, 0, "submitted_at")));
		t_set(stands, "submitted_by", db_text(row, 0, "submitted_by"));
	}
	t_set(stands, "follow", db_is_null(row, 0, "call_kind") && state != TEMPLATE_PENDING ? "15" : "2");
}

static const char *change_word(struct vt_ctx *ctx, const char *what, const char *name)
{
	return *name ? locale_text(ctx, arena_printf(ctx->arena, "templates.%s.%s", what, name), NULL) : "";
}

static void history_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "history"));
		const char *what = db_text(rows, row, "what"), *reason = db_text(rows, row, "reason");
		const char *known = template_locale(arena_printf(ctx->arena, "templates.reason.%s", reason));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "at")));
		t_set(item, "what", locale_text(ctx, arena_printf(ctx->arena, "templates.changed.%s", what), NULL));
		t_set(item, "before", change_word(ctx, what, db_text(rows, row, "before")));
		t_set(item, "after", change_word(ctx, what, db_text(rows, row, "after")));
		t_set(item, "reason", known ? known : reason);
	}
}

static bool may_change(int state)
{
	return state == TEMPLATE_DRAFT || state == TEMPLATE_APPROVED || state == TEMPLATE_FLAGGED || state == TEMPLATE_REJECTED ||
		state == TEMPLATE_PAUSED;
}

static void stored_fill(struct vt_ctx *ctx, struct db_result **parts, struct t_node *page)
{
	const struct db_result *row = parts[PART_TEMPLATE];
	struct t_node *form = t_child(page, "form");
	int state = (int)db_i64(row, 0, "state");

	t_set(form, "id", db_text(row, 0, "template_id"));
	t_set(form, "revision", db_text(row, 0, "revision"));
	t_set(form, "language_code", db_text(row, 0, "language"));
	t_set(form, "language_name", template_language(ctx, db_text(row, 0, "language")));
	t_set_bool(form, "named", state != TEMPLATE_DRAFT);
	t_set_bool(form, "in_use", state == TEMPLATE_APPROVED || state == TEMPLATE_FLAGGED);
	t_set_bool(form, "fixed", !may_change(state) || !db_is_null(row, 0, "call_kind"));
	t_set(form, "file", db_text_or_null(row, 0, "draft_file_name"));
	if (db_time_us(row, 0, "again_at") > ctx->now_us)
		t_set(form, "again", format_date_time(ctx, db_time_us(row, 0, "again_at") + CLOCK_MINUTE - 1));
	standing_fill(ctx, row, t_child(page, "stands"));
	history_fill(ctx, parts[PART_HISTORY], page);
	admin_use_fill(parts[PART_USE], page);
}

/* What the form shows: what was sent, what is stored, or what it is a copy of. */
static int shown(struct vt_ctx *ctx, const struct request *request, struct db_result **parts, struct whatsapp_written *out,
		 const char **language)
{
	const struct db_result *row = parts[PART_TEMPLATE], *copy = parts[PART_COPY];
	bool other = *request_query(request, "language") != '\0';

	*language = db_rows(row) ? db_text(row, 0, "language") : "es_AR";
	if (admin_sent(request)) {
		if (written_read(ctx, request, out) < 0)
			vt_error_clear(ctx);
		if (*request_form(request, "language"))
			*language = request_form(request, "language");
		if (db_rows(row) && db_i64(row, 0, "state") != TEMPLATE_DRAFT)
			out->name = db_text(row, 0, "name");
		return 0;
	}
	if (db_rows(row))
		return stored_read(ctx, row, out);
	if (!db_rows(copy)) {
		whatsapp_written_read(ctx, NULL, out);
		out->category = TEMPLATE_UTILITY;
		return 0;
	}
	if (stored_read(ctx, copy, out) < 0)
		return -1;
	if (!other)
		out->name = arena_printf(ctx->arena, "%s_2", out->name);
	*language = other ? "" : db_text(copy, 0, "language");
	return 0;
}

static int64_t copied(const struct request *request)
{
	int64_t id;

	return id_parse(request_query(request, "copy"), 1, INT64_MAX, &id) < 0 ? 0 : id;
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	struct whatsapp_written written;
	struct db_result **parts;
	const char *language;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_TEMPLATE_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TEMPLATE_LINES, "") < 0 || db_pipe_add(ctx, 0, &SQL_TEMPLATE_HISTORY, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TEMPLATE_USE, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_TEMPLATE_GET, "i", id ? INT64_C(0) : copied(request)) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_TEMPLATE]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no template %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	if (shown(ctx, request, parts, &written, &language) < 0)
		return -1;
	if (id)
		stored_fill(ctx, parts, page);
	written_fill(ctx, &written, t_child(page, "form"));
	choices_fill(ctx, &written, language, request, parts[PART_LINES], t_child(page, "form"));
	return staff_render(ctx, request, response, "templates/form.cs", NULL, page);
}

/* The header's sample, as sent now or earlier. */
static int file_read(struct vt_ctx *ctx, const struct request *request, const struct db_result *row,
		     struct template_draft *draft, struct whatsapp_written *written)
{
	if (db_rows(row) && !db_is_null(row, 0, "draft_file_id")) {
		written->has_file = true;
		written->file_type = db_text(row, 0, "draft_file_type");
	}
	if (!request->upload_count || !*request->uploads[0].filename || written->header < WHATSAPP_HEADER_IMAGE)
		return 0;
	if (file_store(ctx, program_config()->files_directory, request->uploads[0].data, request->uploads[0].size,
		       &draft->file_id, &written->file_type) < 0 || scan_await(ctx, &draft->file_id, 1) < 0)
		return -1;
	written->has_file = true;
	draft->file_name = file_safe_name(ctx, request->uploads[0].filename);
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct whatsapp_written written;
	struct template_draft draft = { .written = &written, .submit = !strcmp(request_form(request, "do"), "submit") };
	struct db_result *row;

	if (db_query(ctx, &row, &SQL_TEMPLATE_GET, "i", edit->id) < 0)
		return -1;
	if (edit->id && !db_rows(row))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no template %" PRId64, edit->id);
	if (written_read(ctx, request, &written) < 0)
		return -1;
	if (db_rows(row) && db_i64(row, 0, "state") != TEMPLATE_DRAFT) {
		written.name = db_text(row, 0, "name");
		draft.language = db_text(row, 0, "language");
	} else if (form_text(ctx, request, "language", LANGUAGE_MAX, 0, &draft.language) < 0) {
		return -1;
	}
	if (!edit->id && form_i64(ctx, request, "line", 1, INT64_MAX, 0, &draft.channel_id) < 0)
		return -1;
	if (file_read(ctx, request, row, &draft, &written) < 0)
		return -1;
	return template_save(ctx, edit, &draft);
}

static const struct admin_form form = { SECTION, "template", render, save, template_remove };

int template_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

/* Where it stays: what becomes of it is followed on its own page. */
int template_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct edit edit = { 0 };

	if (admin_route_id(ctx, request, &edit.id) < 0)
		return -1;
	int64_t id = edit.id;
	if (admin_edit_read(ctx, request, &edit) < 0 || save(ctx, request, &edit) < 0) {
		if (admin_refused(ctx, request, response, "template", id, page) < 0)
			return -1;
		return render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/admin/templates/%" PRId64 "?done=%s", edit.id,
							strcmp(request_form(request, "do"), "submit") ? "kept" : "submitted"));
	return 0;
}

int template_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
