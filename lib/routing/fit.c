#include "base/vt.h"
#include "db/db.h"
#include "routing/fit.h"
#include "sql_handover.h"

int fit_ask(struct vt_ctx *ctx, int64_t queue_id, int64_t channel_id)
{
	return db_pipe_add(ctx, 0, &SQL_FIT_LIST, "iii", queue_id, channel_id, (int64_t)FIT_PRESENCE_S);
}

void fit_from_row(struct fit *out, const struct db_result *result, size_t row)
{
	*out = (struct fit){
		.user_id = db_i64(result, row, "user_id"),
		.user_version_id = db_i64(result, row, "user_version_id"),
		.name = db_text(result, row, "name"),
		.display_name = db_text(result, row, "display_name"),
		.open_count = (int)db_i64(result, row, "open_count"),
		.capacity = (int)db_i64(result, row, "capacity"),
		.available_since = db_time_us(result, row, "available_since"),
		.closed_today = (int)db_i64(result, row, "closed_today"),
		.channel_open = (int)db_i64(result, row, "channel_open"),
		.channel_capacity = (int)db_i64(result, row, "channel_capacity"),
		.why = db_text(result, row, "why"),
	};
}
