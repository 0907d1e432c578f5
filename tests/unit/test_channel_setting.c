/* Settings of a channel from a form to JSON and back, as its network's table of fields says. */
#include "unit.h"
#include "channel/setting.h"
#include "channel/webchat/webchat.h"

static const struct channel_field fields[] = {
	{ .name = "title", .type = "text", .required = true, .max = 5 },
	{ .name = "note", .type = "text", .max = 5 },
	{ .name = "rate", .type = "number", .max = 100 },
	{ .name = "live", .type = "bool" },
	{ .name = "sites", .type = "list", .required = true, .max = 2 },
	{ .name = "token", .type = "secret" },
	{ .name = "base", .type = "url", .max = 60 },
};
static const char *no_x(const char *field, const char *value)
{
	return !strcmp(field, "sites") && !strcmp(value, "x") ? "error.x" : NULL;
}
static const struct channel network = { .name = "peer", .fields = fields, .field_count = VT_COUNT(fields), .check = no_x };

/* What is written in a form, and the JSON it becomes; or the text beside the field that is refused. */
struct written { const char *name, *text, *becomes; };

static int read_one(struct vt_ctx *ctx, const struct written *one, struct json *settings)
{
	return channel_setting_read(ctx, &network, channel_field(&network, one->name), one->text, settings);
}

static void test_each_type_becomes_its_own_json(void **state)
{
	static const struct written all[] = {
		{ "title", "ñandú", "{\"title\":\"ñandú\"}" }, { "note", "", "{\"note\":null}" },
		{ "rate", "100", "{\"rate\":100}" }, { "rate", "", "{\"rate\":null}" },
		{ "live", "1", "{\"live\":true}" }, { "live", "", "{\"live\":false}" },
		{ "sites", " a \n\r\n\tb\r\n", "{\"sites\":[\"a\",\"b\"]}" },
		{ "base", "http://10.0.0.9:13013", "{\"base\":\"http://10.0.0.9:13013\"}" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		struct json *settings = json_new_object(ctx);
		assert_int_equal(read_one(ctx, &all[i], settings), 0);
		assert_string_equal(json_text(ctx, settings), all[i].becomes);
	}
}

static void test_what_does_not_fit_is_refused_by_its_field(void **state)
{
	static const struct written all[] = {
		{ "title", "", "error.required" }, { "title", "seis66", "error.too_long" },
		{ "rate", "cien", "error.number" }, { "rate", "101", "error.range" }, { "rate", "-1", "error.range" },
		{ "sites", " \n ", "error.required" }, { "sites", "a\nb\nc", "error.too_long" },
		{ "sites", "a\nx", "error.x" },
		{ "base", "ftp://a.example", "error.channel.address" }, { "base", "https://", "error.channel.address" },
		{ "base", "https://a@b", "error.channel.address" }, { "base", "https://a/?b=1", "error.channel.address" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		assert_int_equal(read_one(ctx, &all[i], json_new_object(ctx)), -1);
		assert_string_equal(ctx->error.field, all[i].name);
		assert_string_equal(ctx->error.key, all[i].becomes);
		vt_error_clear(ctx);
	}
}

static void test_a_secret_never_becomes_a_setting(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(channel_setting_read(ctx, &network, channel_field(&network, "token"), "s3cr3t", json_new_object(ctx)), -1);
	assert_int_equal(ctx->error.code, VT_E_BUG);
}

static void test_a_form_shows_what_was_stored(void **state)
{
	static const char text[] = "{\"title\":\"A\",\"rate\":7,\"live\":true,\"sites\":[\"a\",\"b\"],\"note\":null}";
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *settings;

	assert_int_equal(json_parse(ctx, text, strlen(text), 1000, &settings), 0);
	assert_string_equal(channel_setting_text(ctx, channel_field(&network, "title"), settings), "A");
	assert_string_equal(channel_setting_text(ctx, channel_field(&network, "note"), settings), "");
	assert_string_equal(channel_setting_text(ctx, channel_field(&network, "rate"), settings), "7");
	assert_string_equal(channel_setting_text(ctx, channel_field(&network, "live"), settings), "1");
	assert_string_equal(channel_setting_text(ctx, channel_field(&network, "sites"), settings), "a\nb");
	assert_null(channel_field(&network, "nada"));
}

static void test_the_origin_of_a_site_may_stand_in_a_header(void **state)
{
	(void)state;
	assert_true(webchat_origin_valid("https://www.agencia.example"));
	assert_true(webchat_origin_valid("http://localhost:*"));
	assert_false(webchat_origin_valid("https://"));
	assert_false(webchat_origin_valid("https://a/camino"));
	assert_false(webchat_origin_valid("https://a; script-src *"));
	assert_false(webchat_origin_valid("ftp://a"));
	assert_false(webchat_origin_valid("www.agencia.example"));
	assert_true(webchat_color_valid("#1d56C9"));
	assert_false(webchat_color_valid("#1d56c"));
	assert_false(webchat_color_valid("red"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_each_type_becomes_its_own_json),
		UNIT_TEST(test_what_does_not_fit_is_refused_by_its_field),
		UNIT_TEST(test_a_secret_never_becomes_a_setting),
		UNIT_TEST(test_a_form_shows_what_was_stored),
		UNIT_TEST(test_the_origin_of_a_site_may_stand_in_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
