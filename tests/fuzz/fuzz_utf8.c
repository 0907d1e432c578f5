/* Repair makes any bytes valid and leaves valid ones alone; cutting and folding keep them so. */
#include "base/vt.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Decoding and encoding again gives the same bytes. */
static void check_characters(const char *text)
{
	size_t size = strlen(text), count = 0;

	for (size_t at = 0; at < size; count++) {
		uint32_t codepoint;
		size_t taken = utf8_decode(text + at, size - at, &codepoint);
		char bytes[4];

		VT_BUG_ON(!taken || utf8_encode(codepoint, bytes) != taken);
		VT_BUG_ON(memcmp(bytes, text + at, taken));
		at += taken;
	}
	VT_BUG_ON(utf8_length(text) != count);
	for (size_t i = 0; i <= count; i++)
		VT_BUG_ON(!utf8_valid(text, utf8_prefix(text, i)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *bytes = (const char *)data, *repaired, *folded;

	repaired = utf8_repair(arena, bytes, size);
	VT_BUG_ON(!utf8_valid(repaired, strlen(repaired)));
	VT_BUG_ON(utf8_valid(bytes, size) &&
		  (strlen(repaired) != size || (size && memcmp(bytes, repaired, size))));
	check_characters(repaired);
	folded = utf8_fold(arena, repaired);
	VT_BUG_ON(!utf8_valid(folded, strlen(folded)));
	VT_BUG_ON(strcmp(folded, utf8_fold(arena, folded)));
	arena_free(arena);
	return 0;
}
