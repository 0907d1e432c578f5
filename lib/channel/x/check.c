/*
 * The test of a line. memory says what is next: nothing, who the account is;
 * "find", is our address known to X; "create", make it known; "subscribe HOOK
 * N", the N-th kind of event comes to it.
 */
#include "base/vt.h"

#include "base/id.h"
#include "channel/x/x.h"

static const char *const wanted[] = { "dm.received", "dm.read", "dm.indicate_typing", "chat.received" };

static const char *our_address(const struct channel_message *message)
{
	return json_str(message->settings, "hook", "");
}

/* Of "subscribe HOOK N". */
static bool read_subscribe(struct vt_ctx *ctx, const char *memory, const char **hook, int64_t *next)
{
	char *copy = arena_strdup(ctx->arena, memory), *id = strchr(copy, ' '), *number = id ? strchr(id + 1, ' ') : NULL;

	if (strncmp(copy, "subscribe ", 10) != 0 || !number)
		return false;
	*number++ = '\0';
	*hook = id + 1;
	return id_parse(number, 0, (int64_t)VT_COUNT(wanted) - 1, next) == 0;
}

int x_check_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request)
{
	struct json *body = json_new_object(ctx), *filter = json_new_object(ctx);
	const char *memory = message->memory ? message->memory : "", *hook;
	int64_t next;

	if (!*memory)
		return x_call(ctx, message, "token", "2/users/me", NULL, request);
	if (!strcmp(memory, "find"))
		return x_call(ctx, message, "app_token", "2/webhooks", NULL, request);
	if (!strcmp(memory, "create")) {
		json_set_str(body, "url", our_address(message));
		return x_call(ctx, message, "app_token", "2/webhooks", body, request);
	}
	if (!read_subscribe(ctx, memory, &hook, &next))
		return vt_fail(ctx, VT_E_INVALID, "a test that lost its way");
	json_set_str(filter, "user_id", json_str(message->settings, "account", ""));
	json_set_str(body, "event_type", wanted[next]);
	json_set_node(body, "filter", filter);
	json_set_str(body, "webhook_id", hook);
	return x_call(ctx, message, "token", "2/activity/subscriptions", body, request);
}

static void go_on(struct channel_result *result, const char *memory)
{
	result->outcome = CHANNEL_NEXT;
	result->memory = memory;
}

static void refuse(struct channel_result *result, const char *error)
{
	result->outcome = CHANNEL_REFUSED;
	result->fault = CHANNEL_FAULT_LINE;
	result->error = error;
}

static void done(struct vt_ctx *ctx, const struct channel_message *message, struct channel_result *result)
{
	result->outcome = CHANNEL_SENT;
	result->error = NULL;
	result->error_code = 0;
	result->found = json_new_object(ctx);
	json_set_str(result->found, "text", json_str(message->settings, "account", ""));
}

static void read_account(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			 struct channel_result *result)
{
	const char *token = message->secret(message->secrets, "app_token");

	if (strcmp(json_str(body, "data.id", ""), json_str(message->settings, "account", "")) != 0)
		refuse(result, "the token is of another account");
	else if (*our_address(message) && token && *token)
		go_on(result, "find");
	else
		done(ctx, message, result);
}

static void subscribe(struct vt_ctx *ctx, struct channel_result *result, const char *hook, int64_t next)
{
	if (!*hook || hook[strspn(hook, "0123456789")])
		refuse(result, "X gave the address no number");
	else
		go_on(result, arena_printf(ctx->arena, "subscribe %s %" PRId64, hook, next));
}

static void read_addresses(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			   struct channel_result *result)
{
	struct json *hooks = json_at(body, "data");

	for (size_t i = 0; i < json_array_size(hooks); i++) {
		struct json *one = json_array_at(hooks, i);
		if (!strcmp(json_str(one, "url", ""), our_address(message))) {
			subscribe(ctx, result, json_str(one, "id", ""), 0);
			return;
		}
	}
	go_on(result, "create");
}

static void subscribed(struct vt_ctx *ctx, const struct channel_message *message, struct channel_result *result)
{
	const char *hook;
	int64_t next;

	if (read_subscribe(ctx, message->memory, &hook, &next) && next + 1 < (int64_t)VT_COUNT(wanted))
		subscribe(ctx, result, hook, next + 1);
	else
		done(ctx, message, result);
}

int x_check_result(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		   struct channel_result *result)
{
	const char *memory = message->memory ? message->memory : "";

	if (!*memory)
		read_account(ctx, message, body, result);
	else if (!strcmp(memory, "find"))
		read_addresses(ctx, message, body, result);
	else if (!strcmp(memory, "create"))
		subscribe(ctx, result, json_str(body, "data.id", ""), 0);
	else
		subscribed(ctx, message, result);
	return 0;
}

bool x_check_goes_on(struct vt_ctx *ctx, const struct channel_message *message, struct channel_result *result)
{
	if (!message->memory || strncmp(message->memory, "subscribe ", 10) != 0 ||
	    !result->error || !strcasestr(result->error, "already exists"))
		return false;
	result->fault = 0;
	result->error = NULL;
	result->error_code = 0;
	subscribed(ctx, message, result);
	return true;
}
