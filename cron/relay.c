#include "base/vt.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "cron/relay.h"
#include "cron/relay_socket.h"
#include "db/db.h"
#include "sql_relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STANDBY_POLL_MS 200
#define WORK_POLL_MS 1000
#define SLOT_TRIES 50                /* of 100 ms: the second in which a shift changes */
#define HANG_S 30
#define SHIFT_MAX (15 * CLOCK_MINUTE)
#define BEAT_EVERY (10 * CLOCK_SECOND)
#define LEAVING_MAX (12 * CLOCK_SECOND)
#define PAUSE_MIN_MS 100
#define RECONNECT_MAX_MS 1000
#define PAUSE_MAX_MS 2000

#define SESSION_OPTIONS \
	"-c idle_session_timeout=15s -c idle_in_transaction_session_timeout=15s " \
	"-c statement_timeout=15s -c client_connection_check_interval=2s " \
	"-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 " \
	"-c tcp_user_timeout=20s"

/* How a session with the database ended. */
enum leaving { LEFT, LOST };

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t child;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static void pass_on(int number)
{
	stopping = 1;
	if (child > 0)
		kill((pid_t)child, number);
}

/* Without SA_RESTART, so that sleeping ends. */
static void on_stop(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

static void hold_stop(int how)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(how, &signals, NULL);
}

static int32_t work_class(const struct relay *relay)
{
	return relay->number * 2;
}

static int32_t standby_class(const struct relay *relay)
{
	return relay->number * 2 + 1;
}

static void sleep_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* The growing pause after errors in a row; 0 sets it back. */
static int next_pause(struct relay *relay, int max_ms)
{
	int pause = relay->pause_ms ? relay->pause_ms * 2 : PAUSE_MIN_MS;

	relay->pause_ms = pause < max_ms ? pause : max_ms;
	return relay->pause_ms;
}

static int64_t shift_length(void)
{
	int64_t seconds;

	if (id_parse(getenv("VT_SHIFT_S"), 1, 900, &seconds) < 0)
		seconds = 120;
	return seconds * CLOCK_SECOND;
}

static void session_new(struct vt_ctx *ctx, struct relay *relay)
{
	const char *more = relay->job->options ? relay->job->options : "";
	char options[1024], name[64];

	snprintf(options, sizeof(options), "%s %s", SESSION_OPTIONS, more);
	snprintf(name, sizeof(name), "%s %d", relay->command, relay->lane);
	ctx->db = db_new(relay->config->database, name, options);
}

/* Stand by: shared, so that the holder learns of us by trying it exclusively; that try, a moment
 * long, is the only thing that can refuse us. */
static int stand_by(struct vt_ctx *ctx, struct relay *relay)
{
	bool got = false;

	for (;;) {
		if (db_lock_try(ctx, standby_class(relay), relay->lane, true, &got) < 0)
			return -1;
		if (got || stopping)
			return 0;
		sleep_ms(20);
	}
}

static int wait_for_lane(struct vt_ctx *ctx, struct relay *relay, bool *got)
{
	*got = false;
	while (!stopping) {
		alarm(HANG_S);
		if (db_lock_try(ctx, work_class(relay), relay->lane, false, got) < 0)
			return -1;
		if (*got)
			return 0;
		relay_socket_wait(relay->next_socket, STANDBY_POLL_MS);
		relay_socket_drain(relay->next_socket);
		vt_ctx_reset(ctx);
	}
	return 0;
}

/* The lane is ours: make room for the next standby, and note who works. */
static int begin_shift(struct vt_ctx *ctx, struct relay *relay)
{
	struct db_result *result;
	char host[64] = "";

	if (db_unlock(ctx, standby_class(relay), relay->lane, true) < 0)
		return -1;
	relay_socket_close(relay, &relay->next_socket, "next");
	relay_slot_release(relay);
	relay->wake_socket = relay_socket_open(relay, "wake");

	gethostname(host, sizeof(host) - 1);
	if (db_one(ctx, &result, &SQL_RELAY_SHIFT_BEGIN, "siis", relay->command,
		   (int64_t)relay->lane, (int64_t)getpid(), host) < 0)
		return -1;
	relay->careful = db_bool(result, 0, "careful");
	relay->leaving = false;
	relay->began_at = relay->looked_at = relay->beat_at = clock_monotonic_us();
	log_event(ctx, LOG_LEVEL_INFO, "shift.begin", "lane=%d careful=%d", relay->lane,
		  relay->careful);
	return relay->job->begin ? relay->job->begin(ctx, relay) : 0;
}

static int hand_over(struct vt_ctx *ctx, struct relay *relay, const char *why)
{
	if (db_exec(ctx, NULL, &SQL_RELAY_SHIFT_END, "sii", relay->command, (int64_t)relay->lane,
		    relay->done) < 0)
		return -1;
	relay->done = 0;
	log_event(ctx, LOG_LEVEL_INFO, "shift.end", "lane=%d why=%s", relay->lane, why);
	if (db_unlock(ctx, work_class(relay), relay->lane, false) < 0)
		return -1;
	relay_socket_send(relay, "next");
	return 0;
}

static int somebody_waits(struct vt_ctx *ctx, struct relay *relay, bool *waits)
{
	bool got;

	if (db_lock_try(ctx, standby_class(relay), relay->lane, false, &got) < 0)
		return -1;
	*waits = !got;
	return got ? db_unlock(ctx, standby_class(relay), relay->lane, false) : 0;
}

/* Work under way is brought to its end, for a while. */
static bool still_busy(struct relay *relay)
{
	int64_t now = clock_monotonic_us();

	if (!relay->job->busy || !relay->job->busy(relay))
		return false;
	if (!relay->leaving)
		relay->looked_at = now;
	relay->leaving = true;
	return now - relay->looked_at < LEAVING_MAX;
}

/* Why the shift ends now, or NULL. Asks the database at most once a second. */
static int shift_over(struct vt_ctx *ctx, struct relay *relay, int64_t length, const char **why)
{
	int64_t now = clock_monotonic_us();
	bool waits;

	*why = stopping ? "signal" : relay->leaving ? "relieved" : NULL;
	if (*why)
		return 0;
	if (now - relay->began_at < length || now - relay->looked_at < CLOCK_SECOND ||
	    (now < relay->hold_until && now - relay->began_at < SHIFT_MAX))
		return 0;
	relay->looked_at = now;
	if (somebody_waits(ctx, relay, &waits) < 0)
		return -1;
	if (waits)
		*why = "relieved";
	else if (now - relay->began_at >= SHIFT_MAX)
		*why = "long";
	return 0;
}

static int beat(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t now = clock_monotonic_us();

	if (now - relay->beat_at < BEAT_EVERY)
		return 0;
	relay->beat_at = now;
	if (db_exec(ctx, NULL, &SQL_RELAY_BEAT, "sii", relay->command, (int64_t)relay->lane,
		    relay->done) < 0)
		return -1;
	relay->done = 0;
	return 0;
}

static void wait_for_work(struct relay *relay, int timeout_ms)
{
	if (relay->job->wait)
		relay->job->wait(relay, relay->wake_socket, timeout_ms);
	else
		relay_socket_wait(relay->wake_socket, timeout_ms);
}

/* One turn of work. Clear the wake-ups first, look for work after: that order loses none.
 * -1: the session is lost. */
static int turn(struct vt_ctx *ctx, struct relay *relay)
{
	int more;

	alarm(HANG_S);
	vt_ctx_reset(ctx);
	relay_socket_drain(relay->wake_socket);
	more = relay->job->turn(ctx, relay);
	if (more < 0) {
		log_error(ctx, "turn");
		if (!db_connected(ctx->db))
			return -1;
		db_rollback(ctx);
		vt_error_clear(ctx);
		sleep_ms(next_pause(relay, PAUSE_MAX_MS));
		return 0;
	}
	relay->pause_ms = 0;
	if (beat(ctx, relay) < 0)
		return -1;
	if (!more)
		wait_for_work(relay, WORK_POLL_MS);
	return 0;
}

static int work(struct vt_ctx *ctx, struct relay *relay)
{
	int64_t length = shift_length();
	const char *why;

	for (;;) {
		if (shift_over(ctx, relay, length, &why) < 0)
			return -1;
		if (why && !still_busy(relay))
			return hand_over(ctx, relay, why);
		if (turn(ctx, relay) < 0)
			return -1;
	}
}

/* One session with the database, from connecting to leaving it. */
static enum leaving session(struct vt_ctx *ctx, struct relay *relay)
{
	bool got;

	alarm(HANG_S);
	vt_ctx_reset(ctx);
	if (db_connect(ctx) < 0 || (relay->job->prepare && relay->job->prepare(ctx, relay) < 0) ||
	    stand_by(ctx, relay) < 0)
		return LOST;
	if (relay->next_socket < 0)
		relay->next_socket = relay_socket_open(relay, "next");
	if (wait_for_lane(ctx, relay, &got) < 0)
		return LOST;
	if (!got)
		return LEFT;
	vt_ctx_reset(ctx);
	if (begin_shift(ctx, relay) < 0 || work(ctx, relay) < 0)
		return LOST;
	return LEFT;
}

static void end_session(struct vt_ctx *ctx, struct relay *relay)
{
	if (relay->job->end)
		relay->job->end(relay);
	db_close(ctx->db);
	ctx->db = NULL;
	if (relay->wake_socket >= 0)
		close(relay->wake_socket);
	relay->wake_socket = -1;
}

static bool take_slot(struct relay *relay, int tries)
{
	for (int i = 0; i < tries && !stopping; i++) {
		if (i)
			sleep_ms(100);
		if (relay_slot_take(relay))
			return true;
	}
	return false;
}

static void run(struct vt_ctx *ctx, struct relay *relay)
{
	bool held = take_slot(relay, SLOT_TRIES);

	/* Whoever lost a session stands in line again, or leaves when another does. */
	while (held && !stopping) {
		enum leaving how;

		session_new(ctx, relay);
		how = session(ctx, relay);
		if (how == LOST)
			log_error(ctx, "session.lost");
		end_session(ctx, relay);
		if (how == LEFT)
			break;
		sleep_ms(next_pause(relay, RECONNECT_MAX_MS));
		held = relay->wait_file >= 0 || take_slot(relay, 1);
	}
	if (relay->next_socket >= 0)
		relay_socket_close(relay, &relay->next_socket, "next");
	relay_slot_release(relay);
	if (relay->job->release)
		relay->job->release(relay);
}

/* In the child: stop when the parent is gone. */
static int run_child(struct vt_ctx *ctx, struct relay *relay, pid_t parent)
{
	signal(SIGPIPE, SIG_IGN);
	on_stop(stop);
	hold_stop(SIG_UNBLOCK);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent)
		run(ctx, relay);
	return EXIT_SUCCESS;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

int relay_main(struct vt_ctx *ctx, struct relay *relay)
{
	pid_t parent = getpid();

	relay->wait_file = relay->next_socket = relay->wake_socket = -1;
	on_stop(pass_on);
	for (int start = 0; start < 2 && !stopping; start++) {
		pid_t pid;
		int status;

		hold_stop(SIG_BLOCK);
		pid = fork();
		if (pid == 0)
			return run_child(ctx, relay, parent);
		child = pid;
		hold_stop(SIG_UNBLOCK);
		status = pid < 0 ? -1 : wait_for(pid);
		child = 0;
		if (status < 0) {
			perror("ventanilla");
			return EXIT_FAILURE;
		}
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		log_event(NULL, LOG_LEVEL_ERROR, "worker.died", "lane=%d pid=%d signal=%d",
			  relay->lane, (int)pid, WTERMSIG(status));
	}
	return stopping ? EXIT_SUCCESS : EXIT_FAILURE;
}
