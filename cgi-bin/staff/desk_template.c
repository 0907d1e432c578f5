/* Writing with an approved template: which one, what goes into it, and how it will read. */
#include "base/vt.h"
#include "base/config.h"
#include "base/id.h"
#include "campaign/template_say.h"
#include "channel/channel.h"
#include "conversation/attend.h"
#include "conversation/file.h"
#include "conversation/scan.h"
#include "people/setting.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "cgi-bin/staff/template_form.h"
#include "sql_desk.h"

/* No row: not for this viewer; not mine: closed, or with somebody else. */
static int case_of(struct vt_ctx *ctx, const struct request *request, int64_t id, struct db_result **row)
{
	if (db_query(ctx, row, &SQL_DESK_TEMPLATE_CASE, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	if (!db_rows(*row))
		return desk_absent(ctx, id);
	return db_bool(*row, 0, "mine") ? 0 : desk_not_theirs(ctx, id, (int)db_i64(*row, 0, "state"));
}

/* Whom it is for. */
struct recipient {
	int64_t channel_id;
	struct contact_refusals refusals;
};

static void refusal_fill(struct vt_ctx *ctx, const struct recipient *to, const struct template *template,
			 struct t_node *node)
{
	const char *refusal = template_say_refusal(template, &to->refusals);

	if (refusal)
		t_set(node, "refusal", locale_text(ctx, refusal, (const char *)NULL));
	if (template->paused_until)
		t_set(node, "until", format_date_time(ctx, template->paused_until));
}

static void which_fill(struct vt_ctx *ctx, const struct recipient *to, const struct template *template,
		       struct t_node *node)
{
	t_set_i64(node, "id", template->template_id);
	t_set(node, "name", template->name);
	t_set(node, "language", template_language(ctx, template->language));
	t_set(node, "category", template_word(ctx, "category", template->written.category));
	refusal_fill(ctx, to, template, node);
}

static int list_fill(struct vt_ctx *ctx, const struct recipient *to, struct t_node *page)
{
	struct template *all;
	size_t count;

	if (template_list(ctx, to->channel_id, &all, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct t_node *item = t_item(t_child(page, "offered"));
		which_fill(ctx, to, &all[i], item);
		t_set(item, "body", all[i].written.body);
	}
	return 0;
}

/* What a slot is called: by its variable's name, or by where it stands. */
static const char *slot_label(struct vt_ctx *ctx, const struct whatsapp_filled *filled, const struct whatsapp_slot *slot)
{
	if (slot->place == WHATSAPP_IN_BUTTON && *slot->name)
		return locale_text(ctx, "desk.template.of_link", filled->written->buttons[slot->button].text, NULL);
	if (slot->place == WHATSAPP_IN_BUTTON)
		return locale_text(ctx, "desk.template.of_code", (const char *)NULL);
	if (*slot->name > '9')
		return slot->name;
	return slot->place == WHATSAPP_IN_HEADER ? locale_text(ctx, "desk.template.of_header", (const char *)NULL)
						  : locale_text(ctx, "desk.template.of_body", slot->name, NULL);
}

static void slots_fill(struct vt_ctx *ctx, const struct whatsapp_filled *filled, struct t_node *page)
{
	for (size_t i = 0; i < filled->count; i++) {
		const struct whatsapp_slot *slot = &filled->slots[i];
		struct t_node *item = t_item(t_child(page, "slots"));
		t_set(item, "field", slot->field);
		t_set(item, "label", slot_label(ctx, filled, slot));
		t_set(item, "value", slot->value);
		if (*slot->sample)
			t_set(item, "sample", locale_text(ctx, "desk.template.sample", slot->sample, NULL));
		t_set_i64(item, "max", slot->place == WHATSAPP_IN_HEADER ? WHATSAPP_HEADER_MAX :
			  slot->place == WHATSAPP_IN_BODY ? WHATSAPP_BODY_MAX : *slot->name ? WHATSAPP_URL_MAX : WHATSAPP_CODE_MAX);
	}
}

/* Stretches of a text: words, and what was written into a field; nothing yet: how the field is called. */
static void pieces_fill(struct vt_ctx *ctx, const struct whatsapp_filled *filled, enum whatsapp_place place, const char *text,
			struct t_node *list)
{
	const struct whatsapp_slot *slot;
	const char *words;

	while (whatsapp_filled_next(ctx, filled, place, &text, &words, &slot)) {
		struct t_node *piece = t_item(list);
		t_set(piece, "t", words);
		if (!slot)
			continue;
		t_set(piece, "of", slot->field);
		t_set(piece, "blank", slot_label(ctx, filled, slot));
	}
}

static void preview_fill(struct vt_ctx *ctx, const struct whatsapp_filled *filled, struct t_node *preview)
{
	const struct whatsapp_written *written = filled->written;

	if (whatsapp_filled_wants_file(written))
		t_set(preview, "file", locale_text(ctx, arena_printf(ctx->arena, "templates.header.%s",
								      whatsapp_header_key(written->header)), NULL));
	if (written->header == WHATSAPP_HEADER_TEXT)
		pieces_fill(ctx, filled, WHATSAPP_IN_HEADER, written->header_text, t_child(preview, "header"));
	pieces_fill(ctx, filled, WHATSAPP_IN_BODY, written->body, t_child(preview, "body"));
	t_set(preview, "footer", written->footer);
	for (size_t i = 0; i < written->button_count; i++) {
		const struct whatsapp_button *button = &written->buttons[i];
		t_set(t_item(t_child(preview, "buttons")), "text", *button->text ? button->text :
		      locale_text(ctx, "templates.copy_code", (const char *)NULL));
	}
}

/* All fields that a template can have, as they were sent. */
static int values_read(struct vt_ctx *ctx, const struct request *request, struct template_value *out, size_t *count)
{
	static const struct { const char *prefix; int most; } kinds[] = {
		{ "value", WHATSAPP_VARIABLES_MAX }, { "button", WHATSAPP_BUTTONS_MAX },
	};

	out[0] = (struct template_value){ "header", "" };
	*count = 1;
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		for (int n = 1; n <= kinds[i].most; n++)
			out[(*count)++] = (struct template_value){ arena_printf(ctx->arena, "%s%d", kinds[i].prefix, n), "" };
	}
	for (size_t i = 0; i < *count; i++) {
		if (form_text(ctx, request, out[i].field, WHATSAPP_URL_MAX, FORM_OPTIONAL, &out[i].text) < 0)
			return -1;
	}
	return 0;
}

/* The same to be shown again, whatever is wrong with them. */
static void values_sent(const struct request *request, struct whatsapp_filled *filled)
{
	for (size_t i = 0; i < filled->count; i++)
		filled->slots[i].value = request_form(request, filled->slots[i].field);
}

static int form_fill(struct vt_ctx *ctx, const struct request *request, const struct recipient *to,
		     int64_t template_id, struct t_node *page)
{
	struct whatsapp_filled filled;
	struct template template;

	if (template_stands(ctx, to->channel_id, template_id, &template) < 0)
		return -1;
	template_fill(ctx, &template, NULL, 0, &filled);
	values_sent(request, &filled);
	which_fill(ctx, to, &template, t_child(page, "chosen"));
	if (whatsapp_filled_wants_file(&template.written))
		t_set(page, "chosen.file", whatsapp_header_key(template.written.header));
	slots_fill(ctx, &filled, page);
	preview_fill(ctx, &filled, t_child(page, "preview"));
	return 0;
}

/* template_id 0: to choose one. */
static int template_render_page(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
				int64_t template_id, struct t_node *page)
{
	struct db_result **parts, *row;

	if (case_of(ctx, request, id, &row) < 0 || db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	struct t_node *thread = t_child(page, "thread");
	struct recipient to = { .channel_id = db_i64(row, 0, "channel_id") };
	if (contact_may_send(ctx, db_i64(row, 0, "contact_id"), to.channel_id, &to.refusals) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "desk", page);
	t_set(thread, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set(thread, "name", desk_contact_name(ctx, request->session, db_text(row, 0, "contact_name"),
						db_i64(row, 0, "contact_id")));
	t_set(thread, "channel", db_text(row, 0, "channel_name"));
	t_set(page, "once", staff_once(ctx));
	if ((template_id ? form_fill(ctx, request, &to, template_id, page) : list_fill(ctx, &to, page)) < 0)
		return -1;
	return staff_render(ctx, request, response, "desk/template.cs", "desk/_template.cs", page);
}

int desk_template_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *chosen = request_query(request, "template");
	int64_t id, template_id = 0;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (*chosen && id_parse(chosen, 1, INT64_MAX, &template_id) < 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no id of a template");
	return template_render_page(ctx, request, response, id, template_id, t_new(ctx));
}

static int undo_s(struct vt_ctx *ctx, int64_t *out)
{
	struct settings settings;
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || setting_ask(ctx) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	setting_from_result(&settings, parts[0]);
	*out = setting_i64(&settings, SETTING_DESK_UNDO);
	return 0;
}

/* The header's file. Whether they may write in this case comes before its bytes are stored. */
static int file_read(struct vt_ctx *ctx, const struct request *request, int64_t id, const char *once,
		     struct template_saying *saying)
{
	const struct upload *upload = request->uploads;
	struct db_result *row;
	const char *refusal;

	if (!request->upload_count || !*upload->filename)
		return 0;
	if (db_one(ctx, &row, &SQL_DESK_MINE, "ibbis", STAFF_VIEWER(request->session), id, once) < 0)
		return -1;
	if (!db_bool(row, 0, "mine"))
		return desk_not_theirs(ctx, id, (int)db_i64(row, 0, "state"));
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	if (!channel_can(channel, CHANNEL_CAN_TEMPLATE))
		return vt_fail(ctx, VT_E_NOT_FOUND, "a network without templates");
	if (file_store(ctx, program_config()->files_directory, upload->data, upload->size, &saying->file_id,
		       &saying->file_type) < 0 || scan_await(ctx, &saying->file_id, 1) < 0)
		return -1;
	saying->file_name = upload->filename;
	refusal = channel_file_refusal(channel, saying->file_type, (int64_t)upload->size);
	return refusal ? vt_fail_field(ctx, "file", refusal, "the network takes no such file") : 0;
}

int desk_template(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct template_value values[WHATSAPP_SLOTS_MAX];
	struct template_saying saying = { .values = values };
	const char *once;
	int64_t id;
	int seq;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    form_i64(ctx, request, "template", 1, INT64_MAX, 0, &saying.template_id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || values_read(ctx, request, values, &saying.value_count) < 0 ||
	    file_read(ctx, request, id, once, &saying) < 0 || undo_s(ctx, &saying.hold_s) < 0 ||
	    template_say(ctx, request->session, id, &saying, once, &seq) < 0) {
		struct t_node *page = t_new(ctx);
		if (staff_form_again(ctx, request, response, page) < 0)
			return -1;
		return template_render_page(ctx, request, response, id, saying.template_id, page);
	}
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/desk/%" PRId64, id));
	return 0;
}

/* The same with a file, which nginx lets be as big as files are. */
int desk_template_file(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return desk_template(ctx, request, response);
}
