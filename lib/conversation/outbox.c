#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/outbox.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_outbox.h"

#define OPENING_WAITS_S 120            /* by mail: for what is said after it */

/* Whom it goes to is the statement's; the message's own data ({"options": ...} or {"file": ...}) lends
 * its members. */
static const char *payload(struct vt_ctx *ctx, const struct message *message)
{
	bool human = (message->author == AUTHOR_AGENT && !message->automatic) ||
		message->author == AUTHOR_SUPERVISOR;
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_puts(&out, "{\"text\":\"");
	strbuf_json(&out, message->body);
	strbuf_puts(&out, human ? "\",\"human\":true" : "\"");
	if (message->data) {
		strbuf_putc(&out, ',');
		strbuf_add(&out, message->data + 1, strlen(message->data) - 2);
	}
	strbuf_putc(&out, '}');
	return out.data;
}

int outbox_message(struct vt_ctx *ctx, const struct conversation *conversation,
		   const struct message *message)
{
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_OUTBOX_MESSAGE, "iijsi",
			   conversation->conversation_id, (int64_t)conversation->seq,
			   message->template ? message->template : payload(ctx, message),
			   message->template ? "template" : "message", message->opens ? OPENING_WAITS_S : INT64_C(0));
}

int outbox_change(struct vt_ctx *ctx, const struct conversation *conversation, int seq, const char *text)
{
	if (conversation->visitor_id)
		return 0;
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_OUTBOX_CHANGE, "iis",
			   conversation->conversation_id, (int64_t)seq, text);
}

int outbox_sign(struct vt_ctx *ctx, const struct conversation *conversation, const char *kind)
{
	if (conversation->visitor_id)
		return 0;
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_OUTBOX_SIGN, "is",
			   conversation->conversation_id, kind);
}

int outbox_typing(struct vt_ctx *ctx, int64_t conversation_id, int lasts_s)
{
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, conversation_id, &SQL_OUTBOX_TYPING, "ii", conversation_id, (int64_t)lasts_s);
}

int outbox_typed(struct vt_ctx *ctx, const struct conversation *conversation)
{
	if (conversation->visitor_id)
		return 0;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_OUTBOX_TYPED, "i", conversation->conversation_id);
}
