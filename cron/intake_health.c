/*
 * When something last came in for a line, how much and how late: told every few seconds at most, for lines of other
 * networks.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "routing/line_health.h"
#include "sql_intake.h"

#define LINES_MAX 64
#define EVERY_US (15 * CLOCK_SECOND)

/* What this process told, and what it has to tell since then. */
static struct told {
	int64_t channel_id;
	int64_t at;                    /* monotonic us; 0: never */
	int64_t came;
	int lags[LINE_LAGS];
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

static bool is_foreign(const struct intake_channel *channel)
{
	return channel && channel->network && !channel->network->stored_is_sent;
}

static void count(const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	struct told *line;

	if (!event->fresh || !is_foreign(event->row->channel))
		return;
	line = place_of(event->row->channel_id);
	line->came += !intake_is_report(event->event) && told->kind != CHANNEL_TEMPLATE && told->kind != CHANNEL_ACCOUNT;
	if (told->sent_at_s)
		line->lags[line_lag_class(event->row->received_at / CLOCK_SECOND - told->sent_at_s)]++;
}

static const char *lags_text(struct vt_ctx *ctx, const struct told *line)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	for (size_t i = 0; i < LINE_LAGS; i++)
		strbuf_printf(&out, "%c%d", i ? ',' : '{', line->lags[i]);
	strbuf_puts(&out, "}");
	return out.data;
}

static int tell(struct vt_ctx *ctx, const struct intake_batch *batch, const int64_t *due, const int64_t *came,
		const char *const *lags, size_t size)
{
	wake_add(ctx, 'l', 0);
	if (db_pipe_add(ctx, 0, &SQL_INTAKE_COUNTS, "iIIS", (int64_t)batch->lane, due, size, came, size, lags, size) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_INTAKE_HEALTH, "I", due, size);
}

int intake_health(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	int64_t *due = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*due)), now = clock_monotonic_us();
	int64_t *came = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*came));
	const char **lags = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*lags));
	size_t size = 0;

	for (size_t i = 0; i < batch->event_count; i++)
		count(&batch->events[i]);
	for (size_t i = 0; i < batch->row_count; i++) {
		struct told *line;

		if (!is_foreign(batch->rows[i].channel))
			continue;
		line = place_of(batch->rows[i].channel_id);
		if (line->at && now - line->at < EVERY_US)
			continue;
		due[size] = line->channel_id;
		came[size] = line->came;
		lags[size++] = lags_text(ctx, line);
		*line = (struct told){ .channel_id = line->channel_id, .at = now };
	}
	return size ? tell(ctx, batch, due, came, lags, size) : 0;
}
