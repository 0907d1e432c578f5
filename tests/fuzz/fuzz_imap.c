/* What a mailbox's server answers: numbers in their bounds, a reason in its own; a folder's name goes as ASCII or not. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "net/imap-private.h"
#include "net/imap_folder.h"

#define FIRST 3
#define LAST 100000

static void check_list(struct vt_ctx *ctx, const struct http_response *response)
{
	struct imap_entry *entries;
	size_t count = imap_read_list(ctx, response, FIRST, LAST, &entries);

	for (size_t i = 0; i < count; i++)
		VT_BUG_ON(entries[i].uid < FIRST || entries[i].uid > LAST || entries[i].size < 0 ||
			  (i && entries[i].uid < entries[i - 1].uid));
}

static void check_folder(struct vt_ctx *ctx, const char *text)
{
	const char *wire;

	if (imap_folder(ctx, text, &wire) < 0) {
		VT_BUG_ON(ctx->error.code != VT_E_INVALID || imap_folder_valid(text));
		vt_error_clear(ctx);
		return;
	}
	VT_BUG_ON(!*wire);
	for (; *wire; wire++)
		VT_BUG_ON(*wire < ' ' || *wire > '~' || strchr("\"\\*%", *wire));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char told[IMAP_TOLD_MAX + 1] = "";
	struct imap_status status;
	struct vt_ctx ctx;

	fuzz_begin(&ctx);
	char *body = arena_calloc(ctx.arena, size + 1, 1);
	if (size)
		memcpy(body, data, size);
	const struct http_response response = { .status = 200, .body = body, .body_size = size };
	if (imap_read_status(&ctx, &response, &status) < 0)
		VT_BUG_ON(ctx.error.code != VT_E_PROVIDER);
	else
		VT_BUG_ON(status.uid_validity < 0 || status.uid_next < 0);
	vt_error_clear(&ctx);
	check_list(&ctx, &response);
	imap_line(told, (const char *)data, size);
	VT_BUG_ON(strnlen(told, sizeof(told)) == sizeof(told));
	check_folder(&ctx, utf8_repair(ctx.arena, (const char *)data, size));
	arena_reset(ctx.arena);
	return 0;
}
