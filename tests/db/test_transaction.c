#include "database.h"

STATEMENT(counter_read, 1, "SELECT n FROM counter WHERE id = $1");
STATEMENT(counter_up, 1, "UPDATE counter SET n = n + 1 WHERE id = $1");
STATEMENT(counter_insert, 1, "INSERT INTO counter (id, n) VALUES ($1, 0)");
STATEMENT(kill_self, 0, "SELECT pg_terminate_backend(pg_backend_pid())");
STATEMENT(isolation, 0, "SHOW transaction_isolation");
STATEMENT(deferred_insert, 2, "INSERT INTO child (id, counter_id) VALUES ($1, $2)");

static void counters(struct vt_ctx *ctx)
{
	database_run(ctx, "CREATE TABLE counter (id bigint PRIMARY KEY, n integer NOT NULL);"
		     "INSERT INTO counter VALUES (1, 0), (2, 0)");
}

static int64_t counter(struct vt_ctx *must_ctx, int64_t id)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &counter_read, "i", id));
	return db_i64(r, 0, "n");
}

/* A transaction of the test: what it does, and what it saw. */
struct work {
	struct vt_ctx *other;
	int tries;
	int ends_with;
};

static int up(struct vt_ctx *ctx, void *arg)
{
	struct work *work = arg;

	work->tries++;
	if (db_exec(ctx, NULL, &counter_up, "i", (int64_t)1) < 0)
		return -1;
	return work->ends_with;
}

static void a_transaction_commits_what_it_did(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct work work = { .ends_with = 0 };

	counters(must_ctx);
	must(db_transaction(must_ctx, up, &work));
	assert_false(db_in_transaction(must_ctx->db));
	assert_int_equal(counter(database_other(state), 1), 1);
}

static int fail_after(struct vt_ctx *ctx, void *arg)
{
	if (up(ctx, arg) < 0)
		return -1;
	return vt_fail_key(ctx, VT_E_CONFLICT, "error.test", "no more");
}

static void a_refused_transaction_leaves_nothing_and_its_reason(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct work work = { .ends_with = 0 };

	counters(must_ctx);
	assert_failed(must_ctx, db_transaction(must_ctx, fail_after, &work), VT_E_CONFLICT);
	assert_string_equal(must_ctx->error.key, "error.test");
	assert_int_equal(work.tries, 1);
	assert_false(db_in_transaction(must_ctx->db));
	assert_int_equal(counter(must_ctx, 1), 0);
}

static int read_isolation(struct vt_ctx *ctx, void *arg)
{
	return db_one(ctx, arg, &isolation, "");
}

static void a_transaction_reads_what_is_committed(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_transaction(must_ctx, read_isolation, &r));
	assert_string_equal(db_text(r, 0, "transaction_isolation"), "read committed");
}

/* --- Round trips ------------------------------------------------------------------------------ */

static void begin_leaves_with_the_first_statement(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct work work = { .ends_with = 0 };

	counters(must_ctx);
	db_statements_reset(must_ctx->db);
	must(db_transaction(must_ctx, up, &work));
	assert_int_equal(db_round_trips(must_ctx->db), 2);
	assert_int_equal(db_statements(must_ctx->db), 1);
}

static int read_then_write(struct vt_ctx *ctx, void *arg)
{
	struct db_result *r;

	(void)arg;
	if (db_one(ctx, &r, &counter_read, "i", (int64_t)1) < 0 || db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &counter_up, "i", (int64_t)1) < 0 ||
	    db_pipe_add(ctx, 0, &counter_up, "i", (int64_t)2) < 0)
		return -1;
	wake_add(ctx, 'c', 1);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static void writes_nobody_waits_for_leave_with_commit(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	db_statements_reset(must_ctx->db);
	must(db_transaction(must_ctx, read_then_write, NULL));
	assert_int_equal(db_round_trips(must_ctx->db), 2);
	assert_int_equal(db_statements(must_ctx->db), 4);
	assert_int_equal(counter(must_ctx, 1), 1);
	assert_int_equal(counter(must_ctx, 2), 1);
}

static int write_then_read(struct vt_ctx *ctx, void *arg)
{
	struct db_result *r, **results;
	size_t count;

	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &counter_up, "i", (int64_t)1) < 0 ||
	    db_pipe_run(ctx, NULL, NULL, NULL) < 0 ||
	    db_one(ctx, &r, &counter_read, "i", (int64_t)1) < 0)
		return -1;
	assert_int_equal(db_i64(r, 0, "n"), 1);
	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &counter_up, "i", (int64_t)1) < 0 ||
	    db_pipe_run(ctx, NULL, NULL, NULL) < 0 || db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &counter_read, "i", (int64_t)1) < 0 ||
	    db_pipe_run(ctx, &results, &count, NULL) < 0)
		return -1;
	assert_int_equal(count, 1);
	assert_int_equal(db_i64(results[0], 0, "n"), 2);
	*(bool *)arg = true;
	return 0;
}

static void what_was_written_without_waiting_is_seen_by_what_comes_next(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	bool seen = false;

	counters(must_ctx);
	must(db_transaction(must_ctx, write_then_read, &seen));
	assert_true(seen);
}

static int write_badly(struct vt_ctx *ctx, void *arg)
{
	(void)arg;
	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &counter_up, "i", (int64_t)1) < 0 ||
	    db_pipe_add(ctx, 0, &counter_insert, "i", (int64_t)1) < 0)
		return -1;
	wake_add(ctx, 'c', 1);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static void a_write_nobody_waited_for_fails_the_transaction(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	assert_failed(must_ctx, db_transaction(must_ctx, write_badly, NULL), VT_E_CONFLICT);
	assert_non_null(strstr(must_ctx->error.message, "test_counter_insert"));
	assert_int_equal(counter(must_ctx, 1), 0);
}

static int nothing(struct vt_ctx *ctx, void *arg)
{
	(void)ctx;
	(void)arg;
	return 0;
}

static void a_transaction_without_statements_asks_nothing(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	db_statements_reset(must_ctx->db);
	must(db_transaction(must_ctx, nothing, NULL));
	assert_int_equal(db_round_trips(must_ctx->db), 0);
	must(db_one(must_ctx, NULL, &backend_pid, ""));
	assert_false(db_in_transaction(must_ctx->db));
}

/* A worker's batch: everything of it, BEGIN and COMMIT included, in one go. */
static void a_pipelined_transaction_is_one_round_trip(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	db_statements_reset(must_ctx->db);
	must(db_pipe_begin(must_ctx));
	must(db_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &counter_up, "i", (int64_t)1));
	must(db_pipe_add(must_ctx, 0, &counter_up, "i", (int64_t)2));
	wake_add(must_ctx, 'b', 0);
	must(db_commit(must_ctx));
	must(db_pipe_run(must_ctx, NULL, NULL, NULL));
	assert_int_equal(db_round_trips(must_ctx->db), 1);
	assert_false(db_in_transaction(must_ctx->db));
	assert_int_equal(counter(database_other(state), 2), 1);
}

static void a_pipelined_transaction_that_fails_is_rolled_back_by_hand(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int64_t owner = 0;

	counters(must_ctx);
	must(db_pipe_begin(must_ctx));
	must(db_begin(must_ctx));
	must(db_pipe_add(must_ctx, 1, &counter_up, "i", (int64_t)1));
	must(db_pipe_add(must_ctx, 2, &counter_insert, "i", (int64_t)1));
	must(db_commit(must_ctx));
	assert_failed(must_ctx, db_pipe_run(must_ctx, NULL, NULL, &owner), VT_E_CONFLICT);
	assert_int_equal(owner, 2);
	assert_true(db_in_transaction(must_ctx->db));
	db_rollback(must_ctx);
	assert_int_equal(must_ctx->error.code, VT_E_CONFLICT);
	assert_false(db_in_transaction(must_ctx->db));
	assert_int_equal(counter(must_ctx, 1), 0);
}

static void a_rollback_forgets_a_pipeline_that_was_not_run(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	must(db_pipe_begin(must_ctx));
	must(db_begin(must_ctx));
	must(db_pipe_add(must_ctx, 1, &counter_up, "i", (int64_t)1));
	db_rollback(must_ctx);
	assert_int_equal(counter(must_ctx, 1), 0);
}

/* --- Repetition ------------------------------------------------------------------------------- */

/* Another session changes the row between our reading and our writing, for the first tries. */
static int lose_the_race(struct vt_ctx *ctx, void *arg)
{
	struct work *work = arg;
	struct db_result *r;

	if (db_one(ctx, &r, &counter_read, "i", (int64_t)1) < 0)
		return -1;
	if (work->tries++ < work->ends_with)
		assert_int_equal(db_exec(work->other, NULL, &counter_up, "i", (int64_t)1), 0);
	return db_exec(ctx, NULL, &counter_up, "i", (int64_t)1);
}

/* A session whose default is another isolation than the READ COMMITTED of all others. */
static void join_repeatable_read(struct vt_ctx *ctx, void **state)
{
	struct database *database = *state;
	char options[128];

	snprintf(options, sizeof(options), "-c search_path=%s "
		 "-c default_transaction_isolation=repeatable\\ read", database->schema);
	database_join(ctx, NULL, options);
}

static void a_serialisation_failure_is_tried_three_times_more(void **state)
{
	struct vt_ctx ctx, *must_ctx = &ctx;

	counters(database_ctx(state));
	join_repeatable_read(&ctx, state);
	struct work work = { .other = database_other(state), .ends_with = 3 };
	must(db_transaction(&ctx, lose_the_race, &work));
	assert_int_equal(work.tries, 4);
	assert_int_equal(ctx.error.code, VT_OK);
	assert_int_equal(counter(database_other(state), 1), 4);
	database_leave(&ctx);
}

static void a_serialisation_failure_that_stays_is_told(void **state)
{
	struct vt_ctx ctx;

	counters(database_ctx(state));
	join_repeatable_read(&ctx, state);
	struct work work = { .other = database_other(state), .ends_with = 9 };
	assert_failed(&ctx, db_transaction(&ctx, lose_the_race, &work), VT_E_UNAVAILABLE);
	assert_string_equal(ctx.error.sqlstate, "40001");
	assert_int_equal(work.tries, 4);
	database_leave(&ctx);
}

static int lose_and_hide_it(struct vt_ctx *ctx, void *arg)
{
	if (lose_the_race(ctx, arg) < 0)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.test", "something else");
	return 0;
}

static void a_serialisation_failure_is_repeated_whatever_it_was_called(void **state)
{
	struct vt_ctx ctx, *must_ctx = &ctx;

	counters(database_ctx(state));
	join_repeatable_read(&ctx, state);
	struct work work = { .other = database_other(state), .ends_with = 1 };
	must(db_transaction(&ctx, lose_and_hide_it, &work));
	assert_int_equal(work.tries, 2);
	database_leave(&ctx);
}

/* Two processes lock two rows in opposite order; a pipe makes sure that both hold their first. */
struct crossing {
	int64_t first, second;
	int tell, hear;
	int tries;
};

static int cross(struct vt_ctx *ctx, void *arg)
{
	struct crossing *crossing = arg;
	char c = 'x';

	if (db_exec(ctx, NULL, &counter_up, "i", crossing->first) < 0)
		return -1;
	if (crossing->tries++ == 0 &&
	    (write(crossing->tell, &c, 1) != 1 || read(crossing->hear, &c, 1) != 1))
		return vt_fail(ctx, VT_E_BUG, "the other process is gone");
	return db_exec(ctx, NULL, &counter_up, "i", crossing->second);
}

static void a_deadlock_costs_a_repetition_and_nothing_else(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int there[2], back[2], status;

	counters(must_ctx);
	assert_int_equal(pipe(there) | pipe(back), 0);
	pid_t child = fork();
	if (!child) {
		struct crossing theirs = { .first = 2, .second = 1, .tell = back[1], .hear = there[0] };
		alarm(20);
		_exit(db_transaction(database_other(state), cross, &theirs) < 0 ? 100 : theirs.tries);
	}
	struct crossing ours = { .first = 1, .second = 2, .tell = there[1], .hear = back[0] };
	must(db_transaction(must_ctx, cross, &ours));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	/* Who repeats may take its row before the other hears that it is free, and cross it again. */
	assert_in_range(ours.tries + WEXITSTATUS(status), 3, 6);
	assert_int_equal(counter(must_ctx, 1), 2);
	assert_int_equal(counter(must_ctx, 2), 2);
	for (int end = 0; end < 2; end++) {
		close(there[end]);
		close(back[end]);
	}
}

/* --- What must not go unnoticed ----------------------------------------------------------------- */

static int swallow(struct vt_ctx *ctx, void *arg)
{
	(void)arg;
	if (db_exec(ctx, NULL, &counter_up, "i", (int64_t)1) < 0)
		return -1;
	wake_add(ctx, 'c', 1);
	if (db_exec(ctx, NULL, &counter_insert, "i", (int64_t)1) < 0)
		vt_error_clear(ctx);
	return 0;
}

static void an_error_that_was_swallowed_cannot_commit(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	assert_failed(must_ctx, db_transaction(must_ctx, swallow, NULL), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "25P02");
	assert_int_equal(counter(must_ctx, 1), 0);
}

static int only_commit(struct vt_ctx *ctx)
{
	if (db_begin(ctx) < 0 || db_exec(ctx, NULL, &counter_up, "i", (int64_t)1) < 0)
		return -1;
	if (db_exec(ctx, NULL, &counter_insert, "i", (int64_t)1) < 0)
		vt_error_clear(ctx);
	return db_commit(ctx);
}

static void commit_answered_with_rollback_is_a_failure(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	assert_failed(must_ctx, only_commit(must_ctx), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "25P02");
	db_rollback(must_ctx);
	assert_int_equal(counter(must_ctx, 1), 0);
}

static int point_nowhere(struct vt_ctx *ctx, void *arg)
{
	(void)arg;
	return db_exec(ctx, NULL, &deferred_insert, "ii", (int64_t)1, (int64_t)99);
}

static void what_only_commit_can_refuse_fails_the_transaction(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	counters(must_ctx);
	database_run(must_ctx, "CREATE TABLE child (id bigint, counter_id bigint "
		     "REFERENCES counter DEFERRABLE INITIALLY DEFERRED)");
	assert_failed(must_ctx, db_transaction(must_ctx, point_nowhere, NULL), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "23503");
	assert_false(db_in_transaction(must_ctx->db));
	must(db_one(must_ctx, NULL, &backend_pid, ""));
}

/* --- Lost connections ---------------------------------------------------------------------------- */

static void a_connection_lost_in_a_statement_is_told_and_reopened(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	assert_failed(must_ctx, db_query(must_ctx, NULL, &kill_self, ""), VT_E_UNAVAILABLE);
	assert_string_equal(must_ctx->error.sqlstate, "57P01");
	assert_false(db_connected(must_ctx->db));
	must(db_one(must_ctx, NULL, &backend_pid, ""));
	assert_true(db_connected(must_ctx->db));
}

static void a_connection_lost_while_idle_is_reopened_unnoticed(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int64_t before = database_pid(must_ctx);

	database_kill(database_other(state), before);
	assert_true(database_pid(must_ctx) != before);
}

static void who_holds_a_lock_learns_that_its_session_is_gone(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	bool got;

	must(db_lock_try(must_ctx, 90001, 1, false, &got));
	assert_true(got);
	database_kill(database_other(state), database_pid(must_ctx));
	assert_failed(must_ctx, db_one(must_ctx, NULL, &backend_pid, ""), VT_E_UNAVAILABLE);
	assert_false(db_connected(must_ctx->db));
	must(db_one(must_ctx, NULL, &backend_pid, ""));
}

static void who_gave_its_lock_back_is_reopened_unnoticed(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	bool got;

	must(db_lock_try(must_ctx, 90001, 1, true, &got));
	must(db_unlock(must_ctx, 90001, 1, true));
	database_kill(database_other(state), database_pid(must_ctx));
	must(db_one(must_ctx, NULL, &backend_pid, ""));
}

static int lose_the_session(struct vt_ctx *ctx, void *arg)
{
	struct work *work = arg;

	if (up(ctx, work) < 0)
		return -1;
	database_kill(work->other, database_pid(ctx));
	assert_failed(ctx, db_exec(ctx, NULL, &counter_up, "i", (int64_t)1), VT_E_UNAVAILABLE);
	/* And not in a new session either. */
	return db_exec(ctx, NULL, &counter_up, "i", (int64_t)1);
}

static void a_connection_lost_in_a_transaction_ends_it(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct work work = { .other = database_other(state) };

	counters(must_ctx);
	assert_failed(must_ctx, db_transaction(must_ctx, lose_the_session, &work), VT_E_UNAVAILABLE);
	assert_int_equal(work.tries, 1);
	assert_int_equal(counter(must_ctx, 1), 0);
}

static void a_server_that_is_not_there_is_unavailable_at_once(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db *db = must_ctx->db;

	must_ctx->db = db_new("host=/nonexistent dbname=nothing", "test", NULL);
	assert_failed(must_ctx, db_connect(must_ctx), VT_E_UNAVAILABLE);
	assert_failed(must_ctx, db_one(must_ctx, NULL, &backend_pid, ""), VT_E_UNAVAILABLE);
	assert_failed(must_ctx, db_transaction(must_ctx, up, &(struct work){ .tries = 0 }), VT_E_UNAVAILABLE);
	assert_false(db_in_transaction(must_ctx->db));
	db_close(must_ctx->db);
	must_ctx->db = db;
}

static void a_lock_is_had_once_and_shared_by_many(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state), *other = database_other(state);
	bool ours, theirs;

	must(db_lock_try(must_ctx, 90001, 2, true, &ours));
	assert_int_equal(db_lock_try(other, 90001, 2, true, &theirs), 0);
	assert_true(ours && theirs);
	assert_int_equal(db_unlock(other, 90001, 2, true), 0);
	assert_int_equal(db_lock_try(other, 90001, 2, false, &theirs), 0);
	assert_false(theirs);
	must(db_unlock(must_ctx, 90001, 2, true));
	assert_int_equal(db_lock_try(other, 90001, 2, false, &theirs), 0);
	assert_true(theirs);
	assert_int_equal(db_unlock(other, 90001, 2, false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(a_transaction_commits_what_it_did),
		DATABASE_TEST(a_refused_transaction_leaves_nothing_and_its_reason),
		DATABASE_TEST(a_transaction_reads_what_is_committed),
		DATABASE_TEST(begin_leaves_with_the_first_statement),
		DATABASE_TEST(writes_nobody_waits_for_leave_with_commit),
		DATABASE_TEST(what_was_written_without_waiting_is_seen_by_what_comes_next),
		DATABASE_TEST(a_write_nobody_waited_for_fails_the_transaction),
		DATABASE_TEST(a_transaction_without_statements_asks_nothing),
		DATABASE_TEST(a_pipelined_transaction_is_one_round_trip),
		DATABASE_TEST(a_pipelined_transaction_that_fails_is_rolled_back_by_hand),
		DATABASE_TEST(a_rollback_forgets_a_pipeline_that_was_not_run),
		DATABASE_TEST(a_serialisation_failure_is_tried_three_times_more),
		DATABASE_TEST(a_serialisation_failure_that_stays_is_told),
		DATABASE_TEST(a_serialisation_failure_is_repeated_whatever_it_was_called),
		DATABASE_TEST(a_deadlock_costs_a_repetition_and_nothing_else),
		DATABASE_TEST(an_error_that_was_swallowed_cannot_commit),
		DATABASE_TEST(commit_answered_with_rollback_is_a_failure),
		DATABASE_TEST(what_only_commit_can_refuse_fails_the_transaction),
		DATABASE_TEST(a_connection_lost_in_a_statement_is_told_and_reopened),
		DATABASE_TEST(a_connection_lost_while_idle_is_reopened_unnoticed),
		DATABASE_TEST(who_holds_a_lock_learns_that_its_session_is_gone),
		DATABASE_TEST(who_gave_its_lock_back_is_reopened_unnoticed),
		DATABASE_TEST(a_connection_lost_in_a_transaction_ends_it),
		DATABASE_TEST(a_server_that_is_not_there_is_unavailable_at_once),
		DATABASE_TEST(a_lock_is_had_once_and_shared_by_many),
	};

	return cmocka_run_group_tests_name("transaction", tests, NULL, NULL);
}
