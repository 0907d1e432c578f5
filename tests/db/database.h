/*
 * What every test of lib/db starts from: a connection as the owner (of
 * VT_TEST_DATABASE, else VT_DATABASE) whose search path begins with a schema of
 * the test's own, dropped when it ends. Include it first.
 */
#ifndef VT_TEST_DATABASE_H
#define VT_TEST_DATABASE_H

#include "base/vt.h"
#include "base/secret.h"
#include "db/db.h"
#include "db/wake.h"

#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

struct database {
	struct vt_ctx ctx;
	struct vt_ctx other;           /* a second session, connected when it is first used */
	char schema[32];
};

static inline const char *database_conninfo(void)
{
	const char *conninfo = getenv("VT_TEST_DATABASE");

	if (!conninfo)
		conninfo = getenv("VT_DATABASE");
	assert_non_null(conninfo);
	return conninfo;
}

/* A session as another role, or with other options; database_leave ends it. */
static inline void database_join(struct vt_ctx *ctx, const char *role, const char *options)
{
	vt_ctx_init(ctx, arena_new(), "test");
	char *conninfo = role ? arena_printf(ctx->arena, "%s user=%s", database_conninfo(), role) : NULL;

	ctx->db = db_new(conninfo ? conninfo : database_conninfo(), "test", options);
}

static inline void database_leave(struct vt_ctx *ctx)
{
	db_close(ctx->db);
	arena_free(ctx->arena);
}

#define must(call) do { \
		if ((call) < 0) \
			fail_msg("%s: %s %s", #call, must_ctx->error.sqlstate, must_ctx->error.message); \
	} while (0)

/* Statements of the test's own, without parameters. */
static inline void database_run(struct vt_ctx *must_ctx, const char *script)
{
	must(db_script(must_ctx, script));
}

static inline int database_setup(void **state)
{
	struct database *database = calloc(1, sizeof(*database));
	char options[64];

	secret_init();
	snprintf(database->schema, sizeof(database->schema), "test_%d", (int)getpid());
	snprintf(options, sizeof(options), "-c search_path=%s,public", database->schema);
	database_join(&database->ctx, NULL, options);
	database_join(&database->other, NULL, options);
	database_run(&database->ctx, arena_printf(database->ctx.arena, "CREATE SCHEMA %s", database->schema));
	*state = database;
	return 0;
}

static inline int database_teardown(void **state)
{
	struct database *database = *state;
	struct vt_ctx last;

	database_leave(&database->ctx);
	database_leave(&database->other);
	database_join(&last, NULL, NULL);
	database_run(&last, arena_printf(last.arena, "DROP SCHEMA %s CASCADE", database->schema));
	database_leave(&last);
	free(database);
	return 0;
}

static inline struct vt_ctx *database_ctx(void **state)
{
	return &((struct database *)*state)->ctx;
}

static inline struct vt_ctx *database_other(void **state)
{
	return &((struct database *)*state)->other;
}

#define DATABASE_TEST(function) \
	cmocka_unit_test_setup_teardown(function, database_setup, database_teardown)

/* A statement of the test's own. Its address is its identity, so each has one place. */
#define STATEMENT(symbol, parameters_, ...) \
	static const struct sql symbol = { "test_" #symbol, __VA_ARGS__, parameters_ }

STATEMENT(backend_pid, 0, "SELECT pg_backend_pid() AS pid");
STATEMENT(terminate, 1, "SELECT pg_terminate_backend($1, 5000) AS done");

static inline int64_t database_pid(struct vt_ctx *must_ctx)
{
	struct db_result *result;

	must(db_one(must_ctx, &result, &backend_pid, ""));
	return db_i64(result, 0, "pid");
}

/* The server ends a session, which is not told before it next looks. */
static inline void database_kill(struct vt_ctx *must_ctx, int64_t pid)
{
	struct db_result *result;

	must(db_one(must_ctx, &result, &terminate, "i", pid));
	assert_true(db_bool(result, 0, "done"));
}

static inline void assert_failed(const struct vt_ctx *ctx, int status, enum vt_code code)
{
	assert_int_equal(status, -1);
	if (ctx->error.code != code)
		fail_msg("%s instead of %s: %s %s", vt_code_name(ctx->error.code), vt_code_name(code),
			 ctx->error.sqlstate, ctx->error.message);
}

/* The signal that ends a process running function(arg); 0 when it ends by itself. */
static inline int database_death_signal(void (*function)(void *), void *arg)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		function(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif
