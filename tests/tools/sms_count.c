/*
 * How many SMS texts are, for tests that ask others whether they count the
 * same: a JSON array of texts on standard input, a line of "alphabet parts left"
 * for each, and for its plain spelling, with a tab between them.
 */
#include "base/vt.h"
#include "base/json.h"
#include "channel/sms/segment.h"

#define INPUT_MAX ((size_t)1024 * 1024)

static void print_count(const char *text, char end)
{
	const struct sms_segments count = sms_segments(text);

	printf("%s %d %d%c", count.gsm ? "gsm" : "ucs2", count.count, count.left, end);
}

int main(void)
{
	struct arena *arena = arena_new();
	struct json *texts;
	struct vt_ctx ctx;
	char *input = arena_alloc(arena, INPUT_MAX);

	vt_ctx_init(&ctx, arena, "sms_count");
	size_t size = fread(input, 1, INPUT_MAX, stdin);
	if (json_parse(&ctx, input, size, INPUT_MAX, &texts) < 0) {
		fprintf(stderr, "%s\n", ctx.error.message);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < json_array_size(texts); i++) {
		const char *text = json_str(json_array_at(texts, i), "", "");
		print_count(text, '\t');
		print_count(sms_plain(arena, text), '\n');
	}
	arena_free(arena);
	return EXIT_SUCCESS;
}
