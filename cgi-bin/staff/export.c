#include "base/vt.h"
#include "web/form.h"
#include "cgi-bin/staff/export.h"

int staff_export_allowed(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 const char **reason, struct export_rule *rule)
{
	if (form_text(ctx, request, "reason", EXPORT_REASON_MAX, FORM_OPTIONAL, reason) < 0)
		return -1;
	return export_allowed(ctx, dataset, EXPORT_FORMAT_CSV, *reason, rule);
}

const char *const *staff_export_heading(struct vt_ctx *ctx, const char *section, const char *const *columns,
					size_t count)
{
	const char **heading = arena_calloc(ctx->arena, count, sizeof(*heading));

	for (size_t i = 0; i < count; i++)
		heading[i] = locale_text(ctx, arena_printf(ctx->arena, "%s.column.%s", section, columns[i]), NULL);
	return heading;
}

int staff_export_done(struct vt_ctx *ctx, struct response *response, enum export dataset,
		      const struct export_file *file, const char *reason, const char *filter,
		      const char *file_name)
{
	if (export_record(ctx, dataset, file, reason, filter) < 0)
		return -1;
	response->content_type = "text/csv; charset=utf-8";
	response_disposition(response, true, locale_text(ctx, file_name, NULL));
	return 0;
}
