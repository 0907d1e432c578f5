#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/outbox.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_outbox.h"

static void add_member(struct strbuf *out, const char *before, const char *value)
{
	strbuf_puts(out, before);
	strbuf_json(out, value);
	strbuf_putc(out, '"');
}

/* The message's own data ({"options": ...} or {"file": ...}) lends its members. */
static const char *payload(struct vt_ctx *ctx, const struct message *message,
			   const struct outbox_recipient *to)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	add_member(&out, "{\"to\":{\"kind\":\"", to->kind);
	add_member(&out, ",\"value\":\"", to->value);
	add_member(&out, "},\"text\":\"", message->body);
	if (message->data) {
		strbuf_putc(&out, ',');
		strbuf_add(&out, message->data + 1, strlen(message->data) - 2);
	}
	strbuf_putc(&out, '}');
	return out.data;
}

int outbox_message(struct vt_ctx *ctx, const struct conversation *conversation,
		   const struct message *message, const struct outbox_recipient *to)
{
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_OUTBOX_INSERT, "iiisj",
			   conversation->channel_id, conversation->conversation_id,
			   (int64_t)conversation->seq, "message", payload(ctx, message, to));
}
