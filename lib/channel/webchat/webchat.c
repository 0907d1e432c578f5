#include "base/vt.h"

#include "base/id.h"
#include "base/json.h"
#include "channel/webchat/webchat.h"

#define NAME_MAX_BYTES 800
#define FILE_BYTES_MAX (25 * 1024 * 1024)

static int read_open(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	(void)ctx;
	event->contact_name = json_str(root, "n", NULL);
	event->contact_cuit = json_str(root, "c", NULL);
	event->contact_email = json_str(root, "e", NULL);
	return 0;
}

static int read_text(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	return json_str_req(ctx, root, "t", 0, &event->text);
}

static int read_choice(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	if (json_str_req(ctx, root, "y", 0, &event->key) < 0)
		return -1;
	return json_str_req(ctx, root, "t", 0, &event->text);
}

static int read_file(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	if (json_i64_req(ctx, root, "f", &event->file_id) < 0 ||
	    json_i64_req(ctx, root, "s", &event->file_size) < 0 ||
	    json_str_req(ctx, root, "n", NAME_MAX_BYTES, &event->file_name) < 0 ||
	    json_str_req(ctx, root, "m", NAME_MAX_BYTES, &event->file_type) < 0)
		return -1;
	if (event->file_id <= 0 || event->file_size <= 0 || event->file_size > FILE_BYTES_MAX)
		return vt_fail(ctx, VT_E_INVALID, "file %" PRId64 " of %" PRId64 " bytes",
			       event->file_id, event->file_size);
	event->text = json_str(root, "t", "");
	return 0;
}

static int read_seen(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	int64_t delivered, seen;

	if (json_i64_req(ctx, root, "d", &delivered) < 0 ||
	    json_i64_req(ctx, root, "r", &seen) < 0)
		return -1;
	if (delivered < 0 || delivered > INT32_MAX || seen < 0 || seen > delivered)
		return vt_fail(ctx, VT_E_INVALID, "seen %" PRId64 " of %" PRId64 " delivered",
			       seen, delivered);
	event->delivered_seq = (int)delivered;
	event->read_seq = (int)seen;
	return 0;
}

static int read_leave(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	(void)ctx;
	(void)root;
	(void)event;
	return 0;
}

static const struct {
	const char *name;
	enum channel_event_kind kind;
	int (*read)(struct vt_ctx *ctx, struct json *root, struct channel_event *event);
} kinds[] = {
	{ "open", CHANNEL_OPEN, read_open },
	{ "text", CHANNEL_TEXT, read_text },
	{ "choice", CHANNEL_CHOICE, read_choice },
	{ "file", CHANNEL_FILE, read_file },
	{ "seen", CHANNEL_SEEN, read_seen },
	{ "leave", CHANNEL_LEAVE, read_leave },
};

static int read_sender(struct vt_ctx *ctx, struct json *root, struct channel_event *event)
{
	const char *once;

	if (json_i64_req(ctx, root, "v", &event->visitor_id) < 0 ||
	    json_str_req(ctx, root, "o", 64, &once) < 0)
		return -1;
	if (event->visitor_id <= 0 || !id_once_valid(once))
		return vt_fail(ctx, VT_E_INVALID, "no visitor, or no id of the submission");
	event->identity_kind = "visitor";
	event->identity_value = arena_printf(ctx->arena, "%" PRId64, event->visitor_id);
	event->provider_id = arena_printf(ctx->arena, "%" PRId64 ":%s", event->visitor_id, once);
	return 0;
}

static int parse(struct vt_ctx *ctx, const char *raw, size_t size,
		 struct channel_event **events, size_t *count)
{
	struct channel_event *event = arena_alloc(ctx->arena, sizeof(*event));
	struct json *root;
	const char *kind;

	if (json_parse(ctx, raw, size, WEBCHAT_RAW_MAX, &root) < 0 ||
	    json_str_req(ctx, root, "k", 16, &kind) < 0 ||
	    read_sender(ctx, root, event) < 0)
		return -1;
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (strcmp(kind, kinds[i].name))
			continue;
		event->kind = kinds[i].kind;
		if (kinds[i].read(ctx, root, event) < 0)
			return -1;
		*events = event;
		*count = 1;
		return 0;
	}
	return vt_fail(ctx, VT_E_INVALID, "unknown kind of event");
}

static const struct channel_field fields[] = {
	{ .name = "title", .type = "text", .required = true, .max = 60, .looks = true },
	{ .name = "subtitle", .type = "text", .max = 80, .looks = true },
	{ .name = "closed_subtitle", .type = "text", .max = 80, .looks = true },
	{ .name = "bubble", .type = "text", .max = 30, .looks = true },
	{ .name = "greeting", .type = "text", .max = 300, .looks = true },
	{ .name = "footer", .type = "text", .max = 120, .looks = true },
	{ .name = "color", .type = "color", .required = true, .max = 7, .looks = true },
	{ .name = "position", .type = "choice", .max = 5, .options = "right left", .looks = true },
	{ .name = "form", .type = "list", .max = 4, .looks = true },
	{ .name = "origins", .type = "list", .required = true, .max = 50 },
	{ .name = "starts_per_address", .type = "number", .max = 100000 },
	{ .name = "files_per_hour", .type = "number", .max = 1000 },
};

bool webchat_origin_valid(const char *origin)
{
	const char *host;

	if (strlen(origin) > WEBCHAT_ORIGIN_MAX)
		return false;
	if (!strncmp(origin, "https://", 8))
		host = origin + 8;
	else if (!strncmp(origin, "http://", 7))
		host = origin + 7;
	else
		return false;
	return *host && !host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:*")];
}

bool webchat_color_valid(const char *color)
{
	return *color == '#' && strlen(color) == 7 &&
		!color[1 + strspn(color + 1, "0123456789abcdefABCDEF")];
}

static const char *check(const char *field, const char *value)
{
	if (!strcmp(field, "origins"))
		return webchat_origin_valid(value) ? NULL : "error.channel.origin";
	if (!strcmp(field, "color"))
		return webchat_color_valid(value) ? NULL : "error.channel.color";
	if (!strcmp(field, "position"))
		return !strcmp(value, "left") || !strcmp(value, "right") ? NULL : "error.invalid";
	return NULL;
}

const struct channel channel_webchat = {
	.name = "webchat",
	.messenger = MESSENGER_WEBCHAT,
	.capabilities = CHANNEL_CAN_EDIT | CHANNEL_CAN_DELETE | CHANNEL_CAN_TYPING | CHANNEL_CAN_READ |
		CHANNEL_CAN_FILES | CHANNEL_CAN_BUTTONS,
	.text_max = WEBCHAT_TEXT_MAX,
	.file_max = FILE_BYTES_MAX,
	.stored_is_sent = true,
	.change_s = 300,
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.parse = parse,
};
