/* The word that ends notices by SMS, and the one that takes them up again. */
#include "unit.h"
#include "channel/keyword.h"

#define WORDS "BAJA, STOP,No molestar"

static void test_a_message_that_is_the_word_alone_is_it_however_it_is_written(void **state)
{
	static const char *const said[] = { "BAJA", "baja", " Baja\r\n", "\"BAJA\"", "baja.", "stop", "¡STOP!", "Bájá", "no MOLESTAR", "«baja»" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(said); i++)
		assert_int_equal(channel_keyword(ctx->arena, WORDS, said[i]) ? -1 : (int)i, -1);
}

static void test_among_other_words_it_is_none(void **state)
{
	static const char *const said[] = {
		"", " ", ".", "quiero la baja", "baja de patente", "bajas", "abaja", "STOP BAJA", "no", "b a j a", ",",
		"baja baja", "bаja" /* a Cyrillic letter */,
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(said); i++)
		assert_int_equal(channel_keyword(ctx->arena, WORDS, said[i]) ? (int)i : -1, -1);
	assert_false(channel_keyword(ctx->arena, "", "baja"));
	assert_false(channel_keyword(ctx->arena, ",,", ""));
}

static void test_what_a_line_may_have_for_a_word(void **state)
{
	(void)state;
	assert_true(channel_keywords_valid("BAJA"));
	assert_true(channel_keywords_valid("BAJA, STOP, No molestar"));
	assert_true(channel_keywords_valid("Ñandú"));
	assert_false(channel_keywords_valid("1"));
	assert_false(channel_keywords_valid("BAJA,,STOP"));
	assert_false(channel_keywords_valid("BAJA, "));
	assert_false(channel_keywords_valid("una palabra demasiado larga"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_a_message_that_is_the_word_alone_is_it_however_it_is_written),
		UNIT_TEST(test_among_other_words_it_is_none),
		UNIT_TEST(test_what_a_line_may_have_for_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
