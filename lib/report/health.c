#include "base/vt.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "report/health.h"
#include "sql_health.h"

#include <sys/statvfs.h>

#define DISK_FREE_MIN (UINT64_C(500) * 1024 * 1024)
#define PARTITION_DAYS_MIN 2
#define INBOUND_OLDEST_MAX_S 60

enum { DATABASE, WORKERS, PARTITIONS, DISK, INBOUND };

static void set(struct health *health, int at, const char *name, bool good, const char *detail)
{
	health->checks[at] = (struct health_check){ .name = name, .good = good, .detail = detail };
	health->good = health->good && good;
}

static void read_database(struct vt_ctx *ctx, struct health *health)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_HEALTH, "") < 0) {
		vt_error_clear(ctx);
		set(health, DATABASE, "database", false, "does not answer");
		set(health, WORKERS, "workers", false, "unknown");
		set(health, PARTITIONS, "partitions", false, "unknown");
		set(health, INBOUND, "inbound", false, "unknown");
		return;
	}
	const char *silent = db_text(row, 0, "workers_silent");
	int64_t days = db_i64(row, 0, "partition_days");
	int64_t oldest_s = db_i64(row, 0, "inbound_oldest_s");
	set(health, DATABASE, "database", true, "answers");
	set(health, WORKERS, "workers", !*silent,
	    *silent ? arena_printf(ctx->arena, "silent: %s", silent) : "all at work");
	set(health, PARTITIONS, "partitions", days >= PARTITION_DAYS_MIN,
	    arena_printf(ctx->arena, "%" PRId64 " days ahead", days));
	set(health, INBOUND, "inbound", oldest_s <= INBOUND_OLDEST_MAX_S,
	    arena_printf(ctx->arena, "%" PRId64 " waiting, oldest %" PRId64 " s, %" PRId64 " in quarantine",
			 db_i64(row, 0, "inbound_waiting"), oldest_s, db_i64(row, 0, "quarantined")));
}

static void read_disk(struct vt_ctx *ctx, const char *directory, struct health *health)
{
	struct statvfs disk;

	if (statvfs(directory, &disk) < 0) {
		set(health, DISK, "disk", false, "cannot be read");
		return;
	}
	uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	uint64_t percent = disk.f_blocks ? (uint64_t)disk.f_bavail * 100 / disk.f_blocks : 0;
	set(health, DISK, "disk", free_bytes >= DISK_FREE_MIN && percent >= 5,
	    arena_printf(ctx->arena, "%" PRIu64 " MB free, %" PRIu64 " %%", free_bytes >> 20, percent));
}

void health_read(struct vt_ctx *ctx, const char *files_directory, struct health *health)
{
	health->good = true;
	read_database(ctx, health);
	read_disk(ctx, files_directory, health);
}

const char *health_json(struct vt_ctx *ctx, const struct health *health)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 512);
	strbuf_printf(&out, "{\"ok\":%s,\"checks\":{", health->good ? "true" : "false");
	for (int i = 0; i < HEALTH_CHECKS; i++) {
		const struct health_check *check = &health->checks[i];
		strbuf_printf(&out, "%s\"%s\":{\"ok\":%s,\"detail\":\"", i ? "," : "", check->name,
			      check->good ? "true" : "false");
		strbuf_json(&out, check->detail);
		strbuf_puts(&out, "\"}");
	}
	strbuf_puts(&out, "}}");
	return out.data;
}
