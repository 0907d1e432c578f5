#include "base/vt.h"
#include "base/clock.h"
#include "cron/command.h"
#include "cron/line_watch.h"
#include "db/db.h"
#include "sql_admin.h"

#define PARTITION_EVERY_US CLOCK_HOUR
#define PRUNE_EVERY_US (10 * CLOCK_SECOND)
#define WATCH_EVERY_US (10 * CLOCK_SECOND)

static int64_t partition_at, prune_at, watch_at;

/* Partitions ahead each hour; small tables pruned in slices every ten seconds; every ten seconds a look at the lines. */
static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t now = clock_monotonic_us();
	struct db_result *result;

	if (now >= partition_at) {
		if (db_one(ctx, &result, &SQL_PARTITION_MAINTAIN, "") < 0)
			return -1;
		relay->done += db_i64(result, 0, "made");
		partition_at = now + PARTITION_EVERY_US;
		return 0;
	}
	if (now >= prune_at) {
		prune_at = now + PRUNE_EVERY_US;
		return db_query(ctx, NULL, &SQL_PRUNE_SMALL_TABLES, "");
	}
	if (now >= watch_at) {
		watch_at = now + config_period(relay->config, WATCH_EVERY_US);
		return line_watch(ctx);
	}
	return db_query(ctx, NULL, &SQL_WORKER_IDLE, "");
}

const struct relay_job partition_job = {
	.options = "-c lock_timeout=2s", .turn = turn,
};
