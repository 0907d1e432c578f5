/*
 * How each line does: it is marked and rests when its provider asks for it,
 * when its token or account is wrong, or when call after call fails. What waits
 * for it stays in the queue; nothing else waits.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "campaign/template.h"
#include "cron/send.h"
#include "db/db.h"
#include "sql_send.h"

#define LINES_MAX 64
#define FAILURES_MAX 5                 /* in a row before a line rests */
#define REST_MIN_S 5
#define REST_MAX_S 300
#define RATE_REST_S 10
#define GOOD_EVERY_US (15 * CLOCK_SECOND)

/* What this process saw of a line. */
static struct seen {
	int64_t channel_id;
	int failures;                  /* in a row */
	int64_t good_at;               /* monotonic us: its health was written */
} lines[LINES_MAX];

static struct seen *line_of(int64_t channel_id)
{
	for (size_t i = 0; i < LINES_MAX; i++) {
		if (lines[i].channel_id == channel_id)
			return &lines[i];
	}
	memmove(lines + 1, lines, (LINES_MAX - 1) * sizeof(*lines));
	lines[0] = (struct seen){ .channel_id = channel_id };
	return &lines[0];
}

/* rest_s negative: until somebody mends it. */
static int rest(struct vt_ctx *ctx, const struct send_verdict *verdict, int rest_s)
{
	return db_pipe_add(ctx, verdict->item->outbox_id, &SQL_SEND_LINE_RESTS, "iiis", verdict->item->channel_id,
			   (int64_t)rest_s, (int64_t)verdict->fault, verdict->error);
}

static int fails(struct vt_ctx *ctx, struct seen *line, const struct send_verdict *verdict)
{
	int rest_s = REST_MIN_S;

	if (++line->failures < FAILURES_MAX)
		return 0;
	for (int i = FAILURES_MAX; i < line->failures && rest_s < REST_MAX_S; i++)
		rest_s *= 2;
	return rest(ctx, verdict, rest_s < REST_MAX_S ? rest_s : REST_MAX_S);
}

int send_line_note(struct vt_ctx *ctx, const struct send_verdict *verdict)
{
	struct seen *line = line_of(verdict->item->channel_id);
	int64_t now = clock_monotonic_us();

	if (verdict->state == OUTBOX_SENT) {
		line->failures = 0;
		if (!strcmp(verdict->item->message.kind, "check"))
			return 0;
		if (now - line->good_at < GOOD_EVERY_US)
			return 0;
		line->good_at = now;
		return db_pipe_add(ctx, verdict->item->outbox_id, &SQL_SEND_LINE_WORKS, "i",
				   verdict->item->channel_id);
	}
	line->good_at = 0;
	if (!strcmp(verdict->item->message.kind, "check") || template_is_call(verdict->item->message.kind))
		return 0;
	if (verdict->fault == CHANNEL_FAULT_LINE)
		return rest(ctx, verdict, -1);
	if (verdict->fault == CHANNEL_FAULT_RATE)
		return rest(ctx, verdict, verdict->later_s ? verdict->later_s : RATE_REST_S);
	if (verdict->fault == CHANNEL_FAULT_SERVER)
		return fails(ctx, line, verdict);
	return 0;
}
