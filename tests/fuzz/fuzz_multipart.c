/* A form of any bytes is understood within its bounds or refused. The first line is the type. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/multipart.h"

static void check_text(const char *text)
{
	VT_BUG_ON(!utf8_valid(text, strlen(text)));
}

static void check(const struct request *request)
{
	const uint8_t *end = request->body + request->body_size;

	VT_BUG_ON(request->form.count > REQUEST_PAIRS_MAX);
	VT_BUG_ON(request->upload_count > REQUEST_UPLOADS_MAX);
	for (size_t i = 0; i < request->form.count; i++) {
		check_text(request->form.items[i].name);
		check_text(request->form.items[i].value);
	}
	for (size_t i = 0; i < request->upload_count; i++) {
		const struct upload *upload = &request->uploads[i];

		check_text(upload->field);
		check_text(upload->filename);
		VT_BUG_ON(strlen(upload->filename) > 200 || strpbrk(upload->filename, "/\\\r\n"));
		VT_BUG_ON(upload->data < request->body || upload->data > end ||
			  upload->size > (size_t)(end - upload->data));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line_end = memchr(data, '\n', size);
	struct request request = { 0 };
	struct vt_ctx ctx;

	if (!line_end)
		return 0;
	fuzz_begin(&ctx);
	request.content_type = arena_strndup(ctx.arena, (const char *)data, (size_t)(line_end - data));
	request.body = line_end + 1;
	request.body_size = size - (size_t)(line_end + 1 - data);
	if (multipart_parse(&ctx, &request) == 0)
		check(&request);
	else
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
	arena_reset(ctx.arena);
	return 0;
}
