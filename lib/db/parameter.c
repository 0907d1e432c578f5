/* Parameters of a statement as libpq wants them: text, in the arena. */
#include "base/vt.h"
#include "base/clock.h"
#include "db/connection-private.h"
#include "db/parameter.h"

static const char *number(struct vt_ctx *ctx, int64_t value)
{
	char digits[24], *end = digits + sizeof(digits), *at = end;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	*--at = '\0';
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	return arena_memdup(ctx->arena, at, (size_t)(end - at));
}

static const char *timestamp(struct vt_ctx *ctx, int64_t us)
{
	char *text;

	if (!us)
		return NULL;
	text = arena_alloc(ctx->arena, 32);
	clock_format_utc(us, text, 32);
	return text;
}

static const char *bytes(struct vt_ctx *ctx, const uint8_t *data, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	char *text;

	if (!data)
		return NULL;
	text = arena_alloc(ctx->arena, 2 * size + 3);
	text[0] = '\\';
	text[1] = 'x';
	for (size_t i = 0; i < size; i++) {
		text[2 + 2 * i] = hex[data[i] >> 4];
		text[3 + 2 * i] = hex[data[i] & 15];
	}
	return text;
}

static void array_text(struct strbuf *out, const char *text)
{
	if (!text) {
		strbuf_puts(out, "NULL");
		return;
	}
	strbuf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_putc(out, '\\');
		strbuf_putc(out, *text);
	}
	strbuf_putc(out, '"');
}

static const char *array(struct vt_ctx *ctx, char kind, const void *items, size_t count)
{
	const int64_t *numbers = items;
	const char *const *texts = items;
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 16 * count + 16);
	strbuf_putc(&out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_putc(&out, ',');
		if (kind == 'I')
			strbuf_puts(&out, number(ctx, numbers[i]));
		else
			array_text(&out, kind == 'S' ? texts[i] : timestamp(ctx, numbers[i]));
	}
	strbuf_putc(&out, '}');
	return out.data;
}

const char **parameters_read(struct vt_ctx *ctx, const struct sql *sql, const char *format,
			     va_list args)
{
	size_t count = strlen(format);
	const char **values = arena_calloc(ctx->arena, count + 1, sizeof(*values));
	const void *pointer;

	VT_BUG_ON((int)count != sql->parameters);
	for (size_t i = 0; i < count; i++) {
		switch (format[i]) {
		case 'i': values[i] = number(ctx, va_arg(args, int64_t)); break;
		case 's':
		case 'j': values[i] = va_arg(args, const char *); break;
		case 'b': values[i] = va_arg(args, int) ? "t" : "f"; break;
		case 't': values[i] = timestamp(ctx, va_arg(args, int64_t)); break;
		case 'd': values[i] = arena_printf(ctx->arena, "%.17g", va_arg(args, double)); break;
		case 'n': break;
		case 'y':
			pointer = va_arg(args, const void *);
			values[i] = bytes(ctx, pointer, va_arg(args, size_t));
			break;
		case 'I':
		case 'S':
		case 'T':
			pointer = va_arg(args, const void *);
			values[i] = array(ctx, format[i], pointer, va_arg(args, size_t));
			break;
		default:
			vt_bug(__FILE__, __LINE__, "unknown parameter format");
		}
	}
	return values;
}
