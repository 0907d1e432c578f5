#include "base/vt.h"
#include "base/id.h"
#include "cron/command.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_admin.h"

#include <stdio.h>

static int ids_of(struct vt_ctx *ctx, int argc, char **argv, int64_t *ids)
{
	for (int i = 1; i < argc; i++) {
		if (id_parse(argv[i], 1, INT64_MAX, &ids[i - 1]) < 0)
			return vt_fail(ctx, VT_E_INVALID, "'%s' is no number of a row of inbound", argv[i]);
	}
	return 0;
}

/* Rows that came in are done once more. What had its effect has none again: intake knows for as long as
 * inbound_dedupe is kept, and older rows are refused. */
int command_replay(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	int64_t *ids = arena_calloc(ctx->arena, (size_t)argc + 1, sizeof(*ids));
	size_t count = (size_t)argc - 1, queued = 0;
	struct db_result *rows;

	(void)config;
	if (argc < 2)
		return vt_fail(ctx, VT_E_INVALID, "usage: ventanilla replay INBOUND_ID...");
	if (ids_of(ctx, argc, argv, ids) < 0 ||
	    db_query(ctx, &rows, &SQL_REPLAY_ROWS, "I", ids, count) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		printf("%s %s\n", db_text(rows, i, "inbound_id"), db_text(rows, i, "outcome"));
		queued += !strcmp(db_text(rows, i, "outcome"), "queued");
	}
	for (int lane = 0; queued && lane < 3; lane++)
		wake_worker_now("intake", lane);
	if (queued < count)
		return vt_fail(ctx, VT_E_INVALID, "%zu of %zu rows were not queued", count - queued, count);
	return 0;
}
