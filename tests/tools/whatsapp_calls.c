/*
 * The calls that WhatsApp's network makes of rows of the outbox, for tests
 * that ask others whether they are right: a JSON array of {"kind", "payload",
 * "step"?, "memory"?} on standard input, a line of {"method", "url", "body"}
 * for each.
 */
#include "base/vt.h"
#include "base/json.h"
#include "channel/outgoing.h"
#include "channel/whatsapp/whatsapp.h"

#define INPUT_MAX ((size_t)1024 * 1024)
#define SETTINGS "{\"account\":\"900100200300400\",\"waba\":\"800100200300400\",\"app_id\":\"5\"}"

static const char *secret(void *secrets, const char *name)
{
	(void)secrets;
	return !strcmp(name, "token") ? "token-of-the-tests" : NULL;
}

static int print_call(struct vt_ctx *ctx, struct json *row, struct json *settings)
{
	struct channel_message message = {
		.reference = "7.1795446000000000", .kind = json_str(row, "kind", ""),
		.step = (int)json_i64(row, "step", 0), .memory = json_str(row, "memory", NULL),
		.payload = json_at(row, "payload"), .settings = settings, .secret = secret,
	};
	struct channel_request request = { 0 };
	struct json *out = json_new_object(ctx);

	if (channel_whatsapp.build(ctx, &message, &request) < 0)
		return -1;
	json_set_str(out, "method", request.method ? request.method : "POST");
	json_set_str(out, "url", request.url);
	json_set_str(out, "body", request.with_file ? NULL : request.body);
	puts(json_text(ctx, out));
	return 0;
}

int main(void)
{
	struct arena *arena = arena_new();
	struct json *rows, *settings;
	struct vt_ctx ctx;
	char *input = arena_alloc(arena, INPUT_MAX);
	int failed = 0;

	vt_ctx_init(&ctx, arena, "whatsapp_calls");
	size_t size = fread(input, 1, INPUT_MAX, stdin);
	if (json_parse(&ctx, input, size, INPUT_MAX, &rows) < 0 ||
	    json_parse(&ctx, SETTINGS, strlen(SETTINGS), INPUT_MAX, &settings) < 0)
		failed = -1;
	for (size_t i = 0; !failed && i < json_array_size(rows); i++)
		failed = print_call(&ctx, json_array_at(rows, i), settings);
	if (failed)
		fprintf(stderr, "%s\n", ctx.error.message);
	arena_free(arena);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
