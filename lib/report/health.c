#include "base/vt.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "report/health.h"
#include "sql_health.h"

#include <sys/statvfs.h>

#define DISK_FREE_MIN (UINT64_C(500) * 1024 * 1024)
#define PARTITION_DAYS_MIN 2
#define INBOUND_OLDEST_MAX_S 60
#define ANTIVIRUS_DOWN_MAX_S 60
#define PRESENCE_SILENT_MAX_S 45       /* three beats: from there on nobody counts as gone (presence_since) */

enum { DATABASE, WORKERS, PRESENCE, PARTITIONS, DISK, INBOUND, ANTIVIRUS };

static void set(struct health *health, int at, const char *name, bool good, const char *finding,
		const char *detail)
{
	health->checks[at] = (struct health_check){ .name = name, .good = good, .finding = finding,
						    .detail = detail };
	health->good = health->good && good;
}

static const char *number(struct vt_ctx *ctx, int64_t value)
{
	return arena_printf(ctx->arena, "%" PRId64, value);
}

static void read_workers(struct vt_ctx *ctx, const struct db_result *row, struct health *health)
{
	const char *silent = db_text(row, 0, "workers_silent");

	if (!*silent) {
		set(health, WORKERS, "workers", true, "at_work", "all at work");
		return;
	}
	set(health, WORKERS, "workers", false, "silent",
	    arena_printf(ctx->arena, "silent: %s", silent));
	health->checks[WORKERS].values[0] = silent;
}

static void read_presence(struct vt_ctx *ctx, const struct db_result *row, struct health *health)
{
	int64_t silent_s = db_i64(row, 0, "presence_s");

	if (silent_s >= 0 && silent_s <= PRESENCE_SILENT_MAX_S) {
		set(health, PRESENCE, "presence", true, "written", "written");
		return;
	}
	if (silent_s < 0) {
		set(health, PRESENCE, "presence", false, "never_written", "not written");
		return;
	}
	const char *since = number(ctx, silent_s);
	set(health, PRESENCE, "presence", false, "not_written",
	    arena_printf(ctx->arena, "not written for %s s", since));
	health->checks[PRESENCE].values[0] = since;
}

static void read_inbound(struct vt_ctx *ctx, const struct db_result *row, struct health *health)
{
	const char *waiting = number(ctx, db_i64(row, 0, "inbound_waiting"));
	const char *oldest_s = number(ctx, db_i64(row, 0, "inbound_oldest_s"));
	const char *quarantined = number(ctx, db_i64(row, 0, "quarantined"));
	struct health_check *check = &health->checks[INBOUND];

	set(health, INBOUND, "inbound", db_i64(row, 0, "inbound_oldest_s") <= INBOUND_OLDEST_MAX_S,
	    "waiting", arena_printf(ctx->arena, "%s waiting, oldest %s s, %s in quarantine", waiting,
				    oldest_s, quarantined));
	check->values[0] = waiting;
	check->values[1] = oldest_s;
	check->values[2] = quarantined;
}

static void read_antivirus(struct vt_ctx *ctx, const struct db_result *row, struct health *health)
{
	const char *waiting = number(ctx, db_i64(row, 0, "scan_waiting"));
	bool there = db_i64(row, 0, "scan_down_s") <= ANTIVIRUS_DOWN_MAX_S;

	if (!db_bool(row, 0, "scan_wanted")) {
		set(health, ANTIVIRUS, "antivirus", true, "none", "none is set");
		return;
	}
	set(health, ANTIVIRUS, "antivirus", there, there ? "looks" : "looks_not",
	    arena_printf(ctx->arena, there ? "answers, %s files waiting" : "does not answer, %s files waiting", waiting));
	health->checks[ANTIVIRUS].values[0] = waiting;
}

static void read_database(struct vt_ctx *ctx, struct health *health)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_HEALTH, "") < 0) {
		vt_error_clear(ctx);
		set(health, DATABASE, "database", false, "no_answer", "does not answer");
		set(health, WORKERS, "workers", false, "unknown", "unknown");
		set(health, PRESENCE, "presence", false, "unknown", "unknown");
		set(health, PARTITIONS, "partitions", false, "unknown", "unknown");
		set(health, INBOUND, "inbound", false, "unknown", "unknown");
		set(health, ANTIVIRUS, "antivirus", false, "unknown", "unknown");
		return;
	}
	const char *days = number(ctx, db_i64(row, 0, "partition_days"));
	set(health, DATABASE, "database", true, "answers", "answers");
	set(health, PARTITIONS, "partitions", db_i64(row, 0, "partition_days") >= PARTITION_DAYS_MIN,
	    "ahead", arena_printf(ctx->arena, "%s days ahead", days));
	health->checks[PARTITIONS].values[0] = days;
	read_workers(ctx, row, health);
	read_presence(ctx, row, health);
	read_inbound(ctx, row, health);
	read_antivirus(ctx, row, health);
}

static void read_disk(struct vt_ctx *ctx, const char *directory, struct health *health)
{
	struct statvfs disk;

	if (statvfs(directory, &disk) < 0) {
		set(health, DISK, "disk", false, "unreadable", "cannot be read");
		return;
	}
	uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
	uint64_t percent = disk.f_blocks ? (uint64_t)disk.f_bavail * 100 / disk.f_blocks : 0;
	const char *free_mb = number(ctx, (int64_t)(free_bytes >> 20));
	const char *part = number(ctx, (int64_t)percent);
	set(health, DISK, "disk", free_bytes >= DISK_FREE_MIN && percent >= 5, "free",
	    arena_printf(ctx->arena, "%s MB free, %s %%", free_mb, part));
	health->checks[DISK].values[0] = free_mb;
	health->checks[DISK].values[1] = part;
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
