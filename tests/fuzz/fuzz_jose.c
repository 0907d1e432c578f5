/* A token on the first line, the provider's keys behind it: whatever they are, nothing breaks, and what
 * is taken has claims. */
#include "base/vt.h"
#include "base/secret.h"
#include "net/jose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	struct json *keys;
	struct vt_ctx ctx;
	struct jose token;
	bool unknown;

	secret_init();
	vt_ctx_init(&ctx, arena_new(), "fuzz");
	if (line) {
		size_t length = (size_t)(line - data);
		char *text = arena_strndup(ctx.arena, (const char *)data, length);
		if (json_parse(&ctx, (const char *)line + 1, size - length - 1, 1 << 16, &keys) == 0) {
			jose_keys_count(&ctx, keys);
			if (jose_verify(&ctx, text, keys, "RS256 ES256", &token, &unknown) == 0)
				VT_BUG_ON(!json_is_object(token.claims) || !token.type || unknown);
		}
	}
	arena_free(ctx.arena);
	return 0;
}
