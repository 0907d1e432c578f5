#include "base/vt.h"
#include "cron/line_watch.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_line_watch.h"

static int watch(struct vt_ctx *ctx, void *data)
{
	static const struct sql *const looks[] = { &SQL_LINE_WATCH_ERRORS, &SQL_LINE_WATCH_SILENCE, &SQL_LINE_WATCH_TOKENS };

	(void)data;
	for (size_t i = 0; i < VT_COUNT(looks); i++) {
		struct db_result *told;

		if (db_query(ctx, &told, looks[i], "") < 0)
			return -1;
		if (db_rows(told))
			wake_add(ctx, 'l', 0);
	}
	return 0;
}

static int ask(struct vt_ctx *ctx, void *data)
{
	struct db_result *asked;

	(void)data;
	if (db_query(ctx, &asked, &SQL_LINE_WATCH_ASK, "") < 0)
		return -1;
	if (db_rows(asked))
		wake_worker(ctx, "send", 0);
	return 0;
}

int line_watch(struct vt_ctx *ctx)
{
	if (db_transaction(ctx, ask, NULL) < 0)
		return -1;
	return db_transaction(ctx, watch, NULL);
}
