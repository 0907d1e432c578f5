/* What people write, and what became of what we sent. */
#include "base/vt.h"

#include "base/id.h"
#include "base/json.h"
#include "channel/sms/sms.h"

#define DIGITS "0123456789"
#define PHONE_MAX 15
#define ID_MAX 100

/* Kannel's states of a report, and ours. */
static const struct {
	int64_t kannel;
	int state;
} states[] = {
	{ 1, OUTBOX_DELIVERED }, { 2, OUTBOX_FAILED }, { 4, OUTBOX_SENT }, { 8, OUTBOX_SENT },
	{ 16, OUTBOX_FAILED },
};

/* Of a receipt "id:… stat:UNDELIV err:034 text:…" what it says, never the text. */
static const char *word_after(struct vt_ctx *ctx, const char *receipt, const char *name)
{
	const char *at = strstr(receipt, name);

	if (!at)
		return "";
	at += strlen(name);
	return arena_strndup(ctx->arena, at, strcspn(at, " \r\n"));
}

static void read_failure(struct vt_ctx *ctx, const char *receipt, struct channel_event *event)
{
	const char *stat = word_after(ctx, receipt, "stat:"), *code = word_after(ctx, receipt, "err:");
	int64_t number;

	if (!id_parse(code, 1, INT32_MAX, &number))
		event->error_code = (int)number;
	if (*stat)
		event->error = arena_printf(ctx->arena, "the operator says %.20s%s%.10s", stat, *code ? " " : "", code);
	else
		event->error = "the operator refused it";
}

static int read_report(struct vt_ctx *ctx, struct json *query, struct channel_event *event)
{
	int64_t state;
	const char *fid = json_str(query, "fid", "");

	if (json_str_req(ctx, query, "id", ID_MAX, &event->reference) < 0 ||
	    json_i64_req(ctx, query, "s", &state) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(states); i++) {
		if (states[i].kannel == state)
			event->state = states[i].state;
	}
	if (!event->state)
		return 0;
	event->kind = CHANNEL_STATUS;
	event->provider_id = arena_printf(ctx->arena, "%s:%" PRId64, event->reference, state);
	event->sent_at_s = json_i64(query, "t", 0);
	if (event->state == OUTBOX_FAILED)
		read_failure(ctx, json_str(query, "a", ""), event);
	event->detail = json_new_object(ctx);
	json_set_str(event->detail, "our_id", event->reference);
	if (*fid)
		json_set_str(event->detail, "provider_id", fid);
	return 1;
}

/* A number without its plus; NULL: a name, as machines have that nobody can answer. */
static const char *phone(const char *from)
{
	size_t size;

	from += *from == '+' || *from == ' ';
	size = strlen(from);
	return size >= 3 && size <= PHONE_MAX && !from[strspn(from, DIGITS)] ? from : NULL;
}

static int read_said(struct vt_ctx *ctx, struct json *query, struct channel_event *event)
{
	const char *from;

	if (json_str_req(ctx, query, "from", ID_MAX, &from) < 0 ||
	    json_str_req(ctx, query, "id", ID_MAX, &event->message_id) < 0)
		return -1;
	event->identity_value = phone(from);
	if (!event->identity_value)
		return 0;
	event->identity_kind = "phone";
	event->kind = CHANNEL_TEXT;
	event->provider_id = event->message_id;
	event->account = json_str(query, "to", NULL);
	event->sent_at_s = json_i64(query, "ts", 0);
	if (!strcmp(json_str(query, "coding", ""), "1")) {
		event->type = "binary";
		return 1;
	}
	event->type = "text";
	event->text = json_str(query, "text", "");
	return 1;
}

int sms_parse(struct vt_ctx *ctx, const char *raw, size_t size,
	      struct channel_event **events, size_t *count)
{
	struct channel_event *event = arena_alloc(ctx->arena, sizeof(*event));
	struct json *root, *query;
	int got;

	*count = 0;
	if (json_parse(ctx, raw, size, SMS_RAW_MAX, &root) < 0)
		return -1;
	query = json_at(root, "query");
	got = json_at(query, "s") ? read_report(ctx, query, event) : read_said(ctx, query, event);
	if (got < 0)
		return -1;
	*events = event;
	*count = got > 0;
	return 0;
}
