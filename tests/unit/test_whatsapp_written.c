/* A template as it is written: what Meta would refuse, and its components. */
#include "unit.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/whatsapp/written.h"

static struct whatsapp_written good(void)
{
	return (struct whatsapp_written){
		.category = TEMPLATE_UTILITY, .name = "vencimiento_v5", .header_text = "", .header_sample = "", .file_type = "",
		.body = "Hola {{1}}, la cuota de la partida {{2}} vence mañana.", .footer = "",
		.samples = { { "1", "Graciela" }, { "2", "055" } }, .sample_count = 2,
	};
}

/* The field and the key of what is wrong, "field key"; "" for nothing. */
static const char *fault(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole)
{
	const char *out = "";

	if (whatsapp_written_check(ctx, written, whole) < 0)
		out = arena_printf(ctx->arena, "%s %s", ctx->error.field, ctx->error.key);
	vt_error_clear(ctx);
	return out;
}

#define REFUSES(written, wanted) assert_string_equal(fault(ctx, &(written), true), wanted)

static void what_meta_takes_is_right(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	REFUSES(it, "");
	it.body = "Hola {{nombre}}, te esperamos mañana a las {{hora}} en la agencia.";
	it.samples[0] = (struct whatsapp_variable){ "hora", "9" };
	it.samples[1] = (struct whatsapp_variable){ "nombre", "Ana" };
	REFUSES(it, "");
	assert_string_equal(whatsapp_written_format(ctx, &it), "NAMED");
}

static void names_have_few_letters(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	for (size_t i = 0; i < 3; i++) {
		static const char *const bad[] = { "Con_mayusculas", "con espacio", "año" };
		it.name = bad[i];
		REFUSES(it, "name error.template.name");
	}
	it.name = "";
	assert_string_equal(fault(ctx, &it, false), "name error.required");
}

static void variables_stand_where_they_may(void **state)
{
	static const char *const bad[][2] = {
		{ "", "body error.required" },
		{ "{{1}}, tu turno es mañana a las nueve.", "body error.template.ends" },
		{ "Tu turno es mañana a las {{1}}", "body error.template.ends" },
		{ "Tu turno es mañana a las {{1}} \n", "body error.template.ends" },
		{ "Tu turno es {{1}} {{2}} en la agencia de La Plata.", "body error.template.adjacent" },
		{ "Tu turno es {{2}} en la agencia.", "body error.template.order" },
		{ "Tu turno {{1}} es {{1}} en la agencia de La Plata.", "body error.template.order" },
		{ "Tu turno {{a}} es {{a}} en la agencia de La Plata.", "body error.template.twice" },
		{ "Tu turno {{1}} es {{dia}} en la agencia de La Plata.", "body error.template.mixed" },
		{ "Tu turno {{ 1 }} es mañana.", "body error.template.variable" },
		{ "Tu turno {{Dia}} es mañana.", "body error.template.variable" },
		{ "Tu turno {{1 es mañana.", "body error.template.variable" },
		{ "Hola {{1}} y {{2}} ya.", "body error.template.few_words" },
		{ "Hola.\n\n\nTu turno es mañana.", "body error.template.gaps" },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		it.body = bad[i][0];
		REFUSES(it, bad[i][1]);
		assert_string_equal(fault(ctx, &it, false), "");
	}
}

static void each_variable_has_its_sample(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	it.samples[1].sample = "";
	REFUSES(it, "sample2 error.template.sample");
	it.sample_count = 0;
	REFUSES(it, "sample1 error.template.sample");
}

static void lengths_are_counted_in_characters(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();
	char *body = arena_alloc(ctx->arena, 2 * 1025 + 1);

	for (int i = 0; i < 1025; i++)
		memcpy(body + 2 * i, "ñ", 2);
	body[2 * 1025] = '\0';
	it.body = body;
	assert_string_equal(fault(ctx, &it, false), "body error.too_long");
	body[2 * 1024] = '\0';
	REFUSES(it, "");
	it.footer = body;
	REFUSES(it, "footer error.too_long");
	it.footer = "Hola {{1}}";
	REFUSES(it, "footer error.template.no_variables");
}

static void a_header_is_short_and_plain_or_has_its_file(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	it.header = WHATSAPP_HEADER_TEXT;
	REFUSES(it, "header_text error.required");
	it.header_text = "*Aviso*";
	REFUSES(it, "header_text error.template.plain");
	it.header_text = "Aviso 🙂";
	REFUSES(it, "header_text error.template.plain");
	it.header_text = "De {{1}} a {{2}}";
	REFUSES(it, "header_text error.template.one_variable");
	it.header_text = "Partida {{1}}";
	REFUSES(it, "header_sample error.template.sample");
	it.header_sample = "055";
	REFUSES(it, "");
	it.header = WHATSAPP_HEADER_IMAGE;
	REFUSES(it, "file error.template.file");
	it.has_file = true;
	it.file_type = "application/pdf";
	REFUSES(it, "file error.template.file_type");
	it.file_type = "image/png";
	REFUSES(it, "");
}

static void buttons_are_as_many_and_as_meta_says(void **state)
{
	static const struct { struct whatsapp_button button; const char *wanted; } bad[] = {
		{ { WHATSAPP_BUTTON_REPLY, "", "", "" }, "button1_text error.required" },
		{ { WHATSAPP_BUTTON_REPLY, "Un texto que es demasiado largo", "", "" }, "button1_text error.too_long" },
		{ { WHATSAPP_BUTTON_REPLY, "Hola {{1}}", "", "" }, "button1_text error.template.no_variables" },
		{ { WHATSAPP_BUTTON_URL, "Pagar", "sitio.example", "" }, "button1_value error.template.url" },
		{ { WHATSAPP_BUTTON_URL, "Pagar", "https://", "" }, "button1_value error.template.url" },
		{ { WHATSAPP_BUTTON_URL, "Pagar", "https://wa.me/549", "" }, "button1_value error.template.url_whatsapp" },
		{ { WHATSAPP_BUTTON_URL, "Pagar", "https://a.example/{{1}}/x", "z" }, "button1_value error.template.url_variable" },
		{ { WHATSAPP_BUTTON_URL, "Pagar", "https://a.example/{{1}}", "" }, "button1_sample error.template.sample" },
		{ { WHATSAPP_BUTTON_PHONE, "Llamar", "0221 429-0000", "" }, "button1_value error.template.phone" },
		{ { WHATSAPP_BUTTON_CODE, "", "", "" }, "button1_value error.required" },
		{ { WHATSAPP_BUTTON_CODE, "", "DEMASIADO-LARGO-1", "" }, "button1_value error.too_long" },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good();

	it.button_count = 1;
	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		it.buttons[0] = bad[i].button;
		REFUSES(it, bad[i].wanted);
	}
	it.button_count = 3;
	it.buttons[0] = (struct whatsapp_button){ WHATSAPP_BUTTON_REPLY, "Sí", "", "" };
	it.buttons[1] = (struct whatsapp_button){ WHATSAPP_BUTTON_PHONE, "Llamar", "+542214290000", "" };
	it.buttons[2] = (struct whatsapp_button){ WHATSAPP_BUTTON_REPLY, "No", "", "" };
	REFUSES(it, "button3_type error.template.button_apart");
	it.buttons[2] = it.buttons[1];
	REFUSES(it, "button3_text error.template.button_twice");
	it.buttons[2].text = "Llamar ya";
	REFUSES(it, "button3_type error.template.button_many");
}

/* What is written comes back from its components as it was. */
static void components_are_metas_and_come_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good(), back;
	struct json *components;

	it.header = WHATSAPP_HEADER_TEXT;
	it.header_text = "Partida {{1}}";
	it.header_sample = "055";
	it.footer = "Agencia";
	it.button_count = 2;
	it.buttons[0] = (struct whatsapp_button){ WHATSAPP_BUTTON_URL, "Pagar", "https://a.example/{{1}}", "77" };
	it.buttons[1] = (struct whatsapp_button){ WHATSAPP_BUTTON_CODE, "", "AHORA20", "" };
	components = whatsapp_written_components(ctx, &it);
	assert_string_equal(json_str(components, "0.example.header_text.0", ""), "055");
	assert_string_equal(json_str(components, "1.example.body_text.0.1", ""), "055");
	assert_string_equal(json_str(components, "3.buttons.0.example.0", ""), "https://a.example/77");
	whatsapp_written_read(ctx, components, &back);
	assert_string_equal(back.body, it.body);
	assert_string_equal(back.header_sample, "055");
	assert_string_equal(back.samples[0].name, "1");
	assert_string_equal(back.samples[0].sample, "Graciela");
	assert_string_equal(back.buttons[0].sample, "77");
	assert_string_equal(back.buttons[1].value, "AHORA20");
}

static void a_code_has_metas_own_words(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct whatsapp_written it = good(), back;
	struct json *components;

	it.category = TEMPLATE_AUTHENTICATION;
	it.security = true;
	it.expires_min = 10;
	REFUSES(it, "");
	components = whatsapp_written_components(ctx, &it);
	assert_string_equal(json_str(components, "2.buttons.0.otp_type", ""), "COPY_CODE");
	assert_null(json_at(components, "0.text"));
	whatsapp_written_read(ctx, components, &back);
	assert_true(back.security);
	assert_int_equal(back.expires_min, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(what_meta_takes_is_right),
		UNIT_TEST(names_have_few_letters),
		UNIT_TEST(variables_stand_where_they_may),
		UNIT_TEST(each_variable_has_its_sample),
		UNIT_TEST(lengths_are_counted_in_characters),
		UNIT_TEST(a_header_is_short_and_plain_or_has_its_file),
		UNIT_TEST(buttons_are_as_many_and_as_meta_says),
		UNIT_TEST(components_are_metas_and_come_back),
		UNIT_TEST(a_code_has_metas_own_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
