/* Whatever is taken as JSON is written as JSON that reads back to the same text. */
#include "base/vt.h"
#include "base/json.h"
#include "base/utf8.h"

#define DEPTH_BEYOND (JSON_DEPTH_MAX + 2)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct vt_ctx *ctx, struct json *node, int depth)
{
	struct json_member member;
	const char *text = json_str(node, "", "");
	void *cursor = NULL;

	VT_BUG_ON(depth == DEPTH_BEYOND);
	VT_BUG_ON(!utf8_valid(text, strlen(text)));
	json_i64(node, "", 0);
	json_bool(node, "", false);
	for (size_t i = 0; i < json_array_size(node); i++)
		walk(ctx, json_array_at(node, i), depth + 1);
	while (json_object_next(node, &cursor, &member)) {
		VT_BUG_ON(!utf8_valid(member.name, strlen(member.name)));
		walk(ctx, member.value, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vt_ctx ctx;
	struct json *node, *again;
	const char *text;

	vt_ctx_init(&ctx, arena_new(), "fuzz");
	if (!json_parse(&ctx, (const char *)data, size, 1 << 20, &node)) {
		walk(&ctx, node, 0);
		text = json_text(&ctx, node);
		VT_BUG_ON(!utf8_valid(text, strlen(text)));
		VT_BUG_ON(json_parse(&ctx, text, strlen(text), 1 << 24, &again));
		VT_BUG_ON(strcmp(text, json_text(&ctx, again)));
	}
	arena_free(ctx.arena);
	return 0;
}
