/* A list that leaves as a file: what every one of them does before its rows and after them. */
#ifndef VT_STAFF_EXPORT_H
#define VT_STAFF_EXPORT_H

#include "cgi-bin/staff/staff.h"
#include "people/export.h"

struct staff_export {
	enum export dataset;
	enum export_format format;
	const char *reason;
	struct export_rule rule;
	struct export_file file;
	const char *path;              /* of a workbook while it is made */
};

/* Read the form's format and reason and ask the policy. Errors of export_allowed and export_format_read, and of
 * form_text on "reason". */
int staff_export_allowed(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 struct staff_export *out) VT_MUST_CHECK;
/* The heading from the locale: <section>.column.<column>. */
const char *const *staff_export_heading(struct vt_ctx *ctx, const char *section, const char *const *columns,
					size_t count);
/* Begin out->file, which ends up in response->body. */
int staff_export_begin(struct vt_ctx *ctx, struct response *response, struct staff_export *out,
		       const char *const *heading, size_t columns) VT_MUST_CHECK;
/* End it, record it and answer with it, as locale text file_name with the format's ending. */
int staff_export_done(struct vt_ctx *ctx, struct response *response, struct staff_export *out, const char *filter,
		      const char *file_name) VT_MUST_CHECK;
/* That name: what ends with ".csv" ends with the format's key. */
const char *staff_export_name(struct vt_ctx *ctx, const char *file_name, enum export_format format);

#endif
