#include "base/vt.h"
#include "base/json.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/once.h"
#include "routing/hours_edit.h"
#include "sql_hours_admin.h"

static const struct edit_kind hours_kind = { "hours", &SQL_HOURS_SNAPSHOT };
static const struct edit_kind holiday_kind = { "holiday", &SQL_HOLIDAY_SNAPSHOT };

static int set_week(struct vt_ctx *ctx, int64_t id, const struct hours_week *week)
{
	int64_t days[7 * HOURS_RANGES_MAX], from[7 * HOURS_RANGES_MAX], to[7 * HOURS_RANGES_MAX];
	size_t count = 0;

	for (int day = 0; day < 7; day++) {
		for (size_t i = 0; i < week->counts[day]; i++, count++) {
			days[count] = day;
			from[count] = week->days[day][i].from_minute;
			to[count] = week->days[day][i].to_minute;
		}
	}
	return db_query(ctx, NULL, &SQL_HOURS_WEEK_SET, "iIII", id, days, count, from, count, to, count);
}

static int save_hours(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct hours_week *week = data;
	const struct hours_reply *replies = week->replies;

	if (db_exec(ctx, NULL, &SQL_HOURS_UPDATE, "iiisisis", *id, (int64_t)week->closes_on,
		    (int64_t)replies[HOURS_CASE_CLOSED].action, replies[HOURS_CASE_CLOSED].text,
		    (int64_t)replies[HOURS_CASE_HOLIDAY].action, replies[HOURS_CASE_HOLIDAY].text,
		    (int64_t)replies[HOURS_CASE_ABSENT].action, replies[HOURS_CASE_ABSENT].text) < 0)
		return -1;
	return set_week(ctx, *id, week);
}

int hours_save(struct vt_ctx *ctx, struct edit *edit, const struct hours_week *week)
{
	struct hours_week data = *week;

	return edit_run(ctx, edit, &hours_kind, "hours.save", save_hours, &data);
}

static const char *day_text(struct vt_ctx *ctx, int64_t day)
{
	return arena_printf(ctx->arena, "%08" PRId64, day);
}

static int save_holiday(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct holiday *holiday = data;
	int64_t spans[2 * HOURS_RANGES_MAX];
	struct db_result *result;

	for (size_t i = 0; i < holiday->count; i++) {
		spans[2 * i] = holiday->ranges[i].from_minute;
		spans[2 * i + 1] = holiday->ranges[i].to_minute;
	}
	if (db_one(ctx, &result, *id ? &SQL_HOLIDAY_UPDATE : &SQL_HOLIDAY_INSERT, "issiiI", *id,
		   day_text(ctx, holiday->day), holiday->name, (int64_t)holiday->kind,
		   holiday->hours_rule_id, spans, 2 * holiday->count) < 0)
		return -1;
	*id = db_i64(result, 0, "holiday_id");
	return 0;
}

int holiday_save(struct vt_ctx *ctx, struct edit *edit, const struct holiday *holiday)
{
	struct holiday data = *holiday;

	if (edit_run(ctx, edit, &holiday_kind, "holiday.save", save_holiday, &data) < 0)
		return edit_taken(ctx, "day");
	return 0;
}

static int remove_holiday(struct vt_ctx *ctx, void *data, int64_t *id)
{
	(void)data;
	return db_exec(ctx, NULL, &SQL_HOLIDAY_REMOVE, "i", *id);
}

int holiday_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &holiday_kind, "holiday.remove", remove_holiday, NULL);
}

struct addition {
	const char *action, *once;
	const struct holiday *holidays; size_t count;
	int64_t added;
};

static const char *list_json(struct vt_ctx *ctx, const struct addition *addition)
{
	struct json *out = json_new_object(ctx);

	for (size_t i = 0; i < addition->count; i++)
		json_set_str(out, day_text(ctx, addition->holidays[i].day), addition->holidays[i].name);
	return json_text(ctx, out);
}

static int add(struct vt_ctx *ctx, void *arg)
{
	struct addition *addition = arg;
	const char **days = arena_calloc(ctx->arena, addition->count + 1, sizeof(*days));
	const char **names = arena_calloc(ctx->arena, addition->count + 1, sizeof(*names));
	int64_t *kinds = arena_calloc(ctx->arena, addition->count + 1, sizeof(*kinds));
	const struct audit audit = { .action = addition->action, .entity = "holiday",
				     .after = list_json(ctx, addition) };
	const char *answer;
	bool repeat;

	addition->added = 0;
	if (once_claim(ctx, addition->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	for (size_t i = 0; i < addition->count; i++) {
		days[i] = day_text(ctx, addition->holidays[i].day);
		names[i] = addition->holidays[i].name;
		kinds[i] = addition->holidays[i].kind;
	}
	if (db_exec(ctx, &addition->added, &SQL_HOLIDAY_ADD_MANY, "SSI", days, addition->count, names,
		    addition->count, kinds, addition->count) < 0 ||
	    db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int holiday_add(struct vt_ctx *ctx, const char *action, const struct holiday *holidays, size_t count,
		const char *once, int64_t *added)
{
	struct addition addition = { action, once, holidays, count, 0 };

	if (db_transaction(ctx, add, &addition) < 0)
		return -1;
	*added = addition.added;
	return 0;
}
