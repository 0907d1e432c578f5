/*
 * Taking data out: which role may take what, in which format, how much of it
 * and with personal data or without (table export_rule); and the one writer
 * that makes the file of any list, so that none leaves without that rule, a
 * reason and its digest on record.
 */
#ifndef VT_PEOPLE_EXPORT_H
#define VT_PEOPLE_EXPORT_H

#include "base/csv.h"
#include "base/strbuf.h"
#include "people/edit.h"
#include "people/field.h"

#define EXPORT_FORMAT_CSV "csv"
#define EXPORT_REASON_MAX 300
#define EXPORT_ROWS_MAX 100000000

enum export {
#define EXPORT(constant, key) constant,
#include "people/export.def"
#undef EXPORT
	EXPORT_MAX
};

const char *export_key(enum export dataset);

/* --- The policy ------------------------------------------------------------------------------- */

struct export_rule {
	bool allowed;                  /* as CSV, the one format there is so far */
	int64_t rows_max;              /* 0: no limit */
	bool masked;                   /* personal data */
	bool reason_required;
};

/* What the person may take of a data set in a format; of several roles the most generous. VT_E_FORBIDDEN
 * (error.export.forbidden) when none of theirs may; VT_E_INVALID on "reason" when one is asked for and
 * reason is empty. */
int export_allowed(struct vt_ctx *ctx, enum export dataset, const char *format, const char *reason,
		   struct export_rule *rule) VT_MUST_CHECK;

/* The rules of a role, edit->id, one for each data set. Own transaction (edit_run, "export.save"). */
int export_rules_save(struct vt_ctx *ctx, struct edit *edit,
		      const struct export_rule rules[EXPORT_MAX]) VT_MUST_CHECK;

/* --- The file --------------------------------------------------------------------------------- */

struct export_file {
	struct strbuf *out;            /* the caller's */
	struct csv_writer csv;
	struct export_rule rule;
	struct field_sight sight;      /* masks what is personal when the rule says so */
	int64_t rows;                  /* without the heading */
	bool full;                     /* the rule's rows are in: write no more */
};

/* Begin a CSV in out. heading: the columns' names. */
void export_begin(struct vt_ctx *ctx, struct export_file *file, const struct export_rule *rule,
		  struct strbuf *out, const char *const *heading, size_t columns);
/* What is written next goes to another buffer: a long file leaves in pieces. */
void export_go_on(struct export_file *file, struct strbuf *out);
void export_cell(struct export_file *file, const char *text);
void export_cell_i64(struct export_file *file, int64_t value);
/* Something personal: as it is, or masked like that field of a contact. */
void export_cell_personal(struct vt_ctx *ctx, struct export_file *file, enum field field, const char *text);
void export_end_row(struct export_file *file);

/* Record the file as "<key>.export": rows, format, reason, the file's SHA-256, and filter (a JSON object or
 * NULL) which says what was asked for. Own transaction. */
int export_record(struct vt_ctx *ctx, enum export dataset, const struct export_file *file,
		  const char *reason, const char *filter) VT_MUST_CHECK;

#endif
