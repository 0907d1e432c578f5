/* When something last came in for a line: told every few seconds at most, for lines of other networks. */
#include "base/vt.h"
#include "base/clock.h"
#include "cron/intake.h"
#include "db/db.h"
#include "sql_intake.h"

#define LINES_MAX 64
#define EVERY_US (15 * CLOCK_SECOND)

/* What this process told. */
static struct told {
	int64_t channel_id;
	int64_t at;                    /* monotonic us; 0: never */
} lines[LINES_MAX];

/* The line's place, or the oldest. */
static struct told *place_of(int64_t channel_id)
{
	struct told *oldest = lines;

	for (size_t i = 0; i < LINES_MAX; i++) {
		if (lines[i].channel_id == channel_id)
			return &lines[i];
		if (lines[i].at < oldest->at)
			oldest = &lines[i];
	}
	*oldest = (struct told){ .channel_id = channel_id };
	return oldest;
}

int intake_health(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	int64_t *due = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*due)), now = clock_monotonic_us();
	size_t count = 0;

	for (size_t i = 0; i < batch->row_count; i++) {
		const struct intake_channel *channel = batch->rows[i].channel;
		struct told *line;

		if (!channel || !channel->network || channel->network->stored_is_sent)
			continue;
		line = place_of(channel->channel_id);
		if (line->at && now - line->at < EVERY_US)
			continue;
		line->at = now;
		due[count++] = channel->channel_id;
	}
	return count ? db_pipe_add(ctx, 0, &SQL_INTAKE_HEALTH, "I", due, count) : 0;
}
