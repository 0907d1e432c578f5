/* Administrators' texts with variables in them. */
#include "unit.h"
#include "conversation/words.h"

static const char *filled(struct vt_ctx *ctx, const char *text, const char *operator_name, const char *contact_name)
{
	const struct words words = { .values = {
		[WORD_OPERATOR_NAME] = operator_name, [WORD_CONTACT_NAME] = contact_name,
		[WORD_QUEUE_NAME] = "Planes", [WORD_CONVERSATION_NUMBER] = "26112700000001",
	} };

	return words_fill(ctx, text, &words);
}

static void test_a_text_is_filled_once(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filled(ctx, "Hola {contacto}, soy {operador}", "Marina", "{operador}"),
			    "Hola {operador}, soy Marina");
	assert_string_equal(filled(ctx, "Hola {{contacto.nombre}}, de {{ cola.nombre }}: {{conversacion.numero}}", "Marina",
				   "{{cola.nombre}}"),
			    "Hola {{cola.nombre}}, de Planes: 26112700000001");
	assert_null(filled(ctx, "", "Marina", "x"));
	assert_null(filled(ctx, NULL, "Marina", "x"));
}

static void test_who_has_no_name_is_not_addressed(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filled(ctx, "¡Buen día, {{contacto.nombre}}! Soy {operador}.", "Ana", ""), "¡Buen día! Soy Ana.");
	assert_string_equal(filled(ctx, "{contacto}, ya vuelvo.\n{contacto}: listo {contacto} acá", "Ana", NULL),
			    "ya vuelvo.\n: listo acá");
}

static void test_what_is_no_variable_stands_as_it_is(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(filled(ctx, "{{ nada }} {otro} {{sin cerrar", "Ana", "x"), "{{ nada }} {otro} {{sin cerrar");
}

static void test_a_variable_that_is_not_there_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(words_check(ctx, "greeting", "Hola {{contacto.nombre}}, {{ operador.nombre }} {otro} {{abierta"), 0);
	assert_int_equal(words_check(ctx, "greeting", "Hola {{contacto.apodo}}"), -1);
	assert_string_equal(ctx->error.field, "greeting");
	assert_string_equal(ctx->error.key, "error.word");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_a_text_is_filled_once),
		UNIT_TEST(test_who_has_no_name_is_not_addressed),
		UNIT_TEST(test_what_is_no_variable_stands_as_it_is),
		UNIT_TEST(test_a_variable_that_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
