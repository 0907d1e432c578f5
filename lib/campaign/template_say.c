#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "campaign/template_say.h"
#include "conversation/attend.h"
#include "conversation/conversation.h"
#include "conversation/saying.h"
#include "db/db.h"

struct say {
	const struct session *session;
	int64_t conversation_id;
	const struct template_saying *saying;
	const char *once;
	int seq;
};

void template_fill(struct vt_ctx *ctx, const struct template *template, const struct template_value *values, size_t count,
		   struct whatsapp_filled *out)
{
	whatsapp_filled_begin(ctx, &template->written, out);
	for (size_t i = 0; i < count; i++) {
		struct whatsapp_slot *slot = whatsapp_filled_slot(out, values[i].field);
		if (slot)
			slot->value = values[i].text;
	}
}

const char *template_say_refusal(const struct template *template, const struct contact_refusals *refusals)
{
	const char *refusal = template_refusal_to(template, refusals);

	return refusal ? refusal : whatsapp_filled_refusal(&template->written);
}

static const char *row_of(struct vt_ctx *ctx, const struct template *template, const struct whatsapp_filled *filled)
{
	struct json *row = json_new_object(ctx);

	json_set_str(row, "name", template->name);
	json_set_str(row, "language", template->language);
	json_set_node(row, "components", whatsapp_filled_components(ctx, filled, template->named));
	return json_text(ctx, row);
}

static const char *data_of(struct vt_ctx *ctx, const struct template *template, const struct whatsapp_filled *filled)
{
	struct json *data = json_new_object(ctx), *which = json_new_object(ctx), *options = json_new_array(ctx);

	json_set_str(which, "name", template->name);
	json_set_str(which, "language", template->language);
	json_set_node(data, "template", which);
	for (size_t i = 0; i < template->written.button_count; i++) {
		struct json *option = json_new_object(ctx);
		json_set_str(option, "key", template->written.buttons[i].text);
		json_set_str(option, "label", whatsapp_filled_button(ctx, filled, i));
		json_append_node(options, option);
	}
	if (template->written.button_count)
		json_set_node(data, "options", options);
	return json_text(ctx, data);
}

static const char *form_of(struct vt_ctx *ctx, const struct template *template, const struct whatsapp_filled *filled)
{
	struct json *form = json_new_object(ctx), *values = json_new_object(ctx);

	json_set_i64(form, "id", template->template_id);
	for (size_t i = 0; i < filled->count; i++)
		json_set_str(values, filled->slots[i].field, filled->slots[i].value);
	json_set_node(form, "values", values);
	return json_text(ctx, form);
}

/* The template as it stands under the case's lock, filled, and right. */
static int choose(struct vt_ctx *ctx, const struct conversation *conversation, const struct template_saying *saying,
		  struct template *template, struct whatsapp_filled *filled)
{
	struct contact_refusals refusals;
	const char *refusal;

	if (template_stands(ctx, conversation->channel_id, saying->template_id, template) < 0 ||
	    contact_may_send(ctx, conversation->contact_id, conversation->channel_id, &refusals) < 0)
		return -1;
	template_fill(ctx, template, saying->values, saying->value_count, filled);
	filled->file_type = saying->file_id ? saying->file_type : NULL;
	refusal = template_say_refusal(template, &refusals);
	if (refusal)
		return vt_fail_field(ctx, "template", refusal, "the template cannot be said now");
	return whatsapp_filled_check(ctx, filled);
}

static int say(struct vt_ctx *ctx, void *arg)
{
	struct say *say = arg;
	struct conversation conversation;
	struct whatsapp_filled filled;
	struct template template;
	const char *known = NULL;
	bool repeat;

	say->seq = 0;
	if (attend_begin(ctx, say->session, say->conversation_id, say->once, &conversation, &repeat, &known) < 0)
		return -1;
	if (repeat) {
		say->seq = known ? (int)strtol(known, NULL, 10) : 0;
		return 0;
	}
	if (choose(ctx, &conversation, say->saying, &template, &filled) < 0)
		return -1;
	const struct saying_template parts = {
		.row = row_of(ctx, &template, &filled), .data = data_of(ctx, &template, &filled),
		.form = form_of(ctx, &template, &filled),
	};
	struct attend_message message = {
		.text = whatsapp_filled_text(ctx, &filled), .hold_s = say->saying->hold_s, .template = &parts,
	};
	if (whatsapp_filled_wants_file(&template.written)) {
		message.file_id = say->saying->file_id;
		message.file_name = say->saying->file_name;
	}
	return attend_say(ctx, say->session, &conversation, &message, say->once, "conversation.template", &say->seq);
}

int template_say(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		 const struct template_saying *saying, const char *once, int *seq)
{
	struct say data = { session, conversation_id, saying, once, 0 };

	if (db_transaction(ctx, say, &data) < 0)
		return -1;
	*seq = data.seq;
	return 0;
}
