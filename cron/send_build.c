#include "base/vt.h"
#include "base/json.h"
#include "cron/send.h"
#include "db/db.h"

#define PAYLOAD_MAX ((size_t)256 * 1024)

/* Decrypted at need. A secret that another key wrote is as good as none. */
static const char *secret(void *data, const char *name)
{
	const struct send_secrets *secrets = data;
	char *out;

	for (size_t i = 0; i < db_rows(secrets->rows); i++) {
		if (db_i64(secrets->rows, i, "channel_id") != secrets->channel_id ||
		    strcmp(db_text(secrets->rows, i, "name"), name) != 0)
			continue;
		if (secret_decrypt(secrets->ctx, secrets->key, db_text(secrets->rows, i, "value"),
				   &out) == 0)
			return out;
		vt_error_clear(secrets->ctx);
		return NULL;
	}
	return NULL;
}

static int parse(struct vt_ctx *ctx, const struct db_result *claim, size_t row, const char *column,
		 struct json **out)
{
	const char *text = db_text(claim, row, column);

	return json_parse(ctx, text, strlen(text), PAYLOAD_MAX, out);
}

const char *send_reference(struct vt_ctx *ctx, int64_t outbox_id, int64_t created_at)
{
	return arena_printf(ctx->arena, "%" PRId64 ".%" PRId64, outbox_id, created_at);
}

int send_build(struct vt_ctx *ctx, const struct send_item *item, const struct db_result *claim,
	       size_t row, struct send_secrets *secrets, struct channel_request *request)
{
	struct channel_message message = {
		.reference = send_reference(ctx, item->outbox_id, item->created_at),
		.kind = db_text(claim, row, "kind"), .secret = secret, .secrets = secrets,
		.now_us = ctx->now_us,
	};

	if (!item->network || !item->network->build || !item->network->result)
		return vt_fail(ctx, VT_E_INVALID, "the channel's network cannot send");
	if (parse(ctx, claim, row, "payload", &message.payload) < 0 ||
	    parse(ctx, claim, row, "settings", &message.settings) < 0)
		return -1;
	secrets->channel_id = item->channel_id;
	*request = (struct channel_request){ 0 };
	return item->network->build(ctx, &message, request);
}
