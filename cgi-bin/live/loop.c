#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "cgi-bin/live/live.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_A_TURN 256
#define ACCEPTS_A_TURN 64
#define ACCEPT_PAUSE_MS 100
#define DRAIN_MS 500
#define PAUSE_MAX_MS 1000

int64_t loop_clock_ms(void)
{
	return clock_monotonic_us() / 1000;
}

/* --- The listener ------------------------------------------------------------------------------ */

static void listen_now(struct live *live, bool accepting)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = &live->listener };

	if (live->accepting == accepting)
		return;
	live->accepting = accepting;
	epoll_ctl(live->epoll, accepting ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, live->listener, &event);
}

/* Out of descriptors or memory: who knocks waits in the backlog. */
static void pause_accepting(struct live *live, int error)
{
	log_event(NULL, LOG_LEVEL_ERROR, "accept", "errno=%d connections=%zu", error, live->client_count);
	listen_now(live, false);
	live->accept_again_ms = live->now_ms + ACCEPT_PAUSE_MS;
}

static void accept_some(struct live *live)
{
	for (int i = 0; i < ACCEPTS_A_TURN && live->accepting; i++) {
		int fd = accept4(live->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			client_open(live, fd);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR && errno != ECONNABORTED)
			pause_accepting(live, errno);
	}
}

/* --- Ending ------------------------------------------------------------------------------------ */

/* Everybody is answered at once and asks again; whoever comes now waits in the backlog of the
 * listener, which the supervisor holds, for the next process. */
static void drain(struct live *live)
{
	if (live->draining)
		return;
	log_event(NULL, LOG_LEVEL_INFO, "drain", "parked=%zu connections=%zu", live->parked_count,
		  live->client_count);
	live->draining = true;
	live->drain_end_ms = live->now_ms + DRAIN_MS;
	listen_now(live, false);
	for (struct client *client = live->clients, *next; client; client = next) {
		next = client->next;
		if (client->state == CLIENT_PARKED)
			park_expired(live, client);
		else if (client->state == CLIENT_ASKING)
			client_answer_nothing(live, client);
	}
}

static void take_signal(struct live *live)
{
	struct signalfd_siginfo signal;

	while (read(live->signals, &signal, sizeof(signal)) == sizeof(signal))
		drain(live);
}

static bool drained(const struct live *live)
{
	if (!live->draining || live->now_ms >= live->drain_end_ms)
		return live->draining;
	for (const struct client *client = live->clients; client; client = client->next) {
		if (client->state == CLIENT_READING)
			return false;
	}
	return true;
}

/* --- The database's socket --------------------------------------------------------------------- */

/* While it connects, the socket may be another one under the same number. */
static void watch_database(struct live *live)
{
	int fd = db_async_socket(live->db);
	bool write = db_async_wants_write(live->db);
	struct epoll_event event = { .events = EPOLLIN | (write ? EPOLLOUT : 0u),
				     .data.ptr = &live->db };

	if (fd == live->db_watched && write == live->db_watched_write && db_async_ready(live->db))
		return;
	live->db_watched = fd;
	live->db_watched_write = write;
	if (fd >= 0 && epoll_ctl(live->epoll, EPOLL_CTL_MOD, fd, &event) < 0)
		epoll_ctl(live->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* --- One turn ---------------------------------------------------------------------------------- */

static void sooner(int64_t *pause, int64_t now_ms, int64_t due_ms)
{
	int64_t left = due_ms > now_ms ? due_ms - now_ms : 0;

	if (left < *pause)
		*pause = left;
}

static int pause_of(const struct live *live, int64_t now_ms)
{
	int64_t pause = wheel_pause(&live->wheel, now_ms, PAUSE_MAX_MS);
	int64_t db_us = db_async_due_us(live->db);

	if (db_us != INT64_MAX)
		sooner(&pause, now_ms, db_us / 1000 + 1);
	if (db_async_ready(live->db) && !live->tail_under_way)
		sooner(&pause, now_ms, live->tail_due_ms);
	if (live->board_waits)
		sooner(&pause, now_ms, live->board_due_ms);
	if (live->asking.first && live->away_since_ms)
		sooner(&pause, now_ms, live->away_since_ms + LIVE_AWAY_MS);
	if (!live->accepting && !live->draining)
		sooner(&pause, now_ms, live->accept_again_ms);
	if (live->draining)
		sooner(&pause, now_ms, live->drain_end_ms);
	return (int)pause;
}

static void ring_timers(struct live *live)
{
	struct timer *timer;

	while ((timer = wheel_ring(&live->wheel, live->now_ms))) {
		struct client *client = (struct client *)timer;

		if (client->state == CLIENT_PARKED)
			park_expired(live, client);
		else if (client->state == CLIENT_ASKING)
			client_answer_error(live, client, VT_E_UNAVAILABLE);
		else
			client_drop(live, client);
	}
}

static bool dispatch(struct live *live, const struct epoll_event *event)
{
	if (event->data.ptr == &live->listener)
		accept_some(live);
	else if (event->data.ptr == &live->datagrams)
		news_receive(live);
	else if (event->data.ptr == &live->signals)
		take_signal(live);
	else if (event->data.ptr == &live->db)
		return true;
	else
		client_ready(live, event->data.ptr);
	return false;
}

static void turn(struct live *live)
{
	struct epoll_event events[EVENTS_A_TURN];
	int count = epoll_wait(live->epoll, events, EVENTS_A_TURN, pause_of(live, live->now_ms));
	bool database = clock_monotonic_us() >= db_async_due_us(live->db);

	live->now_ms = loop_clock_ms();
	vt_ctx_reset(&live->ctx);
	ring_timers(live);
	for (int i = 0; i < count; i++)
		database |= dispatch(live, &events[i]);
	if (database)
		db_async_step(&live->ctx, live->db);
	if (!live->accepting && !live->draining && live->now_ms >= live->accept_again_ms)
		listen_now(live, true);
	if (live->restart)
		drain(live);
	news_tail(live);
	presence_beat(live);
	authorise_go_on(live);
	park_answer_woken(live);
	topics_expire(live->topics, live->now_ms);
	clients_free_dead(live);
	watch_database(live);
}

void loop_run(struct live *live)
{
	while (!drained(live))
		turn(live);
}
