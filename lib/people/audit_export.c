#include "base/vt.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "db/db.h"
#include "people/audit_export.h"

#define FILTER_SIZE_MAX (1024 * 1024)

const char *const audit_export_columns[AUDIT_EXPORT_COLUMNS] = {
	"number", "at", "actor", "action", "program", "entity", "entity_id", "conversation", "session", "address",
	"browser", "request", "before", "after",
};

/* "2026-11-27 14:30:05", in the agency's time. */
static const char *time_text(struct vt_ctx *ctx, int64_t us)
{
	struct clock_local local;

	clock_local(us, &local);
	return arena_printf(ctx->arena, "%04d-%02d-%02d %02d:%02d:%02d", local.year, local.month, local.day,
			    local.hour, local.minute, local.second);
}

void audit_export_row(struct vt_ctx *ctx, struct export_file *file, const struct db_result *rows, size_t row)
{
	bool masked = file->rule.masked;
	/* A contact's data is shown on the screen, field by field as the viewer sees it; it leaves in no file. */
	bool kept = masked || !strcmp(db_text(rows, row, "action"), "contact.save");

	export_cell_i64(file, db_i64(rows, row, "audit_id"));
	export_cell(file, time_text(ctx, db_time_us(rows, row, "at")));
	export_cell_personal(ctx, file, FIELD_NAME, db_text(rows, row, "actor_name"));
	export_cell(file, db_text(rows, row, "action"));
	export_cell(file, db_text(rows, row, "program"));
	export_cell(file, db_text(rows, row, "entity"));
	export_cell(file, db_text(rows, row, "entity_id"));
	export_cell(file, db_text(rows, row, "conversation_id"));
	export_cell(file, db_text(rows, row, "session_id"));
	export_cell(file, masked ? "" : db_text(rows, row, "address"));
	export_cell(file, db_text(rows, row, "user_agent"));
	export_cell(file, db_text(rows, row, "request_id"));
	/* What was before and after holds names and addresses in any form. */
	export_cell(file, kept ? "" : db_text(rows, row, "before"));
	export_cell(file, kept ? "" : db_text(rows, row, "after"));
	export_end_row(file);
}

const char *audit_filter_text(struct vt_ctx *ctx, const struct audit_filter *filter)
{
	struct json *out = json_new_object(ctx);
	struct json *actors = json_new_array(ctx), *actions = json_new_array(ctx);

	json_set_i64(out, "from", filter->from_us);
	json_set_i64(out, "to", filter->to_us);
	json_set_bool(out, "by_actor", filter->by_actor);
	json_set_bool(out, "by_action", filter->by_action);
	for (size_t i = 0; i < filter->actor_count; i++)
		json_append_str(actors, arena_printf(ctx->arena, "%" PRId64, filter->actors[i]));
	for (size_t i = 0; i < filter->action_count; i++)
		json_append_str(actions, filter->actions[i]);
	json_set_node(out, "actors", actors);
	json_set_node(out, "actions", actions);
	json_set_str(out, "address", filter->address);
	json_set_i64(out, "conversation", filter->conversation_id);
	json_set_str(out, "entity", filter->entity);
	json_set_i64(out, "entity_id", filter->entity_id);
	return json_text(ctx, out);
}

static int lists_parse(struct vt_ctx *ctx, struct json *json, struct audit_filter *filter)
{
	struct json *actors = json_at(json, "actors"), *actions = json_at(json, "actions");
	size_t actor_count = json_array_size(actors), action_count = json_array_size(actions);
	int64_t *ids = arena_calloc(ctx->arena, actor_count + 1, sizeof(*ids));
	const char **names = arena_calloc(ctx->arena, action_count + 1, sizeof(*names));

	for (size_t i = 0; i < actor_count; i++) {
		if (id_parse(json_str(json_array_at(actors, i), "", ""), 0, INT64_MAX, &ids[i]) < 0)
			return vt_fail(ctx, VT_E_BUG, "an actor that is no number");
	}
	for (size_t i = 0; i < action_count; i++)
		names[i] = json_str(json_array_at(actions, i), "", "");
	filter->actors = ids;
	filter->actor_count = actor_count;
	filter->actions = names;
	filter->action_count = action_count;
	return 0;
}

int audit_filter_parse(struct vt_ctx *ctx, const char *text, struct audit_filter *filter)
{
	struct json *json;

	if (json_parse(ctx, text, strlen(text), FILTER_SIZE_MAX, &json) < 0)
		return -1;
	*filter = (struct audit_filter){
		.from_us = json_i64(json, "from", 0), .to_us = json_i64(json, "to", 0),
		.by_actor = json_bool(json, "by_actor", false), .by_action = json_bool(json, "by_action", false),
		.address = json_str(json, "address", ""), .entity = json_str(json, "entity", ""),
		.conversation_id = json_i64(json, "conversation", 0),
		.entity_id = json_i64(json, "entity_id", 0),
	};
	return lists_parse(ctx, json, filter);
}
