#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "campaign/template_offer.h"
#include "db/db.h"
#include "sql_template.h"

#define COMPONENTS_MAX (256 * 1024)

static int read_row(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct template *out)
{
	const char *text = db_text(rows, row, "components");
	struct json *components;

	*out = (struct template){
		.template_id = db_i64(rows, row, "template_id"), .name = db_text(rows, row, "name"),
		.language = db_text(rows, row, "language"), .state = (int)db_i64(rows, row, "state"),
		.paused_until = db_time_us(rows, row, "paused_until"), .named = !strcmp(db_text(rows, row, "format"), "NAMED"),
	};
	if (json_parse(ctx, text, strlen(text), COMPONENTS_MAX, &components) < 0)
		return vt_note(ctx, "components of a template");
	whatsapp_written_read(ctx, components, &out->written);
	out->written.name = out->name;
	out->written.category = (int)db_i64(rows, row, "category");
	whatsapp_variables(ctx, out->written.body, out->variables, &out->variable_count);
	return 0;
}

static int read_rows(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, bool any, struct template **out,
		     size_t *count)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_TEMPLATE_OFFERED, "iib", channel_id, template_id, (int)any) < 0)
		return -1;
	*count = db_rows(rows);
	*out = arena_calloc(ctx->arena, *count + 1, sizeof(**out));
	for (size_t row = 0; row < *count; row++) {
		if (read_row(ctx, rows, row, &(*out)[row]) < 0)
			return -1;
	}
	return 0;
}

int template_list(struct vt_ctx *ctx, int64_t channel_id, struct template **out, size_t *count)
{
	return read_rows(ctx, channel_id, 0, false, out, count);
}

static int read_one(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, bool any, struct template *out)
{
	struct template *found;
	size_t count;

	if (read_rows(ctx, channel_id, template_id, any, &found, &count) < 0)
		return -1;
	if (!template_id || !count)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no template %" PRId64 " of the line", template_id);
	*out = found[0];
	return 0;
}

int template_find(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, struct template *out)
{
	return read_one(ctx, channel_id, template_id, false, out);
}

int template_stands(struct vt_ctx *ctx, int64_t channel_id, int64_t template_id, struct template *out)
{
	return read_one(ctx, channel_id, template_id, true, out);
}

const char *template_refusal(const struct template *template)
{
	if (template->state == TEMPLATE_PAUSED)
		return "error.template.paused";
	return template->state == TEMPLATE_APPROVED || template->state == TEMPLATE_FLAGGED ? NULL : "error.template.unusable";
}

const char *template_refusal_to(const struct template *template, const struct contact_refusals *refusals)
{
	const char *refusal = template_refusal(template);
	bool promotes = template->written.category == TEMPLATE_MARKETING;

	return refusal ? refusal : refusals->of[promotes ? PURPOSE_MARKETING : PURPOSE_TRANSACTIONAL];
}
