/* What is put into an approved template: what Meta would refuse of it, how it reads, and what its message carries. */
#include "unit.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/whatsapp/filled.h"

static struct whatsapp_written plain(void)
{
	return (struct whatsapp_written){
		.category = TEMPLATE_UTILITY, .name = "turno", .header = WHATSAPP_HEADER_TEXT, .header_text = "Turno {{1}}",
		.header_sample = "77", .file_type = "", .body = "Hola {{1}}, te esperamos el {{2}} en la agencia.", .footer = "Agencia",
		.samples = { { "1", "Ana" }, { "2", "lunes" } }, .sample_count = 2,
		.buttons = { { WHATSAPP_BUTTON_REPLY, "Gracias", "", "" },
			     { WHATSAPP_BUTTON_URL, "Ver turno", "https://a.example/{{1}}", "t1" },
			     { WHATSAPP_BUTTON_CODE, "", "AB12", "" } }, .button_count = 3,
	};
}

static void put(struct whatsapp_filled *filled, const char *field, const char *value)
{
	struct whatsapp_slot *slot = whatsapp_filled_slot(filled, field);

	assert_non_null(slot);
	slot->value = value;
}

static void fill(struct vt_ctx *ctx, const struct whatsapp_written *written, struct whatsapp_filled *filled)
{
	whatsapp_filled_begin(ctx, written, filled);
	put(filled, "header", "88");
	put(filled, "value1", "José");
	put(filled, "value2", "martes {{1}}");
	put(filled, "button2", "t9");
	put(filled, "button3", "XY99");
}

/* The field and the key of what is wrong, "field key"; "" for nothing. */
static const char *fault(struct vt_ctx *ctx, const struct whatsapp_filled *filled)
{
	const char *out = "";

	if (whatsapp_filled_check(ctx, filled) < 0)
		out = arena_printf(ctx->arena, "%s %s", ctx->error.field, ctx->error.key);
	vt_error_clear(ctx);
	return out;
}

static void what_is_wanted_comes_in_the_order_in_which_it_is_read(void **state)
{
	static const char *const wanted[][3] = {
		{ "header", "1", "77" }, { "value1", "1", "Ana" }, { "value2", "2", "lunes" }, { "button2", "1", "t1" },
		{ "button3", "", "AB12" },
	};
	struct whatsapp_written written = plain();
	struct whatsapp_filled filled;

	whatsapp_filled_begin(unit_ctx(state), &written, &filled);
	assert_int_equal(filled.count, VT_COUNT(wanted));
	for (size_t i = 0; i < VT_COUNT(wanted); i++) {
		assert_string_equal(filled.slots[i].field, wanted[i][0]);
		assert_string_equal(filled.slots[i].name, wanted[i][1]);
		assert_string_equal(filled.slots[i].sample, wanted[i][2]);
	}
	assert_null(whatsapp_filled_slot(&filled, "value3"));
}

static void what_is_put_in_is_text_whatever_it_looks_like(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written written = plain();
	struct whatsapp_filled filled;

	fill(ctx, &written, &filled);
	assert_string_equal(fault(ctx, &filled), "");
	assert_string_equal(whatsapp_filled_text(ctx, &filled),
			    "Turno 88\n\nHola José, te esperamos el martes {{1}} en la agencia.\n\nAgencia");
	assert_string_equal(whatsapp_filled_button(ctx, &filled, 0), "Gracias");
	assert_string_equal(whatsapp_filled_button(ctx, &filled, 1), "Ver turno (https://a.example/t9)");
	assert_string_equal(whatsapp_filled_button(ctx, &filled, 2), "XY99");
}

static void its_message_carries_each_where_it_belongs(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written written = plain();
	struct whatsapp_filled filled;

	fill(ctx, &written, &filled);
	assert_string_equal(json_text(ctx, whatsapp_filled_components(ctx, &filled, false)),
		"[{\"type\":\"header\",\"parameters\":[{\"type\":\"text\",\"text\":\"88\"}]},"
		"{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"José\"},{\"type\":\"text\",\"text\":\"martes {{1}}\"}]},"
		"{\"type\":\"button\",\"parameters\":[{\"type\":\"text\",\"text\":\"t9\"}],\"sub_type\":\"url\",\"index\":\"1\"},"
		"{\"type\":\"button\",\"parameters\":[{\"type\":\"coupon_code\",\"coupon_code\":\"XY99\"}],"
		"\"sub_type\":\"copy_code\",\"index\":\"2\"}]");
	written = (struct whatsapp_written){ .header_text = "", .footer = "", .body = "Hola {{nombre}}, vení mañana.",
					     .samples = { { "nombre", "Ana" } }, .sample_count = 1 };
	whatsapp_filled_begin(ctx, &written, &filled);
	put(&filled, "value1", "Eva");
	assert_string_equal(json_text(ctx, whatsapp_filled_components(ctx, &filled, true)),
		"[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"parameter_name\":\"nombre\",\"text\":\"Eva\"}]}]");
	written.body = "Vení mañana.";
	whatsapp_filled_begin(ctx, &written, &filled);
	assert_string_equal(json_text(ctx, whatsapp_filled_components(ctx, &filled, false)), "[]");
	assert_string_equal(whatsapp_filled_text(ctx, &filled), "Vení mañana.");
}

static void what_meta_refuses_is_said_beside_its_field(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char longer[1100];
	const char *const bad[][3] = {
		{ "value1", "", "value1 error.required" }, { "value1", "   ", "value1 error.required" },
		{ "value2", "a\nb", "value2 error.template.value" }, { "value2", "a\tb", "value2 error.template.value" },
		{ "value2", "a     b", "value2 error.template.value" }, { "header", "", "header error.required" },
		{ "header", "0123456789012345678901234567890123456789012345678901234567", "header error.template.header_long" },
		{ "button2", "a b", "button2 error.template.value_space" }, { "button3", "0123456789012345", "button3 error.too_long" },
		{ "value2", longer, "value2 error.template.body_long" },
	};
	struct whatsapp_written written = plain();
	struct whatsapp_filled filled;

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		fill(ctx, &written, &filled);
		put(&filled, bad[i][0], bad[i][1]);
		assert_string_equal(fault(ctx, &filled), bad[i][2]);
	}
	fill(ctx, &written, &filled);
	put(&filled, "value2", "a    b");
	assert_string_equal(fault(ctx, &filled), "");
}

static void a_header_of_a_file_wants_one_of_its_kind(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written written = { .header = WHATSAPP_HEADER_DOCUMENT, .header_text = "", .footer = "",
					    .body = "Te mandamos tu constancia." };
	struct whatsapp_filled filled;

	whatsapp_filled_begin(ctx, &written, &filled);
	assert_true(whatsapp_filled_wants_file(&written));
	assert_string_equal(fault(ctx, &filled), "file error.template.needs_file");
	filled.file_type = "image/png";
	assert_string_equal(fault(ctx, &filled), "file error.template.file_type");
	filled.file_type = "application/pdf";
	assert_string_equal(fault(ctx, &filled), "");
	assert_string_equal(whatsapp_filled_text(ctx, &filled), "Te mandamos tu constancia.");
}

static const char *refusal(struct vt_ctx *ctx, const char *components, int category)
{
	struct whatsapp_written written;
	struct json *parsed;

	assert_int_equal(json_parse(ctx, components, strlen(components), 4096, &parsed), 0);
	whatsapp_written_read(ctx, parsed, &written);
	written.category = category;
	return whatsapp_filled_refusal(&written);
}

static void what_nobody_can_fill_in_by_hand_says_why(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_null(refusal(ctx, "[{\"type\":\"BODY\",\"text\":\"Hola.\"}]", TEMPLATE_UTILITY));
	assert_string_equal(refusal(ctx, "[{\"type\":\"BODY\",\"text\":\"{{1}} es tu código.\"}]", TEMPLATE_AUTHENTICATION),
			    "error.template.code_by_hand");
	assert_null(refusal(ctx, "[{\"type\":\"HEADER\",\"format\":\"IMAGE\"}]", TEMPLATE_UTILITY));
	assert_string_equal(refusal(ctx, "[{\"type\":\"HEADER\",\"format\":\"LOCATION\"}]", TEMPLATE_UTILITY),
			    "error.template.header_by_hand");
	assert_string_equal(refusal(ctx, "[{\"type\":\"CAROUSEL\"}]", TEMPLATE_MARKETING), "error.template.parts_by_hand");
	assert_string_equal(refusal(ctx, "[{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"FLOW\",\"text\":\"a\"}]}]",
				    TEMPLATE_UTILITY), "error.template.parts_by_hand");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(what_is_wanted_comes_in_the_order_in_which_it_is_read),
		UNIT_TEST(what_is_put_in_is_text_whatever_it_looks_like),
		UNIT_TEST(its_message_carries_each_where_it_belongs),
		UNIT_TEST(what_meta_refuses_is_said_beside_its_field),
		UNIT_TEST(a_header_of_a_file_wants_one_of_its_kind),
		UNIT_TEST(what_nobody_can_fill_in_by_hand_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
