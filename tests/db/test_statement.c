#include "database.h"

STATEMENT(scalars, 7, "SELECT $1::bigint AS i, $2::text AS s, $3::boolean AS b, $4::timestamptz AS t, "
	  "$5::jsonb AS j, $6::double precision AS d, $7::bytea AS y");
STATEMENT(arrays, 3, "SELECT $1::bigint[] AS i, ($2::text[])[1] AS first, ($2::text[])[2] AS second, "
	  "($2::text[])[3] AS third, cardinality($2::text[]) AS texts, ($3::timestamptz[])[2] AS t");
STATEMENT(nothing, 0, "SELECT 1 AS one WHERE false");
STATEMENT(two_rows, 0, "SELECT generate_series(1, 2) AS n");
STATEMENT(many_columns, 0, "SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS \"Abc\"");
STATEMENT(number_of, 1, "SELECT $1::text::bigint AS n");
STATEMENT(thing_insert, 2, "INSERT INTO thing (id, name) VALUES ($1, $2)");
STATEMENT(thing_update, 1, "UPDATE thing SET name = $1");
STATEMENT(thing_all, 0, "SELECT * FROM thing ORDER BY id");
STATEMENT(missing_table, 0, "SELECT 1 FROM there_is_no_such_table");
STATEMENT(cancelled, 0, "SELECT pg_sleep(10)");

static void things(struct vt_ctx *ctx)
{
	database_run(ctx, "CREATE TABLE thing (id bigint PRIMARY KEY, name text NOT NULL)");
}

static void every_kind_of_parameter_comes_back_as_it_went(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	static const uint8_t bytes[] = { 0, 1, 0x7f, 0x80, 0xff };
	const int64_t at = INT64_C(1795446000123456);
	struct db_result *r;
	size_t size;

	must(db_one(must_ctx, &r, &scalars, "isbtjdy", INT64_MIN, "ñandú \\ ' \" {}\n", 1, at,
		    "{\"a\": [1, null]}", 0.1, bytes, sizeof(bytes)));
	assert_true(db_i64(r, 0, "i") == INT64_MIN);
	assert_string_equal(db_text(r, 0, "s"), "ñandú \\ ' \" {}\n");
	assert_true(db_bool(r, 0, "b"));
	assert_true(db_time_us(r, 0, "t") == at);
	assert_string_equal(db_text(r, 0, "j"), "{\"a\": [1, null]}");
	assert_true(db_double(r, 0, "d") == 0.1);
	assert_memory_equal(db_bytes(must_ctx, r, 0, "y", &size), bytes, sizeof(bytes));
	assert_int_equal(size, sizeof(bytes));
}

static void times_keep_their_microseconds_on_both_sides_of_1970(void **state)
{
	static const int64_t times[] = { 1, -1, INT64_C(-2208988800000001), INT64_C(4102444799999999) };
	struct vt_ctx *must_ctx = database_ctx(state);

	for (size_t i = 0; i < VT_COUNT(times); i++) {
		struct db_result *r;

		must(db_one(must_ctx, &r, &scalars, "nnntnnn", times[i]));
		assert_true(db_time_us(r, 0, "t") == times[i]);
	}
}

static void absent_values_are_null_both_ways(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;
	size_t size = 7;

	must(db_one(must_ctx, &r, &scalars, "nsntjny", NULL, (int64_t)0, NULL, NULL, (size_t)0));
	for (const char *const *column = (const char *const[]){ "i", "s", "b", "t", "j", "d", "y", NULL };
	     *column; column++) {
		assert_true(db_is_null(r, 0, *column));
		assert_null(db_text_or_null(r, 0, *column));
		assert_string_equal(db_text(r, 0, *column), "");
	}
	assert_true(db_i64(r, 0, "i") == 0);
	assert_false(db_bool(r, 0, "b"));
	assert_true(db_time_us(r, 0, "t") == 0);
	assert_true(db_double(r, 0, "d") == 0);
	assert_null(db_bytes(must_ctx, r, 0, "y", &size));
	assert_int_equal(size, 0);
}

static void empty_text_and_empty_bytes_are_not_null(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;
	size_t size = 7;

	must(db_one(must_ctx, &r, &scalars, "nsnnnny", "", "", (size_t)0));
	assert_false(db_is_null(r, 0, "s"));
	assert_string_equal(db_text(r, 0, "s"), "");
	assert_false(db_is_null(r, 0, "y"));
	assert_non_null(db_bytes(must_ctx, r, 0, "y", &size));
	assert_int_equal(size, 0);
}

static void arrays_keep_order_quotes_and_nulls(void **state)
{
	static const int64_t numbers[] = { 3, INT64_MIN, INT64_MAX, 0 };
	static const char *const texts[] = { "a,b {\"\\\"}", NULL, "NULL" };
	static const int64_t times[] = { 1, INT64_C(1795446000123456) };
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;
	size_t count;

	must(db_one(must_ctx, &r, &arrays, "IST", numbers, VT_COUNT(numbers), texts, VT_COUNT(texts),
		    times, VT_COUNT(times)));
	const int64_t *back = db_i64_array(must_ctx, r, 0, "i", &count);
	assert_int_equal(count, VT_COUNT(numbers));
	assert_memory_equal(back, numbers, sizeof(numbers));
	assert_int_equal(db_i64(r, 0, "texts"), 3);
	assert_string_equal(db_text(r, 0, "first"), texts[0]);
	assert_true(db_is_null(r, 0, "second"));
	assert_string_equal(db_text(r, 0, "third"), "NULL");
	assert_true(db_time_us(r, 0, "t") == times[1]);
}

static void an_empty_array_has_no_element(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;
	size_t count = 7;

	must(db_one(must_ctx, &r, &arrays, "IST", NULL, (size_t)0, NULL, (size_t)0, NULL, (size_t)0));
	db_i64_array(must_ctx, r, 0, "i", &count);
	assert_int_equal(count, 0);
	assert_int_equal(db_i64(r, 0, "texts"), 0);
	assert_false(db_is_null(r, 0, "i"));
}

static void columns_are_found_by_name_in_any_order(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_one(must_ctx, &r, &many_columns, ""));
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(db_i64(r, 0, "c"), 3);
		assert_int_equal(db_i64(r, 0, "a"), 1);
		assert_int_equal(db_i64(r, 0, "Abc"), 4);
		assert_int_equal(db_i64(r, 0, "b"), 2);
		assert_int_equal(db_i64(r, 0, "b"), 2);
	}
}

static void read_unknown_column(void *result)
{
	db_text(result, 0, "abc");
}

static void a_column_that_is_not_there_is_a_bug(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_one(must_ctx, &r, &many_columns, ""));
	assert_int_equal(database_death_signal(read_unknown_column, r), SIGABRT);
}

static void give_too_few(void *ctx)
{
	(void)!db_query(ctx, NULL, &number_of, "");
}

static void a_format_that_does_not_fit_the_parameters_is_a_bug(void **state)
{
	assert_int_equal(database_death_signal(give_too_few, database_ctx(state)), SIGABRT);
}

static void exactly_one_row_or_not_found(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	assert_failed(must_ctx, db_one(must_ctx, NULL, &nothing, ""), VT_E_NOT_FOUND);
	must(db_one(must_ctx, NULL, &many_columns, ""));
}

static void a_query_may_have_any_number_of_rows(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_query(must_ctx, &r, &nothing, ""));
	assert_int_equal(db_rows(r), 0);
	must(db_query(must_ctx, &r, &two_rows, ""));
	assert_int_equal(db_rows(r), 2);
	assert_int_equal(db_i64(r, 1, "n"), 2);
	must(db_query(must_ctx, NULL, &two_rows, ""));
}

static void a_write_says_how_many_rows_it_touched(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int64_t affected = 7;

	things(must_ctx);
	must(db_exec(must_ctx, &affected, &thing_update, "s", "x"));
	assert_int_equal(affected, 0);
	must(db_exec(must_ctx, &affected, &thing_insert, "is", (int64_t)1, "a"));
	assert_int_equal(affected, 1);
	must(db_exec(must_ctx, NULL, &thing_insert, "is", (int64_t)2, "b"));
	must(db_exec(must_ctx, &affected, &thing_update, "s", "x"));
	assert_int_equal(affected, 2);
}

static void a_taken_key_is_a_conflict(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	things(must_ctx);
	must(db_exec(must_ctx, NULL, &thing_insert, "is", (int64_t)1, "a"));
	assert_failed(must_ctx, db_exec(must_ctx, NULL, &thing_insert, "is", (int64_t)1, "b"), VT_E_CONFLICT);
	assert_string_equal(must_ctx->error.sqlstate, "23505");
	assert_non_null(strstr(must_ctx->error.message, "test_thing_insert"));
	assert_non_null(strstr(must_ctx->error.message, "thing_pkey"));
}

static void what_else_the_database_refuses_is_its_error(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	things(must_ctx);
	assert_failed(must_ctx, db_exec(must_ctx, NULL, &thing_insert, "is", (int64_t)1, NULL), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "23502");
}

static void a_statement_over_its_time_may_be_tried_again(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	database_run(must_ctx, "SET statement_timeout = '50ms'");
	assert_failed(must_ctx, db_query(must_ctx, NULL, &cancelled, ""), VT_E_UNAVAILABLE);
	assert_string_equal(must_ctx->error.sqlstate, "57014");
	must(db_one(must_ctx, NULL, &many_columns, ""));
}

static void an_error_never_repeats_what_somebody_wrote(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	assert_failed(must_ctx, db_query(must_ctx, NULL, &number_of, "s", "20-12345678-9"), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "22P02");
	assert_null(strstr(must_ctx->error.message, "12345678"));
	assert_non_null(strstr(must_ctx->error.message, "invalid input syntax for type bigint"));
}

static void a_statement_that_cannot_be_prepared_is_tried_anew_each_time(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	assert_failed(must_ctx, db_query(must_ctx, NULL, &missing_table, ""), VT_E_DB);
	assert_failed(must_ctx, db_query(must_ctx, NULL, &missing_table, ""), VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "42P01");
	database_run(must_ctx, "CREATE TABLE there_is_no_such_table (id bigint)");
	must(db_query(must_ctx, NULL, &missing_table, ""));
	must(db_query(must_ctx, NULL, &missing_table, ""));
}

static void a_table_that_grew_under_a_statement_costs_one_error(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	things(must_ctx);
	must(db_query(must_ctx, NULL, &thing_all, ""));
	database_run(database_other(state), "ALTER TABLE thing ADD COLUMN more text");
	assert_failed(must_ctx, db_query(must_ctx, NULL, &thing_all, ""), VT_E_UNAVAILABLE);
	must(db_query(must_ctx, NULL, &thing_all, ""));
}

static void statements_and_round_trips_are_counted_apart(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	db_statements_reset(must_ctx->db);
	must(db_one(must_ctx, NULL, &many_columns, ""));
	must(db_one(must_ctx, NULL, &many_columns, ""));
	assert_int_equal(db_statements(must_ctx->db), 2);
	assert_int_equal(db_round_trips(must_ctx->db), 2);
	db_statements_reset(must_ctx->db);
	assert_int_equal(db_statements(must_ctx->db), 0);
	assert_int_equal(db_round_trips(must_ctx->db), 0);
}

static void a_script_has_several_statements_and_all_or_none_happen(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	things(must_ctx);
	database_run(must_ctx, "INSERT INTO thing VALUES (1, 'a'); INSERT INTO thing VALUES (2, 'b')");
	assert_failed(must_ctx, db_script(must_ctx, "INSERT INTO thing VALUES (3, 'c');"
				     "INSERT INTO thing VALUES (1, 'again')"), VT_E_CONFLICT);
	must(db_query(must_ctx, &r, &thing_all, ""));
	assert_int_equal(db_rows(r), 2);
}

static void results_outlive_the_statements_after_them(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *first;

	must(db_query(must_ctx, &first, &two_rows, ""));
	must(db_one(must_ctx, NULL, &many_columns, ""));
	assert_failed(must_ctx, db_query(must_ctx, NULL, &missing_table, ""), VT_E_DB);
	assert_int_equal(db_i64(first, 1, "n"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(every_kind_of_parameter_comes_back_as_it_went),
		DATABASE_TEST(times_keep_their_microseconds_on_both_sides_of_1970),
		DATABASE_TEST(absent_values_are_null_both_ways),
		DATABASE_TEST(empty_text_and_empty_bytes_are_not_null),
		DATABASE_TEST(arrays_keep_order_quotes_and_nulls),
		DATABASE_TEST(an_empty_array_has_no_element),
		DATABASE_TEST(columns_are_found_by_name_in_any_order),
		DATABASE_TEST(a_column_that_is_not_there_is_a_bug),
		DATABASE_TEST(a_format_that_does_not_fit_the_parameters_is_a_bug),
		DATABASE_TEST(exactly_one_row_or_not_found),
		DATABASE_TEST(a_query_may_have_any_number_of_rows),
		DATABASE_TEST(a_write_says_how_many_rows_it_touched),
		DATABASE_TEST(a_taken_key_is_a_conflict),
		DATABASE_TEST(what_else_the_database_refuses_is_its_error),
		DATABASE_TEST(a_statement_over_its_time_may_be_tried_again),
		DATABASE_TEST(an_error_never_repeats_what_somebody_wrote),
		DATABASE_TEST(a_statement_that_cannot_be_prepared_is_tried_anew_each_time),
		DATABASE_TEST(a_table_that_grew_under_a_statement_costs_one_error),
		DATABASE_TEST(statements_and_round_trips_are_counted_apart),
		DATABASE_TEST(a_script_has_several_statements_and_all_or_none_happen),
		DATABASE_TEST(results_outlive_the_statements_after_them),
	};

	return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
