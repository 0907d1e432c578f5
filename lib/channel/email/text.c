/* The words of a mail that goes out: what was said, the line's signature, and under them the mail that is answered. */
#include "base/vt.h"

#include "base/clock.h"
#include "base/strbuf.h"
#include "channel/email/email.h"

/* Lines of a mail end in \r\n; each behind `before`. */
static void put_lines(struct strbuf *out, const char *before, const char *text)
{
	strbuf_puts(out, before);
	for (; *text; text++) {
		if (*text == '\r')
			continue;
		if (*text != '\n') {
			strbuf_putc(out, *text);
			continue;
		}
		strbuf_puts(out, "\r\n");
		strbuf_puts(out, before);
	}
	strbuf_puts(out, "\r\n");
}

/* Behind the mark by which mail programs know it. */
static void put_signature(struct strbuf *out, struct json *lines)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		if (!i)
			strbuf_puts(out, "\r\n-- \r\n");
		strbuf_printf(out, "%s\r\n", json_str(json_array_at(lines, i), "", ""));
	}
}

/* Who gave no name is called by the address. */
static void put_said(struct strbuf *out, struct json *said, const char *address)
{
	const char *by = json_str(said, "by", "");
	struct clock_local at;

	clock_local(json_i64(said, "at", 0) * 1000000, &at);
	strbuf_printf(out, "\r\n%02d/%02d/%d %02d:%02d, %s:\r\n", at.day, at.month, at.year, at.hour, at.minute,
		      *by ? by : address);
	put_lines(out, "> ", json_str(said, "text", ""));
	if (json_bool(said, "cut", false))
		strbuf_puts(out, "> [...]\r\n");
}

const char *email_text(struct vt_ctx *ctx, const struct channel_message *message)
{
	struct json *options = json_at(message->payload, "options"), *said = json_at(message->payload, "said");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 1024);
	put_lines(&out, "", json_str(message->payload, "text", ""));
	for (size_t i = 0; i < json_array_size(options); i++)
		strbuf_printf(&out, "%zu. %s\r\n", i + 1, json_str(json_array_at(options, i), "label", ""));
	put_signature(&out, json_at(message->settings, "signature"));
	if (json_is_object(said) && json_bool(message->payload, "human", false))
		put_said(&out, said, json_str(message->payload, "to.value", ""));
	return out.data;
}
