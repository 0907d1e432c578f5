#include "base/vt.h"
#include "cron/command.h"
#include "db/db.h"
#include "db/migrate.h"
#include "sql_admin.h"

int command_migrate(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	struct db_result *result;

	(void)argc;
	(void)argv;
	if (migrate_run(ctx, config->share_directory) < 0)
		return -1;
	if (db_one(ctx, &result, &SQL_PARTITION_MAINTAIN, "") < 0)
		return vt_note(ctx, "while making partitions");
	printf("partitions: %" PRId64 " made or dropped\n", db_i64(result, 0, "made"));
	return 0;
}
