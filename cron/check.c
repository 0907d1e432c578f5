#include "base/vt.h"
#include "base/clock.h"
#include "cron/command.h"
#include "db/db.h"
#include "db/migrate.h"
#include "people/seal.h"
#include "sql_admin.h"

static int check_promises(struct vt_ctx *ctx, int *faults)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_CHECK_INVARIANTS, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(result); i++) {
		int64_t broken = db_i64(result, i, "broken");
		printf("%-6s %s: %" PRId64 "\n", broken ? "BROKEN" : "ok", db_text(result, i, "promise"),
		       broken);
		*faults += broken != 0;
	}
	return 0;
}

/* The first bad row by its number, and what it says now. */
static void print_finding(const struct seal_finding *finding)
{
	static const char *const what[] = {
		[SEAL_ALTERED] = "altered", [SEAL_REMOVED] = "removed", [SEAL_INSERTED] = "inserted",
	};
	char at[32];

	if (finding->fault == SEAL_BROKEN) {
		printf("BROKEN audit: seal %" PRId64 " was changed, or the one before it removed\n",
		       finding->seal_id);
		return;
	}
	printf("BROKEN audit: row %" PRId64 " was %s (seal %" PRId64 ")", finding->audit_id,
	       what[finding->fault], finding->seal_id);
	if (finding->at) {
		clock_format_utc(finding->at, at, sizeof(at));
		printf("; it now says: %s %s %s", at, finding->actor_name, finding->action);
	}
	printf("\n");
}

static int check_audit(struct vt_ctx *ctx, int *faults)
{
	struct seal_finding finding;

	if (seal_verify(ctx, &finding) < 0)
		return -1;
	if (finding.fault != SEAL_HOLDS) {
		print_finding(&finding);
		(*faults)++;
		return 0;
	}
	printf("ok     audit: %" PRId64 " seals hold%s%s\n", finding.checked,
	       finding.checked ? ", the last is " : "", finding.digest);
	return 0;
}

static int check_partitions(struct vt_ctx *ctx, int *faults)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_PARTITION_AHEAD, "") < 0)
		return -1;
	int64_t days = db_i64(result, 0, "days");
	printf("%-6s partitions: %" PRId64 " days ahead\n", days < 2 ? "BROKEN" : "ok", days);
	*faults += days < 2;
	return 0;
}

int command_check(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	int faults = 0;

	(void)argc;
	(void)argv;
	if (migrate_check(ctx, config->share_directory) < 0)
		return vt_note(ctx, "the database is not at this version");
	if (check_promises(ctx, &faults) < 0 || check_audit(ctx, &faults) < 0 ||
	    check_partitions(ctx, &faults) < 0)
		return -1;
	if (faults)
		return vt_fail(ctx, VT_E_CONFLICT, "%d promises are broken", faults);
	return 0;
}
