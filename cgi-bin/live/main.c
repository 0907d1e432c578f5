#include "base/vt.h"
#include "base/log.h"
#include "base/secret.h"
#include "cgi-bin/live/live.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 65536
#define DESCRIPTORS_SPARE 128          /* for ourselves, and to refuse the rest politely */

/* Each parked request is a descriptor. */
static size_t raise_descriptor_limit(void)
{
	struct rlimit limit = { .rlim_cur = 1024, .rlim_max = 1024 };

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max : DESCRIPTORS_MAX;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur > 2 * DESCRIPTORS_SPARE ? limit.rlim_cur - DESCRIPTORS_SPARE
		: DESCRIPTORS_SPARE;
}

/* The supervisors say "stop" in different words (multiwatch: USR1). */
static int open_signals(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGUSR1);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	return signalfd(-1, &stop, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int open_listener(struct live *live)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	live->listener = STDIN_FILENO;
	if (getsockopt(live->listener, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening)
		return vt_fail(&live->ctx, VT_E_INVALID, "standard input is not a listening socket");
	if (fcntl(live->listener, F_SETFL, O_NONBLOCK) < 0)
		return vt_fail(&live->ctx, VT_E_INVALID, "standard input: %m");
	return 0;
}

static int watch(struct live *live, int fd, void *mark)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = mark };

	if (fd < 0 || epoll_ctl(live->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		return vt_fail(&live->ctx, VT_E_UNAVAILABLE, "epoll: %m");
	return 0;
}

static void connected(void *arg)
{
	struct live *live = arg;

	log_event(NULL, LOG_LEVEL_INFO, "db.connected", "parked=%zu", live->parked_count);
	live->away_since_ms = 0;
	live->tail_due_ms = live->now_ms;
}

static void lost(void *arg)
{
	struct live *live = arg;

	live->away_since_ms = live->now_ms;
}

static void notified(void *arg, const char *payload)
{
	news_notice(arg, payload);
}

static int set_up(struct live *live)
{
	const struct db_async_owner owner = { connected, lost, notified, live };

	if (config_load(&live->ctx, &live->config) < 0 || open_listener(live) < 0)
		return -1;
	if (gethostname(live->host, sizeof(live->host) - 1) < 0)
		return vt_fail(&live->ctx, VT_E_UNAVAILABLE, "name of the host: %m");
	live->client_max = raise_descriptor_limit();
	live->epoll = epoll_create1(EPOLL_CLOEXEC);
	live->signals = open_signals();
	if (news_open(live) < 0 || watch(live, live->datagrams, &live->datagrams) < 0 ||
	    watch(live, live->signals, &live->signals) < 0 ||
	    watch(live, live->listener, &live->listener) < 0)
		return -1;
	live->accepting = true;
	live->now_ms = live->away_since_ms = loop_clock_ms();
	live->db_watched = -1;
	live->topics = topics_new();
	live->presence = presence_new(live->now_ms);
	live->db = db_async_new(live->config.database, "live", "wake", &owner);
	wheel_init(&live->wheel, live->now_ms);
	return 0;
}

static void tear_down(struct live *live)
{
	struct client *client;

	db_async_close(&live->ctx, live->db);
	park_answer_woken(live);
	while ((client = client_list_take(&live->asking)))
		client->listed = false;
	while (live->clients)
		client_bury(live, live->clients);
	clients_free_dead(live);
	topics_free(live->topics);
	presence_free(live->presence);
	free(live->latest_text);
}

int main(void)
{
	static struct live live;

	log_init("live");
	secret_init();
	vt_ctx_init(&live.ctx, arena_new(), "live");
	if (set_up(&live) < 0) {
		log_error(&live.ctx, "start");
		return 1;
	}
	log_event(NULL, LOG_LEVEL_INFO, "start", "room=%zu", live.client_max);
	loop_run(&live);
	log_event(NULL, LOG_LEVEL_INFO, "stop", "connections=%zu", live.client_count);
	tear_down(&live);
	arena_free(live.ctx.arena);
	return 0;
}
