/* The audit as a file: the same columns whether a page makes it or the worker. */
#ifndef VT_PEOPLE_AUDIT_EXPORT_H
#define VT_PEOPLE_AUDIT_EXPORT_H

#include "people/audit_search.h"
#include "people/export.h"

#define AUDIT_EXPORT_COLUMNS 14

struct db_result;

/* What the columns are called in the locale: audit.column.<key>. */
extern const char *const audit_export_columns[AUDIT_EXPORT_COLUMNS];

/* A row of audit_search as a row of the file. Who and from where are personal. */
void audit_export_row(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row);

/* A filter as JSON and back, for a download that is made later. Strings of what is read are in ctx->arena. */
const char *audit_filter_text(struct vt_ctx *ctx, const struct audit_filter *filter);
int audit_filter_parse(struct vt_ctx *ctx, const char *text, struct audit_filter *filter) VT_MUST_CHECK;

#endif
