/*
 * Files that came in, looked at by the antivirus before anybody opens them.
 * Nothing is on record until its answer is there, so that whatever ends this
 * process, or clamd, a file is looked at again.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/log.h"
#include "conversation/file.h"
#include "cron/command.h"
#include "cron/scan.h"
#include "db/db.h"
#include "sql_scan.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define PING_US (5 * CLOCK_SECOND)
#define FILE_US (20 * CLOCK_SECOND)     /* and a second for each MB */
#define FILE_BYTES_S ((int64_t)1024 * 1024)
#define PAUSE_MAX_US (30 * CLOCK_SECOND)
#define LATER_MAX_S 900
#define TELL_AFTER_US (30 * CLOCK_SECOND)

/* What every antivirus knows, harmless (eicar.org); in two, or our own program would be held for it. */
static const char test_bytes[] = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

enum job_kind { JOB_NONE, JOB_FILE, JOB_PING, JOB_TEST };

struct job {
	enum job_kind kind;
	enum clamd_state state;
	struct clamd *clamd;
	struct clamd_bytes bytes;
	int64_t file_id, attempts;
};

struct scan {
	struct vt_ctx world;           /* of the address */
	const char *text;              /* as it is set */
	struct clamd_address address;
	bool readable;
	bool down;                     /* as others see it */
	bool doubtful;                 /* it must show that it is there before it gets another file */
	int64_t not_before_us, pause_us;
	struct job jobs[SCAN_AT_ONCE];
};

static int64_t period(const struct relay *relay, int64_t us)
{
	return config_period(relay->config, us);
}

static int64_t seconds(int64_t us)
{
	return us / CLOCK_SECOND;
}

static void job_end(struct job *job)
{
	clamd_end(job->clamd);
	if (job->kind == JOB_FILE)
		close(job->bytes.fd);
	*job = (struct job){ 0 };
}

static void end_all(struct scan *scan)
{
	for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
		if (scan->jobs[i].kind)
			job_end(&scan->jobs[i]);
	}
}

static struct job *job_of(struct scan *scan, enum job_kind kind)
{
	for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
		if (scan->jobs[i].kind == kind)
			return &scan->jobs[i];
	}
	return NULL;
}

static int prepare(struct vt_ctx *ctx, struct relay *relay)
{
	struct scan *scan = relay->state;

	(void)ctx;
	if (scan)
		return 0;
	relay->state = scan = calloc(1, sizeof(*scan));
	VT_BUG_ON(!scan);
	vt_ctx_init(&scan->world, arena_new(), "scan");
	scan->text = "";
	return 0;
}

/* --- whether it is there ------------------------------------------------------ */

static int is_down(struct vt_ctx *ctx, struct relay *relay, const char *why)
{
	struct scan *scan = relay->state;

	if (!scan->down)
		log_event(ctx, LOG_LEVEL_WARN, "scan.down", "why=\"%s\"", why);
	scan->pause_us = scan->pause_us ? scan->pause_us * 2 : CLOCK_SECOND;
	if (scan->pause_us > PAUSE_MAX_US)
		scan->pause_us = PAUSE_MAX_US;
	scan->not_before_us = clock_monotonic_us() + period(relay, scan->pause_us);
	scan->doubtful = scan->down = true;
	return db_exec(ctx, NULL, &SQL_SCAN_DOWN, "s", why);
}

static int is_up(struct vt_ctx *ctx, struct scan *scan)
{
	bool was = scan->down;

	scan->doubtful = scan->down = false;
	scan->pause_us = scan->not_before_us = 0;
	if (!was)
		return 0;
	log_event(ctx, LOG_LEVEL_INFO, "scan.up", "it answers");
	return db_query(ctx, NULL, &SQL_SCAN_UP, "b", 1);
}

/* --- what came of it ---------------------------------------------------------- */

static int later(struct vt_ctx *ctx, const struct relay *relay, int64_t file_id, int64_t attempts)
{
	int64_t wait_s = attempts < 9 ? (int64_t)2 << attempts : LATER_MAX_S;

	return db_exec(ctx, NULL, &SQL_SCAN_LATER, "ii", file_id,
		       seconds(period(relay, (wait_s < LATER_MAX_S ? wait_s : LATER_MAX_S) * CLOCK_SECOND)));
}

static int file_ended(struct vt_ctx *ctx, struct relay *relay, const struct job *job)
{
	struct scan *scan = relay->state;
	struct scan_verdict verdict = { .file_id = job->file_id, .state = SCAN_CLEAN };

	if (job->state == CLAMD_FAILED) {
		log_event(ctx, LOG_LEVEL_WARN, "scan.failed", "file=%" PRId64 " why=\"%s\"", job->file_id,
			  clamd_text(job->clamd));
		scan->doubtful = true;
		return later(ctx, relay, job->file_id, job->attempts);
	}
	if (job->state == CLAMD_FOUND) {
		verdict.state = SCAN_INFECTED;
		verdict.virus = clamd_text(job->clamd);
	} else if (job->state == CLAMD_TOO_LARGE) {
		verdict.state = SCAN_TOO_LARGE;
	}
	relay->done++;
	return scan_verdict_put(ctx, &verdict) < 0 ? -1 : is_up(ctx, scan);
}

static int test_ended(struct vt_ctx *ctx, struct relay *relay, const struct job *job)
{
	bool answered = job->state == CLAMD_FOUND || job->state == CLAMD_CLEAN;
	const char *answer = job->state == CLAMD_FOUND ? "found" : job->state == CLAMD_CLEAN ? "not_found"
		: clamd_text(job->clamd);

	if (db_exec(ctx, NULL, &SQL_SCAN_ANSWER, "s", answer) < 0)
		return -1;
	return answered ? is_up(ctx, relay->state) : 0;
}

static int job_ended(struct vt_ctx *ctx, struct relay *relay, const struct job *job)
{
	if (job->kind == JOB_FILE)
		return file_ended(ctx, relay, job);
	if (job->kind == JOB_TEST)
		return test_ended(ctx, relay, job);
	return job->state == CLAMD_PONG ? is_up(ctx, relay->state) : is_down(ctx, relay, clamd_text(job->clamd));
}

static int take_answers(struct vt_ctx *ctx, struct relay *relay)
{
	struct scan *scan = relay->state;

	for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
		struct job *job = &scan->jobs[i];

		if (job->kind && job->state == CLAMD_ON_ITS_WAY)
			job->state = clamd_step(job->clamd);
		if (!job->kind || job->state == CLAMD_ON_ITS_WAY)
			continue;
		if (job_ended(ctx, relay, job) < 0)
			return -1;
		job_end(job);
	}
	return 0;
}

/* --- the next ones ------------------------------------------------------------- */

/* Connect; -1 with VT_E_UNAVAILABLE of no database: nobody is there. */
static int begin(struct vt_ctx *ctx, struct relay *relay, struct job *job, const struct job *what)
{
	struct scan *scan = relay->state;
	int64_t time_us = what->kind == JOB_FILE ? FILE_US + what->bytes.size / FILE_BYTES_S * CLOCK_SECOND : PING_US;

	*job = *what;
	if (scan->readable && clamd_begin(ctx, &scan->address, what->kind == JOB_PING ? NULL : &job->bytes,
					  clock_monotonic_us() + period(relay, time_us), &job->clamd) == 0)
		return 0;
	if (what->kind == JOB_FILE)
		close(what->bytes.fd);
	*job = (struct job){ 0 };
	return scan->readable ? -1 : vt_fail(ctx, VT_E_UNAVAILABLE, "what is set is no address");
}

static int nobody(struct vt_ctx *ctx, struct relay *relay)
{
	const char *why = arena_strdup(ctx->arena, ctx->error.message);

	vt_error_clear(ctx);
	return is_down(ctx, relay, why);
}

static int begin_test(struct vt_ctx *ctx, struct relay *relay, struct job *job)
{
	const struct job test = { .kind = JOB_TEST, .bytes = { -1, test_bytes, sizeof(test_bytes) - 1 } };

	if (begin(ctx, relay, job, &test) == 0)
		return 0;
	if (db_exec(ctx, NULL, &SQL_SCAN_ANSWER, "s", arena_strdup(ctx->arena, ctx->error.message)) < 0)
		return -1;
	return nobody(ctx, relay);
}

/* The file of a row of scan_due. *went: it is being looked at. */
static int begin_file(struct vt_ctx *ctx, struct relay *relay, const struct db_result *rows, size_t row, bool *went)
{
	struct scan *scan = relay->state;
	size_t size;
	const uint8_t *sha256 = db_bytes(ctx, rows, row, "sha256", &size);
	struct job file = {
		.kind = JOB_FILE, .file_id = db_i64(rows, row, "file_id"), .attempts = db_i64(rows, row, "scan_attempts"),
		.bytes.size = db_i64(rows, row, "size_bytes"),
	};

	*went = false;
	file.bytes.fd = open(arena_printf(ctx->arena, "%s/%s", relay->config->files_directory, file_path(ctx, sha256)),
			     O_RDONLY | O_CLOEXEC);
	if (file.bytes.fd < 0) {
		log_event(ctx, LOG_LEVEL_ERROR, "scan.gone", "file=%" PRId64, file.file_id);
		return later(ctx, relay, file.file_id, file.attempts);
	}
	if (begin(ctx, relay, job_of(scan, JOB_NONE), &file) < 0)
		return nobody(ctx, relay);
	*went = true;
	return 0;
}

static int begin_files(struct vt_ctx *ctx, struct relay *relay)
{
	struct scan *scan = relay->state;
	int64_t under_way[SCAN_AT_ONCE];
	size_t count = 0, used = 0;
	struct db_result *rows;
	bool went = true;

	for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
		used += scan->jobs[i].kind != JOB_NONE;
		if (scan->jobs[i].kind == JOB_FILE)
			under_way[count++] = scan->jobs[i].file_id;
	}
	if (used == SCAN_AT_ONCE)
		return 0;
	if (db_query(ctx, &rows, &SQL_SCAN_DUE, "iI", (int64_t)(SCAN_AT_ONCE - used), under_way, count) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows) && !scan->down; row++) {
		if (begin_file(ctx, relay, rows, row, &went) < 0)
			return -1;
	}
	return 0;
}

static int begin_due(struct vt_ctx *ctx, struct relay *relay, bool asked)
{
	static const struct job ping = { .kind = JOB_PING };
	struct scan *scan = relay->state;
	struct job *free_job = job_of(scan, JOB_NONE);

	if (asked && free_job && !job_of(scan, JOB_TEST))
		return begin_test(ctx, relay, free_job);
	if (clock_monotonic_us() < scan->not_before_us)
		return 0;
	if (!scan->doubtful)
		return begin_files(ctx, relay);
	if (!free_job || job_of(scan, JOB_PING))
		return 0;
	return begin(ctx, relay, free_job, &ping) < 0 ? nobody(ctx, relay) : 0;
}

/* --- turns ---------------------------------------------------------------------- */

/* What was begun with another address is given up, and begins anew. */
static void set_address(struct scan *scan, const char *text)
{
	if (!strcmp(scan->text, text))
		return;
	end_all(scan);
	arena_reset(scan->world.arena);
	scan->text = arena_strdup(scan->world.arena, text);
	scan->readable = clamd_address_read(&scan->world, scan->text, &scan->address) == 0;
	vt_error_clear(&scan->world);
	scan->doubtful = false;
	scan->pause_us = scan->not_before_us = 0;
}

static int without(struct vt_ctx *ctx, struct scan *scan)
{
	if (scan->down && db_query(ctx, NULL, &SQL_SCAN_UP, "b", 0) < 0)
		return -1;
	scan->down = false;
	return scan_release(ctx);
}

static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	struct scan *scan = relay->state;
	struct db_result *world;

	if (db_one(ctx, &world, &SQL_SCAN_WORLD, "i", seconds(period(relay, TELL_AFTER_US))) < 0)
		return -1;
	scan->down = db_bool(world, 0, "down");
	set_address(scan, db_text(world, 0, "address"));
	if (!*scan->text)
		return without(ctx, scan);
	/* Also when it was another shift that found nobody there. */
	scan->doubtful = scan->doubtful || scan->down;
	if (take_answers(ctx, relay) < 0 || scan_tell(ctx, seconds(period(relay, TELL_AFTER_US))) < 0)
		return -1;
	if (db_bool(world, 0, "to_tell") && db_query(ctx, NULL, &SQL_SCAN_TELL_DOWN, "") < 0)
		return -1;
	if (relay->leaving)
		return 0;
	return begin_due(ctx, relay, db_bool(world, 0, "asked"));
}

static bool busy(const struct relay *relay)
{
	struct scan *scan = relay->state;

	for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
		if (scan->jobs[i].kind)
			return true;
	}
	return false;
}

/* Until one has ended, somebody calls, or the time has passed; meanwhile all go on. */
static void wait_for_answers(struct relay *relay, int wake_socket, int timeout_ms)
{
	struct scan *scan = relay->state;
	int64_t until = clock_monotonic_us() + (int64_t)timeout_ms * 1000, left;

	while ((left = until - clock_monotonic_us()) > 0) {
		struct pollfd sockets[SCAN_AT_ONCE + 1] = { { .fd = wake_socket, .events = POLLIN } };
		nfds_t count = 1;

		for (size_t i = 0; i < SCAN_AT_ONCE; i++) {
			struct job *job = &scan->jobs[i];

			if (!job->kind)
				continue;
			if (job->state == CLAMD_ON_ITS_WAY)
				job->state = clamd_step(job->clamd);
			if (job->state != CLAMD_ON_ITS_WAY)
				return;
			sockets[count].fd = clamd_socket(job->clamd, &sockets[count].events);
			count++;
		}
		if (poll(sockets, count, (int)(left / 1000) + 1) < 0 || sockets[0].revents)
			return;
	}
}

static void end(struct relay *relay)
{
	struct scan *scan = relay->state;

	if (scan)
		end_all(scan);
}

static void release(struct relay *relay)
{
	struct scan *scan = relay->state;

	if (!scan)
		return;
	end_all(scan);
	arena_free(scan->world.arena);
	free(scan);
}

const struct relay_job scan_job = {
	.prepare = prepare, .turn = turn, .busy = busy, .wait = wait_for_answers, .end = end, .release = release,
};
