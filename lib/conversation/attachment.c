#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/conversation.h"
#include "db/db.h"
#include "sql_conversation.h"

static const char *file_data(struct vt_ctx *ctx, int64_t attachment_id, const char *name,
			     const struct db_result *file, const struct message *base)
{
	struct strbuf data;

	strbuf_init(&data, ctx->arena, 256);
	strbuf_printf(&data, "{\"file\":{\"id\":%" PRId64 ",\"name\":\"", attachment_id);
	strbuf_json(&data, name);
	strbuf_printf(&data, "\",\"type\":\"%s\",\"size\":%" PRId64 "%s}",
		      db_text(file, 0, "media_type"), db_i64(file, 0, "size_bytes"),
		      base->sticker ? ",\"sticker\":true" : "");
	if (base->quote)
		strbuf_printf(&data, ",\"quote\":%s", base->quote);
	if (base->subject) {
		strbuf_puts(&data, ",\"subject\":\"");
		strbuf_json(&data, base->subject);
		strbuf_putc(&data, '"');
	}
	strbuf_putc(&data, '}');
	return data.data;
}

int conversation_file(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct message *base, int64_t attachment_id,
		      const struct db_result *file, const char *name)
{
	struct message message = *base;

	message.kind = MESSAGE_FILE;
	message.data = file_data(ctx, attachment_id, name, file, base);
	if (conversation_message(ctx, conversation, &message) < 0)
		return -1;
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_ATTACHMENT_INSERT, "iiiist",
			   attachment_id, conversation->conversation_id, (int64_t)conversation->seq,
			   db_i64(file, 0, "file_id"), name, ctx->now_us);
}
