/* Whatever somebody wrote, the text has only lines of ours that begin at the left, and a PDF comes out. */
#include "base/vt.h"
#include "base/utf8.h"
#include "report/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lines(const char *text)
{
	size_t left = 0;

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		left += *text != ' ' && *text != '\n';
	/* Agency, title, a fact, the one entry. */
	VT_BUG_ON(left > 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = utf8_repair(arena, (const char *)data, size);
	const struct transcript_fact fact = { "Dato", text };
	const struct transcript_file file = { text, "1 B", "" };
	const struct transcript_entry entry = { TRANSCRIPT_CONTACT, NULL, text, false, "09:55", text, &text, 1, &file, text };
	const struct transcript transcript = { .agency = "Agencia", .title = "1", .made = text, .page = "Página", .of = "de",
					       .facts = &fact, .fact_count = 1, .entries = &entry, .entry_count = 1 };
	struct strbuf content, pdf;
	struct vt_ctx ctx;

	vt_ctx_init(&ctx, arena, "fuzz");
	strbuf_init(&content, arena, 64);
	strbuf_init(&pdf, arena, 64);
	transcript_content(arena, &transcript, &content);
	VT_BUG_ON(!utf8_valid(content.data, content.size));
	check_lines(content.data);
	VT_BUG_ON(transcript_pdf(&ctx, &transcript, "00", &pdf) < 0 || memcmp(pdf.data, "%PDF-", 5) != 0);
	arena_free(arena);
	return 0;
}
