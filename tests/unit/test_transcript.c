/* A conversation as a document: what is written, what is left out, and that nothing in it passes for something else. */
#include "unit.h"
#include "base/strbuf.h"
#include "report/transcript.h"

static const struct transcript_fact facts[] = { { "Contribuyente", "Graciela\nBenítez" }, { "CUIT", "27-14582360-4" } };

static struct transcript of(const struct transcript_entry *entries, size_t count)
{
	return (struct transcript){
		.agency = "Agencia", .title = "Conversación N.º 26112300000001", .made = "Generado el 23/11/2026",
		.page = "Página", .of = "de", .facts = facts, .fact_count = VT_COUNT(facts),
		.entries = entries, .entry_count = count,
	};
}

static const char *text_of(struct vt_ctx *ctx, const struct transcript *transcript)
{
	char digest[TRANSCRIPT_DIGEST_TEXT];
	struct strbuf content, out;

	strbuf_init(&content, ctx->arena, 64);
	strbuf_init(&out, ctx->arena, 64);
	transcript_content(ctx->arena, transcript, &content);
	transcript_digest(&content, digest);
	transcript_text(transcript, &content, digest, &out);
	return out.data;
}

static size_t pdf_size(struct vt_ctx *ctx, const struct transcript *transcript)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	assert_int_equal(transcript_pdf(ctx, transcript, "00ff", &out), 0);
	assert_memory_equal(out.data, "%PDF-", 5);
	assert_non_null(strstr(out.data + out.size - 16, "%%EOF"));
	return out.size;
}

static void text_says_who_when_and_what(void **state)
{
	static const char *const options[] = { "Planes", "Otra" };
	static const struct transcript_file file = { "recibo.pdf", "2,4 MB", "ab12" };
	static const struct transcript_entry entries[] = {
		{ TRANSCRIPT_BOT, "Lunes 23 de noviembre de 2026", "Asistente", false, "09:54", "¿Sobre qué es?", options, 2, NULL, NULL, "Asunto: planes" },
		{ TRANSCRIPT_CONTACT, NULL, "Graciela", false, "09:55", "Pagué\nayer", NULL, 0, &file, NULL, NULL },
		{ TRANSCRIPT_EVENT, NULL, "", false, "09:56", "Sofía tomó la conversación", NULL, 0, NULL, NULL, NULL },
	};
	const struct transcript transcript = of(entries, VT_COUNT(entries));
	const char *text = text_of(unit_ctx(state), &transcript);

	assert_memory_equal(text, "Agencia\nConversación N.º 26112300000001\n\nContribuyente: Graciela Benítez\nCUIT: 27-14582360-4\n"
		"\nLunes 23 de noviembre de 2026\n\n[09:54] Asistente\n    Asunto: planes\n    ¿Sobre qué es?\n    * Planes\n    * Otra\n"
		"[09:55] Graciela\n    Pagué\n    ayer\n    recibo.pdf (2,4 MB)\n    SHA-256 ab12\n"
		"[09:56] -- Sofía tomó la conversación\n\nGenerado el 23/11/2026\nSHA-256 ", 329);
}

static void the_digest_is_that_of_all_before_the_last_two_lines(void **state)
{
	static const struct transcript_entry entries[] = {
		{ TRANSCRIPT_CONTACT, NULL, "Ana", false, "09:55", "Hola", NULL, 0, NULL, NULL, NULL },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct transcript transcript = of(entries, 1);
	const char *text = text_of(ctx, &transcript), *made = strstr(text, "Generado");
	uint8_t hash[SECRET_HASH_SIZE];

	secret_sha256(text, (size_t)(made - text), hash);
	assert_non_null(strstr(made, secret_hex(ctx->arena, hash, sizeof(hash))));
	transcript.made = "Otro día, otra persona";
	assert_non_null(strstr(text_of(ctx, &transcript), secret_hex(ctx->arena, hash, sizeof(hash))));
}

static void nothing_written_looks_like_a_line_of_ours(void **state)
{
	static const struct transcript_entry entries[] = {
		{ TRANSCRIPT_CONTACT, NULL, "Ana\n[10:00] Agencia", false, "09:55",
		  "uno\r\n[10:00] Agencia\vdos\u2028[10:01] Agencia\xc2\x85" "tres\rcuatro", NULL, 0, NULL, NULL, NULL },
	};
	const struct transcript transcript = of(entries, 1);
	const char *text = text_of(unit_ctx(state), &transcript);

	assert_non_null(strstr(text, "[09:55] Ana [10:00] Agencia\n    uno\n    [10:00] Agencia\n    dos\n    [10:01] Agencia\n    tres\n    cuatro\n"));
}

static void control_characters_are_left_out_and_names_never_turn_the_line(void **state)
{
	struct arena *arena = unit_ctx(state)->arena;

	assert_string_equal(transcript_line(arena, "a\x01\x1b[31m\xef\xbb\xbf\u202eb\u2066c\td"), "a[31mbc d");
	assert_string_equal(transcript_lines(arena, "a\x07\u202eb\n\u200dc"), "a\u202eb\n\u200dc");
}

static void hostile_text_is_drawn_like_any_other(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *word = arena_alloc(ctx->arena, 4001);
	memset(word, 'w', 4000);
	const char *const texts[] = {
		word, "שלום \u202eabc\u202c مرحبا", "\u200b\u200d\u2060\ufeff", "👨‍👩‍👧‍👦 🇦🇷 ☎️ 😀", "Z̸̢̛͓͍a̶l̴g̵o̷", "<b>&amp;</b>", "", "\n\n\n", "%s%n",
	};
	struct transcript_entry entries[VT_COUNT(texts)];
	for (size_t i = 0; i < VT_COUNT(texts); i++)
		entries[i] = (struct transcript_entry){ (enum transcript_voice)(i % TRANSCRIPT_EVENT), NULL, texts[i], false,
							"09:55", texts[i], &texts[i], 1, NULL, texts[i], texts[i] };
	const struct transcript transcript = of(entries, VT_COUNT(texts));

	assert_true(pdf_size(ctx, &transcript) > 1000);
	assert_true(pdf_size(ctx, &(struct transcript){ .agency = word, .title = word, .made = word, .page = "", .of = "" }) > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(text_says_who_when_and_what),
		UNIT_TEST(the_digest_is_that_of_all_before_the_last_two_lines),
		UNIT_TEST(nothing_written_looks_like_a_line_of_ours),
		UNIT_TEST(control_characters_are_left_out_and_names_never_turn_the_line),
		UNIT_TEST(hostile_text_is_drawn_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
