/* What is different about mail: what is kept beside its message, and no end of machines that answer each other. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "cron/intake.h"
#include "db/db.h"
#include "sql_intake.h"

int intake_letter(struct vt_ctx *ctx, const struct intake_event *event)
{
	const struct conversation *conversation = event->sender->conversation;
	const struct channel_event *told = event->event;

	/* What a machine says is nothing that an answer goes on with. */
	if (!told->letter || told->kind == CHANNEL_AUTO_REPLY)
		return 0;
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_LETTER, "iisj", conversation->conversation_id,
			   (int64_t)conversation->seq, told->message_id, json_text(ctx, told->detail));
}

int intake_may_answer(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event, bool *may)
{
	int most = event->row->channel->network->automatic_max;
	struct db_result *row;

	*may = true;
	if (!most || !event->sender->contact_id)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_ANSWERED, "iiti", event->sender->contact_id,
			event->row->channel_id, ctx->now_us - CLOCK_HOUR, (int64_t)most) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	*may = !db_bool(row, 0, "enough");
	return 0;
}
