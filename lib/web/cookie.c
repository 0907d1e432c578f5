#include "base/vt.h"
#include "base/utf8.h"
#include "web/cookie.h"

#define COOKIES_MAX 50

static void read_cookie(struct vt_ctx *ctx, const char *text, size_t size, bool secure,
			struct pairs *out)
{
	const char *equals = memchr(text, '=', size);
	size_t prefix = secure ? strlen(COOKIE_HOST_PREFIX) : 0;

	if (!equals || !utf8_valid(text, size))
		return;
	if (secure && ((size_t)(equals - text) < prefix ||
		       memcmp(text, COOKIE_HOST_PREFIX, prefix)))
		return;
	out->items[out->count++] = (struct pair){
		.name = arena_strndup(ctx->arena, text + prefix, (size_t)(equals - text) - prefix),
		.value = arena_strndup(ctx->arena, equals + 1, size - (size_t)(equals - text) - 1),
	};
}

void cookie_parse(struct vt_ctx *ctx, const char *header, bool secure, struct pairs *out)
{
	*out = (struct pairs){ 0 };
	if (!*header)
		return;
	out->items = arena_calloc(ctx->arena, COOKIES_MAX, sizeof(*out->items));
	while (*header && out->count < COOKIES_MAX) {
		header += strspn(header, "; \t");
		size_t size = strcspn(header, ";");
		read_cookie(ctx, header, size, secure, out);
		header += size;
	}
}
