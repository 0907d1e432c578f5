/* What X answers: {"data"}, or a problem: {"title", "detail", "errors":[{"message"}]}. */
#include "base/vt.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "channel/refresh.h"
#include "channel/x/x.h"

#define ANSWER_MAX ((size_t)1024 * 1024)
#define ERROR_MAX 200                  /* characters */
#define WAIT_MAX_S (24 * 3600)

/* Seconds until a limit's window ends, as its header says; 0: it does not. */
static int wait_of(const struct channel_message *message, const struct channel_answer *answer, const char *name)
{
	int64_t reset, now = message->now_us / CLOCK_SECOND;

	if (id_parse(answer->header(answer->data, name), 1, INT64_MAX, &reset) < 0 || reset <= now)
		return 0;
	return reset - now < WAIT_MAX_S ? (int)(reset - now) : WAIT_MAX_S;
}

/* Of the two limits the one that is used up: of a quarter of an hour, or of a day. */
static void read_rate(const struct channel_message *message, const struct channel_answer *answer,
		      struct channel_result *result)
{
	const char *day = answer->header(answer->data, "x-user-limit-24hour-remaining");

	result->outcome = CHANNEL_RETRY;
	result->fault = CHANNEL_FAULT_RATE;
	result->retry_after_s = wait_of(message, answer, !strcmp(day, "0") ? "x-user-limit-24hour-reset"
					: "x-rate-limit-reset");
}

static bool says(const char *words, const char *what)
{
	return strcasestr(words, what) != NULL;
}

/* 403: the application lacks something, or the person does not take messages from us. */
static enum channel_fault forbidden(struct json *body)
{
	const char *title = json_str(body, "title", ""), *reason = json_str(body, "reason", "");

	if (says(title, "Unsupported Authentication") || says(title, "Client Forbidden") || *reason ||
	    says(json_str(body, "detail", ""), "oauth"))
		return CHANNEL_FAULT_LINE;
	return CHANNEL_FAULT_RECIPIENT;
}

static void read_refusal(const struct channel_message *message, int status, struct json *body,
			 struct channel_result *result)
{
	result->outcome = CHANNEL_REFUSED;
	if (status == 401 || status == 402)
		result->fault = CHANNEL_FAULT_LINE;
	else if (status == 403)
		result->fault = !strcmp(message->kind, "message") ? forbidden(body)
			: !strcmp(message->kind, "check") ? CHANNEL_FAULT_LINE : CHANNEL_FAULT_MESSAGE;
	else if (!strcmp(message->kind, "fetch") || status == 413 || says(result->error, "media id") ||
		 (message->memory && !strcmp(message->kind, "message")))
		result->fault = CHANNEL_FAULT_MEDIA;
	else if (status == 404 && !strcmp(message->kind, "message"))
		result->fault = CHANNEL_FAULT_RECIPIENT;
	else
		result->fault = !strcmp(message->kind, "check") ? CHANNEL_FAULT_LINE : CHANNEL_FAULT_MESSAGE;
	if (status == 404 && !strcmp(message->kind, "delete"))
		result->outcome = CHANNEL_SENT;
}

static void read_error(struct vt_ctx *ctx, const struct channel_message *message,
		       const struct channel_answer *answer, struct json *body, struct channel_result *result)
{
	const char *words = json_str(body, "errors.0.message", json_str(body, "detail", json_str(body, "title",
				     "an answer that is not X's")));

	result->error = arena_strndup(ctx->arena, words, utf8_prefix(words, ERROR_MAX));
	result->error_code = answer->status;
	if (answer->status == 429) {
		read_rate(message, answer, result);
	} else if (answer->status >= 500 || answer->status < 400) {
		result->outcome = CHANNEL_RETRY;
		result->fault = CHANNEL_FAULT_SERVER;
	} else {
		read_refusal(message, answer->status, body, result);
		if (!strcmp(message->kind, "check"))
			x_check_goes_on(ctx, message, result);
	}
}

static void uploaded(struct channel_result *result, const char *id)
{
	result->outcome = CHANNEL_NEXT;
	result->media_id = id;
}

/* Made ready, or still on its way, or never will be. */
static void read_processing(struct vt_ctx *ctx, struct json *data, const char *id, struct channel_result *result)
{
	const char *state = json_str(data, "processing_info.state", "succeeded");

	if (!strcmp(state, "succeeded")) {
		uploaded(result, id);
	} else if (!strcmp(state, "failed")) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_MEDIA;
		result->error = "X could not take the file in";
	} else {
		result->outcome = CHANNEL_NEXT;
		result->memory = arena_printf(ctx->arena, "status %s", id);
	}
}

static int read_upload(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
		       struct channel_result *result)
{
	const char *memory = message->memory ? message->memory : "", *id = strchr(memory, ' ');
	int64_t segment = 0, size = json_i64(message->payload, "file.size", 0);

	result->outcome = CHANNEL_NEXT;
	if (!id) {
		id = json_str(body, "data.id", "");
		if (!*id || strlen(id) > 24 || id[strspn(id, "0123456789")])
			return vt_fail(ctx, VT_E_PROVIDER, "an upload without a number");
		result->memory = arena_printf(ctx->arena, "append %s 0", id);
		return 0;
	}
	id = arena_strndup(ctx->arena, id + 1, strcspn(id + 1, " "));
	if (strncmp(memory, "append ", 7) != 0) {
		read_processing(ctx, json_at(body, "data"), id, result);
		return 0;
	}
	if (id_parse(strrchr(memory, ' ') + 1, 0, 1000, &segment) < 0)
		return vt_fail(ctx, VT_E_BUG, "an upload that lost its way");
	result->memory = (segment + 1) * X_SEGMENT < size
		? arena_printf(ctx->arena, "append %s %" PRId64, id, segment + 1)
		: arena_printf(ctx->arena, "finalize %s", id);
	return 0;
}

static int read_message(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			struct channel_result *result)
{
	if (json_is_object(json_at(message->payload, "file")) && !message->media_id)
		return read_upload(ctx, message, body, result);
	result->provider_id = json_str(body, "data.dm_event_id", NULL);
	if (!result->provider_id)
		return vt_fail(ctx, VT_E_PROVIDER, "accepted, without a number");
	return 0;
}

static void read_profile(struct vt_ctx *ctx, struct json *body, struct channel_result *result)
{
	const char *name = json_str(body, "data.name", NULL);

	if (!name) {
		result->outcome = CHANNEL_REFUSED;
		result->fault = CHANNEL_FAULT_RECIPIENT;
		result->error = "X knows no such account";
		return;
	}
	result->found = json_new_object(ctx);
	json_set_str(result->found, "name", name);
}

int x_result(struct vt_ctx *ctx, const struct channel_message *message, const struct channel_answer *answer,
	     struct channel_result *result)
{
	bool accepted = answer->status >= 200 && answer->status < 300;
	struct json *body = NULL;

	if (accepted && !strcmp(message->kind, "fetch")) {
		result->outcome = CHANNEL_SENT;
		return 0;
	}
	if (answer->size && json_parse(ctx, answer->body, answer->size, ANSWER_MAX, &body) < 0) {
		if (accepted)
			return -1;
		vt_error_clear(ctx);
	}
	if (!accepted && !strcmp(message->kind, "token")) {
		channel_refresh_refused(ctx, answer, body, result);
		return 0;
	}
	if (!accepted) {
		read_error(ctx, message, answer, body, result);
		return 0;
	}
	result->outcome = CHANNEL_SENT;
	if (!strcmp(message->kind, "message"))
		return read_message(ctx, message, body, result);
	if (!strcmp(message->kind, "check"))
		return x_check_result(ctx, message, body, result);
	if (!strcmp(message->kind, "token"))
		return channel_refresh_result(ctx, body, result);
	if (!strcmp(message->kind, "profile"))
		read_profile(ctx, body, result);
	return 0;
}
