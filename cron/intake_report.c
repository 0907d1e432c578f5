/* Delivery reports: the states of what we sent only rise, for a whole batch in one statement. */
#include "base/vt.h"
#include "base/id.h"
#include "channel/outgoing.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_intake.h"

/* A report's columns; one place each. */
struct reports {
	int64_t *channels, *ids, *created, *states, *at, *codes, *billable, *faults;
	const char **keys, **errors, **categories, **kinds, **values, **parts;
	size_t count;
};

bool intake_is_report(const struct channel_event *event)
{
	return event->kind == CHANNEL_STATUS || event->kind == CHANNEL_BOUNCE ||
		event->kind == CHANNEL_DELIVERED || event->kind == CHANNEL_READ;
}

static int state_of(const struct channel_event *event)
{
	if (event->kind == CHANNEL_DELIVERED)
		return OUTBOX_DELIVERED;
	if (event->kind == CHANNEL_READ)
		return OUTBOX_READ;
	return event->kind == CHANNEL_BOUNCE ? OUTBOX_FAILED : event->state;
}

/* "<outbox_id>.<created_at, us>", as send wrote it, with "/..." for what is not its last part; anything else is none of
 * ours. */
static void read_reference(struct vt_ctx *ctx, const char *reference, int64_t *id, int64_t *created, const char **part)
{
	const char *dot = reference ? strchr(reference, '.') : NULL, *slash = dot ? strchr(dot, '/') : NULL;

	*id = *created = 0;
	*part = slash ? slash + 1 : dot ? "" : NULL;
	if (!dot || id_parse(arena_strndup(ctx->arena, reference, (size_t)(dot - reference)), 1, INT64_MAX, id) ||
	    id_parse(arena_strndup(ctx->arena, dot + 1, strcspn(dot + 1, "/")), 1, INT64_MAX, created))
		*id = *created = 0;
}

static struct reports reports_new(struct vt_ctx *ctx, size_t size)
{
	return (struct reports){
		.channels = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.ids = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.created = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.states = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.at = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.codes = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.billable = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.faults = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.keys = arena_calloc(ctx->arena, size, sizeof(char *)),
		.errors = arena_calloc(ctx->arena, size, sizeof(char *)),
		.categories = arena_calloc(ctx->arena, size, sizeof(char *)),
		.kinds = arena_calloc(ctx->arena, size, sizeof(char *)),
		.values = arena_calloc(ctx->arena, size, sizeof(char *)),
		.parts = arena_calloc(ctx->arena, size, sizeof(char *)),
	};
}

static void add(struct vt_ctx *ctx, struct reports *reports, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	size_t i = reports->count++;

	reports->channels[i] = event->row->channel_id;
	read_reference(ctx, told->reference, &reports->ids[i], &reports->created[i], &reports->parts[i]);
	reports->states[i] = state_of(told);
	reports->at[i] = told->watermark_ms ? told->watermark_ms * 1000 :
		told->sent_at_s ? told->sent_at_s * 1000000 : ctx->now_us;
	reports->codes[i] = told->error_code;
	reports->billable[i] = told->price_told ? told->billable : -1;
	reports->faults[i] = told->kind == CHANNEL_BOUNCE ? CHANNEL_FAULT_RECIPIENT : -1;
	reports->keys[i] = told->watermark_ms ? NULL : intake_message_key(ctx, event, told->message_id);
	reports->errors[i] = told->error;
	reports->categories[i] = told->price_category;
	reports->kinds[i] = told->watermark_ms ? told->identity_kind : NULL;
	reports->values[i] = told->watermark_ms ? told->identity_value : NULL;
}

static int run(struct vt_ctx *ctx, struct intake_batch *batch, const struct reports *reports)
{
	struct db_result *changed;
	size_t count = reports->count;

	if (db_pipe_add(ctx, 0, &SQL_INTAKE_REPORTS, "IIIIIIISSSSSIS", reports->channels, count, reports->ids, count,
			reports->created, count, reports->states, count, reports->at, count, reports->codes, count,
			reports->billable, count, reports->keys, count, reports->errors, count,
			reports->categories, count, reports->kinds, count, reports->values, count,
			reports->faults, count, reports->parts, count) < 0 ||
	    intake_flush(ctx, batch, &changed) < 0)
		return vt_note(ctx, "while taking delivery reports");
	for (size_t row = 0; row < db_rows(changed); row++) {
		wake_add(ctx, 'c', db_i64(changed, row, "conversation_id"));
		if (db_i64(changed, row, "user_id"))
			wake_add(ctx, 'o', db_i64(changed, row, "user_id"));
	}
	return 0;
}

int intake_reports(struct vt_ctx *ctx, struct intake_batch *batch)
{
	struct reports reports = reports_new(ctx, batch->event_count + 1);

	for (size_t i = 0; i < batch->event_count; i++) {
		if (batch->events[i].fresh && intake_is_report(batch->events[i].event))
			add(ctx, &reports, &batch->events[i]);
	}
	return reports.count ? run(ctx, batch, &reports) : 0;
}
