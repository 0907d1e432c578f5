#include "base/vt.h"
#include "cron/command.h"
#include "routing/assign.h"

/* Everybody else only puts conversations in a queue; this gives them out. */
static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int assigned;

	if (assign_pass(ctx, &assigned) < 0)
		return -1;
	relay->done += assigned;
	return assigned > 0;
}

/* Its statements are the same for ever: to plan them anew takes longer than to run them. */
const struct relay_job route_job = { .options = "-c plan_cache_mode=force_generic_plan", .turn = turn };
