#include "base/vt.h"
#include "base/config.h"
#include "base/secret.h"
#include "web/form.h"
#include "cgi-bin/staff/export.h"

#include <errno.h>
#include <unistd.h>

#define PIECE (64 * 1024)

int staff_export_allowed(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 struct staff_export *out)
{
	*out = (struct staff_export){ .dataset = dataset };
	if (export_format_read(ctx, dataset, request_form(request, "format"), &out->format) < 0 ||
	    form_text(ctx, request, "reason", EXPORT_REASON_MAX, FORM_OPTIONAL, &out->reason) < 0)
		return -1;
	return export_allowed(ctx, dataset, out->format, out->reason, &out->rule);
}

const char *const *staff_export_heading(struct vt_ctx *ctx, const char *section, const char *const *columns,
					size_t count)
{
	const char **heading = arena_calloc(ctx->arena, count, sizeof(*heading));

	for (size_t i = 0; i < count; i++)
		heading[i] = locale_text(ctx, arena_printf(ctx->arena, "%s.column.%s", section, columns[i]), NULL);
	return heading;
}

static void remove_file(void *path)
{
	unlink(path);
}

int staff_export_begin(struct vt_ctx *ctx, struct response *response, struct staff_export *out,
		       const char *const *heading, size_t columns)
{
	if (out->format == EXPORT_XLSX) {
		char *path = arena_printf(ctx->arena, "%s/workbook-XXXXXX", program_config()->files_directory);
		int descriptor = mkstemp(path);
		if (descriptor < 0)
			return vt_fail(ctx, VT_E_UNAVAILABLE, "make a workbook: %s", strerror(errno));
		close(descriptor);
		arena_defer(ctx->arena, remove_file, path);
		out->path = path;
	}
	export_begin(ctx, &out->file, out->format, &out->rule, &response->body, out->path, heading, columns);
	return 0;
}

static int file_read(struct vt_ctx *ctx, const char *path, struct strbuf *out)
{
	char *piece = arena_alloc(ctx->arena, PIECE);
	FILE *stream = fopen(path, "re");
	size_t size;

	if (!stream)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "read a workbook: %s", strerror(errno));
	while ((size = fread(piece, 1, PIECE, stream)) > 0)
		strbuf_add(out, piece, size);
	bool failed = ferror(stream);
	fclose(stream);
	return failed ? vt_fail(ctx, VT_E_UNAVAILABLE, "read a workbook") : 0;
}

const char *staff_export_name(struct vt_ctx *ctx, const char *file_name, enum export_format format)
{
	const char *name = locale_text(ctx, file_name, NULL);

	return arena_printf(ctx->arena, "%.*s.%s", (int)strcspn(name, "."), name, export_format_key(format));
}

int staff_export_done(struct vt_ctx *ctx, struct response *response, struct staff_export *out, const char *filter,
		      const char *file_name)
{
	struct export_taken taken = { .dataset = out->dataset, .format = out->format, .rule = &out->rule,
				      .rows = out->file.rows, .reason = out->reason, .filter = filter };
	uint8_t digest[SECRET_HASH_SIZE];

	if (export_end(ctx, &out->file) < 0 || (out->path && file_read(ctx, out->path, &response->body) < 0))
		return -1;
	secret_sha256(response->body.data, response->body.size, digest);
	taken.sha256 = secret_hex(ctx->arena, digest, sizeof(digest));
	if (export_record(ctx, &taken) < 0)
		return -1;
	response->content_type = export_media_type(out->format);
	response_disposition(response, true, staff_export_name(ctx, file_name, out->format));
	return 0;
}
