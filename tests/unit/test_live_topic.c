#include "unit.h"
#include "cgi-bin/live/topic.h"

/* --- Snapshots --------------------------------------------------------------------------------- */

static struct snapshot snapshot_of(const char *text)
{
	struct snapshot snapshot;

	assert_int_equal(snapshot_parse(text, &snapshot), 0);
	return snapshot;
}

static void a_snapshot_sees_what_ended_before_it_was_taken(void **state)
{
	struct snapshot snapshot = snapshot_of("740:745:741,743");

	(void)state;
	assert_true(snapshot_sees(&snapshot, 739));
	assert_true(snapshot_sees(&snapshot, 740));
	assert_false(snapshot_sees(&snapshot, 741));
	assert_true(snapshot_sees(&snapshot, 742));
	assert_false(snapshot_sees(&snapshot, 743));
	assert_true(snapshot_sees(&snapshot, 744));
	assert_false(snapshot_sees(&snapshot, 745));
	assert_false(snapshot_sees(&snapshot, UINT64_MAX));
}

static void what_postgresql_would_not_write_is_no_snapshot(void **state)
{
	static const char *const texts[] = {
		"", "740", "740:", "740:745", "740:745:741,", "740:745:,741", "740:745:739", "740:745:745",
		"745:740:", "a:b:", "740:745:741 ", " 740:745:", "-1:5:", "0:5:", "740::",
		"18446744073709551616:18446744073709551617:", "740:745:741;742",
	};
	struct snapshot snapshot;

	(void)state;
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		assert_int_equal(snapshot_parse(texts[i], &snapshot), -1);
}

static void a_snapshot_has_a_bound(void **state)
{
	char text[8192];
	struct snapshot snapshot;
	int size = snprintf(text, sizeof(text), "1000:9000:1000");

	(void)state;
	for (int i = 1; i < SNAPSHOT_RUNNING_MAX; i++)
		size += snprintf(text + size, sizeof(text) - (size_t)size, ",%d", 1000 + i);
	assert_int_equal(snapshot_parse(text, &snapshot), 0);
	snprintf(text + size, sizeof(text) - (size_t)size, ",8000");
	assert_int_equal(snapshot_parse(text, &snapshot), -1);
}

/* --- Names ------------------------------------------------------------------------------------- */

static void topics_are_read_word_by_word(void **state)
{
	const char *text = "  c26112300000001 b0 x9 c c1x v17  o99999999999999999 s3";
	char name[TOPIC_TEXT];
	uint64_t key;

	(void)state;
	const char *const wanted[] = { "c26112300000001", "b0", "v17", "s3" };
	for (size_t i = 0; i < VT_COUNT(wanted); i++) {
		assert_true(topic_next(&text, &key));
		topic_format(key, name);
		assert_string_equal(name, wanted[i]);
	}
	assert_false(topic_next(&text, &key));
}

static void the_same_number_of_another_kind_is_another_topic(void **state)
{
	(void)state;
	assert_true(topic_key('c', 7) != topic_key('o', 7));
}

/* --- News -------------------------------------------------------------------------------------- */

struct fixture {
	struct topics *topics;
	struct subscription subscription;
	struct snapshot latest;
};

static void begin(struct fixture *fixture, char kind, int64_t id)
{
	*fixture = (struct fixture){ .topics = topics_new(), .latest = snapshot_of("2000:2000:") };
	if (kind)
		topic_watch(fixture->topics, &fixture->subscription, topic_key(kind, id));
}

static bool news(struct fixture *fixture, const char *cursor)
{
	struct snapshot snapshot = snapshot_of(cursor);

	return topic_has_news(&fixture->subscription, &snapshot, &fixture->latest);
}

static bool forgot(struct fixture *fixture, const char *cursor)
{
	struct snapshot snapshot = snapshot_of(cursor);

	return topics_forgot(fixture->topics, &snapshot, &fixture->latest);
}

static void end(struct fixture *fixture)
{
	if (fixture->subscription.topic)
		topic_unwatch(fixture->topics, &fixture->subscription, 0);
	topics_free(fixture->topics);
}

static void a_page_behind_its_topic_has_news(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 'c', 1);
	topic_event(fixture.topics, topic_key('c', 1), 1000, 0);
	assert_true(news(&fixture, "990:1000:"));
	assert_true(news(&fixture, "990:1005:1000"));
	assert_false(news(&fixture, "990:1005:"));
	assert_false(news(&fixture, "1001:1001:"));
	end(&fixture);
}

static void events_of_other_topics_are_no_news(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 'c', 1);
	topic_event(fixture.topics, topic_key('c', 2), 1000, 0);
	topic_event(fixture.topics, topic_key('o', 1), 1000, 0);
	assert_false(news(&fixture, "990:990:"));
	end(&fixture);
}

static void events_before_the_first_watcher_are_news(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 0, 0);
	topic_event(fixture.topics, topic_key('v', 5), 1000, 0);
	topic_watch(fixture.topics, &fixture.subscription, topic_key('v', 5));
	assert_true(news(&fixture, "1000:1000:"));
	end(&fixture);
}

static void a_topic_with_more_events_than_it_remembers_still_knows_who_is_behind(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 'q', 1);
	for (uint64_t xid = 1000; xid < 1000 + 3 * TOPIC_RECENT; xid++)
		topic_event(fixture.topics, topic_key('q', 1), xid, 0);
	assert_true(news(&fixture, "1000:1000:"));
	assert_true(news(&fixture, "1005:1005:"));
	assert_false(news(&fixture, "1100:1100:"));
	assert_false(forgot(&fixture, "1000:1000:"));
	end(&fixture);
}

static void a_long_transaction_does_not_make_every_page_behind(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 'q', 1);
	for (uint64_t xid = 1000; xid < 1000 + 3 * TOPIC_RECENT; xid++)
		topic_event(fixture.topics, topic_key('q', 1), xid, 0);
	topics_raise_floor(fixture.topics, 1500);
	/* 500 has been running since long ago, for the page and for the last tail. */
	fixture.latest = snapshot_of("500:2000:500");
	assert_false(news(&fixture, "500:1900:500"));
	assert_false(forgot(&fixture, "500:1900:500"));
	/* It ended after the page was read. */
	fixture.latest = snapshot_of("2000:2000:");
	assert_true(news(&fixture, "500:1900:500"));
	assert_true(forgot(&fixture, "500:1900:500"));
	end(&fixture);
}

static void what_is_no_longer_remembered_makes_old_pages_read_again(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 0, 0);
	topic_event(fixture.topics, topic_key('c', 9), 1000, 0);
	topics_expire(fixture.topics, TOPIC_UNWATCHED_MS);
	assert_int_equal(topics_count(fixture.topics), 1);
	assert_false(forgot(&fixture, "900:900:"));
	topics_expire(fixture.topics, TOPIC_UNWATCHED_MS + 1);
	assert_int_equal(topics_count(fixture.topics), 0);
	assert_true(forgot(&fixture, "900:900:"));
	assert_true(forgot(&fixture, "1000:1000:"));
	assert_false(forgot(&fixture, "1001:1001:"));
	end(&fixture);
}

static void a_watched_topic_is_never_forgotten(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 'c', 9);
	topic_event(fixture.topics, topic_key('c', 9), 1000, 0);
	topics_expire(fixture.topics, 100 * TOPIC_UNWATCHED_MS);
	assert_int_equal(topics_count(fixture.topics), 1);
	assert_false(forgot(&fixture, "900:900:"));
	assert_true(news(&fixture, "900:900:"));
	end(&fixture);
}

static void of_too_many_unwatched_topics_the_oldest_go_first(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 0, 0);
	for (int64_t id = 0; id < TOPIC_UNWATCHED_MAX + 10; id++)
		topic_event(fixture.topics, topic_key('v', id), (uint64_t)(1000 + id), id);
	topics_expire(fixture.topics, TOPIC_UNWATCHED_MAX);
	assert_int_equal(topics_count(fixture.topics), TOPIC_UNWATCHED_MAX);
	assert_true(forgot(&fixture, "1009:1009:"));
	assert_false(forgot(&fixture, "1010:1010:"));
	end(&fixture);
}

static void every_watcher_of_a_topic_is_found_until_it_leaves(void **state)
{
	struct subscription watchers[3] = { { 0 } };
	struct topics *topics = topics_new();
	uint64_t key = topic_key('q', 4);
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		topic_watch(topics, &watchers[i], key);
	topic_unwatch(topics, &watchers[1], 0);
	for (struct subscription *at = topic_watchers(topics, key); at; at = at->next) {
		assert_ptr_not_equal(at, &watchers[1]);
		count++;
	}
	assert_int_equal(count, 2);
	topic_unwatch(topics, &watchers[2], 0);
	assert_ptr_equal(topic_watchers(topics, key), &watchers[0]);
	topic_unwatch(topics, &watchers[0], 0);
	assert_null(topic_watchers(topics, key));
	assert_null(topic_watchers(topics, topic_key('q', 5)));
	topics_free(topics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_snapshot_sees_what_ended_before_it_was_taken),
		cmocka_unit_test(what_postgresql_would_not_write_is_no_snapshot),
		cmocka_unit_test(a_snapshot_has_a_bound),
		cmocka_unit_test(topics_are_read_word_by_word),
		cmocka_unit_test(the_same_number_of_another_kind_is_another_topic),
		cmocka_unit_test(a_page_behind_its_topic_has_news),
		cmocka_unit_test(events_of_other_topics_are_no_news),
		cmocka_unit_test(events_before_the_first_watcher_are_news),
		cmocka_unit_test(a_topic_with_more_events_than_it_remembers_still_knows_who_is_behind),
		cmocka_unit_test(a_long_transaction_does_not_make_every_page_behind),
		cmocka_unit_test(what_is_no_longer_remembered_makes_old_pages_read_again),
		cmocka_unit_test(a_watched_topic_is_never_forgotten),
		cmocka_unit_test(of_too_many_unwatched_topics_the_oldest_go_first),
		cmocka_unit_test(every_watcher_of_a_topic_is_found_until_it_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
