/* Names and pictures that come from outside. */
#include "unit.h"
#include "conversation/file.h"
#include "conversation/picture.h"

static void test_a_file_name_keeps_only_its_base_without_tricks(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(file_safe_name(ctx, "../../etc/passwd"), "passwd");
	assert_string_equal(file_safe_name(ctx, "C:\\fotos\\año.png"), "año.png");
	assert_string_equal(file_safe_name(ctx, "a\r\nb.pdf"), "ab.pdf");
	assert_string_equal(file_safe_name(ctx, "foto\xe2\x80\xaegnp.exe"), "fotognp.exe");
	assert_string_equal(file_safe_name(ctx, "/"), "archivo");
	assert_string_equal(file_safe_name(ctx, ".."), "archivo");
}

static void test_a_long_file_name_is_cut_between_characters(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char name[402];

	for (size_t i = 0; i < 400; i += 2)
		memcpy(name + i, "ñ", 2);
	name[400] = '\0';
	assert_int_equal(strlen(file_safe_name(ctx, name)), FILE_NAME_MAX);
}

static void test_a_picture_that_unfolds_to_gigabytes_is_refused(void **state)
{
	uint8_t png[24] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R',
			    0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40 };

	(void)state;
	assert_false(picture_reasonable("image/png", png, sizeof(png)));
	png[18] = png[22] = 1;
	assert_true(picture_reasonable("image/png", png, sizeof(png)));
	assert_false(picture_reasonable("image/png", png, 20));
}

static void test_html_and_svg_are_never_shown_in_place(void **state)
{
	(void)state;
	assert_false(file_inline("text/html"));
	assert_false(file_inline("image/svg+xml"));
	assert_false(file_inline("application/x-unheard-of"));
	assert_true(file_inline("image/png"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_a_file_name_keeps_only_its_base_without_tricks),
		UNIT_TEST(test_a_long_file_name_is_cut_between_characters),
		UNIT_TEST(test_a_picture_that_unfolds_to_gigabytes_is_refused),
		UNIT_TEST(test_html_and_svg_are_never_shown_in_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
