#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/seal.h"
#include "sql_admin.h"

#define SEAL_EVERY_US CLOCK_MINUTE

/* Monotonic time of the next seal; the state of the job. */
static int64_t next_at;

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	struct seal_made made;

	if (clock_monotonic_us() < next_at)
		return db_query(ctx, NULL, &SQL_WORKER_IDLE, "");
	if (seal_next(ctx, &made) < 0)
		return -1;
	/* The digest outside the database: who rewrites the chain does not reach it. */
	if (made.seal_id)
		log_event(ctx, LOG_LEVEL_INFO, "seal", "seal=%" PRId64 " rows=%" PRId64 " digest=%s",
			  made.seal_id, made.rows, made.digest);
	relay->done += made.rows;
	next_at = clock_monotonic_us() + SEAL_EVERY_US;
	return 0;
}

const struct relay_job seal_job = { .turn = turn };
