#include "live_records.h"

static struct records records;

static const char *const request[] = {
	"REQUEST_METHOD", "GET", "DOCUMENT_URI", "/live", "QUERY_STRING", "", "HTTP_COOKIE", "sid=x",
	NULL,
};

static enum record_state feed_all(struct record_reader *reader)
{
	return record_feed(reader, records.bytes, records.size);
}

static void a_request_in_one_piece_is_whole(void **state)
{
	struct record_reader reader = { 0 };
	struct vt_ctx *ctx = unit_ctx(state);

	records_request(&records, request);
	assert_int_equal(feed_all(&reader), RECORD_WHOLE);
	assert_int_equal(reader.request_id, 1);
	assert_string_equal(record_param(ctx, &reader, "DOCUMENT_URI"), "/live");
	assert_string_equal(record_param(ctx, &reader, "QUERY_STRING"), "");
	assert_string_equal(record_param(ctx, &reader, "HTTP_COOKIE"), "sid=x");
	assert_string_equal(record_param(ctx, &reader, "HTTP"), "");
	record_release(&reader);
}

static void a_request_byte_by_byte_is_whole_at_its_last_byte(void **state)
{
	struct record_reader reader = { 0 };

	(void)state;
	records_request(&records, request);
	for (size_t i = 0; i + 1 < records.size; i++)
		assert_int_equal(record_feed(&reader, records.bytes + i, 1), RECORD_MORE);
	assert_int_equal(record_feed(&reader, records.bytes + records.size - 1, 1), RECORD_WHOLE);
	record_release(&reader);
}

static void parameters_may_come_in_several_records(void **state)
{
	static char long_value[1000];
	struct record_reader reader = { 0 };
	uint8_t pairs[2000];

	memset(long_value, 'x', sizeof(long_value) - 1);
	const char *const texts[] = { "HTTP_COOKIE", long_value, "B", "2", NULL };
	size_t size = records_pairs(pairs, texts);
	records_begin(&records, 1);
	records_add(&records, 4, 1, pairs, 7, 1);
	records_add(&records, 4, 1, pairs + 7, size - 7, 255);
	records_add(&records, 4, 1, NULL, 0, 0);
	records_add(&records, 5, 1, NULL, 0, 0);
	assert_int_equal(feed_all(&reader), RECORD_WHOLE);
	assert_string_equal(record_param(unit_ctx(state), &reader, "HTTP_COOKIE"), long_value);
	assert_string_equal(record_param(unit_ctx(state), &reader, "B"), "2");
	record_release(&reader);
}

static void a_body_is_read_to_its_end_and_dropped(void **state)
{
	static const uint8_t body[40000];
	struct record_reader reader = { 0 };

	(void)state;
	records_request(&records, request);
	records.size -= 8;
	records_add(&records, 5, 1, body, sizeof(body), 3);
	assert_int_equal(feed_all(&reader), RECORD_MORE);
	records.size = 0;
	records_add(&records, 5, 1, NULL, 0, 0);
	assert_int_equal(feed_all(&reader), RECORD_WHOLE);
	record_release(&reader);
}

static void a_body_beyond_its_bound_is_refused(void **state)
{
	static const uint8_t body[65000];
	struct record_reader reader = { 0 };
	enum record_state last = RECORD_MORE;
	size_t sent = 0;

	(void)state;
	records_request(&records, request);
	records.size -= 8;
	assert_int_equal(feed_all(&reader), RECORD_MORE);
	while (last == RECORD_MORE) {
		records.size = 0;
		records_add(&records, 5, 1, body, sizeof(body), 0);
		last = feed_all(&reader);
		sent += sizeof(body);
	}
	assert_int_equal(last, RECORD_BAD);
	assert_true(sent > RECORD_BODY_MAX && sent <= RECORD_BODY_MAX + sizeof(body));
	record_release(&reader);
}

static void parameters_beyond_their_bound_are_refused(void **state)
{
	static const uint8_t params[40000];
	struct record_reader reader = { 0 };

	(void)state;
	records_begin(&records, 1);
	records_add(&records, 4, 1, params, sizeof(params), 0);
	assert_int_equal(feed_all(&reader), RECORD_MORE);
	records.size = 0;
	records_add(&records, 4, 1, params, sizeof(params), 0);
	assert_int_equal(feed_all(&reader), RECORD_BAD);
	record_release(&reader);
}

static void assert_bad(void)
{
	struct record_reader reader = { 0 };

	assert_int_equal(feed_all(&reader), RECORD_BAD);
	record_release(&reader);
}

static void records_out_of_place_are_refused(void **state)
{
	(void)state;
	records_request(&records, request);
	records_add(&records, 5, 1, NULL, 0, 0);        /* behind the end */
	assert_bad();
	records_begin(&records, 2);                     /* an authorizer */
	assert_bad();
	records_begin(&records, 1);
	records_begin(&records, 1);
	records_add(&records, 5, 1, NULL, 0, 0);        /* no parameters yet */
	assert_bad();
	records_begin(&records, 1);
	records_add(&records, 4, 2, NULL, 0, 0);        /* another request */
	assert_bad();
	records.size = 0;
	records_add(&records, 4, 1, NULL, 0, 0);        /* not begun */
	assert_bad();
	records.size = 0;
	records_add(&records, 9, 0, NULL, 0, 0);        /* management */
	assert_bad();
	records_begin(&records, 1);
	records_add(&records, 2, 1, NULL, 0, 0);        /* aborted */
	assert_bad();
	records_begin(&records, 1);
	records.bytes[0] = 2;                           /* version */
	assert_bad();
}

static void a_second_request_on_the_connection_is_refused(void **state)
{
	const uint8_t responder[8] = { 0, 1 };

	(void)state;
	records_begin(&records, 1);
	records_add(&records, 1, 1, responder, sizeof(responder), 0);
	assert_bad();
}

static void pairs_cut_short_end_the_walk(void **state)
{
	static const uint8_t cuts[][6] = { { 200, 0, 0 }, { 3, 200, 0, 0 }, { 3, 5, 'a', 'b', 'c', 'd' },
					   { 0xff, 0xff, 0xff, 0xff, 0, 0 } };
	static const size_t sizes[] = { 3, 4, 6, 6 };

	(void)state;
	for (size_t i = 0; i < VT_COUNT(cuts); i++) {
		struct record_reader reader = { .params_size = sizes[i] };
		struct record_param param;
		size_t at = 0;
		reader.params = malloc(sizes[i]);
		memcpy(reader.params, cuts[i], sizes[i]);
		assert_int_equal(record_param_next(&reader, &at, &param), -1);
		record_release(&reader);
	}
}

static void a_value_with_a_nul_counts_as_absent(void **state)
{
	static const uint8_t pairs[] = { 1, 3, 'A', 'x', 0, 'y' };
	struct record_reader reader = { .params_size = sizeof(pairs) };

	reader.params = malloc(sizeof(pairs));
	memcpy(reader.params, pairs, sizeof(pairs));
	assert_string_equal(record_param(unit_ctx(state), &reader, "A"), "");
	record_release(&reader);
}

static void an_answer_is_output_its_end_and_the_end_of_the_request(void **state)
{
	static const char text[] = "Status: 204\r\n\r\n";
	static const uint8_t ends[] = { 1, 6, 1, 2, 0, 0, 0, 0, 1, 3, 1, 2, 0, 8, 0, 0,
					0, 0, 0, 0, 0, 0, 0, 0 };
	uint8_t out[sizeof(text) + RECORD_FRAME];
	size_t size = strlen(text);

	(void)state;
	assert_int_equal(record_answer(out, 0x102, text, size), size + RECORD_FRAME);
	assert_memory_equal(out, "\1\6\1\2\0\17\0\0", 8);
	assert_memory_equal(out + 8, text, size);
	assert_memory_equal(out + 8 + size, ends, sizeof(ends));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_request_in_one_piece_is_whole),
		UNIT_TEST(a_request_byte_by_byte_is_whole_at_its_last_byte),
		UNIT_TEST(parameters_may_come_in_several_records),
		UNIT_TEST(a_body_is_read_to_its_end_and_dropped),
		UNIT_TEST(a_body_beyond_its_bound_is_refused),
		UNIT_TEST(parameters_beyond_their_bound_are_refused),
		UNIT_TEST(records_out_of_place_are_refused),
		UNIT_TEST(a_second_request_on_the_connection_is_refused),
		UNIT_TEST(pairs_cut_short_end_the_walk),
		UNIT_TEST(a_value_with_a_nul_counts_as_absent),
		UNIT_TEST(an_answer_is_output_its_end_and_the_end_of_the_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
