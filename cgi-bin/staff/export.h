/* A list that leaves as a file: what every one of them does before its rows and after them. */
#ifndef VT_STAFF_EXPORT_H
#define VT_STAFF_EXPORT_H

#include "cgi-bin/staff/staff.h"
#include "people/export.h"

/* Read the form's reason and ask the policy. Errors of export_allowed, and of form_text on "reason". */
int staff_export_allowed(struct vt_ctx *ctx, const struct request *request, enum export dataset,
			 const char **reason, struct export_rule *rule) VT_MUST_CHECK;
/* The heading from the locale: <section>.column.<column>. */
const char *const *staff_export_heading(struct vt_ctx *ctx, const char *section, const char *const *columns,
					size_t count);
/* Record the file in response->body and answer with it, as locale text file_name. */
int staff_export_done(struct vt_ctx *ctx, struct response *response, enum export dataset,
		      const struct export_file *file, const char *reason, const char *filter,
		      const char *file_name) VT_MUST_CHECK;

#endif
