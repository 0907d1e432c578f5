/* What a visitor sees: their conversation, as JSON, to the page and to its held poll alike. */
#include "base/vt.h"

#include "base/codes.h"
#include "base/id.h"
#include "conversation/file.h"
#include "db/db.h"
#include "sql_webchat.h"
#include "cgi-bin/webchat/webchat.h"

static void put_text(struct strbuf *out, const char *name, const char *value)
{
	strbuf_printf(out, ",\"%s\":\"", name);
	strbuf_json(out, value);
	strbuf_putc(out, '"');
}

static void put_options(struct strbuf *out, struct json *options)
{
	strbuf_puts(out, ",\"options\":[");
	for (size_t i = 0; i < json_array_size(options); i++) {
		struct json *option = json_array_at(options, i);
		strbuf_puts(out, i ? ",{\"key\":\"" : "{\"key\":\"");
		strbuf_json(out, json_str(option, "key", ""));
		strbuf_putc(out, '"');
		put_text(out, "label", json_str(option, "label", ""));
		strbuf_putc(out, '}');
	}
	strbuf_putc(out, ']');
}

/* A file that nobody may open has no address. */
static void put_address(struct vt_ctx *ctx, struct strbuf *out, int64_t attachment_id, struct json *held)
{
	struct json *why = json_at(held, arena_printf(ctx->arena, "%" PRId64, attachment_id));

	if (!why) {
		put_text(out, "url", file_link(ctx, attachment_id));
		return;
	}
	put_text(out, "held", code_name("scan_state", (int)json_i64(why, "state", 0)));
	put_text(out, "virus", json_str(why, "virus", ""));
}

static void put_file(struct vt_ctx *ctx, struct strbuf *out, struct json *file, struct json *held)
{
	const char *type = json_str(file, "type", "");

	strbuf_printf(out, ",\"file\":{\"size\":%" PRId64 ",\"inline\":%s", json_i64(file, "size", 0),
		      file_inline(type) ? "true" : "false");
	put_address(ctx, out, json_i64(file, "id", 0), held);
	put_text(out, "name", json_str(file, "name", ""));
	put_text(out, "type", type);
	if (json_bool(file, "sticker", false))
		strbuf_puts(out, ",\"sticker\":true");
	strbuf_putc(out, '}');
}

/* What it answers, as it read then. */
static void put_quote(struct strbuf *out, struct json *quote)
{
	strbuf_printf(out, ",\"quote\":{\"seq\":%" PRId64, json_i64(quote, "seq", 0));
	put_text(out, "author", json_str(quote, "author", ""));
	put_text(out, "text", json_str(quote, "text", ""));
	strbuf_putc(out, '}');
}

/* Only these members of data leave the house. */
static int put_data(struct vt_ctx *ctx, struct strbuf *out, const char *text, const char *held_text)
{
	struct json *data, *options, *file, *held = NULL;
	const char *event;

	if (!*text)
		return 0;
	if (json_parse(ctx, text, strlen(text), WEBCHAT_BODY_MAX, &data) < 0 ||
	    (*held_text && json_parse(ctx, held_text, strlen(held_text), WEBCHAT_BODY_MAX, &held) < 0))
		return vt_note(ctx, "data of a message");
	options = json_at(data, "options");
	if (json_is_array(options))
		put_options(out, options);
	file = json_at(data, "file");
	if (json_is_object(file))
		put_file(ctx, out, file, held);
	if (json_is_object(json_at(data, "quote")))
		put_quote(out, json_at(data, "quote"));
	event = json_str(data, "event", NULL);
	if (event) {
		put_text(out, "event", event);
		put_text(out, "agent", json_str(data, "agent", ""));
	}
	return 0;
}

/* The client's own id of what it sent: "<visitor>:<once>" as intake stored it. */
static const char *own_once(const char *provider_id)
{
	const char *colon = strrchr(provider_id, ':');

	return colon ? colon + 1 : provider_id;
}

static int put_message(struct vt_ctx *ctx, struct strbuf *out, const struct db_result *result,
		       size_t row)
{
	int author = (int)db_i64(result, row, "author");
	const char *name = db_text(result, row, "author_name");

	strbuf_printf(out, "%s{\"seq\":%" PRId64 ",\"at\":%" PRId64, row ? "," : "",
		      db_i64(result, row, "seq"), db_time_us(result, row, "created_at") / 1000);
	put_text(out, "author", code_name("author", author));
	put_text(out, "kind", code_name("message_kind", (int)db_i64(result, row, "kind")));
	put_text(out, "text", db_text(result, row, "body"));
	if (author == AUTHOR_CONTACT)
		put_text(out, "once", own_once(db_text(result, row, "provider_id")));
	if (author == AUTHOR_AGENT)
		put_text(out, "name", *name ? name : db_text(result, row, "agent"));
	else if (author == AUTHOR_SUPERVISOR)
		put_text(out, "name", name);
	if (db_bool(result, row, "edited"))
		strbuf_puts(out, ",\"edited\":true");
	if (db_bool(result, row, "deleted"))
		strbuf_puts(out, ",\"deleted\":true");
	else if (put_data(ctx, out, db_text(result, row, "data"), db_text(result, row, "held")) < 0)
		return -1;
	strbuf_putc(out, '}');
	return 0;
}

static void put_conversation(struct strbuf *out, const struct db_result *result)
{
	int state = (int)db_i64(result, 0, "state");

	if (db_is_null(result, 0, "conversation_id")) {
		strbuf_puts(out, ",\"conversation\":null");
		return;
	}
	strbuf_printf(out, ",\"conversation\":{\"id\":%" PRId64 ",\"seq\":%" PRId64
		      ",\"delivered\":%" PRId64 ",\"read\":%" PRId64 ",\"seen\":%" PRId64,
		      db_i64(result, 0, "conversation_id"), db_i64(result, 0, "last_seq"),
		      db_i64(result, 0, "agent_delivered_seq"), db_i64(result, 0, "agent_read_seq"),
		      db_i64(result, 0, "contact_read_seq"));
	put_text(out, "state", code_name("conversation_state", state));
	if (state == CONVERSATION_ACTIVE)
		put_text(out, "agent", db_text(result, 0, "agent"));
	strbuf_putc(out, '}');
}

static int put_thread(struct vt_ctx *ctx, const struct request *request,
		      const struct db_result *result, struct strbuf *out)
{
	strbuf_printf(out, "{\"cursor\":\"%s\"", db_text(result, 0, "cursor"));
	put_conversation(out, result);
	strbuf_puts(out, ",\"messages\":[");
	for (size_t row = 0; row < db_rows(result); row++)
		if (!db_is_null(result, row, "seq") && put_message(ctx, out, result, row) < 0)
			return -1;
	strbuf_putc(out, ']');
	if (!strcmp(request_query(request, "y"), "1"))
		strbuf_puts(out, ",\"typing\":true");
	strbuf_putc(out, '}');
	return 0;
}

static int query_number(struct vt_ctx *ctx, const struct request *request, const char *name,
			int64_t max, int64_t *out)
{
	const char *text = request_query(request, name);

	*out = 0;
	if (*text && id_parse(text, 0, max, out) < 0)
		return vt_fail_field(ctx, name, "error.number", "not a number");
	return 0;
}

/* since: the last seq the page has, of conversation k (0 or absent: it has none). */
int thread_show(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	int64_t conversation_id, since;
	struct db_result *result;
	struct strbuf out;

	if (visitor_token(ctx, request, hash) < 0 ||
	    query_number(ctx, request, "k", INT64_MAX, &conversation_id) < 0 ||
	    query_number(ctx, request, "since", INT32_MAX, &since) < 0 ||
	    db_query(ctx, &result, &SQL_WEBCHAT_THREAD, "yii", hash, sizeof(hash), conversation_id,
		     since) < 0)
		return -1;
	if (!db_rows(result))
		return visitor_unknown(ctx);
	strbuf_init(&out, ctx->arena, 4096);
	if (put_thread(ctx, request, result, &out) < 0)
		return -1;
	response_json(response, out.data);
	return 0;
}
