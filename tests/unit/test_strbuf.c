#include "unit.h"
#include "base/strbuf.h"

static void a_new_buffer_is_the_empty_text(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	assert_string_equal(buffer.data, "");
	assert_int_equal(buffer.size, 0);
}

static void pieces_are_appended_and_always_terminated(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	strbuf_puts(&buffer, "uno");
	strbuf_putc(&buffer, ' ');
	strbuf_add(&buffer, "dos tres", 3);
	strbuf_printf(&buffer, " %d", 3);
	assert_string_equal(buffer.data, "uno dos 3");
	assert_int_equal(buffer.size, 9);
}

static void it_grows_to_any_size_and_keeps_what_it_had(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	for (int i = 0; i < 100000; i++)
		strbuf_putc(&buffer, (char)('a' + i % 26));
	assert_int_equal(buffer.size, 100000);
	assert_int_equal(strlen(buffer.data), 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buffer.data[i], 'a' + i % 26);
}

static void a_formatted_piece_may_be_longer_than_the_room_left(void **state)
{
	struct strbuf buffer;

	for (int width = 55; width < 75; width++) {
		strbuf_init(&buffer, unit_ctx(state)->arena, 0);
		strbuf_puts(&buffer, "ab");
		strbuf_printf(&buffer, "%0*d", width, 7);
		assert_int_equal(buffer.size, (size_t)width + 2);
		assert_int_equal(strlen(buffer.data), buffer.size);
		assert_int_equal(buffer.data[buffer.size - 1], '7');
	}
}

static void growing_takes_little_more_than_what_is_kept(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;
	struct strbuf buffer;

	strbuf_init(&buffer, arena, 0);
	for (int i = 0; i < 1000000; i++)
		strbuf_putc(&buffer, 'x');
	assert_true(arena_used(arena) < 3 * buffer.size);
}

static void null_adds_nothing(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	strbuf_puts(&buffer, NULL);
	strbuf_json(&buffer, NULL);
	strbuf_url(&buffer, NULL);
	assert_string_equal(buffer.data, "");
}

static void truncating_cuts_the_end_off(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	strbuf_puts(&buffer, "a, b, ");
	strbuf_truncate(&buffer, buffer.size - 2);
	assert_string_equal(buffer.data, "a, b");
}

static void json_escapes_quotes_backslashes_and_control_characters(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	strbuf_json(&buffer, "ñ \"a\\b\" \n\r\t\x01/");
	assert_string_equal(buffer.data, "ñ \\\"a\\\\b\\\" \\n\\r\\t\\u0001/");
}

static void url_keeps_only_unreserved_characters(void **state)
{
	struct strbuf buffer;

	strbuf_init(&buffer, unit_ctx(state)->arena, 0);
	strbuf_url(&buffer, "aZ09-._~ /?&=+%ñ");
	assert_string_equal(buffer.data, "aZ09-._~%20%2F%3F%26%3D%2B%25%C3%B1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_new_buffer_is_the_empty_text),
		UNIT_TEST(pieces_are_appended_and_always_terminated),
		UNIT_TEST(it_grows_to_any_size_and_keeps_what_it_had),
		UNIT_TEST(a_formatted_piece_may_be_longer_than_the_room_left),
		UNIT_TEST(growing_takes_little_more_than_what_is_kept),
		UNIT_TEST(null_adds_nothing),
		UNIT_TEST(truncating_cuts_the_end_off),
		UNIT_TEST(json_escapes_quotes_backslashes_and_control_characters),
		UNIT_TEST(url_keeps_only_unreserved_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
