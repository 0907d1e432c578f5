#include "base/vt.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/once.h"
#include "routing/line_health.h"
#include "sql_channel.h"

static const int64_t lag_most[LINE_LAGS] = { 1, 2, 5, 10, 30, 60, 300, 3600, 0 };

int line_lag_class(int64_t seconds)
{
	int class = 0;

	while (lag_most[class] && seconds > lag_most[class])
		class++;
	return class;
}

int64_t line_lag_most(int lag_class)
{
	return lag_class >= 0 && lag_class < LINE_LAGS ? lag_most[lag_class] : 0;
}

struct asking {
	const char *once, *action;
	int64_t channel_id;
	const struct sql *sql;         /* $1 the line; a row when it did something for send to do */
};

static int apply(struct vt_ctx *ctx, const struct sql *sql, int64_t channel_id, bool *done)
{
	struct db_result *row;

	if (db_query(ctx, &row, sql, "i", channel_id) < 0)
		return -1;
	*done = db_rows(row);
	if (*done) {
		wake_worker(ctx, "send", 0);
		wake_add(ctx, 'l', 0);
	}
	return 0;
}

int line_rest_end(struct vt_ctx *ctx, int64_t channel_id)
{
	bool rested;

	return apply(ctx, &SQL_CHANNEL_RESUME, channel_id, &rested);
}

static int run(struct vt_ctx *ctx, void *arg)
{
	const struct asking *asking = arg;
	const struct audit audit = {
		.action = asking->action, .entity = "channel", .entity_id = asking->channel_id,
	};
	struct db_result *row;
	const char *answer;
	bool repeat, done;

	if (db_query(ctx, &row, &SQL_CHANNEL_GET, "i", asking->channel_id) < 0)
		return -1;
	if (!db_rows(row))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no channel %" PRId64, asking->channel_id);
	if (once_claim(ctx, asking->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (apply(ctx, asking->sql, asking->channel_id, &done) < 0)
		return -1;
	return done ? audit_alone(ctx, &audit) : 0;
}

int line_test(struct vt_ctx *ctx, const char *once, int64_t channel_id)
{
	struct asking asking = { once, "channel.test", channel_id, &SQL_CHANNEL_TEST };

	return db_transaction(ctx, run, &asking);
}

int line_token_renew(struct vt_ctx *ctx, const char *once, int64_t channel_id)
{
	struct asking asking = { once, "channel.token", channel_id, &SQL_CHANNEL_TOKEN_ASK };

	return db_transaction(ctx, run, &asking);
}

int line_resume(struct vt_ctx *ctx, const char *once, int64_t channel_id)
{
	struct asking asking = { once, "channel.resume", channel_id, &SQL_CHANNEL_RESUME };

	return db_transaction(ctx, run, &asking);
}
