/* Folders' names as people write them, and as IMAP does (RFC 3501, 5.1.3). */
#include "unit.h"
#include "base/strbuf.h"
#include "net/imap_folder.h"

static const char *written(void **state, const char *name)
{
	const char *out;

	assert_int_equal(imap_folder(unit_ctx(state), name, &out), 0);
	return out;
}

static void ascii_stays_as_it_is_but_its_ampersand(void **state)
{
	assert_string_equal(written(state, "INBOX/Consultas 2026"), "INBOX/Consultas 2026");
	assert_string_equal(written(state, "Mesa & Co~"), "Mesa &- Co~");
}

static void other_letters_go_in_base_64_between_ampersand_and_dash(void **state)
{
	assert_string_equal(written(state, "Reclamos/Año"), "Reclamos/A&APE-o");
	assert_string_equal(written(state, "Público"), "P&APo-blico");
	assert_string_equal(written(state, "ñ&ñ"), "&APE-&-&APE-");
	/* The standard's own example. */
	assert_string_equal(written(state, "~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
}

static void a_letter_beyond_sixteen_bits_goes_as_two_halves(void **state)
{
	assert_string_equal(written(state, "😀"), "&2D3eAA-");
}

static void the_longest_name_has_room(void **state)
{
	struct strbuf name;

	strbuf_init(&name, unit_ctx(state)->arena, 0);
	for (int i = 0; i < IMAP_FOLDER_MAX / 2; i++)
		strbuf_puts(&name, "😀a");
	assert_int_equal(strlen(written(state, name.data)), IMAP_FOLDER_MAX / 2 * strlen("&2D3eAA-a"));
	strbuf_puts(&name, "a");
	assert_false(imap_folder_valid(name.data));
}

static void what_could_be_more_than_a_name_is_refused(void **state)
{
	static const char *const names[] = { "", "a\"b", "a\\b", "a\r\nb LOGOUT", "a*", "%41", "a\x7f", "A\xf1o", "A\xc3" };
	struct vt_ctx *ctx = unit_ctx(state);
	const char *out;

	for (size_t i = 0; i < VT_COUNT(names); i++) {
		assert_false(imap_folder_valid(names[i]));
		assert_int_equal(imap_folder(ctx, names[i], &out), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(ascii_stays_as_it_is_but_its_ampersand),
		UNIT_TEST(other_letters_go_in_base_64_between_ampersand_and_dash),
		UNIT_TEST(a_letter_beyond_sixteen_bits_goes_as_two_halves),
		UNIT_TEST(the_longest_name_has_room),
		UNIT_TEST(what_could_be_more_than_a_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
