#include "database.h"
#include "db/migrate.h"

#include <sys/stat.h>

STATEMENT(table_there, 1, "SELECT to_regclass($1) IS NOT NULL AS there");
STATEMENT(answer, 0, "SELECT answer() AS n");
STATEMENT(ledger, 0, "SELECT string_agg(name, ' ' ORDER BY name) AS names FROM schema_migration");
STATEMENT(grants, 0, "SELECT count(*) AS n FROM granted");
STATEMENT(index_valid, 0, "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'one_more'::regclass");

/* A folder of its own with a small history, and a session that sees nothing but its schema. */
struct history {
	struct database database;
	struct vt_ctx ctx;
	char share[64];
};

static struct vt_ctx *history_ctx(void **state)
{
	return &((struct history *)*state)->ctx;
}

static const char *history_share(void **state)
{
	return ((struct history *)*state)->share;
}

static void put(void **state, const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/sql/%s", history_share(state), name);
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void take_away(void **state, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/sql/%s", history_share(state), name);
	assert_int_equal(unlink(path), 0);
}

static void put_folder(void **state, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", history_share(state), name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static int history_setup(void **state)
{
	struct history *history = calloc(1, sizeof(*history));
	void *database;
	char options[64];

	assert_int_equal(database_setup(&database), 0);
	history->database = *(struct database *)database;
	free(database);
	snprintf(options, sizeof(options), "-c search_path=%s", history->database.schema);
	database_join(&history->ctx, NULL, options);
	snprintf(history->share, sizeof(history->share), "/tmp/vt-migrate-XXXXXX");
	assert_non_null(mkdtemp(history->share));
	*state = history;
	put_folder(state, "sql");
	put_folder(state, "sql/migrations");
	put_folder(state, "sql/functions");
	put(state, "schema_migration.sql", "CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, "
	    "sha256 text NOT NULL, applied_at timestamptz DEFAULT now(), applied_by text DEFAULT session_user)");
	put(state, "migrations/0001_one.sql", "CREATE TABLE one (id bigint);\nCREATE TABLE granted (at timestamptz);\n");
	put(state, "migrations/0002_two.sql", "CREATE TABLE two (id bigint);\n");
	put(state, "functions/answer.sql",
	    "CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 41';\n");
	put(state, "roles.sql", "INSERT INTO granted VALUES (now());\n");
	return 0;
}

static int history_teardown(void **state)
{
	struct history *history = *state;
	struct database *database = malloc(sizeof(*database));
	char command[96];

	database_leave(&history->ctx);
	snprintf(command, sizeof(command), "%s", history->share);
	pid_t child = fork();
	if (!child)
		execlp("rm", "rm", "-rf", command, (char *)NULL);
	waitpid(child, NULL, 0);
	*database = history->database;
	free(history);
	return database_teardown((void **)&database);
}

/* What it prints for people would end up between the lines of the tests. */
static int run(void **state)
{
	int out = dup(STDOUT_FILENO);

	fflush(stdout);
	if (!freopen("/dev/null", "w", stdout))
		return -1;
	int status = migrate_run(history_ctx(state), history_share(state));
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	return status;
}

static bool there(struct vt_ctx *must_ctx, const char *table)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &table_there, "s", table));
	return db_bool(r, 0, "there");
}

static int64_t number(struct vt_ctx *must_ctx, const struct sql *sql)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, sql, ""));
	return db_i64(r, 0, "n");
}

static void an_empty_database_is_brought_to_the_folder(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);
	struct db_result *r;

	must(run(state));
	assert_true(there(must_ctx, "one") && there(must_ctx, "two"));
	assert_int_equal(number(must_ctx, &answer), 41);
	must(db_one(must_ctx, &r, &ledger, ""));
	assert_string_equal(db_text(r, 0, "names"),
			    "functions/answer.sql migrations/0001_one.sql migrations/0002_two.sql roles.sql");
	must(migrate_check(must_ctx, history_share(state)));
}

static void a_second_run_changes_nothing(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	must(run(state));
	must(run(state));
	assert_int_equal(number(must_ctx, &grants), 1);
}

static void only_what_is_new_is_applied_and_the_grants_again(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	must(run(state));
	put(state, "migrations/0003_three.sql", "CREATE TABLE three (id bigint);\n");
	assert_failed(must_ctx, migrate_check(must_ctx, history_share(state)), VT_E_CONFLICT);
	must(run(state));
	assert_true(there(must_ctx, "three"));
	assert_int_equal(number(must_ctx, &grants), 2);
}

static void a_migration_changed_after_it_was_applied_is_refused(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	must(run(state));
	put(state, "migrations/0001_one.sql", "CREATE TABLE one (id bigint, name text);\n");
	put(state, "migrations/0003_three.sql", "CREATE TABLE three (id bigint);\n");
	assert_failed(must_ctx, run(state), VT_E_CONFLICT);
	assert_non_null(strstr(must_ctx->error.message, "0001_one.sql was changed"));
	assert_false(there(must_ctx, "three"));
	assert_failed(must_ctx, migrate_check(must_ctx, history_share(state)), VT_E_CONFLICT);
}

static void a_migration_before_an_applied_one_is_refused(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	take_away(state, "migrations/0001_one.sql");
	put(state, "migrations/0002_two.sql", "CREATE TABLE granted (at timestamptz);\n");
	must(run(state));
	put(state, "migrations/0001_late.sql", "CREATE TABLE late (id bigint);\n");
	assert_failed(must_ctx, run(state), VT_E_CONFLICT);
	assert_false(there(must_ctx, "late"));
}

static void a_failed_migration_leaves_nothing_of_itself(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	put(state, "migrations/0002_two.sql", "CREATE TABLE two (id bigint);\nSELECT nonsense;\n");
	assert_failed(must_ctx, run(state), VT_E_DB);
	assert_true(there(must_ctx, "one"));
	assert_false(there(must_ctx, "two"));
	put(state, "migrations/0002_two.sql", "CREATE TABLE two (id bigint);\n");
	must(run(state));
	assert_true(there(must_ctx, "two"));
}

static void a_changed_function_is_applied_again(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	must(run(state));
	put(state, "functions/answer.sql",
	    "CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 42';\n");
	assert_failed(must_ctx, migrate_check(must_ctx, history_share(state)), VT_E_CONFLICT);
	must(run(state));
	assert_int_equal(number(must_ctx, &answer), 42);
	assert_int_equal(number(must_ctx, &grants), 2);
}

static void an_older_folder_does_not_touch_a_newer_database(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	must(run(state));
	take_away(state, "migrations/0002_two.sql");
	put(state, "functions/answer.sql",
	    "CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 0';\n");
	assert_failed(must_ctx, run(state), VT_E_CONFLICT);
	assert_int_equal(number(must_ctx, &answer), 41);
	must(migrate_check(must_ctx, history_share(state)));
}

static void an_index_is_built_outside_a_transaction(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);
	struct db_result *r;

	put(state, "migrations/0003_index.notx.sql",
	    "DROP INDEX CONCURRENTLY IF EXISTS one_more;\n"
	    "-- built while people work\nCREATE INDEX CONCURRENTLY one_more\n\tON one (id);\n");
	must(run(state));
	must(db_one(must_ctx, &r, &index_valid, ""));
	assert_true(db_bool(r, 0, "valid"));
}

static void a_migration_is_called_by_its_number(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	put(state, "migrations/three.sql", "CREATE TABLE three (id bigint);\n");
	assert_failed(must_ctx, run(state), VT_E_INVALID);
	take_away(state, "migrations/three.sql");
	put(state, "migrations/0002_twice.sql", "CREATE TABLE twice (id bigint);\n");
	assert_failed(must_ctx, run(state), VT_E_INVALID);
	assert_false(there(must_ctx, "one"));
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	assert_failed(must_ctx, migrate_run(must_ctx, "/nonexistent"), VT_E_INVALID);
	assert_non_null(strstr(must_ctx->error.message, "/nonexistent"));
}

static void a_database_never_migrated_is_told_apart(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);

	assert_failed(must_ctx, migrate_check(must_ctx, history_share(state)), VT_E_CONFLICT);
}

static void a_table_that_others_hold_fails_the_migration_soon(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);
	struct vt_ctx *other = &((struct history *)*state)->database.other;

	must(run(state));
	put(state, "migrations/0003_more.sql", "ALTER TABLE one ADD COLUMN more text;\n");
	assert_int_equal(db_begin(other), 0);
	assert_int_equal(db_script(other, "LOCK TABLE one IN ACCESS SHARE MODE"), 0);
	alarm(20);
	assert_failed(must_ctx, run(state), VT_E_UNAVAILABLE);
	alarm(0);
	assert_string_equal(must_ctx->error.sqlstate, "55P03");
	db_rollback(other);
	must(run(state));
}

static void two_at_once_apply_each_file_once(void **state)
{
	struct vt_ctx *must_ctx = history_ctx(state);
	struct history *history = *state;
	int status;

	put(state, "migrations/0002_two.sql", "SELECT pg_sleep(0.3);\nCREATE TABLE two (id bigint);\n");
	pid_t child = fork();
	if (!child) {
		struct vt_ctx own;
		char options[64];

		snprintf(options, sizeof(options), "-c search_path=%s", history->database.schema);
		database_join(&own, NULL, options);
		if (!freopen("/dev/null", "w", stdout))
			_exit(2);
		_exit(migrate_run(&own, history->share) < 0);
	}
	must(run(state));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(number(must_ctx, &grants), 1);
}

#define HISTORY_TEST(function) \
	cmocka_unit_test_setup_teardown(function, history_setup, history_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HISTORY_TEST(an_empty_database_is_brought_to_the_folder),
		HISTORY_TEST(a_second_run_changes_nothing),
		HISTORY_TEST(only_what_is_new_is_applied_and_the_grants_again),
		HISTORY_TEST(a_migration_changed_after_it_was_applied_is_refused),
		HISTORY_TEST(a_migration_before_an_applied_one_is_refused),
		HISTORY_TEST(a_failed_migration_leaves_nothing_of_itself),
		HISTORY_TEST(a_changed_function_is_applied_again),
		HISTORY_TEST(an_older_folder_does_not_touch_a_newer_database),
		HISTORY_TEST(an_index_is_built_outside_a_transaction),
		HISTORY_TEST(a_migration_is_called_by_its_number),
		HISTORY_TEST(a_folder_that_is_not_there_is_told),
		HISTORY_TEST(a_database_never_migrated_is_told_apart),
		HISTORY_TEST(a_table_that_others_hold_fails_the_migration_soon),
		HISTORY_TEST(two_at_once_apply_each_file_once),
	};

	return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
