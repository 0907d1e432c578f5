/* The form and the door that Messenger and Instagram share. */
#include "base/vt.h"
#include "base/id.h"
#include "base/json.h"
#include "channel/meta/page-private.h"

const struct channel_field page_fields[PAGE_FIELD_COUNT] = {
	{ .name = "account", .type = "text", .required = true, .max = 40 },
	{ .name = "app_secret", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "verify_token", .type = "secret", .required = true, .max = 200, .verifies = true },
	{ .name = "token", .type = "secret", .required = true, .max = 1000 },
	/* No secret to anybody, but the door reads these alone. */
	{ .name = "app_id", .type = "secret", .max = 40, .verifies = true },
	{ .name = "base", .type = "url", .max = 200, .fallback = "https://graph.facebook.com" },
	{ .name = "version", .type = "text", .max = 10, .fallback = "v25.0" },
};

/* What our own app sent, as it comes back. With our reference it is a report, and wanted. */
static int is_own_echo(struct vt_ctx *ctx, const struct channel_piece *piece, int64_t app, bool *own)
{
	struct json *root, *message;

	*own = false;
	if (!app || !memmem(piece->raw, piece->size, "\"is_echo\"", 9))
		return 0;
	if (json_parse(ctx, piece->raw, piece->size, META_RAW_MAX, &root) < 0)
		return -1;
	message = json_at(root, "entry.0.messaging.0.message");
	if (!message)
		message = json_at(root, "entry.0.standby.0.message");
	*own = json_i64(message, "app_id", 0) == app &&
		strncmp(json_str(message, "metadata", ""), PAGE_MARK, strlen(PAGE_MARK)) != 0;
	return 0;
}

int page_split(struct vt_ctx *ctx, const struct page *page, const struct channel_call *call,
	       struct channel_piece **pieces, size_t *count)
{
	const char *written = call->secret(call->data, "app_id");
	int64_t app = 0;
	size_t kept = 0;
	bool own;

	if (meta_split(ctx, call, page->object, pieces, count) < 0)
		return -1;
	if (written && id_parse(written, 1, INT64_MAX, &app) < 0)
		return 0;
	for (size_t i = 0; i < *count; i++) {
		if (is_own_echo(ctx, &(*pieces)[i], app, &own) < 0)
			return -1;
		if (!own)
			(*pieces)[kept++] = (*pieces)[i];
	}
	*count = kept;
	return 0;
}
