#include "base/vt.h"
#include "base/id.h"
#include "base/json.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/edit.h"
#include "people/once.h"
#include "sql_people.h"

#define SNAPSHOT_MAX (1024 * 1024)

struct change {
	struct edit *edit;
	const struct edit_kind *kind;
	const char *action;
	edit_apply apply;
	void *data;
	int64_t id;                    /* as the form had it: a repeated transaction begins with it */
};

/* One thing as it stands; snapshot NULL when there is none. */
struct state {
	int64_t revision;
	struct json *snapshot;
};

static int state_read(struct vt_ctx *ctx, const struct edit_kind *kind, int64_t id,
		      struct state *out)
{
	struct db_result *result;

	*out = (struct state){ 0 };
	if (!id)
		return 0;
	if (db_query(ctx, &result, kind->snapshot, "i", id) < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	const char *text = db_text(result, 0, "snapshot");
	out->revision = db_i64(result, 0, "revision");
	return json_parse(ctx, text, strlen(text), SNAPSHOT_MAX, &out->snapshot);
}

static bool same(struct vt_ctx *ctx, struct json *a, struct json *b)
{
	return !strcmp(json_text(ctx, a), json_text(ctx, b));
}

/* The members of a that b has not, or has otherwise; NULL for no object. */
static const char *differing(struct vt_ctx *ctx, struct json *a, struct json *b)
{
	struct json *out, *other;
	struct json_member member;
	void *cursor = NULL;

	if (!a)
		return NULL;
	out = json_new_object(ctx);
	while (json_object_next(a, &cursor, &member)) {
		if (!json_object_find(b, member.name, &other) || !same(ctx, member.value, other))
			json_set_node(out, member.name, member.value);
	}
	return json_text(ctx, out);
}

static int record(struct vt_ctx *ctx, const struct change *change, const struct state *before,
		  const struct state *after)
{
	const struct edit *edit = change->edit;
	const struct audit audit = {
		.action = change->action, .entity = change->kind->entity, .entity_id = edit->id,
		.before = differing(ctx, before->snapshot, after->snapshot),
		.after = differing(ctx, after->snapshot, before->snapshot),
	};

	if (db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, edit->once, arena_printf(ctx->arena, "%" PRId64, edit->id)) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

/* A form that comes again is answered with what it made. */
static int answered(struct vt_ctx *ctx, struct edit *edit, const char *answer)
{
	if (answer && id_parse(answer, 1, INT64_MAX, &edit->id) < 0)
		return vt_fail(ctx, VT_E_CONFLICT, "the form was another one's");
	return 0;
}

/* What is to be changed, locked and as the form knew it. Two who save the same thing come one
 * after the other, whatever tables it is in. */
static int state_before(struct vt_ctx *ctx, const struct change *change, struct state *before)
{
	const char *entity = change->kind->entity;
	const struct edit *edit = change->edit;

	if (edit->id && db_query(ctx, NULL, &SQL_EDIT_LOCK, "si", entity, edit->id) < 0)
		return -1;
	if (state_read(ctx, change->kind, edit->id, before) < 0)
		return -1;
	if (edit->id && !before->snapshot)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no %s %" PRId64, entity, edit->id);
	if (edit->id && before->revision != edit->revision)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.edited",
				   "%s %" PRId64 " is at revision %" PRId64 ", the form at %" PRId64,
				   entity, edit->id, before->revision, edit->revision);
	return 0;
}

static int change_run(struct vt_ctx *ctx, void *arg)
{
	const struct change *change = arg;
	struct edit *edit = change->edit;
	struct state before, after;
	const char *answer;

	edit->id = change->id;
	if (once_claim(ctx, edit->once, &edit->repeat, &answer) < 0)
		return -1;
	if (edit->repeat)
		return answered(ctx, edit, answer);
	if (state_before(ctx, change, &before) < 0 ||
	    change->apply(ctx, change->data, &edit->id) < 0 ||
	    state_read(ctx, change->kind, edit->id, &after) < 0)
		return -1;
	return record(ctx, change, &before, &after);
}

int edit_run(struct vt_ctx *ctx, struct edit *edit, const struct edit_kind *kind,
	     const char *action, edit_apply apply, void *data)
{
	struct change change = { edit, kind, action, apply, data, edit->id };

	return db_transaction(ctx, change_run, &change);
}

struct several {
	const char *once;
	int64_t *ids;
	size_t count;
	const struct edit_kind *kind;
	const char *action;
	edit_apply apply;
	void *data;
	bool *repeat;
};

int edit_one(struct vt_ctx *ctx, const struct edit_kind *kind, const char *action, edit_apply apply,
	     void *data, int64_t *id)
{
	struct state before, after;

	if (*id && db_query(ctx, NULL, &SQL_EDIT_LOCK, "si", kind->entity, *id) < 0)
		return -1;
	if (state_read(ctx, kind, *id, &before) < 0)
		return -1;
	if (*id && !before.snapshot)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no %s %" PRId64, kind->entity, *id);
	if (apply(ctx, data, id) < 0 || state_read(ctx, kind, *id, &after) < 0)
		return -1;
	if (before.snapshot && same(ctx, before.snapshot, after.snapshot))
		return 0;
	const struct audit audit = {
		.action = action, .entity = kind->entity, .entity_id = *id,
		.before = differing(ctx, before.snapshot, after.snapshot),
		.after = differing(ctx, after.snapshot, before.snapshot),
	};
	return audit_alone(ctx, &audit);
}

static int several_run(struct vt_ctx *ctx, void *arg)
{
	const struct several *several = arg;
	const char *answer;

	if (once_claim(ctx, several->once, several->repeat, &answer) < 0)
		return -1;
	for (size_t i = 0; i < several->count && !*several->repeat; i++) {
		if (edit_one(ctx, several->kind, several->action, several->apply, several->data,
			     &several->ids[i]) < 0)
			return -1;
	}
	return 0;
}

static int by_value(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

int edit_several(struct vt_ctx *ctx, const char *once, const int64_t *ids, size_t count,
		 const struct edit_kind *kind, const char *action, edit_apply apply, void *data,
		 bool *repeat)
{
	int64_t *sorted = arena_memdup(ctx->arena, ids, count * sizeof(*ids));
	struct several several = { once, sorted, count, kind, action, apply, data, repeat };

	/* Everybody locks in the same order, so that two never wait for each other. */
	qsort(sorted, count, sizeof(*sorted), by_value);
	return db_transaction(ctx, several_run, &several);
}

int edit_taken(struct vt_ctx *ctx, const char *field)
{
	if (ctx->error.code != VT_E_CONFLICT || strcmp(ctx->error.sqlstate, "23505") != 0)
		return -1;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, field, "error.taken", "there is one already");
}

int edit_last(struct vt_ctx *ctx, const char *entity, int64_t id, struct edit_last *out)
{
	struct db_result *result;

	*out = (struct edit_last){ 0 };
	if (db_query(ctx, &result, &SQL_EDIT_LAST, "si", entity, id) < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	out->who = db_text(result, 0, "actor_name");
	out->at = db_time_us(result, 0, "at");
	out->before = db_text_or_null(result, 0, "before");
	out->after = db_text_or_null(result, 0, "after");
	return 0;
}
