/*
 * Taking data out: which role may take what, in which formats, how much of it
 * and with personal data or without (table export_rule); and the one writer
 * that makes the file of any list, so that none leaves without that rule, a
 * reason and its digest on record.
 */
#ifndef VT_PEOPLE_EXPORT_H
#define VT_PEOPLE_EXPORT_H

#include "base/csv.h"
#include "base/sheet.h"
#include "base/strbuf.h"
#include "people/edit.h"
#include "people/field.h"

#define EXPORT_REASON_MAX 300
#define EXPORT_ROWS_MAX 100000000

enum export_format {
#define EXPORT_FORMAT(constant, key, media_type) constant,
#include "people/export_format.def"
#undef EXPORT_FORMAT
	EXPORT_FORMAT_MAX
};
#define EXPORT_BIT(format) (1u << (format))
#define EXPORT_LIST (EXPORT_BIT(EXPORT_CSV) | EXPORT_BIT(EXPORT_XLSX))
#define EXPORT_DOCUMENT (EXPORT_BIT(EXPORT_PDF) | EXPORT_BIT(EXPORT_HTML) | EXPORT_BIT(EXPORT_TXT))

enum export {
#define EXPORT(constant, key, formats) constant,
#include "people/export.def"
#undef EXPORT
	EXPORT_MAX
};

const char *export_key(enum export dataset);
/* The formats that a data set has, as bits. */
unsigned export_formats(enum export dataset);
const char *export_format_key(enum export_format format);
const char *export_media_type(enum export_format format);
/* What a form asks for by its key; "": the first that the data set has. VT_E_INVALID on "format". */
int export_format_read(struct vt_ctx *ctx, enum export dataset, const char *key,
		       enum export_format *format) VT_MUST_CHECK;

/* --- The policy ------------------------------------------------------------------------------- */

struct export_rule {
	unsigned formats;              /* as bits; 0: nothing of it */
	int64_t rows_max;              /* 0: no limit */
	bool masked;                   /* personal data */
	bool reason_required;
	bool internal;                 /* also what only colleagues are to read */
};

/* "audit:0:1:0:0:csv,xlsx ..." as the statement export_rules gives them; what has no rule may not leave. */
void export_rules_read(const char *text, struct export_rule rules[EXPORT_MAX]);

/* What the person may take of a data set in a format; of several roles the most generous. VT_E_FORBIDDEN
 * (error.export.forbidden) when none of theirs may; VT_E_INVALID on "reason" when one is asked for and
 * reason is empty. */
int export_allowed(struct vt_ctx *ctx, enum export dataset, enum export_format format, const char *reason,
		   struct export_rule *rule) VT_MUST_CHECK;

/* The rules of a role, edit->id, one for each data set. Own transaction (edit_run, "export.save"). */
int export_rules_save(struct vt_ctx *ctx, struct edit *edit,
		      const struct export_rule rules[EXPORT_MAX]) VT_MUST_CHECK;

/* --- The file of a list ------------------------------------------------------------------------ */

struct export_file {
	enum export_format format;     /* EXPORT_CSV or EXPORT_XLSX */
	struct strbuf *out;            /* CSV: the caller's */
	struct csv_writer csv;
	struct sheet *sheet;
	struct export_rule rule;
	struct field_sight sight;      /* masks what is personal when the rule says so */
	int64_t rows;                  /* without the heading */
	bool full;                     /* the rule's rows are in: write no more */
};

/* Begin a list. heading: the columns' names. CSV grows in out; a workbook is written to path when it ends. */
void export_begin(struct vt_ctx *ctx, struct export_file *file, enum export_format format,
		  const struct export_rule *rule, struct strbuf *out, const char *path,
		  const char *const *heading, size_t columns);
/* What is written next goes to another buffer: a long CSV leaves in pieces. */
void export_go_on(struct export_file *file, struct strbuf *out);
void export_cell(struct export_file *file, const char *text);
void export_cell_i64(struct export_file *file, int64_t value);
/* Something personal: as it is, or masked like that field of a contact. */
void export_cell_personal(struct vt_ctx *ctx, struct export_file *file, enum field field, const char *text);
void export_end_row(struct export_file *file);
/* No more rows: the workbook is at its path. */
int export_end(struct vt_ctx *ctx, struct export_file *file) VT_MUST_CHECK;

/* --- On record -------------------------------------------------------------------------------- */

struct export_taken {
	const char *action;            /* NULL: "<key>.export" */
	enum export dataset;
	enum export_format format;
	int64_t rows;
	const struct export_rule *rule;
	const char *sha256;            /* of the file, hexadecimal */
	const char *reason;
	const char *filter;            /* what was asked for, a JSON object; NULL: all */
	int64_t job_id, conversation_id; /* 0: none */
};
/* The audit row of a file, in the caller's transaction. */
int export_audit(struct vt_ctx *ctx, const struct export_taken *taken) VT_MUST_CHECK;
/* The same in a transaction of its own. */
int export_record(struct vt_ctx *ctx, const struct export_taken *taken) VT_MUST_CHECK;

#endif
