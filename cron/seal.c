#include "base/vt.h"
#include "base/clock.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/seal.h"
#include "sql_admin.h"

#define SEAL_EVERY_US CLOCK_MINUTE

/* Monotonic time of the next seal; the state of the job. */
static int64_t next_at;

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t rows;

	if (clock_monotonic_us() < next_at)
		return db_query(ctx, NULL, &SQL_WORKER_IDLE, "");
	if (seal_next(ctx, &rows) < 0)
		return -1;
	relay->done += rows;
	next_at = clock_monotonic_us() + SEAL_EVERY_US;
	return 0;
}

const struct relay_job seal_job = { .turn = turn };
