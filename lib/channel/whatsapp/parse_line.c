/* What WhatsApp tells about templates and about the line itself. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/whatsapp/whatsapp-private.h"

#define WORD_MAX 64

/* event: the member of value that says what came about; NULL: `word` does. */
static const struct {
	const char *field, *event, *word;
	enum channel_event_kind kind;
} fields[] = {
	{ "message_template_status_update", "event", NULL, CHANNEL_TEMPLATE },
	{ "message_template_quality_update", "new_quality_score", NULL, CHANNEL_TEMPLATE },
	{ "template_category_update", "new_category", NULL, CHANNEL_TEMPLATE },
	{ "message_template_components_update", NULL, "COMPONENTS", CHANNEL_TEMPLATE },
	{ "phone_number_quality_update", "event", NULL, CHANNEL_ACCOUNT },
	{ "phone_number_name_update", "decision", NULL, CHANNEL_ACCOUNT },
	{ "account_update", "event", NULL, CHANNEL_ACCOUNT },
	{ "account_alerts", "alert_type", NULL, CHANNEL_ACCOUNT },
	{ "account_review_update", "decision", NULL, CHANNEL_ACCOUNT },
	{ "business_capability_update", NULL, "LIMITS", CHANNEL_ACCOUNT },
};

/* What else may be told of a template, and where it stands. */
static const char *const more[][2] = {
	{ "title", "other_info.title" }, { "description", "other_info.description" },
	{ "advice", "rejection_info.recommendation" }, { "disable_date", "disable_info.disable_date" },
	{ "correct_category", "correct_category" },
};

static int read_template(struct whatsapp_reading *reading, const char *what, struct channel_event *event)
{
	struct vt_ctx *ctx = reading->ctx;
	const char *name, *language, *reason = json_str(reading->value, "reason", NULL);
	int64_t id;

	if (json_i64_req(ctx, reading->value, "message_template_id", &id) < 0 ||
	    json_str_req(ctx, reading->value, "message_template_name", WHATSAPP_ID_MAX, &name) < 0 ||
	    json_str_req(ctx, reading->value, "message_template_language", WORD_MAX, &language) < 0)
		return -1;
	json_set_str(event->detail, "waba", reading->waba);
	json_set_i64(event->detail, "template_id", id);
	json_set_str(event->detail, "name", name);
	json_set_str(event->detail, "language", language);
	json_set_str(event->detail, "event", what);
	if (reason)
		json_set_str(event->detail, "reason", reason);
	for (size_t i = 0; i < VT_COUNT(more); i++) {
		const char *text = json_str(reading->value, more[i][1], NULL);
		if (text)
			json_set_str(event->detail, more[i][0], text);
	}
	event->told_at_s = reading->at_s;
	event->provider_id = arena_printf(ctx->arena, "%s:%" PRId64 ":%s:%s:%" PRId64, reading->waba, id,
					  reading->field, what, reading->at_s);
	return 0;
}

static int read_account(struct whatsapp_reading *reading, const char *what, struct channel_event *event)
{
	json_set_str(event->detail, "waba", reading->waba);
	json_set_str(event->detail, "event", what);
	json_set_node(event->detail, "value", reading->value);
	event->provider_id = arena_printf(reading->ctx->arena, "%s:%s:%s:%" PRId64, reading->waba,
					  reading->field, what, reading->at_s);
	return 0;
}

static int read_field(struct whatsapp_reading *reading, size_t which)
{
	const char *what = fields[which].word;
	struct channel_event *event;

	if (!what && json_str_req(reading->ctx, reading->value, fields[which].event, WORD_MAX, &what) < 0)
		return -1;
	if (whatsapp_event_add(reading, &event) < 0)
		return -1;
	event->kind = fields[which].kind;
	event->name = fields[which].field;
	return event->kind == CHANNEL_TEMPLATE ? read_template(reading, what, event) :
		read_account(reading, what, event);
}

bool whatsapp_line_read(struct whatsapp_reading *reading, int *error)
{
	for (size_t i = 0; i < VT_COUNT(fields); i++) {
		if (strcmp(reading->field, fields[i].field) != 0)
			continue;
		*error = read_field(reading, i);
		return true;
	}
	return false;
}
