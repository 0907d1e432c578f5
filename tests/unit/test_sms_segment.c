/* How many SMS a text is: GSM 03.38 where all of it fits, else UCS-2. */
#include "unit.h"
#include "base/utf8.h"
#include "channel/sms/segment.h"

static const char *times(struct vt_ctx *ctx, const char *text, int count)
{
	char *out = arena_alloc(ctx->arena, strlen(text) * (size_t)count + 1);

	for (int i = 0; i < count; i++)
		memcpy(out + strlen(text) * (size_t)i, text, strlen(text));
	return out;
}

static void counted(const char *text, bool gsm, int units, int count, int left)
{
	const struct sms_segments got = sms_segments(text);

	assert_int_equal(got.gsm, gsm);
	assert_int_equal(got.units, units);
	assert_int_equal(got.count, count);
	assert_int_equal(got.left, left);
}

static void a_message_holds_160_characters_and_each_part_of_a_longer_one_153(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	counted("", true, 0, 0, 160);
	counted("a", true, 1, 1, 159);
	counted(times(ctx, "a", 160), true, 160, 1, 0);
	counted(times(ctx, "a", 161), true, 161, 2, 145);
	counted(times(ctx, "a", 306), true, 306, 2, 0);
	counted(times(ctx, "a", 307), true, 307, 3, 152);
}

static void in_ucs2_it_is_70_and_67(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	counted("á", false, 1, 1, 69);
	counted(times(ctx, "á", 70), false, 70, 1, 0);
	counted(times(ctx, "á", 71), false, 71, 2, 63);
	counted(times(ctx, "á", 134), false, 134, 2, 0);
	counted(times(ctx, "á", 135), false, 135, 3, 66);
}

static void one_character_outside_turns_the_whole_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	counted(arena_printf(ctx->arena, "%sá", times(ctx, "a", 99)), false, 100, 2, 34);
}

static void the_alphabet_has_these_and_lacks_those(void **state)
{
	static const char *const inside[] = {
		"ñ", "Ñ", "ü", "Ü", "é", "É", "à", "è", "ù", "ì", "ò", "Ç", "¿", "¡", "ä", "ö", "å", "ß", "§", "£", "¥",
		"Δ", "Ω", "@", "$", "_", "\n", "\r", "'", "\"", " ",
	};
	static const char *const outside[] = {
		"á", "í", "ó", "ú", "Á", "Í", "Ó", "Ú", "ç", "`", "º", "“", "–", "…", "🙂", "\t", "ё",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(inside); i++)
		counted(inside[i], true, 1, 1, 159);
	for (size_t i = 0; i < VT_COUNT(outside); i++)
		assert_false(sms_segments(outside[i]).gsm);
}

static void what_is_in_the_extension_takes_two_and_is_never_cut(void **state)
{
	static const char *const extension[] = { "€", "{", "}", "[", "]", "~", "\\", "|", "^", "\f" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(extension); i++)
		counted(extension[i], true, 2, 1, 158);
	counted(times(ctx, "€", 80), true, 160, 1, 0);
	/* 76 of them and one septet that stays empty, in each part. */
	counted(times(ctx, "€", 81), true, 162, 2, 143);
	counted(times(ctx, "€", 153), true, 306, 3, 151);
}

static void an_emoji_takes_two_units_and_is_never_cut(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	counted("🙂", false, 2, 1, 68);
	counted(times(ctx, "🙂", 35), false, 70, 1, 0);
	counted(times(ctx, "🙂", 36), false, 72, 2, 61);
	counted(times(ctx, "🙂", 67), false, 134, 3, 65);
}

static void what_has_a_plain_neighbour_is_written_so_when_all_fits_then(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(sms_plain(ctx->arena, "Su trámite nº 8 vence mañana: “Ábrase” – ¿sí…?"),
			    "Su tramite no 8 vence mañana: \"Abrase\" - ¿si...?");
	assert_string_equal(sms_plain(ctx->arena, "ya es plano: ñ é ü €"), "ya es plano: ñ é ü €");
	assert_string_equal(sms_plain(ctx->arena, "qué día\tes"), "qué dia es");
	assert_true(sms_segments(sms_plain(ctx->arena, "ÁÍÓÚáíóúâêîôûÂÊÎÔÛãõÀÈçý°«»’‑•\u00a0")).gsm);
}

static void what_does_not_fit_anyway_stays_as_it_was_written(void **state)
{
	static const char text[] = "¡Mañana está listo! 🙂";

	assert_ptr_equal(sms_plain(unit_ctx(state)->arena, text), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_message_holds_160_characters_and_each_part_of_a_longer_one_153),
		UNIT_TEST(in_ucs2_it_is_70_and_67),
		UNIT_TEST(one_character_outside_turns_the_whole_message),
		UNIT_TEST(the_alphabet_has_these_and_lacks_those),
		UNIT_TEST(what_is_in_the_extension_takes_two_and_is_never_cut),
		UNIT_TEST(an_emoji_takes_two_units_and_is_never_cut),
		UNIT_TEST(what_has_a_plain_neighbour_is_written_so_when_all_fits_then),
		UNIT_TEST(what_does_not_fit_anyway_stays_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
