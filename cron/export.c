#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "conversation/file.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/audit_export.h"
#include "sql_admin.h"
#include "sql_export_work.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_ROWS 2000
#define PARAMETERS_MAX (1024 * 1024)
#define CLEAR_EVERY_US (10 * CLOCK_SECOND)

/* The download under way; its strings live in an arena of its own, from turn to turn. */
struct work {
	struct arena *arena;
	int64_t job_id, user_id;
	const char *reason, *asked, *path;
	struct audit_filter filter;
	enum export_format format;
	struct export_file file;
	FILE *stream;                  /* of the file at path; a workbook writes itself there at its end */
	int64_t clear_at;              /* monotonic: when to look for what is older than a day */
};

static void forget(struct work *work)
{
	if (work->stream) {
		fclose(work->stream);
		unlink(work->path);
	}
	work->stream = NULL;
	work->job_id = 0;
	if (work->arena)
		arena_reset(work->arena);
}

static void end(struct relay *relay)
{
	if (relay->state)
		forget(relay->state);
}

static void release_state(struct relay *relay)
{
	struct work *work = relay->state;

	if (!work)
		return;
	forget(work);
	arena_free(work->arena);
	free(work);
	relay->state = NULL;
}

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	struct work *work = relay->state;

	(void)ctx;
	if (work)
		return 0;
	work = calloc(1, sizeof(*work));
	VT_BUG_ON(!work);
	work->arena = arena_new();
	relay->state = work;
	return 0;
}

/* After a shift that ended badly what was at work is not tried again: it may have been why. */
static int begin(struct vt_ctx *ctx, struct relay *relay)
{
	if (!relay->careful)
		return 0;
	return db_exec(ctx, NULL, &SQL_EXPORT_JOB_ABANDON, "");
}

static int write_out(struct vt_ctx *ctx, struct work *work, const struct strbuf *out)
{
	if (fwrite(out->data, 1, out->size, work->stream) != out->size)
		return vt_fail(ctx, VT_E_BUG, "write a download: %s", strerror(errno));
	return 0;
}

static int heading_write(struct vt_ctx *ctx, struct work *work, const struct export_rule *rule,
			 struct json *heading)
{
	const char **names = arena_calloc(ctx->arena, AUDIT_EXPORT_COLUMNS, sizeof(*names));
	struct strbuf out;

	for (size_t i = 0; i < AUDIT_EXPORT_COLUMNS; i++)
		names[i] = json_str(json_array_at(heading, i), "", audit_export_columns[i]);
	strbuf_init(&out, ctx->arena, 512);
	export_begin(ctx, &work->file, work->format, rule, &out, work->path, names, AUDIT_EXPORT_COLUMNS);
	return write_out(ctx, work, &out);
}

/* In the work's arena: ctx->arena is that one for the time. */
static int start(struct vt_ctx *ctx, struct relay *relay, const struct db_result *job)
{
	struct work *work = relay->state;
	const char *text = db_text(job, 0, "parameters");
	const struct export_rule rule = { .rows_max = db_i64(job, 0, "rows_max"),
					  .masked = db_bool(job, 0, "masked") };
	struct json *parameters;

	work->job_id = db_i64(job, 0, "export_job_id");
	work->user_id = db_i64(job, 0, "user_id");
	work->reason = arena_strdup(ctx->arena, db_text(job, 0, "reason"));
	work->path = arena_printf(ctx->arena, "%s/export-%" PRId64 ".tmp", relay->config->files_directory,
				  work->job_id);
	if (export_format_read(ctx, EXPORT_AUDIT, db_text(job, 0, "format"), &work->format) < 0 ||
	    json_parse(ctx, text, strlen(text), PARAMETERS_MAX, &parameters) < 0 ||
	    audit_filter_parse(ctx, json_str(parameters, "search", "{}"), &work->filter) < 0)
		return -1;
	work->asked = json_str(parameters, "asked", "{}");
	work->stream = fopen(work->path, "we");
	if (!work->stream)
		return vt_fail(ctx, VT_E_BUG, "create a download: %s", strerror(errno));
	return heading_write(ctx, work, &rule, json_at(parameters, "heading"));
}

static int take(struct vt_ctx *ctx, struct relay *relay, bool *got)
{
	struct work *work = relay->state;
	struct arena *arena = ctx->arena;
	struct db_result *job;

	if (db_query(ctx, &job, &SQL_EXPORT_JOB_TAKE, "") < 0)
		return -1;
	*got = db_rows(job) != 0;
	if (!*got)
		return 0;
	ctx->arena = work->arena;
	int failed = start(ctx, relay, job);
	ctx->arena = arena;
	return failed;
}

static int digest_of(struct vt_ctx *ctx, const struct work *work, uint8_t digest[SECRET_HASH_SIZE],
		     int64_t *size)
{
	struct stat status;

	if (fflush(work->stream) != 0 || fsync(fileno(work->stream)) < 0 ||
	    fstat(fileno(work->stream), &status) < 0)
		return vt_fail(ctx, VT_E_BUG, "write a download: %s", strerror(errno));
	FILE *again = fopen(work->path, "re");
	void *bytes = again ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fileno(again), 0)
		: MAP_FAILED;
	if (again)
		fclose(again);
	if (bytes == MAP_FAILED)
		return vt_fail(ctx, VT_E_BUG, "read a download: %s", strerror(errno));
	secret_sha256(bytes, (size_t)status.st_size, digest);
	munmap(bytes, (size_t)status.st_size);
	*size = status.st_size;
	return 0;
}

struct finish { struct work *work; const char *hash; int64_t size; };

static int record(struct vt_ctx *ctx, void *arg)
{
	const struct finish *finish = arg;
	const struct work *work = finish->work;
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_EXPORT_JOB_DONE, "iiis", work->job_id, work->file.rows, finish->size,
		     finish->hash) < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	const struct export_taken taken = {
		.dataset = EXPORT_AUDIT, .format = work->format, .rows = work->file.rows, .rule = &work->file.rule,
		.sha256 = finish->hash, .reason = work->reason, .filter = work->asked, .job_id = work->job_id,
	};
	return export_audit(ctx, &taken);
}

/* The workbook is a new file at path. */
static int close_list(struct vt_ctx *ctx, struct work *work)
{
	if (export_end(ctx, &work->file) < 0)
		return -1;
	if (work->format == EXPORT_CSV)
		return 0;
	fclose(work->stream);
	work->stream = fopen(work->path, "r+e");
	return work->stream ? 0 : vt_fail(ctx, VT_E_BUG, "open a workbook: %s", strerror(errno));
}

static int finish_job(struct vt_ctx *ctx, struct relay *relay)
{
	struct work *work = relay->state;
	struct finish finish = { .work = work };
	uint8_t digest[SECRET_HASH_SIZE];

	if (close_list(ctx, work) < 0 || digest_of(ctx, work, digest, &finish.size) < 0 ||
	    file_adopt(ctx, relay->config->files_directory, work->path, digest) < 0)
		return -1;
	finish.hash = secret_hex(ctx->arena, digest, sizeof(digest));
	/* Whoever asked for it is who took it out. */
	ctx->user_id = work->user_id;
	int failed = db_transaction(ctx, record, &finish);
	ctx->user_id = 0;
	if (failed < 0)
		return -1;
	relay->done++;
	forget(work);
	return 0;
}

static int page(struct vt_ctx *ctx, struct relay *relay)
{
	struct work *work = relay->state;
	struct db_result **found, *alive;
	struct strbuf out;

	if (db_pipe_begin(ctx) < 0 || audit_search_ask(ctx, &work->filter, PAGE_ROWS) < 0 ||
	    db_pipe_run(ctx, &found, NULL, NULL) < 0)
		return -1;
	const struct db_result *rows = found[0];
	strbuf_init(&out, ctx->arena, 1 << 20);
	export_go_on(&work->file, &out);
	for (size_t row = 0; row < db_rows(rows) && !work->file.full; row++)
		audit_export_row(ctx, &work->file, rows, row);
	if (write_out(ctx, work, &out) < 0 ||
	    db_query(ctx, &alive, &SQL_EXPORT_JOB_PROGRESS, "ii", work->job_id, work->file.rows) < 0)
		return -1;
	if (!db_rows(alive)) {
		forget(work);
		return 0;
	}
	if (db_rows(rows) < PAGE_ROWS || work->file.full)
		return finish_job(ctx, relay);
	work->filter.key_at = db_time_us(rows, db_rows(rows) - 1, "at");
	work->filter.key_id = db_i64(rows, db_rows(rows) - 1, "audit_id");
	return 0;
}

/* A fault of the file or of what was asked for ends this download; one of the database is the relay's. */
static int failed(struct vt_ctx *ctx, struct work *work)
{
	int64_t job_id = work->job_id;

	if (ctx->error.code == VT_E_UNAVAILABLE || ctx->error.code == VT_E_DB || !job_id)
		return -1;
	log_error(ctx, "export");
	vt_error_clear(ctx);
	forget(work);
	return db_exec(ctx, NULL, &SQL_EXPORT_JOB_FAILED, "i", job_id);
}

/* A download is there for a day. */
static int clear_expired(struct vt_ctx *ctx, struct relay *relay)
{
	struct work *work = relay->state;
	struct db_result *job;

	if (clock_monotonic_us() < work->clear_at)
		return 0;
	if (db_query(ctx, &job, &SQL_EXPORT_JOB_EXPIRED, "") < 0)
		return -1;
	if (!db_rows(job)) {
		work->clear_at = clock_monotonic_us() + CLEAR_EVERY_US;
		return 0;
	}
	const char *hash = db_text(job, 0, "file_hash");
	const char *path = arena_printf(ctx->arena, "%s/%.2s/%.2s/%s", relay->config->files_directory, hash,
					hash + 2, hash);
	if (!db_bool(job, 0, "shared") && unlink(path) < 0 && errno != ENOENT)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "remove a download: %s", strerror(errno));
	return db_exec(ctx, NULL, &SQL_EXPORT_JOB_EMPTIED, "i", db_i64(job, 0, "export_job_id"));
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	struct work *work = relay->state;
	bool got = true;

	if (!work->job_id && take(ctx, relay, &got) < 0)
		return failed(ctx, work) < 0 ? -1 : 1;
	if (!got)
		return clear_expired(ctx, relay);
	return page(ctx, relay) < 0 && failed(ctx, work) < 0 ? -1 : 1;
}

static bool busy(const struct relay *relay)
{
	const struct work *work = relay->state;

	return work && work->job_id;
}

const struct relay_job export_job = {
	.prepare = prepare, .begin = begin, .turn = turn, .busy = busy, .end = end, .release = release_state,
};
