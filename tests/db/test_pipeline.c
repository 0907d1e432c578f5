#include "database.h"

STATEMENT(thing_insert, 2, "INSERT INTO thing (id, name) VALUES ($1, $2)");
STATEMENT(thing_count, 0, "SELECT count(*) AS n FROM thing");
STATEMENT(number_of, 1, "SELECT $1::bigint AS n");
STATEMENT(long_text, 1, "SELECT repeat('x', $1) AS text");
STATEMENT(length_of, 1, "SELECT length($1) AS n");

static void things(struct vt_ctx *ctx)
{
	database_run(ctx, "CREATE TABLE thing (id bigint PRIMARY KEY, name text NOT NULL)");
}

static int64_t things_there(struct vt_ctx *must_ctx)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &thing_count, ""));
	return db_i64(r, 0, "n");
}

static void results_come_in_the_order_of_the_statements(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result **results;
	size_t count;

	must(db_pipe_begin(must_ctx));
	for (int64_t i = 0; i < 100; i++)
		must(db_pipe_add(must_ctx, i, &number_of, "i", i * i));
	must(db_pipe_run(must_ctx, &results, &count, NULL));
	assert_int_equal(count, 100);
	for (int64_t i = 0; i < 100; i++)
		assert_int_equal(db_i64(results[i], 0, "n"), i * i);
}

static void a_pipeline_is_one_round_trip_though_its_statements_are_new(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	things(must_ctx);
	db_statements_reset(must_ctx->db);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)1, "a"));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)2, "b"));
	must(db_pipe_add(must_ctx, 0, &thing_count, ""));
	must(db_pipe_run(must_ctx, NULL, NULL, NULL));
	assert_int_equal(db_round_trips(must_ctx->db), 1);
	assert_int_equal(db_statements(must_ctx->db), 3);
	assert_int_equal(things_there(must_ctx), 2);
}

static void the_owner_of_the_first_failure_is_named(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int64_t owner = 0;

	things(must_ctx);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 11, &thing_insert, "is", (int64_t)1, "a"));
	must(db_pipe_add(must_ctx, 22, &thing_insert, "is", (int64_t)1, "b"));
	must(db_pipe_add(must_ctx, 33, &thing_insert, "is", (int64_t)3, NULL));
	assert_failed(must_ctx, db_pipe_run(must_ctx, NULL, NULL, &owner), VT_E_CONFLICT);
	assert_int_equal(owner, 22);
}

static void a_failure_while_preparing_names_its_owner_too(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int64_t owner = 0;

	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 11, &number_of, "i", (int64_t)1));
	must(db_pipe_add(must_ctx, 22, &thing_insert, "is", (int64_t)1, "no such table"));
	assert_failed(must_ctx, db_pipe_run(must_ctx, NULL, NULL, &owner), VT_E_DB);
	assert_int_equal(owner, 22);
	assert_string_equal(must_ctx->error.sqlstate, "42P01");
}

static void nothing_of_a_failed_pipeline_happened(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	things(must_ctx);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)1, "a"));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)1, "b"));
	assert_failed(must_ctx, db_pipe_run(must_ctx, NULL, NULL, NULL), VT_E_CONFLICT);
	assert_int_equal(things_there(must_ctx), 0);
}

static void what_was_new_behind_a_failure_is_prepared_the_next_time(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	things(must_ctx);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)1, NULL));
	must(db_pipe_add(must_ctx, 0, &number_of, "i", (int64_t)5));
	assert_failed(must_ctx, db_pipe_run(must_ctx, NULL, NULL, NULL), VT_E_DB);
	must(db_one(must_ctx, &r, &number_of, "i", (int64_t)6));
	assert_int_equal(db_i64(r, 0, "n"), 6);
}

static void an_empty_pipeline_asks_nothing(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	size_t count = 7;

	db_statements_reset(must_ctx->db);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_run(must_ctx, NULL, &count, NULL));
	assert_int_equal(count, 0);
	assert_int_equal(db_round_trips(must_ctx->db), 0);
}

/* Both directions at once are more than the sockets hold: whoever only writes waits for ever. */
static void large_questions_and_large_answers_do_not_block_each_other(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	const size_t size = 256 * 1024;
	char *text = arena_alloc(must_ctx->arena, size + 1);
	struct db_result **results;

	memset(text, 'y', size);
	must(db_pipe_begin(must_ctx));
	for (int i = 0; i < 16; i++) {
		must(db_pipe_add(must_ctx, 0, &long_text, "i", (int64_t)size));
		must(db_pipe_add(must_ctx, 0, &length_of, "s", text));
	}
	must(db_pipe_run(must_ctx, &results, NULL, NULL));
	assert_int_equal(strlen(db_text(results[30], 0, "text")), size);
	assert_int_equal(db_i64(results[31], 0, "n"), size);
}

static void a_pipeline_left_open_by_an_error_never_happens(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	const size_t size = 64 * 1024;
	char *text = arena_alloc(must_ctx->arena, size + 1);

	things(must_ctx);
	memset(text, 'y', size);
	must(db_pipe_begin(must_ctx));
	/* So large that it is on its way to the server. */
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)1, text));
	assert_int_equal(things_there(must_ctx), 0);
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)2, "b"));
	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &thing_insert, "is", (int64_t)3, "c"));
	must(db_pipe_run(must_ctx, NULL, NULL, NULL));
	assert_int_equal(things_there(must_ctx), 1);
}

static void parameters_may_be_gone_when_the_pipeline_runs(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result **results;
	char text[] = "before";

	must(db_pipe_begin(must_ctx));
	must(db_pipe_add(must_ctx, 0, &length_of, "s", text));
	text[3] = '\0';
	must(db_pipe_run(must_ctx, &results, NULL, NULL));
	assert_int_equal(db_i64(results[0], 0, "n"), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(results_come_in_the_order_of_the_statements),
		DATABASE_TEST(a_pipeline_is_one_round_trip_though_its_statements_are_new),
		DATABASE_TEST(the_owner_of_the_first_failure_is_named),
		DATABASE_TEST(a_failure_while_preparing_names_its_owner_too),
		DATABASE_TEST(nothing_of_a_failed_pipeline_happened),
		DATABASE_TEST(what_was_new_behind_a_failure_is_prepared_the_next_time),
		DATABASE_TEST(an_empty_pipeline_asks_nothing),
		DATABASE_TEST(large_questions_and_large_answers_do_not_block_each_other),
		DATABASE_TEST(a_pipeline_left_open_by_an_error_never_happens),
		DATABASE_TEST(parameters_may_be_gone_when_the_pipeline_runs),
	};

	return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
