/* What a log keeps of what was said: its form, and neither people nor secrets. */
#include "unit.h"
#include "base/mask.h"

static void assert_masked(struct vt_ctx *ctx, const char *text, bool refused, const char *expected)
{
	assert_string_equal(mask_body(ctx, text, strlen(text), refused, 600), expected);
}

static void words_of_people_show_as_their_length_and_numbers_end_in_four(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_masked(ctx, "{\"messaging_product\":\"whatsapp\",\"to\":\"5492215550100\",\"type\":\"text\","
		      "\"text\":{\"body\":\"Mi CUIT es 20-1\"}}", false,
		      "{\"messaging_product\":\"whatsapp\",\"to\":\"…0100\",\"type\":\"text\",\"text\":{\"body\":\"•15\"}}");
	assert_masked(ctx, "{\"chat_id\":5492215550100,\"ok\":true,\"n\":12,\"token\":\"EAAsecreto\"}", false,
		      "{\"chat_id\":\"…0100\",\"ok\":true,\"n\":12,\"token\":\"•10\"}");
	assert_masked(ctx, "{\"type\":\"Ana Ríos, Mitre 1234, La Plata, Buenos Aires\"}", false, "{\"type\":\"•44\"}");
}

static void a_refusal_says_why_without_numbers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_masked(ctx, "{\"error\":{\"message\":\"(#131026) to 5492215550100 failed\",\"code\":131026}}", false,
		      "{\"error\":{\"message\":\"… to … failed\",\"code\":131026}}");
	assert_masked(ctx, "{\"ok\":false,\"description\":\"bot was blocked\"}", true,
		      "{\"ok\":false,\"description\":\"bot was blocked\"}");
	assert_masked(ctx, "{\"ok\":true,\"description\":\"Ana\"}", false, "{\"ok\":true,\"description\":\"•3\"}");
	assert_string_equal(mask_words(ctx, "  mail to ana@ejemplo.com.ar  failed ", 200), "mail to … failed");
	assert_string_equal(mask_words(ctx, "ñandúes", 3), "ña");
}

static void forms_and_addresses_keep_their_names(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_masked(ctx, "grant_type=refresh_token&refresh_token=abc123&client_id=x", false,
		      "grant_type=refresh_token&refresh_token=…&client_id=…");
	assert_string_equal(mask_path(ctx, "https://graph.example/v25.0/106540352242922/messages"), "/v25.0/…2922/messages");
	assert_string_equal(mask_path(ctx, ""), "/");
	assert_string_equal(mask_path(ctx, "check"), "/check");
	assert_string_equal(mask_path(ctx, "https://api.telegram.org/bot123456:AAFsecreto/sendMessage"), "/…/sendMessage");
	assert_string_equal(mask_path(ctx, "https://g.example/v25.0/debug_token?input_token=EAA1"), "/v25.0/debug_token?input_token=…");
	assert_string_equal(mask_path(ctx, "http://10.0.0.5:13013"), "/");
}

static void what_cannot_be_read_is_its_size(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char deep[2 * 300 + 1];

	assert_masked(ctx, "<html>Ana</html>", true, "•16");
	assert_masked(ctx, "Hola, soy Ana", false, "•13");
	memset(deep, '[', 300);
	memset(deep + 300, ']', 300);
	deep[600] = '\0';
	assert_true(strlen(mask_body(ctx, deep, 600, false, 600)) < 60);
	assert_string_equal(mask_body(ctx, "", 0, false, 600), "");
	assert_true(strlen(mask_body(ctx, "{\"a\":[1,2,3,4,5,6,7,8]}", 23, false, 8)) <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(words_of_people_show_as_their_length_and_numbers_end_in_four),
		UNIT_TEST(a_refusal_says_why_without_numbers),
		UNIT_TEST(forms_and_addresses_keep_their_names),
		UNIT_TEST(what_cannot_be_read_is_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
