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

const struct relay_job route_job = { .turn = turn };
