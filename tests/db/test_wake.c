#include "database.h"
#include "base/clock.h"
#include "db/async.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

STATEMENT(wake_of, 1, "SELECT topics FROM wake WHERE xid = $1::xid8");
STATEMENT(own_xid, 0, "SELECT pg_current_xact_id()::text AS xid");
STATEMENT(wakes_since, 1, "SELECT count(*) AS n FROM wake WHERE xid >= $1::xid8");
STATEMENT(guard, 0, "SELECT pg_try_advisory_xact_lock(1987, 1) AS got");

static char folder[64];

/* A listener in the run directory: live.wake, or a worker's. */
static int listener(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void stop_listening(int fd, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	close(fd);
	unlink(path);
}

/* The next datagram; "" when none is there. */
static const char *heard(int fd)
{
	static char text[70000];
	ssize_t size = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	return text;
}

struct story {
	char xid[24];
	int topics;
	bool fails;
	const char *worker;
};

static int tell(struct vt_ctx *ctx, void *arg)
{
	struct story *story = arg;
	struct db_result *r;

	if (db_one(ctx, &r, &own_xid, "") < 0)
		return -1;
	snprintf(story->xid, sizeof(story->xid), "%s", db_text(r, 0, "xid"));
	for (int i = 1; i <= story->topics; i++)
		wake_add(ctx, 'c', INT64_C(26112300000000) + i);
	wake_add(ctx, 'o', 4);
	wake_add(ctx, 'o', 4);
	if (story->worker) {
		wake_worker(ctx, story->worker, 1);
		wake_worker(ctx, story->worker, 1);
	}
	return story->fails ? vt_fail(ctx, VT_E_CONFLICT, "no") : 0;
}

static void a_commit_leaves_one_row_with_its_topics(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 2 };
	struct db_result *r;

	must(db_transaction(must_ctx, tell, &story));
	must(db_one(must_ctx, &r, &wake_of, "s", story.xid));
	assert_string_equal(db_text(r, 0, "topics"), "c26112300000001 c26112300000002 o4");
}

static void the_hint_names_the_transaction_and_its_topics(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 1 };
	int live = listener("live.wake");
	char expected[128];

	must(db_transaction(must_ctx, tell, &story));
	snprintf(expected, sizeof(expected), "w %s c26112300000001 o4", story.xid);
	assert_string_equal(heard(live), expected);
	assert_string_equal(heard(live), "");
	stop_listening(live, "live.wake");
}

static void a_rollback_leaves_neither_row_nor_hint(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 1, .fails = true, .worker = "intake" };
	int live = listener("live.wake"), intake = listener("intake.1.wake");
	struct db_result *r;

	assert_failed(must_ctx, db_transaction(must_ctx, tell, &story), VT_E_CONFLICT);
	must(db_query(must_ctx, &r, &wake_of, "s", story.xid));
	assert_int_equal(db_rows(r), 0);
	assert_string_equal(heard(live), "");
	assert_string_equal(heard(intake), "");
	stop_listening(live, "live.wake");
	stop_listening(intake, "intake.1.wake");
}

static void what_was_rolled_back_is_not_told_by_the_next_commit(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story refused = { .topics = 3, .fails = true }, story = { .topics = 0 };
	int live = listener("live.wake");
	char expected[64];

	assert_failed(must_ctx, db_transaction(must_ctx, tell, &refused), VT_E_CONFLICT);
	must(db_transaction(must_ctx, tell, &story));
	snprintf(expected, sizeof(expected), "w %s o4", story.xid);
	assert_string_equal(heard(live), expected);
	stop_listening(live, "live.wake");
}

static int only_read(struct vt_ctx *ctx, void *arg)
{
	return db_one(ctx, arg, &own_xid, "");
}

static void a_transaction_without_topics_leaves_no_row(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *before, *r;

	must(db_transaction(must_ctx, only_read, &before));
	must(db_query(must_ctx, &r, &wake_of, "s", db_text(before, 0, "xid")));
	assert_int_equal(db_rows(r), 0);
}

static int say_nothing_else(struct vt_ctx *ctx, void *arg)
{
	(void)arg;
	wake_add(ctx, 'b', 0);
	return 0;
}

static void topics_alone_are_a_transaction_too(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *start, *r;
	int live = listener("live.wake");

	must(db_one(must_ctx, &start, &own_xid, ""));
	must(db_transaction(must_ctx, say_nothing_else, NULL));
	must(db_one(must_ctx, &r, &wakes_since, "s", db_text(start, 0, "xid")));
	assert_true(db_i64(r, 0, "n") >= 1);
	assert_int_equal(strncmp(heard(live), "w ", 2), 0);
	stop_listening(live, "live.wake");
}

static void a_worker_is_nudged_once_after_the_commit(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .worker = "intake" };
	int intake = listener("intake.1.wake");

	must(db_transaction(must_ctx, tell, &story));
	assert_string_equal(heard(intake), "k");
	assert_string_equal(heard(intake), "");
	wake_worker_now("intake", 1);
	assert_string_equal(heard(intake), "k");
	stop_listening(intake, "intake.1.wake");
}

static void typing_is_told_at_once_and_leaves_no_row(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int live = listener("live.wake");

	wake_typing(must_ctx, 26112300000001, 17, 'v');
	assert_string_equal(heard(live), "t c26112300000001 v17 v");
	stop_listening(live, "live.wake");
}

static void nobody_listening_is_no_error(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 1, .worker = "intake" };

	must(db_transaction(must_ctx, tell, &story));
	wake_typing(must_ctx, 1, 2, 'a');
	wake_worker_now("route", 0);
}

static void a_listener_that_does_not_read_holds_nobody_up(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int live = listener("live.wake");

	alarm(20);
	for (int i = 0; i < 2000; i++) {
		struct story story = { .topics = 0 };
		if (i < 20)
			must(db_transaction(must_ctx, tell, &story));
		wake_typing(must_ctx, 1, 2, 'a');
	}
	alarm(0);
	stop_listening(live, "live.wake");
}

/* A hint that named only some would make live skip the row that names all. */
static void too_many_topics_are_told_by_the_row_alone(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 600 };
	struct db_result *r;
	int live = listener("live.wake");

	must(db_transaction(must_ctx, tell, &story));
	assert_string_equal(heard(live), "");
	must(db_one(must_ctx, &r, &wake_of, "s", story.xid));
	assert_non_null(strstr(db_text(r, 0, "topics"), " c26112300000600 o4"));
	stop_listening(live, "live.wake");
}

static void topics_are_told_apart_though_one_begins_like_another(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	int live = listener("live.wake");

	must(db_begin(must_ctx));
	for (const int64_t *id = (const int64_t[]){ 123, 12, 1, 3, 123, 0 }; *id; id++)
		wake_add(must_ctx, 'c', *id);
	must(db_commit(must_ctx));
	assert_non_null(strstr(heard(live), " c123 c12 c1 c3"));
	stop_listening(live, "live.wake");
}

/* --- Other hosts --------------------------------------------------------------------------------- */

struct ear {
	bool connected;
	char payload[8000];
};

static void ear_connected(void *arg)
{
	((struct ear *)arg)->connected = true;
}

static void ear_lost(void *arg)
{
	((struct ear *)arg)->connected = false;
}

/* Other programs of the instance wake too: only what is ours counts. */
static void ear_notified(void *arg, const char *payload)
{
	struct ear *ear = arg;

	if (strstr(payload, " c26112300000001 "))
		snprintf(ear->payload, sizeof(ear->payload), "%s", payload);
}

static void listen_for(struct vt_ctx *ctx, struct db_async *async, const bool *done, const char *text,
		       int64_t limit_us)
{
	int64_t end = clock_monotonic_us() + limit_us;

	while (!(done ? *done : *text) && clock_monotonic_us() < end) {
		db_async_step(ctx, async);
		poll(NULL, 0, 5);
	}
}

static struct db_async *ear_open(struct vt_ctx *ctx, struct ear *ear)
{
	const struct db_async_owner owner = { ear_connected, ear_lost, ear_notified, ear };
	struct db_async *async = db_async_new(database_conninfo(), "ear", "wake", &owner);

	listen_for(ctx, async, &ear->connected, NULL, 5 * CLOCK_SECOND);
	assert_true(ear->connected);
	return async;
}

static void other_hosts_are_notified(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);
	struct story story = { .topics = 1 };
	struct ear ear = { 0 };
	struct db_async *async = ear_open(must_ctx, &ear);
	char expected[64];

	/* Another program of the instance may just be the one notifier. */
	for (int i = 0; i < 10 && !*ear.payload; i++) {
		must(db_transaction(must_ctx, tell, &story));
		listen_for(must_ctx, async, NULL, ear.payload, CLOCK_SECOND);
	}
	snprintf(expected, sizeof(expected), "%s c26112300000001 o4", story.xid);
	assert_string_equal(ear.payload, expected);
	db_async_close(must_ctx, async);
}

static void nobody_waits_for_another_notifier(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state), *other = database_other(state);
	struct story story = { .topics = 1 };
	struct ear ear = { 0 };
	struct db_result *r;
	bool got = false;

	struct db_async *async = ear_open(must_ctx, &ear);
	/* Programs of the instance hold it for moments. */
	for (int i = 0; i < 100 && !got; i++) {
		assert_int_equal(db_begin(other), 0);
		assert_int_equal(db_one(other, &r, &guard, ""), 0);
		got = db_bool(r, 0, "got");
		if (!got)
			db_rollback(other);
	}
	assert_true(got);
	must(db_transaction(must_ctx, tell, &story));
	must(db_one(must_ctx, &r, &wake_of, "s", story.xid));
	listen_for(must_ctx, async, NULL, ear.payload, CLOCK_SECOND / 5);
	assert_string_equal(ear.payload, "");
	db_rollback(other);
	db_async_close(must_ctx, async);
}

static int folder_make(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vt-wake-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	wake_init(folder);
	return 0;
}

static int folder_remove(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(a_commit_leaves_one_row_with_its_topics),
		DATABASE_TEST(the_hint_names_the_transaction_and_its_topics),
		DATABASE_TEST(a_rollback_leaves_neither_row_nor_hint),
		DATABASE_TEST(what_was_rolled_back_is_not_told_by_the_next_commit),
		DATABASE_TEST(a_transaction_without_topics_leaves_no_row),
		DATABASE_TEST(topics_alone_are_a_transaction_too),
		DATABASE_TEST(a_worker_is_nudged_once_after_the_commit),
		DATABASE_TEST(typing_is_told_at_once_and_leaves_no_row),
		DATABASE_TEST(nobody_listening_is_no_error),
		DATABASE_TEST(a_listener_that_does_not_read_holds_nobody_up),
		DATABASE_TEST(too_many_topics_are_told_by_the_row_alone),
		DATABASE_TEST(topics_are_told_apart_though_one_begins_like_another),
		DATABASE_TEST(other_hosts_are_notified),
		DATABASE_TEST(nobody_waits_for_another_notifier),
	};

	return cmocka_run_group_tests_name("wake", tests, folder_make, folder_remove);
}
