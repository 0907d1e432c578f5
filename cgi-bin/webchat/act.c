/* What a visitor does in the chat: each act is one row through the door in. */
#include "base/vt.h"

#include "base/id.h"
#include "base/utf8.h"
#include "channel/webchat/webchat.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_webchat.h"
#include "cgi-bin/webchat/webchat.h"

#define CHOICE_KEY_MAX 64
#define CHOICE_LABEL_MAX 200

int act_body(struct vt_ctx *ctx, const struct request *request, struct json **body)
{
	if (request->body_size > WEBCHAT_BODY_MAX)
		return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.too_large", "body of %zu bytes",
				   request->body_size);
	if (json_parse(ctx, (const char *)request->body, request->body_size, WEBCHAT_BODY_MAX,
		       body) < 0)
		return -1;
	if (!json_is_object(*body))
		return vt_fail_key(ctx, VT_E_INVALID, "error.json", "the body is not an object");
	return 0;
}

int act_once(struct vt_ctx *ctx, struct json *body, const char **once)
{
	*once = json_str(body, "once", NULL);
	if (!id_once_valid(*once))
		return vt_fail_field(ctx, "once", "error.once", "no id of the submission");
	return 0;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

int act_text(struct vt_ctx *ctx, struct json *body, const char *field, size_t max, bool optional,
	     const char **text)
{
	const char *value = json_str(body, field, NULL);

	if (!value || is_blank(value)) {
		*text = NULL;
		return optional ? 0 : vt_fail_field(ctx, field, "error.required", "no %s", field);
	}
	if (utf8_length(value) > max)
		return vt_fail_field(ctx, field, "error.too_long", "%s over %zu characters", field,
				     max);
	*text = value;
	return 0;
}

void act_raw(struct vt_ctx *ctx, struct strbuf *raw, const char *kind, const char *once)
{
	strbuf_init(raw, ctx->arena, 512);
	strbuf_printf(raw, "\"k\":\"%s\",\"o\":\"%s\"", kind, once);
}

void act_raw_text(struct strbuf *raw, const char *name, const char *value)
{
	if (!value)
		return;
	strbuf_printf(raw, ",\"%s\":\"", name);
	strbuf_json(raw, value);
	strbuf_putc(raw, '"');
}

void act_raw_number(struct strbuf *raw, const char *name, int64_t value)
{
	strbuf_printf(raw, ",\"%s\":%" PRId64, name, value);
}

static void answer_accepted(struct response *response)
{
	response_json(response, "{\"accepted\":true}");
	response->status = 202;
}

int act_accept(struct vt_ctx *ctx, const uint8_t hash[SECRET_HASH_SIZE], struct strbuf *raw,
	       struct response *response)
{
	struct db_result *result;

	strbuf_putc(raw, '}');
	if (db_query(ctx, &result, &SQL_WEBCHAT_POST, "ys", hash, (size_t)SECRET_HASH_SIZE,
		     raw->data) < 0)
		return -1;
	if (!db_rows(result))
		return visitor_unknown(ctx);
	wake_worker_now("intake", (int)db_i64(result, 0, "lane"));
	answer_accepted(response);
	return 0;
}

int message_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	const char *once, *text;
	struct strbuf raw;
	struct json *body;

	if (visitor_token(ctx, request, hash) < 0 || act_body(ctx, request, &body) < 0 ||
	    act_once(ctx, body, &once) < 0 ||
	    act_text(ctx, body, "text", WEBCHAT_TEXT_MAX, false, &text) < 0)
		return -1;
	act_raw(ctx, &raw, "text", once);
	act_raw_text(&raw, "t", text);
	return act_accept(ctx, hash, &raw, response);
}

int choice_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	const char *once, *key, *label;
	struct strbuf raw;
	struct json *body;

	if (visitor_token(ctx, request, hash) < 0 || act_body(ctx, request, &body) < 0 ||
	    act_once(ctx, body, &once) < 0 ||
	    act_text(ctx, body, "key", CHOICE_KEY_MAX, false, &key) < 0 ||
	    act_text(ctx, body, "label", CHOICE_LABEL_MAX, false, &label) < 0)
		return -1;
	act_raw(ctx, &raw, "choice", once);
	act_raw_text(&raw, "y", key);
	act_raw_text(&raw, "t", label);
	return act_accept(ctx, hash, &raw, response);
}

/* The id of the submission is what it says, so that a repeat is one. */
static char *seen_raw(struct vt_ctx *ctx, int64_t conversation_id, int64_t delivered, int64_t read)
{
	const char *once = arena_printf(ctx->arena, "seen-%" PRId64 "-%" PRId64 "-%" PRId64,
					conversation_id, delivered, read);
	struct strbuf raw;

	act_raw(ctx, &raw, "seen", once);
	act_raw_number(&raw, "d", delivered);
	act_raw_number(&raw, "r", read);
	strbuf_putc(&raw, '}');
	return raw.data;
}

int seen_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	int64_t conversation_id, delivered, read;
	struct db_result *result;
	struct json *body;

	if (visitor_token(ctx, request, hash) < 0 || act_body(ctx, request, &body) < 0 ||
	    json_i64_req(ctx, body, "conversation", &conversation_id) < 0 ||
	    json_i64_req(ctx, body, "delivered", &delivered) < 0 ||
	    json_i64_req(ctx, body, "read", &read) < 0)
		return -1;
	if (conversation_id <= 0 || delivered < 0 || delivered > INT32_MAX || read < 0 ||
	    read > delivered)
		return vt_fail_key(ctx, VT_E_INVALID, "error.json", "watermarks out of range");
	if (db_query(ctx, &result, &SQL_WEBCHAT_SEEN, "yiiis", hash, (size_t)SECRET_HASH_SIZE,
		     conversation_id, delivered, read,
		     seen_raw(ctx, conversation_id, delivered, read)) < 0)
		return -1;
	if (!db_rows(result))
		return visitor_unknown(ctx);
	if (db_bool(result, 0, "raised"))
		wake_worker_now("intake", (int)db_i64(result, 0, "lane"));
	answer_accepted(response);
	return 0;
}

int typing_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *result;

	if (visitor_token(ctx, request, hash) < 0 ||
	    db_query(ctx, &result, &SQL_WEBCHAT_VISITOR, "y", hash, (size_t)SECRET_HASH_SIZE) < 0)
		return -1;
	if (!db_rows(result))
		return visitor_unknown(ctx);
	if (db_i64(result, 0, "state") == CONVERSATION_ACTIVE)
		wake_typing(ctx, db_i64(result, 0, "conversation_id"),
			    db_i64(result, 0, "visitor_id"), 'v');
	answer_accepted(response);
	return 0;
}

int leave_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	const char *once;
	struct strbuf raw;
	struct json *body;

	if (visitor_token(ctx, request, hash) < 0 || act_body(ctx, request, &body) < 0 ||
	    act_once(ctx, body, &once) < 0)
		return -1;
	act_raw(ctx, &raw, "leave", once);
	return act_accept(ctx, hash, &raw, response);
}
