#include "unit.h"
#include "base/utf8.h"

#define REPLACED "\xef\xbf\xbd"

static bool valid(const char *text)
{
	return utf8_valid(text, strlen(text));
}

static void characters_of_every_length_are_valid(void **state)
{
	(void)state;
	assert_true(valid(""));
	assert_true(valid("Consulta"));
	assert_true(valid("Ñandú €"));
	assert_true(valid("\xf0\x9f\x98\x80"));
	assert_true(valid("\xf4\x8f\xbf\xbf"));
	assert_true(valid("\xed\x9f\xbf\xee\x80\x80"));
}

static void overlong_forms_are_invalid(void **state)
{
	(void)state;
	assert_false(valid("\xc0\xaf"));
	assert_false(valid("\xc1\xbf"));
	assert_false(valid("\xe0\x80\xaf"));
	assert_false(valid("\xe0\x9f\xbf"));
	assert_false(valid("\xf0\x8f\xbf\xbf"));
}

static void surrogates_are_invalid(void **state)
{
	(void)state;
	assert_false(valid("\xed\xa0\x80"));
	assert_false(valid("\xed\xbf\xbf"));
}

static void code_points_above_the_last_are_invalid(void **state)
{
	(void)state;
	assert_false(valid("\xf4\x90\x80\x80"));
	assert_false(valid("\xf5\x80\x80\x80"));
	assert_false(valid("\xff"));
}

static void broken_sequences_are_invalid(void **state)
{
	(void)state;
	assert_false(valid("a\x80"));
	assert_false(valid("\xc3"));
	assert_false(valid("\xc3z"));
	assert_false(valid("\xe2\x82"));
	assert_false(valid("\xf0\x9f\x98"));
	assert_false(valid("\xf0\x9f\x98z"));
}

static void a_nul_is_invalid_at_any_place(void **state)
{
	char text[40];

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, 'a', sizeof(text));
		text[at] = '\0';
		assert_false(utf8_valid(text, sizeof(text)));
	}
}

static void an_invalid_byte_is_seen_at_any_place(void **state)
{
	char text[40];

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, 'a', sizeof(text));
		text[at] = '\xff';
		assert_false(utf8_valid(text, sizeof(text)));
	}
}

static void repair_leaves_valid_text_as_it_is(void **state)
{
	const char *text = "Ñandú a las 20 € \xf0\x9f\x98\x80";

	assert_string_equal(utf8_repair(unit_ctx(state)->arena, text, strlen(text)), text);
	assert_string_equal(utf8_repair(unit_ctx(state)->arena, NULL, 0), "");
}

static void repair_puts_one_sign_for_each_invalid_byte(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;

	assert_string_equal(utf8_repair(arena, "a\xff" "b\xc3", 4), "a" REPLACED "b" REPLACED);
	assert_string_equal(utf8_repair(arena, "\xed\xa0\x80", 3), REPLACED REPLACED REPLACED);
	assert_string_equal(utf8_repair(arena, "ma\xf1" "ana", 6), "ma" REPLACED "ana");
}

static void repair_drops_nul(void **state)
{
	assert_string_equal(utf8_repair(unit_ctx(state)->arena, "\0a\0\0b\0", 6), "ab");
}

static void what_was_repaired_is_valid(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;
	unsigned seed = 1;

	for (int round = 0; round < 2000; round++) {
		char text[24];
		const char *repaired;

		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = (char)(seed >> 16);
		}
		repaired = utf8_repair(arena, text, sizeof(text));
		assert_true(valid(repaired));
	}
}

static void length_counts_characters_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(""), 0);
	assert_int_equal(utf8_length("Ñandú"), 5);
	assert_int_equal(utf8_length("€\xf0\x9f\x98\x80"), 2);
}

static void a_prefix_never_cuts_a_character(void **state)
{
	(void)state;
	assert_int_equal(utf8_prefix("Ñandú", 1), 2);
	assert_int_equal(utf8_prefix("Ñandú", 4), 5);
	assert_int_equal(utf8_prefix("Ñandú", 5), 7);
	assert_int_equal(utf8_prefix("Ñandú", 99), 7);
	assert_int_equal(utf8_prefix("Ñandú", 0), 0);
}

static void a_prefix_of_bytes_never_cuts_a_character(void **state)
{
	(void)state;
	assert_int_equal(utf8_prefix_bytes("ñandú", 1), 0);
	assert_int_equal(utf8_prefix_bytes("ñandú", 2), 2);
	assert_int_equal(utf8_prefix_bytes("a😀", 4), 1);
	assert_int_equal(utf8_prefix_bytes("a😀", 5), 5);
	assert_int_equal(utf8_prefix_bytes("corto", 1000), 5);
}

static void nothing_that_people_see_as_one_is_torn(void **state)
{
	static const char *const whole[] = {
		"👨‍👩‍👧‍👦", "👍🏽", "❤️", "🇦🇷", "e\u0301", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < VT_COUNT(whole); i++) {
		size_t size = strlen(whole[i]);
		snprintf(text, sizeof(text), "ab%sab", whole[i]);
		for (size_t at = 2; at <= 2 + size; at++) {
			if (((unsigned char)text[at] & 0xc0) != 0x80)
				assert_int_equal(utf8_cut(text, at), at < 2 + size ? 2 : at);
		}
	}
	assert_int_equal(utf8_cut("🇦🇷🇺🇾", 8), 8);
	assert_int_equal(utf8_cut("🇦🇷🇺🇾", 12), 8);
	assert_int_equal(utf8_cut("ab", 2), 2);
}

static void one_emoji_is_told_from_words_and_from_several(void **state)
{
	static const char *const emoji[] = {
		"👍", "❤", "❤️", "👍🏽", "👨‍💻", "🤷🏻‍♀️", "👨‍👩‍👧‍👦", "🇦🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#⃣", "™️", "☎️", "⭐", "‼️",
	};
	static const char *const others[] = {
		"", "a", "hola", "1", "12⃣", "👍👍", "👍 ", " 👍", "👍a", "🇦", "🇦🇷🇺", "👨‍", "ñ", "中", "<b>", "\xf0\x9f", "\xe2\x80\x8d",
		"👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(emoji); i++) {
		print_message("%s\n", emoji[i]);
		assert_true(utf8_is_emoji(emoji[i]));
	}
	for (size_t i = 0; i < VT_COUNT(others); i++) {
		print_message("%s\n", others[i]);
		assert_false(utf8_is_emoji(others[i]));
	}
}

static void what_hangs_together_for_longer_than_anything_is_cut_all_the_same(void **state)
{
	char text[402];

	(void)state;
	memset(text, 0, sizeof(text));
	text[0] = 'e';
	for (size_t i = 0; i < 200; i++)
		memcpy(text + 1 + 2 * i, "\xcc\x81", 2);
	assert_int_equal(utf8_cut(text, 301), 301);
}

static void every_code_point_is_decoded_as_it_was_encoded(void **state)
{
	(void)state;
	for (uint32_t codepoint = 0; codepoint <= 0x10ffff; codepoint++) {
		uint32_t decoded;
		char bytes[4];
		size_t size;

		if (codepoint >= 0xd800 && codepoint < 0xe000)
			continue;
		size = utf8_encode(codepoint, bytes);
		assert_int_equal(utf8_decode(bytes, size, &decoded), size);
		assert_int_equal(decoded, codepoint);
	}
}

static void what_is_no_code_point_is_encoded_as_the_replacement_sign(void **state)
{
	char bytes[4];

	(void)state;
	assert_int_equal(utf8_encode(0xd800, bytes), 3);
	assert_memory_equal(bytes, REPLACED, 3);
	assert_int_equal(utf8_encode(0x110000, bytes), 3);
	assert_memory_equal(bytes, REPLACED, 3);
}

static void decoding_an_invalid_byte_takes_one(void **state)
{
	uint32_t codepoint;

	(void)state;
	assert_int_equal(utf8_decode("\xe2\x82", 2, &codepoint), 1);
	assert_int_equal(codepoint, 0xfffd);
	assert_int_equal(utf8_decode("", 0, &codepoint), 0);
}

static void folding_lowers_and_takes_accents_off(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;

	assert_string_equal(utf8_fold(arena, "Ñandú"), "nandu");
	assert_string_equal(utf8_fold(arena, "PINGÜINO ¿Cómo está? N.º 1"),
			    "pinguino ¿como esta? n.o 1");
	assert_string_equal(utf8_fold(arena, "Straße Łódź Œuvre"), "strasse lodz oeuvre");
}

static void folding_takes_combining_accents_off(void **state)
{
	assert_string_equal(utf8_fold(unit_ctx(state)->arena, "N\xcc\x83" "andu\xcc\x81"), "nandu");
}

static void folding_keeps_other_alphabets_and_signs(void **state)
{
	assert_string_equal(utf8_fold(unit_ctx(state)->arena, "Ж × ÷ \xf0\x9f\x98\x80"),
			    "Ж × ÷ \xf0\x9f\x98\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(characters_of_every_length_are_valid),
		UNIT_TEST(overlong_forms_are_invalid),
		UNIT_TEST(surrogates_are_invalid),
		UNIT_TEST(code_points_above_the_last_are_invalid),
		UNIT_TEST(broken_sequences_are_invalid),
		UNIT_TEST(a_nul_is_invalid_at_any_place),
		UNIT_TEST(an_invalid_byte_is_seen_at_any_place),
		UNIT_TEST(repair_leaves_valid_text_as_it_is),
		UNIT_TEST(repair_puts_one_sign_for_each_invalid_byte),
		UNIT_TEST(repair_drops_nul),
		UNIT_TEST(what_was_repaired_is_valid),
		UNIT_TEST(length_counts_characters_not_bytes),
		UNIT_TEST(a_prefix_never_cuts_a_character),
		UNIT_TEST(a_prefix_of_bytes_never_cuts_a_character),
		UNIT_TEST(nothing_that_people_see_as_one_is_torn),
		UNIT_TEST(one_emoji_is_told_from_words_and_from_several),
		UNIT_TEST(what_hangs_together_for_longer_than_anything_is_cut_all_the_same),
		UNIT_TEST(every_code_point_is_decoded_as_it_was_encoded),
		UNIT_TEST(what_is_no_code_point_is_encoded_as_the_replacement_sign),
		UNIT_TEST(decoding_an_invalid_byte_takes_one),
		UNIT_TEST(folding_lowers_and_takes_accents_off),
		UNIT_TEST(folding_takes_combining_accents_off),
		UNIT_TEST(folding_keeps_other_alphabets_and_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
