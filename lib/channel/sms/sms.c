#include "base/vt.h"

#include "base/json.h"
#include "base/secret.h"
#include "channel/keyword.h"
#include "channel/sms/segment.h"
#include "channel/sms/sms.h"

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
#define DIGITS "0123456789"

static int verify(struct vt_ctx *ctx, const struct channel_call *call)
{
	const char *wanted = call->secret(call->data, "hook_token");
	const char *given = call->query(call->data, "token");

	if (!wanted || !*wanted || !given || !secret_equal_text(given, wanted))
		return vt_fail(ctx, VT_E_FORBIDDEN, "not the token of the address");
	return 0;
}

/* A message is someone's, in order; a report is of what we sent. */
static int split(struct vt_ctx *ctx, const struct channel_call *call,
		 struct channel_piece **pieces, size_t *count)
{
	static const char *const said[] = {
		"from", "to", "text", "charset", "coding", "ts", "smsc", "id", "udh", NULL,
	};
	static const char *const report[] = { "id", "s", "t", "a", "fid", "smsc", "to", NULL };
	bool is_report = call->query(call->data, "s") != NULL;
	struct json *root = json_new_object(ctx), *query = json_new_object(ctx);
	struct channel_event *events;

	for (const char *const *name = is_report ? report : said; *name; name++) {
		const char *value = call->query(call->data, *name);
		if (value)
			json_set_str(query, *name, value);
	}
	json_set_node(root, "query", query);
	*pieces = arena_alloc(ctx->arena, sizeof(**pieces));
	**pieces = (struct channel_piece){ .raw = json_text(ctx, root), .report = is_report };
	(*pieces)->size = strlen((*pieces)->raw);
	if (sms_parse(ctx, (*pieces)->raw, (*pieces)->size, &events, count) < 0)
		return -1;
	if (*count)
		(*pieces)->sender = events->identity_value;
	return 0;
}

/* A number, or up to eleven letters where the operator takes a name. */
static bool is_line(const char *value)
{
	size_t size = strlen(value);

	if (!value[strspn(value, DIGITS)])
		return size >= 3 && size <= 15;
	return size <= 11 && !value[strspn(value, WORD)];
}

static const char *check(const char *field, const char *value)
{
	if (!strcmp(field, "account") || !strncmp(field, "from_", 5))
		return is_line(value) ? NULL : "error.channel.sms_line";
	if (!strcmp(field, "hook"))
		return strchr(value, '%') ? "error.channel.address" : NULL;
	if (!strcmp(field, "user") || !strncmp(field, "smsc", 4))
		return !strpbrk(value, " \r\n") ? NULL : "error.invalid";
	if (!strcmp(field, "password"))
		return !strpbrk(value, "\r\n") ? NULL : "error.invalid";
	if (!strcmp(field, "hook_token"))
		return strlen(value) >= 16 && !value[strspn(value, WORD)] ? NULL : "error.channel.hook_token";
	if (!strcmp(field, "stop_words") || !strcmp(field, "start_words"))
		return channel_keywords_valid(value) ? NULL : "error.channel.keywords";
	if (!strcmp(field, "class"))
		return !strcmp(value, "transactional") || !strcmp(value, "notification") ||
			!strcmp(value, "institutional") ? NULL : "error.invalid";
	return NULL;
}

static const struct channel_field fields[] = {
	{ .name = "account", .type = "text", .required = true, .max = 15 },
	{ .name = "base", .type = "url", .required = true, .max = 200 },
	{ .name = "user", .type = "text", .required = true, .max = 40 },
	{ .name = "password", .type = "secret", .required = true, .max = 100 },
	{ .name = "hook", .type = "url", .required = true, .max = 300, .hook = true },
	{ .name = "hook_token", .type = "secret", .required = true, .max = 100, .verifies = true, .told = true },
	{ .name = "smsc", .type = "text", .max = 40 },
	{ .name = "class", .type = "choice", .max = 20, .options = "transactional notification institutional",
	  .fallback = "transactional" },
	{ .name = "from_notification", .type = "text", .max = 15 },
	{ .name = "smsc_notification", .type = "text", .max = 40 },
	{ .name = "from_institutional", .type = "text", .max = 15 },
	{ .name = "smsc_institutional", .type = "text", .max = 40 },
	{ .name = "plain", .type = "bool" },
	{ .name = "stop_words", .type = "text", .max = 100, .fallback = "BAJA, STOP" },
	{ .name = "stop_answer", .type = "text", .max = 300 },
	{ .name = "start_words", .type = "text", .max = 100, .fallback = "ALTA" },
	{ .name = "start_answer", .type = "text", .max = 300 },
};

const struct channel channel_sms = {
	.name = "sms",
	.messenger = MESSENGER_SMS,
	.text_max = SMS_TEXT_MAX,
	.counting = sms_rules,
	.fields = fields,
	.field_count = VT_COUNT(fields),
	.check = check,
	.verify = verify,
	.split = split,
	.parse = sms_parse,
	.build = sms_build,
	.result = sms_result,
};
