#include "base/vt.h"
#include "base/json.h"
#include "campaign/template.h"
#include "channel/channel.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_template_work.h"

#define PAGES_MAX 100                  /* of a hundred templates each; an account may have 6,000 */
#define SECOND_US INT64_C(1000000)

int template_told(struct vt_ctx *ctx, int64_t owner, const struct channel_event *event)
{
	const char *id = arena_printf(ctx->arena, "%" PRId64, json_i64(event->detail, "template_id", 0));
	int64_t at = event->told_at_s ? event->told_at_s * SECOND_US : ctx->now_us;

	return db_pipe_add(ctx, owner, &SQL_TEMPLATE_TOLD, "ssssssjt", json_str(event->detail, "waba", ""),
			   json_str(event->detail, "name", ""), json_str(event->detail, "language", ""), id, event->name,
			   json_str(event->detail, "event", ""), json_text(ctx, event->detail), at);
}

struct due { int64_t list_s; bool asked; };

static int run_due(struct vt_ctx *ctx, void *arg)
{
	struct due *due = arg;
	struct db_result *rows;

	if (db_exec(ctx, NULL, &SQL_TEMPLATE_LOST, "") < 0 || db_exec(ctx, NULL, &SQL_TEMPLATE_ACCOUNTS, "") < 0 ||
	    db_query(ctx, &rows, &SQL_TEMPLATE_DUE, "i", due->list_s) < 0)
		return -1;
	due->asked = db_rows(rows);
	if (due->asked)
		wake_worker(ctx, "send", 0);
	return 0;
}

int template_due(struct vt_ctx *ctx, int64_t list_s, bool *asked)
{
	struct due due = { .list_s = list_s };

	if (db_transaction(ctx, run_due, &due) < 0)
		return -1;
	*asked = due.asked;
	return 0;
}

bool template_is_call(const char *kind)
{
	return !strcmp(kind, "templates") || !strcmp(kind, "submit") || !strcmp(kind, "remove");
}

static int listed(struct vt_ctx *ctx, const struct template_answer *answer)
{
	const char *after = json_str(answer->found, "after", NULL);
	int64_t run = json_i64(answer->payload, "run", answer->asked_at);
	int64_t page = json_i64(answer->payload, "page", 1);
	bool more = after && page < PAGES_MAX;

	if (db_pipe_add(ctx, answer->outbox_id, &SQL_TEMPLATE_PAGE, "ijttb", answer->channel_id,
			json_text(ctx, json_at(answer->found, "items")), answer->asked_at, run, (int)!more) < 0)
		return -1;
	if (!more)
		return 0;
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, answer->outbox_id, &SQL_TEMPLATE_NEXT, "isii", answer->channel_id, after, run, page + 1);
}

int template_answered(struct vt_ctx *ctx, const struct template_answer *answer)
{
	int64_t call = answer->outbox_id;

	if (!strcmp(answer->kind, "templates"))
		return answer->done ? listed(ctx, answer) :
			db_pipe_add(ctx, call, &SQL_TEMPLATE_UNLISTED, "is", answer->channel_id, answer->error);
	if (!answer->done)
		return db_pipe_add(ctx, call, &SQL_TEMPLATE_REFUSED, "isb", call, answer->error, (int)answer->unknown);
	if (!strcmp(answer->kind, "remove"))
		return db_pipe_add(ctx, call, &SQL_TEMPLATE_REMOVED, "i", call);
	return db_pipe_add(ctx, call, &SQL_TEMPLATE_TAKEN, "ijt", call,
			   json_text(ctx, json_at(answer->found, "items.0")), answer->asked_at);
}
