/* From which moment silence counts as absence (sql/functions/presence.sql), on rows of the test's own. */
#include "database.h"

STATEMENT(seconds, 0, "SELECT CASE WHEN presence_since() = 'infinity' THEN -1 "
	  "ELSE extract(epoch FROM now() - presence_since())::bigint END AS ago");
STATEMENT(program, 5, "INSERT INTO live_program SELECT $1, now() - make_interval(secs => $2::bigint), "
	  "now() - make_interval(secs => $3::bigint), now() - make_interval(secs => $4::bigint), $5::integer");

#define NOBODY_COUNTS (-1)
#define HOUR 3600

static int64_t since(struct vt_ctx *must_ctx)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &seconds, ""));
	return db_i64(r, 0, "ago");
}

static void listens(struct vt_ctx *must_ctx, const char *name, int64_t from_s, int64_t beat_s, int64_t heard_s, int64_t count)
{
	must(db_exec(must_ctx, NULL, &program, "siiii", name, from_s, beat_s, heard_s, count));
}

static struct vt_ctx *fresh(void **state)
{
	struct vt_ctx *ctx = database_ctx(state);

	database_run(ctx, "CREATE TABLE live_program (LIKE public.live_program)");
	return ctx;
}

static void while_one_listens_it_counts_from_when_it_began(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	listens(ctx, "uno", HOUR, 10, 10, 5);
	assert_int_equal(since(ctx), HOUR);
}

static void while_none_listens_nobody_is_gone(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	assert_int_equal(since(ctx), NOBODY_COUNTS);
	listens(ctx, "uno", HOUR, 46, 46, 5);
	assert_int_equal(since(ctx), NOBODY_COUNTS);
}

static void what_a_silent_host_heard_has_its_whole_time_to_come_by_another(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	listens(ctx, "uno", HOUR, 10, 10, 5);
	listens(ctx, "otro", HOUR, 60, 60, 5);
	assert_int_equal(since(ctx), 60);
}

static void when_all_fall_silent_at_once_it_is_not_they_for_ten_minutes(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	listens(ctx, "uno", HOUR, 10, 180, 3);
	assert_int_equal(since(ctx), NOBODY_COUNTS);
	database_run(ctx, "UPDATE live_program SET heard_at = now() - interval '11 minutes'");
	assert_int_equal(since(ctx), HOUR);
}

static void the_last_two_who_go_home_are_gone(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	listens(ctx, "uno", HOUR, 10, 180, 2);
	assert_int_equal(since(ctx), HOUR);
}

static void as_long_as_one_host_hears_somebody_they_did_not_fall_silent(void **state)
{
	struct vt_ctx *ctx = fresh(state);

	listens(ctx, "uno", HOUR, 10, 180, 30);
	listens(ctx, "otro", HOUR, 10, 10, 1);
	assert_int_equal(since(ctx), HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(while_one_listens_it_counts_from_when_it_began),
		DATABASE_TEST(while_none_listens_nobody_is_gone),
		DATABASE_TEST(what_a_silent_host_heard_has_its_whole_time_to_come_by_another),
		DATABASE_TEST(when_all_fall_silent_at_once_it_is_not_they_for_ten_minutes),
		DATABASE_TEST(the_last_two_who_go_home_are_gone),
		DATABASE_TEST(as_long_as_one_host_hears_somebody_they_did_not_fall_silent),
	};

	return cmocka_run_group_tests_name("presence", tests, NULL, NULL);
}
