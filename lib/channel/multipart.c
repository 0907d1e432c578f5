#include "base/vt.h"

#include "base/secret.h"
#include "channel/multipart.h"

#define BOUNDARY_BYTES 18

void multipart_begin(struct vt_ctx *ctx, struct multipart *form)
{
	uint8_t random[BOUNDARY_BYTES];

	ctx->random_bytes(random, sizeof(random));
	form->boundary = secret_hex(ctx->arena, random, sizeof(random));
	strbuf_init(&form->body, ctx->arena, 1024);
}

/* As browsers write names: what would end the quotes or the line is percent-encoded. */
static void add_quoted(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || (unsigned char)*text < ' ')
			strbuf_printf(out, "%%%02X", (unsigned char)*text);
		else
			strbuf_putc(out, *text);
	}
}

static void add_part(struct multipart *form, const char *name)
{
	strbuf_printf(&form->body, "--%s\r\nContent-Disposition: form-data; name=\"", form->boundary);
	add_quoted(&form->body, name);
	strbuf_putc(&form->body, '"');
}

void multipart_field(struct multipart *form, const char *name, const char *value)
{
	add_part(form, name);
	strbuf_puts(&form->body, "\r\n\r\n");
	strbuf_puts(&form->body, value);
	strbuf_puts(&form->body, "\r\n");
}

const char *multipart_file(struct vt_ctx *ctx, struct multipart *form, const char *field,
			   const char *name, const char *type, struct channel_request *request)
{
	add_part(form, field);
	strbuf_puts(&form->body, "; filename=\"");
	add_quoted(&form->body, name);
	strbuf_puts(&form->body, "\"\r\nContent-Type: ");
	add_quoted(&form->body, type);
	strbuf_puts(&form->body, "\r\n\r\n");
	request->method = "POST";
	request->body = form->body.data;
	request->body_size = form->body.size;
	request->with_file = true;
	request->tail = arena_printf(ctx->arena, "\r\n--%s--\r\n", form->boundary);
	request->tail_size = strlen(request->tail);
	return arena_printf(ctx->arena, "Content-Type: multipart/form-data; boundary=%s", form->boundary);
}
