#include "base/vt.h"
#include "base/codes.h"
#include "base/secret.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/export.h"
#include "sql_export.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"         /* spreadsheets know by it that this is UTF-8 */

static const char *const keys[EXPORT_MAX] = {
#define EXPORT(constant, key) [constant] = key,
#include "people/export.def"
#undef EXPORT
};

const char *export_key(enum export dataset)
{
	return keys[dataset];
}

int export_allowed(struct vt_ctx *ctx, enum export dataset, const char *format, const char *reason,
		   struct export_rule *rule)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_EXPORT_ALLOWED, "iss", ctx->user_id, keys[dataset], format) < 0)
		return -1;
	*rule = (struct export_rule){
		.allowed = db_bool(result, 0, "allowed"),
		.rows_max = db_i64(result, 0, "rows_max"),
		.masked = db_bool(result, 0, "masked"),
		.reason_required = db_bool(result, 0, "reason_required"),
	};
	if (!rule->allowed)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.export.forbidden", "no role of theirs may take %s",
				   keys[dataset]);
	if (rule->reason_required && !*reason)
		return vt_fail_field(ctx, "reason", "error.export.reason", "no reason");
	return 0;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct export_rule *rules = data;

	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (int i = 0; i < EXPORT_MAX; i++) {
		if (db_pipe_add(ctx, 0, &SQL_EXPORT_RULE_SET, "isibbb", *id, keys[i], rules[i].rows_max,
				(int)rules[i].masked, (int)rules[i].reason_required,
				(int)rules[i].allowed) < 0)
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

void export_begin(struct vt_ctx *ctx, struct export_file *file, const struct export_rule *rule,
		  struct strbuf *out, const char *const *heading, size_t columns)
{
	(void)ctx;
	*file = (struct export_file){ .out = out, .rule = *rule };
	for (int i = 0; i < FIELD_MAX; i++) {
		file->sight.shows[i] = rule->masked ? FIELD_MASKED : FIELD_SEEN;
		file->sight.exports[i] = true;
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
	csv_cell(&file->csv, text);
}

void export_cell_i64(struct export_file *file, int64_t value)
{
	csv_cell_i64(&file->csv, value);
}

void export_cell_personal(struct vt_ctx *ctx, struct export_file *file, enum field field, const char *text)
{
	csv_cell(&file->csv, field_exported(ctx, &file->sight, field, text));
}

void export_end_row(struct export_file *file)
{
	csv_end_row(&file->csv);
	file->rows++;
	file->full = file->rule.rows_max && file->rows >= file->rule.rows_max;
}

static int record(struct vt_ctx *ctx, void *arg)
{
	const struct audit *audit = arg;

	return audit_alone(ctx, audit);
}

int export_record(struct vt_ctx *ctx, enum export dataset, const struct export_file *file,
		  const char *reason, const char *filter)
{
	struct audit audit = { .action = arena_printf(ctx->arena, "%s.export", keys[dataset]),
			       .entity = "export" };
	uint8_t digest[SECRET_HASH_SIZE];
	struct strbuf after;

	secret_sha256(file->out->data, file->out->size, digest);
	strbuf_init(&after, ctx->arena, 256);
	strbuf_printf(&after, "{\"format\":\"" EXPORT_FORMAT_CSV "\",\"rows\":%" PRId64 ",\"masked\":%s,"
		      "\"sha256\":\"%s\",\"reason\":\"", file->rows, file->rule.masked ? "true" : "false",
		      secret_hex(ctx->arena, digest, sizeof(digest)));
	strbuf_json(&after, reason);
	strbuf_printf(&after, "\",\"filter\":%s}", filter ? filter : "{}");
	audit.after = after.data;
	return db_transaction(ctx, record, &audit);
}
