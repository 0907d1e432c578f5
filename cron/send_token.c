/*
 * What the question for a line's token said: until when it holds, or new ones. These take their place in the transaction
 * that notes the row's end; a worker that was lost between the answer and that leaves the row unknown and the line marked
 * (send_lost), for the token that was shown may hold no more.
 */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "cron/send.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_send.h"

bool send_is_token(const struct send_item *item)
{
	return !strcmp(item->message.kind, "token");
}

static const char *boxed(struct vt_ctx *ctx, const uint8_t *key, const char *text)
{
	return text ? secret_encrypt(ctx, key, text) : NULL;
}

/* The state of a token that was not made anew. What only asked, and was not told that it ends, knows nothing new. */
static int state_of(const struct send_verdict *verdict)
{
	if (!verdict->item->refresh_box)
		return verdict->fault == CHANNEL_FAULT_LINE ? TOKEN_REFUSED : TOKEN_GOOD;
	if (verdict->state == OUTBOX_UNKNOWN)
		return TOKEN_LOST;
	return verdict->fault == CHANNEL_FAULT_SERVER ? TOKEN_TROUBLE : TOKEN_REFUSED;
}

int send_token_note(struct vt_ctx *ctx, const uint8_t *key, const struct send_verdict *verdict)
{
	const struct send_item *item = verdict->item;
	struct json *found = verdict->found;
	const char *token = json_str(found, "token", NULL);

	wake_add(ctx, 'l', 0);
	if (verdict->state != OUTBOX_SENT)
		return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_TOKEN_NOT, "iis", item->channel_id,
				   (int64_t)state_of(verdict), verdict->error);
	if (token)
		wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_TOKEN, "isssi", item->channel_id, item->refresh_box,
			   boxed(ctx, key, token), boxed(ctx, key, json_str(found, "refresh_token", NULL)),
			   json_i64(found, "expires_in", 0));
}
