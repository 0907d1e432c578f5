#include "base/vt.h"
#include "base/clock.h"
#include "db/db.h"
#include "people/audit_search.h"
#include "sql_audit.h"

int audit_search_ask(struct vt_ctx *ctx, const struct audit_filter *filter, int64_t limit)
{
	int64_t from = filter->from_us ? filter->from_us : 1;
	int64_t to = filter->to_us ? filter->to_us : ctx->now_us + CLOCK_DAY;
	int64_t key_at = filter->key_at ? filter->key_at : to;
	int64_t key_id = filter->key_at ? filter->key_id : INT64_MAX;

	/* Of a role that nobody has, or an action there is not, nothing is found. */
	if ((filter->by_actor && !filter->actor_count) || (filter->by_action && !filter->action_count))
		limit = 0;
	return db_pipe_add(ctx, 0, &SQL_AUDIT_SEARCH, "tttiiISsisi", from, to, key_at, key_id, limit,
			   filter->actors, filter->actor_count, filter->actions, filter->action_count,
			   filter->address, filter->conversation_id, filter->entity, filter->entity_id);
}
