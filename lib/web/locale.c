#include "base/vt.h"
#include "base/strbuf.h"
#include "web/template.h"

#define VALUES_MAX 10

const char *locale_fill(struct arena *arena, const char *text, const char *const *values,
			size_t count)
{
	struct strbuf out;

	strbuf_init(&out, arena, strlen(text));
	while (*text) {
		size_t index = (size_t)(text[0] == '{' ? text[1] - '0' : -1);

		if (index < count && text[2] == '}') {
			strbuf_puts(&out, values[index]);
			text += 3;
		} else {
			strbuf_putc(&out, *text++);
		}
	}
	return out.data;
}

const char *locale_text(struct vt_ctx *ctx, const char *key, ...)
{
	const char *text = template_locale(key);
	const char *values[VALUES_MAX];
	size_t count = 0;
	va_list args;

	va_start(args, key);
	while (count < VALUES_MAX && (values[count] = va_arg(args, const char *)))
		count++;
	va_end(args);
	return locale_fill(ctx->arena, text ? text : key, values, count);
}
