#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "cron/command.h"
#include "cron/intake.h"
#include "cron/intake_fault.h"
#include "db/db.h"
#include "sql_intake.h"

/* How long a claim looks only above what was already claimed: what became visible late, with a
 * lower number, waits at most for the next full pass. */
#define CONFIG_AGE_US (3 * CLOCK_SECOND)
#define FLOOR_BEHIND (2 * CLOCK_SECOND)
#define FULL_PASS_EVERY (10 * CLOCK_SECOND)

struct intake {
	struct intake_config config;
	struct intake_faults faults;
	int64_t careful_until;          /* the highest row that waited when a careful shift began */
	int64_t attempted;              /* the row whose attempt this process counted last */
	int64_t looked_up;              /* the row for which channels were loaded again */
	int64_t floor, next_floor;      /* claims look above it */
	int64_t floor_at, full_at;      /* monotonic us */
};

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	struct intake *intake = relay->state;

	if (!intake) {
		relay->state = intake = calloc(1, sizeof(*intake));
		VT_BUG_ON(!intake);
		intake_config_init(&intake->config, config_period(relay->config, CONFIG_AGE_US));
	}
	return intake_config_fresh(ctx, &intake->config);
}

static void release(struct relay *relay)
{
	struct intake *intake = relay->state;

	if (intake)
		intake_config_free(&intake->config);
	free(intake);
}

static int begin(struct vt_ctx *ctx, struct relay *relay)
{
	struct intake *intake = relay->state;
	struct db_result *result;

	intake->faults = (struct intake_faults){ 0 };
	intake->floor = intake->next_floor = 0;
	intake->careful_until = 0;
	if (!relay->careful)
		return 0;
	if (db_one(ctx, &result, &SQL_INTAKE_LAST, "i", (int64_t)relay->lane) < 0)
		return -1;
	intake->careful_until = db_i64(result, 0, "inbound_id");
	return 0;
}

/* The floor follows two seconds behind the work; every ten seconds one pass looks at everything. */
static int64_t floor_of(struct intake *intake)
{
	int64_t now = clock_monotonic_us();

	if (now - intake->full_at >= FULL_PASS_EVERY) {
		intake->full_at = intake->floor_at = now;
		intake->floor = intake->next_floor = 0;
	}
	return intake->floor;
}

static void raise_floor(struct intake *intake, int64_t first_claimed)
{
	int64_t now = clock_monotonic_us();

	if (now - intake->floor_at < FLOOR_BEHIND && intake->next_floor)
		return;
	intake->floor_at = now;
	intake->floor = intake->next_floor ? intake->next_floor - 1 : 0;
	intake->next_floor = first_claimed;
}

static int apply_events(struct vt_ctx *ctx, struct intake_batch *batch)
{
	for (size_t i = 0; i < batch->event_count; i++) {
		if (batch->events[i].fresh && intake_apply(ctx, batch, &batch->events[i]) < 0)
			return -1;
	}
	batch->at = NULL;
	return intake_reports(ctx, batch);
}

static int save_conversations(struct vt_ctx *ctx, struct intake_batch *batch)
{
	for (struct intake_case *one = batch->cases; one; one = one->next) {
		if (conversation_save(ctx, &one->conversation) < 0)
			return -1;
	}
	return 0;
}

/* What cannot be done stands aside with its reason; nobody waits for it. */
static int quarantine(struct vt_ctx *ctx, struct intake_batch *batch)
{
	for (size_t i = 0; i < batch->row_count; i++) {
		const struct intake_row *row = &batch->rows[i];

		if (!row->fault)
			continue;
		log_event(ctx, LOG_LEVEL_ERROR, "intake.poison", "inbound=%" PRId64 " sqlstate=%s",
			  row->inbound_id, row->sqlstate ? row->sqlstate : "-");
		if (db_pipe_add(ctx, 0, &SQL_INTAKE_QUARANTINE, "itiisss", row->inbound_id,
				row->received_at, (int64_t)batch->lane, row->channel_id,
				row->sqlstate,
				utf8_repair(ctx->arena, row->fault, strlen(row->fault)),
				row->raw) < 0)
			return -1;
	}
	return 0;
}

static int keep_heard(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	const struct intake_heard *heard = &batch->heard;

	if (!heard->count)
		return 0;
	return db_pipe_add(ctx, 0, &SQL_INTAKE_HEARD, "ISII", heard->channels, heard->count, heard->keys, heard->count,
			   heard->conversations, heard->count, heard->seqs, heard->count);
}

static int finish(struct vt_ctx *ctx, struct intake_batch *batch)
{
	int64_t *ids = arena_calloc(ctx->arena, batch->row_count, sizeof(*ids));

	for (size_t i = 0; i < batch->row_count; i++)
		ids[i] = batch->rows[i].inbound_id;
	if (keep_heard(ctx, batch) < 0 || intake_seen(ctx, batch) < 0 || save_conversations(ctx, batch) < 0 || quarantine(ctx, batch) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INTAKE_DONE, "iI", (int64_t)batch->lane, ids,
			batch->row_count) < 0 ||
	    intake_health(ctx, batch) < 0 || db_commit(ctx) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, &batch->failed_owner);
}

static int process(struct vt_ctx *ctx, struct intake_batch *batch)
{
	intake_parse(ctx, batch);
	if (intake_fetch(ctx, batch) < 0 || db_pipe_begin(ctx) < 0 ||
	    apply_events(ctx, batch) < 0)
		return -1;
	return finish(ctx, batch);
}

/* The shift before this one died, and the row is one that waited then: it goes alone, its attempt
 * committed before it is touched. */
static int count_attempt(struct vt_ctx *ctx, struct intake *intake, const struct intake_batch *batch)
{
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INTAKE_ATTEMPT, "ii", (int64_t)batch->lane,
			batch->rows[0].inbound_id) < 0 ||
	    db_commit(ctx) < 0 || db_pipe_run(ctx, NULL, NULL, NULL) < 0)
		return -1;
	intake->attempted = batch->rows[0].inbound_id;
	return 1;
}

/* A channel may be newer than what we know: look once before calling a row wrong. */
static bool look_again(struct intake *intake, const struct intake_batch *batch)
{
	for (size_t i = 0; i < batch->row_count; i++) {
		if (batch->rows[i].channel || batch->rows[i].inbound_id <= intake->looked_up)
			continue;
		intake->looked_up = batch->rows[i].inbound_id;
		intake->config.loaded_at = 0;
		return true;
	}
	return false;
}

/* With the batch claimed: do it. 0: committed; 1: claim again; -1. */
static int work(struct vt_ctx *ctx, struct intake *intake, struct intake_batch *batch)
{
	struct intake_row *first = &batch->rows[0];

	if (look_again(intake, batch)) {
		db_rollback(ctx);
		return 1;
	}
	if (first->inbound_id > intake->careful_until)
		intake->careful_until = 0;
	else if (first->inbound_id != intake->attempted)
		return count_attempt(ctx, intake, batch);
	else if (first->attempts > 1)
		first->fault = "it killed two workers";
	intake_faults_mark(&intake->faults, batch);
	if (process(ctx, batch) < 0)
		return intake_faults_learn(ctx, &intake->faults, batch);
	intake_faults_forget(&intake->faults, batch);
	raise_floor(intake, first->inbound_id);
	return 0;
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	struct intake *intake = relay->state;
	struct intake_batch batch = { .config = &intake->config, .lane = relay->lane };
	bool single = intake->careful_until || intake->faults.single_until;
	int limit = single ? 1 : INTAKE_BATCH;
	int again;

	if (intake_config_fresh(ctx, &intake->config) < 0 ||
	    intake_claim(ctx, &batch, floor_of(intake), limit) < 0)
		return -1;
	if (!batch.row_count) {
		db_rollback(ctx);
		intake->careful_until = intake->faults.single_until = 0;
		return single;
	}
	again = work(ctx, intake, &batch);
	if (again)
		return again;
	relay->done += (int64_t)batch.row_count;
	return single || (int)batch.row_count == limit;
}

/* Statements are prepared once and planned once: a queue that looks empty to the planner must not
 * become a sequential scan when it is full. */
const struct relay_job intake_job = {
	.options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off "
		   "-c enable_hashjoin=off -c enable_mergejoin=off",
	.prepare = prepare, .begin = begin, .turn = turn, .release = release,
};
