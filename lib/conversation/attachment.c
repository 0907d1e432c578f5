#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/conversation.h"
#include "db/db.h"
#include "sql_conversation.h"

static void put_file(struct strbuf *data, const struct message_file *file, bool sticker)
{
	strbuf_printf(data, "{\"id\":%" PRId64 ",\"name\":\"", file->attachment_id);
	strbuf_json(data, file->name);
	strbuf_printf(data, "\",\"type\":\"%s\",\"size\":%" PRId64 "%s}", db_text(file->file, 0, "media_type"),
		      db_i64(file->file, 0, "size_bytes"), sticker ? ",\"sticker\":true" : "");
}

static const char *file_data(struct vt_ctx *ctx, const struct message_file *first, const struct message *base)
{
	struct strbuf data;

	strbuf_init(&data, ctx->arena, 256);
	strbuf_puts(&data, "{\"file\":");
	put_file(&data, first, base->sticker);
	for (size_t i = 0; i < base->further_count; i++) {
		strbuf_puts(&data, i ? "," : ",\"further\":[");
		put_file(&data, &base->further[i], false);
	}
	if (base->further_count)
		strbuf_putc(&data, ']');
	if (base->quote)
		strbuf_printf(&data, ",\"quote\":%s", base->quote);
	if (base->subject) {
		strbuf_puts(&data, ",\"subject\":\"");
		strbuf_json(&data, base->subject);
		strbuf_putc(&data, '"');
	}
	if (base->template && base->data) {
		strbuf_putc(&data, ',');
		strbuf_add(&data, base->data + 1, strlen(base->data) - 2);
	}
	strbuf_putc(&data, '}');
	return data.data;
}

/* What goes out has the file as the message has it. */
static const char *template_row(struct vt_ctx *ctx, const struct message_file *file, const char *template)
{
	struct strbuf row;

	strbuf_init(&row, ctx->arena, strlen(template) + 256);
	strbuf_add(&row, template, strlen(template) - 1);
	strbuf_puts(&row, ",\"file\":");
	put_file(&row, file, false);
	strbuf_putc(&row, '}');
	return row.data;
}

static int insert(struct vt_ctx *ctx, const struct conversation *conversation, const struct message_file *file)
{
	return db_pipe_add(ctx, conversation->conversation_id, &SQL_ATTACHMENT_INSERT, "iiiist", file->attachment_id,
			   conversation->conversation_id, (int64_t)conversation->seq,
			   db_i64(file->file, 0, "file_id"), file->name, ctx->now_us);
}

int conversation_file(struct vt_ctx *ctx, struct conversation *conversation,
		      const struct message *base, int64_t attachment_id,
		      const struct db_result *file, const char *name)
{
	const struct message_file first = { attachment_id, file, name };
	struct message message = *base;

	message.kind = MESSAGE_FILE;
	message.data = file_data(ctx, &first, base);
	if (base->template)
		message.template = template_row(ctx, &first, base->template);
	if (conversation_message(ctx, conversation, &message) < 0 || insert(ctx, conversation, &first) < 0)
		return -1;
	for (size_t i = 0; i < base->further_count; i++) {
		if (insert(ctx, conversation, &base->further[i]) < 0)
			return -1;
	}
	return 0;
}
