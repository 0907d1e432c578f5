#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/export.h"
#include "sql_export.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"         /* spreadsheets know by it that this is UTF-8 */

static const struct { const char *key; unsigned formats; } datasets[EXPORT_MAX] = {
#define EXPORT(constant, key, formats) [constant] = { key, formats },
#include "people/export.def"
#undef EXPORT
};

static const struct { const char *key, *media_type; } formats[EXPORT_FORMAT_MAX] = {
#define EXPORT_FORMAT(constant, key, media_type) [constant] = { key, media_type },
#include "people/export_format.def"
#undef EXPORT_FORMAT
};

const char *export_key(enum export dataset)
{
	return datasets[dataset].key;
}

unsigned export_formats(enum export dataset)
{
	return datasets[dataset].formats;
}

const char *export_format_key(enum export_format format)
{
	return formats[format].key;
}

const char *export_media_type(enum export_format format)
{
	return formats[format].media_type;
}

/* Of a key that has no end of its own; EXPORT_FORMAT_MAX: none. */
static int format_by_key(const char *key, size_t size)
{
	int format = 0;

	while (format < EXPORT_FORMAT_MAX &&
	       (strlen(formats[format].key) != size || strncmp(formats[format].key, key, size) != 0))
		format++;
	return format;
}

int export_format_read(struct vt_ctx *ctx, enum export dataset, const char *key, enum export_format *format)
{
	int found = 0;

	if (*key)
		found = format_by_key(key, strlen(key));
	else
		while (!(datasets[dataset].formats & EXPORT_BIT(found)))
			found++;
	if (found == EXPORT_FORMAT_MAX || !(datasets[dataset].formats & EXPORT_BIT(found)))
		return vt_fail_field(ctx, "format", "error.invalid", "no format of %s", datasets[dataset].key);
	*format = (enum export_format)found;
	return 0;
}

/* What follows "audit": ":0:1:0:0:csv,xlsx". */
static void rule_read(const char *text, struct export_rule *rule)
{
	int masked, reason, internal, size = 0;

	if (sscanf(text, ":%" SCNd64 ":%d:%d:%d:%n", &rule->rows_max, &masked, &reason, &internal, &size) < 4 || !size)
		return;
	rule->masked = masked;
	rule->reason_required = reason;
	rule->internal = internal;
	for (text += size; *text && *text != ' '; text += *text == ',') {
		size_t length = strcspn(text, ", ");
		int format = format_by_key(text, length);
		if (format < EXPORT_FORMAT_MAX)
			rule->formats |= EXPORT_BIT(format);
		text += length;
	}
}

void export_rules_read(const char *text, struct export_rule rules[EXPORT_MAX])
{
	for (int i = 0; i < EXPORT_MAX; i++)
		rules[i] = (struct export_rule){ .reason_required = true };
	for (; *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, ":");
		for (int i = 0; i < EXPORT_MAX; i++) {
			if (strlen(datasets[i].key) == size && !strncmp(text, datasets[i].key, size))
				rule_read(text + size, &rules[i]);
		}
		text += strcspn(text, " ");
	}
}

int export_allowed(struct vt_ctx *ctx, enum export dataset, enum export_format format, const char *reason,
		   struct export_rule *rule)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_EXPORT_ALLOWED, "iss", ctx->user_id, datasets[dataset].key,
		   formats[format].key) < 0)
		return -1;
	*rule = (struct export_rule){
		.formats = db_bool(result, 0, "allowed") ? EXPORT_BIT(format) : 0,
		.rows_max = db_i64(result, 0, "rows_max"),
		.masked = db_bool(result, 0, "masked"),
		.reason_required = db_bool(result, 0, "reason_required"),
		.internal = db_bool(result, 0, "internal"),
	};
	if (!rule->formats)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.export.forbidden", "no role of theirs may take %s as %s",
				   datasets[dataset].key, formats[format].key);
	if (rule->reason_required && !*reason)
		return vt_fail_field(ctx, "reason", "error.export.reason", "no reason");
	return 0;
}

/* Those of a rule that the data set has. */
static size_t format_keys(enum export dataset, const struct export_rule *rule, const char *keys[EXPORT_FORMAT_MAX])
{
	size_t count = 0;

	for (int format = 0; format < EXPORT_FORMAT_MAX; format++) {
		if (rule->formats & datasets[dataset].formats & EXPORT_BIT(format))
			keys[count++] = formats[format].key;
	}
	return count;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct export_rule *rules = data;

	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (int i = 0; i < EXPORT_MAX; i++) {
		const char *keys[EXPORT_FORMAT_MAX];
		size_t count = format_keys((enum export)i, &rules[i], keys);
		if (db_pipe_add(ctx, 0, &SQL_EXPORT_RULE_SET, "isibbbS", *id, datasets[i].key, rules[i].rows_max,
				(int)rules[i].masked, (int)rules[i].reason_required, (int)rules[i].internal,
				keys, count) < 0)
			return -1;
	}
	if (db_pipe_add(ctx, 0, &SQL_EXPORT_RULE_TOUCH, "i", *id) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int export_rules_save(struct vt_ctx *ctx, struct edit *edit, const struct export_rule rules[EXPORT_MAX])
{
	static const struct edit_kind kind = { "export", &SQL_EXPORT_SNAPSHOT };
	struct export_rule data[EXPORT_MAX];

	memcpy(data, rules, sizeof(data));
	return edit_run(ctx, edit, &kind, "export.save", save, data);
}

void export_begin(struct vt_ctx *ctx, struct export_file *file, enum export_format format,
		  const struct export_rule *rule, struct strbuf *out, const char *path,
		  const char *const *heading, size_t columns)
{
	*file = (struct export_file){ .format = format, .out = out, .rule = *rule };
	for (int i = 0; i < FIELD_MAX; i++) {
		file->sight.shows[i] = rule->masked ? FIELD_MASKED : FIELD_SEEN;
		file->sight.exports[i] = true;
	}
	if (format == EXPORT_XLSX) {
		file->sheet = sheet_open(ctx, path, heading, columns);
		return;
	}
	strbuf_puts(out, BYTE_ORDER_MARK);
	csv_writer_init(&file->csv, out, ';');
	for (size_t i = 0; i < columns; i++)
		csv_cell(&file->csv, heading[i]);
	csv_end_row(&file->csv);
}

void export_go_on(struct export_file *file, struct strbuf *out)
{
	file->out = out;
	file->csv.out = out;
}

void export_cell(struct export_file *file, const char *text)
{
	if (file->sheet)
		sheet_cell(file->sheet, text);
	else
		csv_cell(&file->csv, text);
}

void export_cell_i64(struct export_file *file, int64_t value)
{
	if (file->sheet)
		sheet_cell_i64(file->sheet, value);
	else
		csv_cell_i64(&file->csv, value);
}

void export_cell_personal(struct vt_ctx *ctx, struct export_file *file, enum field field, const char *text)
{
	export_cell(file, field_exported(ctx, &file->sight, field, text));
}

void export_end_row(struct export_file *file)
{
	if (file->sheet)
		sheet_end_row(file->sheet);
	else
		csv_end_row(&file->csv);
	file->rows++;
	file->full = file->rule.rows_max && file->rows >= file->rule.rows_max;
}

int export_end(struct vt_ctx *ctx, struct export_file *file)
{
	return file->sheet ? sheet_close(ctx, file->sheet) : 0;
}

int export_audit(struct vt_ctx *ctx, const struct export_taken *taken)
{
	struct audit audit = {
		.action = taken->action ? taken->action
			: arena_printf(ctx->arena, "%s.export", datasets[taken->dataset].key),
		.entity = "export", .entity_id = taken->job_id, .conversation_id = taken->conversation_id,
	};
	struct strbuf after;

	strbuf_init(&after, ctx->arena, 256);
	strbuf_printf(&after, "{\"format\":\"%s\",\"rows\":%" PRId64 ",\"masked\":%s,\"sha256\":\"%s\",",
		      formats[taken->format].key, taken->rows, taken->rule->masked ? "true" : "false", taken->sha256);
	if (taken->job_id)
		strbuf_printf(&after, "\"job\":%" PRId64 ",", taken->job_id);
	strbuf_puts(&after, "\"reason\":\"");
	strbuf_json(&after, taken->reason);
	strbuf_printf(&after, "\",\"filter\":%s}", taken->filter ? taken->filter : "{}");
	audit.after = after.data;
	return audit_alone(ctx, &audit);
}

static int record(struct vt_ctx *ctx, void *arg)
{
	return export_audit(ctx, arg);
}

int export_record(struct vt_ctx *ctx, const struct export_taken *taken)
{
	struct export_taken data = *taken;

	return db_transaction(ctx, record, &data);
}
