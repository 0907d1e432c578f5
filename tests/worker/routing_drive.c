/*
 * Cases and operators for tests of the router, through the code that the
 * programs use.
 *   steps SEED COUNT         random steps against the plain model (tests/unit/routing_model.h);
 *                            the router's pass runs in this process, and no other may
 *   storm SEED COUNT         random steps while others run the router
 *   offer RATE COUNT QUEUE CHANNEL   hand-offs at a rate a second
 * The database is VT_DATABASE's, the workers to wake are in VT_RUN.
 */
#include "base/vt.h"
#include "base/secret.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/agent.h"
#include "routing/assign.h"
#include "routing/handover.h"
#include "tests/unit/routing_model.h"

#include <unistd.h>

#define STATEMENT(symbol, parameters_, ...) \
	static const struct sql symbol = { "test_" #symbol, __VA_ARGS__, parameters_ }

#define must(call) do { \
		if ((call) < 0) \
			die(must_ctx, #call); \
	} while (0)

static _Noreturn void die(const struct vt_ctx *ctx, const char *what)
{
	fprintf(stderr, "%s: %s %s\n", what, ctx->error.sqlstate, ctx->error.message);
	exit(1);
}

#include "tests/db/routing_world.h"

STATEMENT(queue_arrange, 4, "UPDATE queue SET priority = $2::smallint, capacity = $3::smallint, "
	  "preferred_hours = $4::integer WHERE queue_id = $1::bigint");
STATEMENT(operator_arrange, 3, "WITH d AS (INSERT INTO user_queue SELECT $1::bigint, unnest($2::bigint[]) ON CONFLICT DO NOTHING) "
	  "INSERT INTO user_channel SELECT $1::bigint, unnest($3::bigint[]) ON CONFLICT DO NOTHING");
STATEMENT(channel_arrange, 3, "UPDATE user_channel SET capacity = $3::smallint WHERE user_id = $1::bigint "
	  "AND channel_id = $2::bigint");
STATEMENT(operator_out, 1, "UPDATE agent_state SET state = 0 WHERE user_id = $1::bigint");
STATEMENT(alive, 1, "UPDATE agent_state SET heartbeat_at = now() WHERE user_id = ANY ($1::bigint[])");
STATEMENT(owners, 1, "SELECT conversation_id, CASE WHEN state = 3 THEN user_id ELSE 0 END AS user_id FROM conversation "
	  "WHERE state IN (2, 3) AND queue_id = ANY ($1::bigint[]) ORDER BY conversation_id");
STATEMENT(counters_wrong, 1, "SELECT count(*) AS n FROM agent_state a WHERE a.user_id = ANY ($1::bigint[]) AND a.open_count <> "
	  "(SELECT count(*) FROM conversation c WHERE c.state = 3 AND c.user_id = a.user_id)");
STATEMENT(another_case, 0, "SELECT conversation_id_next(now()) AS conversation_id");
STATEMENT(a_contact, 0, "INSERT INTO contact (name) VALUES ('Graciela') RETURNING contact_id");

#define CONTACTS 400

struct drive {
	struct vt_ctx *ctx;
	struct model model;
	int64_t queues[MODEL_QUEUES], channels[MODEL_CHANNELS], operators[MODEL_OPERATORS];
	int64_t ids[MODEL_CASES];
	int contact_of[MODEL_CASES];
	struct { int64_t id; int owner; bool busy; } contacts[CONTACTS];
	int contact_count;
};

static void tick(struct vt_ctx *ctx)
{
	arena_reset(ctx->arena);
	ctx->now_us = clock_now_us();
}

static void operator_make(struct drive *drive, int o)
{
	const struct model_operator *one = &drive->model.operators[o];
	int64_t queues[MODEL_QUEUES], channels[MODEL_CHANNELS];
	size_t queue_count = 0, channel_count = 0;
	struct vt_ctx *must_ctx = drive->ctx;

	for (int q = 0; q < MODEL_QUEUES; q++) {
		if (one->in_queue[q])
			queues[queue_count++] = drive->queues[q];
	}
	for (int h = 0; h < MODEL_CHANNELS; h++) {
		if (one->in_channel[h])
			channels[channel_count++] = drive->channels[h];
	}
	/* Every operator also attends a queue and a channel that nothing comes by. */
	int64_t nothing = drive->queues[0], line = world_channel(must_ctx, nothing);
	drive->operators[o] = world_operator(must_ctx, "Persona", world_queue(must_ctx, STRATEGY_MANUAL), line,
					     one->capacity);
	must(db_exec(must_ctx, NULL, &operator_arrange, "iII", drive->operators[o], queues, queue_count, channels,
		     channel_count));
	for (int h = 0; h < MODEL_CHANNELS; h++)
		must(db_exec(must_ctx, NULL, &channel_arrange, "iii", drive->operators[o], drive->channels[h],
			     (int64_t)one->channel_capacity[h]));
	must(db_exec(must_ctx, NULL, &operator_out, "i", drive->operators[o]));
}

static void world_make(struct drive *drive, uint64_t seed)
{
	struct vt_ctx *must_ctx = drive->ctx;

	model_begin(&drive->model, seed);
	for (int q = 0; q < MODEL_QUEUES; q++) {
		const struct model_queue *one = &drive->model.queues[q];
		drive->queues[q] = world_queue(must_ctx, one->strategy);
		must(db_exec(must_ctx, NULL, &queue_arrange, "iiii", drive->queues[q], (int64_t)one->priority,
			     (int64_t)one->capacity, (int64_t)24));
	}
	for (int h = 0; h < MODEL_CHANNELS; h++)
		drive->channels[h] = world_channel(must_ctx, drive->queues[0]);
	for (int o = 0; o < MODEL_OPERATORS; o++)
		operator_make(drive, o);
}

static int64_t new_contact(struct vt_ctx *must_ctx)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &a_contact, ""));
	return db_i64(r, 0, "contact_id");
}

/* A new taxpayer, or one who was here before: then who attended them is preferred. */
static int contact_for(struct drive *drive, int *preferred)
{
	int from = drive->contact_count ? (int)model_random(&drive->model, (uint64_t)drive->contact_count) : 0;

	*preferred = NOBODY;
	for (int i = 0; i < drive->contact_count; i++) {
		int which = (from + i) % drive->contact_count;
		bool full = drive->contact_count == CONTACTS;
		if (drive->contacts[which].busy || (!full && model_random(&drive->model, 3)))
			continue;
		*preferred = drive->contacts[which].owner;
		drive->contacts[which].busy = true;
		return which;
	}
	drive->contacts[drive->contact_count].id = new_contact(drive->ctx);
	drive->contacts[drive->contact_count].owner = NOBODY;
	drive->contacts[drive->contact_count].busy = true;
	return drive->contact_count++;
}

static int64_t arrive(struct vt_ctx *must_ctx, int64_t contact_id, int64_t queue_id, int64_t channel_id)
{
	struct world_case new = { .channel_id = channel_id, .queue_id = queue_id, .contact_id = contact_id };
	struct db_result *r;

	must(db_one(must_ctx, &r, &another_case, ""));
	new.conversation_id = db_i64(r, 0, "conversation_id");
	must_ctx->now_us = clock_now_us();
	must(db_transaction(must_ctx, world_open, &new));
	return new.conversation_id;
}

struct deed {
	enum model_action action;
	int64_t conversation_id, queue_id, user_id;
};

/* What happens to a case, as its operator, supervision or its contact does it. What is not possible
 * any more (in a storm) is passed over. */
static int act(struct vt_ctx *ctx, void *arg)
{
	const struct deed *deed = arg;
	const struct handover given_back = { .outcome = deed->action == MODEL_TAKEN ? OUTCOME_TAKEN : OUTCOME_UNANSWERED,
					     .first_in_line = true };
	const struct handover passed_on = { .outcome = OUTCOME_TRANSFERRED };
	struct conversation c;
	struct handover_to to;
	int failed = 0;

	if (conversation_lock(ctx, deed->conversation_id, &c) < 0 ||
	    handover_lock(ctx, &c, deed->queue_id, deed->user_id, &to) < 0 || db_pipe_begin(ctx) < 0)
		return -1;
	bool active = c.state == CONVERSATION_ACTIVE;
	if (deed->action == MODEL_CLOSES && c.state != CONVERSATION_CLOSED)
		failed = conversation_close(ctx, &c, active ? AUTHOR_AGENT : AUTHOR_CONTACT,
					    active ? OUTCOME_CLOSED : OUTCOME_ABANDONED, NULL);
	else if ((deed->action == MODEL_TAKEN || deed->action == MODEL_UNANSWERED) && active)
		failed = handover_release(ctx, &c, &given_back);
	else if (deed->action == MODEL_TO_QUEUE && active)
		failed = handover_to_queue(ctx, &c, &to, &passed_on);
	else if (deed->action == MODEL_TO_OPERATOR && active && !*to.fit.why && c.user_id != deed->user_id)
		failed = handover_to_operator(ctx, &c, &to, &passed_on);
	if (failed < 0 || conversation_save(ctx, &c) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static void set_state(struct drive *drive, int which, bool available)
{
	struct vt_ctx *must_ctx = drive->ctx;
	int64_t id = drive->operators[which];

	must(agent_set_state(must_ctx, id, available ? AGENT_AVAILABLE : which % 2 ? AGENT_OUT : AGENT_COACHING, 0, id,
			     "test"));
}

static void follow(struct drive *drive, const struct model_step *step, const struct model *before)
{
	struct vt_ctx *must_ctx = drive->ctx;
	struct model_case *one = &drive->model.cases[step->which];
	struct deed deed = { .action = step->action, .conversation_id = drive->ids[step->which] };

	switch (step->action) {
	case MODEL_NOTHING:
		return;
	case MODEL_COMES:
	case MODEL_GOES:
		set_state(drive, step->which, step->action == MODEL_COMES);
		return;
	case MODEL_ARRIVES:
		drive->contact_of[step->which] = contact_for(drive, &one->preferred);
		drive->ids[step->which] = arrive(must_ctx, drive->contacts[drive->contact_of[step->which]].id,
						 drive->queues[one->queue], drive->channels[one->channel]);
		return;
	case MODEL_TO_QUEUE:
		deed.queue_id = drive->queues[step->to];
		break;
	case MODEL_TO_OPERATOR:
		deed.user_id = drive->operators[step->to];
		break;
	case MODEL_CLOSES:
		drive->contacts[drive->contact_of[step->which]].busy = false;
		if (before->cases[step->which].owner != NOBODY)
			drive->contacts[drive->contact_of[step->which]].owner = before->cases[step->which].owner;
		break;
	case MODEL_TAKEN:
	case MODEL_UNANSWERED:
		break;
	}
	must(db_transaction(must_ctx, act, &deed));
}

static int compare_with_model(struct drive *drive, long step)
{
	struct vt_ctx *must_ctx = drive->ctx;
	struct db_result *r;
	int open = 0;

	must(db_query(must_ctx, &r, &owners, "I", drive->queues, (size_t)MODEL_QUEUES));
	for (int i = 0; i < MODEL_CASES; i++) {
		const struct model_case *one = &drive->model.cases[i];
		if (!one->open)
			continue;
		int64_t wanted = one->owner == NOBODY ? 0 : drive->operators[one->owner], found = -1;
		for (size_t row = 0; row < db_rows(r); row++) {
			if (db_i64(r, row, "conversation_id") == drive->ids[i])
				found = db_i64(r, row, "user_id");
		}
		open++;
		if (found == wanted)
			continue;
		fprintf(stderr, "step %ld: case %d (%" PRId64 ") is with %" PRId64 ", not %" PRId64 "\n", step, i,
			drive->ids[i], found, wanted);
		return -1;
	}
	if ((size_t)open == db_rows(r))
		return 0;
	fprintf(stderr, "step %ld: %zu open, not %d\n", step, db_rows(r), open);
	return -1;
}

static int counters_right(struct drive *drive)
{
	struct vt_ctx *must_ctx = drive->ctx;
	struct db_result *r;

	must(db_exec(must_ctx, NULL, &alive, "I", drive->operators, (size_t)MODEL_OPERATORS));
	must(db_one(must_ctx, &r, &counters_wrong, "I", drive->operators, (size_t)MODEL_OPERATORS));
	if (db_i64(r, 0, "n"))
		fprintf(stderr, "%" PRId64 " operators are counted wrong\n", db_i64(r, 0, "n"));
	return db_i64(r, 0, "n") ? -1 : 0;
}

static int steps(struct drive *drive, long count)
{
	struct vt_ctx *must_ctx = drive->ctx;
	struct model_gift gifts[MODEL_PASS_MAX];
	long given = 0;

	for (long step = 0; step < count; step++) {
		struct model before = drive->model;
		tick(must_ctx);
		struct model_step did = model_step(&drive->model);
		follow(drive, &did, &before);
		int assigned, wanted = model_pass(&drive->model, gifts), all = 0;
		do {
			tick(must_ctx);
			must(assign_pass(must_ctx, &assigned));
			all += assigned;
		} while (assigned);
		if (all != wanted)
			fprintf(stderr, "step %ld: %d given, not %d\n", step, all, wanted);
		if (compare_with_model(drive, step) < 0 || all != wanted ||
		    (step % 100 == 0 && counters_right(drive) < 0))
			return -1;
		given += all;
	}
	printf("%ld steps, %ld cases given\n", count, given);
	return counters_right(drive);
}

/* Others give the cases: who has what is found out under the locks. */
static int storm(struct drive *drive, long count)
{
	struct vt_ctx *must_ctx = drive->ctx;
	struct model *model = &drive->model;

	for (int o = 0; o < MODEL_OPERATORS; o += 2)
		set_state(drive, o, true);
	for (long step = 0; step < count; step++) {
		struct deed deed = { .action = MODEL_CLOSES + (int)model_random(model, 6) };
		int which = (int)model_random(model, MODEL_CASES);
		tick(must_ctx);
		if (!drive->ids[which] || model_random(model, 3) == 0) {
			if (drive->ids[which])
				must(db_transaction(must_ctx, act, &(struct deed){ MODEL_CLOSES, drive->ids[which], 0, 0 }));
			drive->ids[which] = arrive(must_ctx, new_contact(must_ctx),
						   drive->queues[model_random(model, MODEL_QUEUES - 1)],
						   drive->channels[model_random(model, MODEL_CHANNELS)]);
			continue;
		}
		deed.conversation_id = drive->ids[which];
		if (deed.action == MODEL_COMES || deed.action == MODEL_GOES) {
			set_state(drive, (int)model_random(model, MODEL_OPERATORS), deed.action == MODEL_COMES);
			continue;
		}
		if (deed.action == MODEL_TO_QUEUE)
			deed.queue_id = drive->queues[model_random(model, MODEL_QUEUES - 1)];
		if (deed.action == MODEL_TO_OPERATOR)
			deed.user_id = drive->operators[model_random(model, MODEL_OPERATORS)];
		must(db_transaction(must_ctx, act, &deed));
	}
	for (int o = 0; o < MODEL_OPERATORS; o++)
		set_state(drive, o, true);
	printf("%ld steps\n", count);
	return 0;
}

static int offer(struct vt_ctx *must_ctx, long rate, long count, int64_t queue_id, int64_t channel_id)
{
	int64_t began = clock_monotonic_us();

	for (long i = 0; i < count; i++) {
		int64_t due = began + i * CLOCK_SECOND / rate, now = clock_monotonic_us();
		if (due > now)
			usleep((useconds_t)(due - now));
		tick(must_ctx);
		arrive(must_ctx, new_contact(must_ctx), queue_id, channel_id);
	}
	return 0;
}

static int64_t argument(int argc, char **argv, int index)
{
	return index < argc ? strtoll(argv[index], NULL, 10) : 0;
}

int main(int argc, char **argv)
{
	static struct drive drive;
	struct vt_ctx ctx;
	const char *what = argc > 1 ? argv[1] : "";
	int64_t first = argument(argc, argv, 2), count = argument(argc, argv, 3);
	int status;

	secret_init();
	vt_ctx_init(&ctx, arena_new(), "test");
	wake_init(getenv("VT_RUN"));
	ctx.db = db_new(getenv("VT_DATABASE"), "routing_drive", "-c synchronous_commit=off");
	drive.ctx = &ctx;
	if (!strcmp(what, "offer")) {
		status = offer(&ctx, first, count, argument(argc, argv, 4), argument(argc, argv, 5));
	} else if (!strcmp(what, "steps") || !strcmp(what, "storm")) {
		world_make(&drive, (uint64_t)first);
		status = !strcmp(what, "steps") ? steps(&drive, count) : storm(&drive, count);
	} else {
		fprintf(stderr, "usage: routing_drive steps|storm SEED COUNT, or offer RATE COUNT QUEUE CHANNEL\n");
		status = -1;
	}
	db_close(ctx.db);
	arena_free(ctx.arena);
	return status < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
