#include "base/vt.h"
#include "base/clock.h"
#include "base/secret.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/login_again.h"
#include "sql_admin.h"

#define LOOK_EVERY_US (5 * CLOCK_SECOND)
#define AGAIN_AFTER_US (25 * CLOCK_SECOND)

static int64_t next_at;
static uint8_t key[SECRET_KEY_SIZE];

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	return secret_key_load(ctx, relay->config->key_file, key);
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	bool more;

	if (clock_monotonic_us() < next_at)
		return db_query(ctx, NULL, &SQL_WORKER_IDLE, "");
	if (login_again(ctx, key, relay->config->base_url, config_period(relay->config, AGAIN_AFTER_US),
			&relay->done, &more) < 0)
		return -1;
	if (more)
		return 1;
	next_at = clock_monotonic_us() + config_period(relay->config, LOOK_EVERY_US);
	return 0;
}

const struct relay_job login_job = { .prepare = prepare, .turn = turn };
