#include "base/vt.h"
#include "base/log.h"
#include "cgi-bin/live/answer.h"
#include "cgi-bin/live/live.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES ((size_t)32 * 1024)

void client_list_add(struct client_list *list, struct client *client)
{
	client->link = NULL;
	*(list->last ? &list->last->link : &list->first) = client;
	list->last = client;
}

struct client *client_list_take(struct client_list *list)
{
	struct client *client = list->first;

	if (!client)
		return NULL;
	list->first = client->link;
	if (!list->first)
		list->last = NULL;
	client->link = NULL;
	return client;
}

/* --- Ending ------------------------------------------------------------------------------------ */

static void release_reader(struct client *client)
{
	record_release(client->reader);
	free(client->reader);
	client->reader = NULL;
}

/* Everything but the memory, which events of this turn may still name. */
static void hang_up(struct live *live, struct client *client)
{
	timer_clear(&client->timer);
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	if (client->state == CLIENT_READING)
		release_reader(client);
	if (client->state == CLIENT_PARKED)
		park_release(live, client);
}

void client_bury(struct live *live, struct client *client)
{
	hang_up(live, client);
	if (client->state == CLIENT_ASKING || client->state == CLIENT_GONE)
		question_free(client->question);
	client->question = NULL;
	client->state = CLIENT_DEAD;
	*(client->previous ? &client->previous->next : &live->clients) = client->next;
	if (client->next)
		client->next->previous = client->previous;
	live->client_count--;
	if (!client->listed)
		client_list_add(&live->dead, client);
}

void clients_free_dead(struct live *live)
{
	struct client *client;

	while ((client = client_list_take(&live->dead))) {
		free(client->page);
		free(client);
	}
}

void client_drop(struct live *live, struct client *client)
{
	if (client->state != CLIENT_ASKING) {
		client_bury(live, client);
		return;
	}
	hang_up(live, client);
	client->state = CLIENT_GONE;
}

/* One send into an empty socket buffer takes it all; a peer that is not there any more is nobody's
 * loss. */
void client_answer(struct live *live, struct client *client, const struct strbuf *text)
{
	uint8_t *records = arena_alloc(live->ctx.arena, text->size + RECORD_FRAME);
	size_t size = record_answer(records, client->request_id, text->data, text->size);

	(void)!send(client->fd, records, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	client_drop(live, client);
}

void client_answer_nothing(struct live *live, struct client *client)
{
	struct strbuf text;

	strbuf_init(&text, live->ctx.arena, 128);
	answer_nothing(&text, "");
	client_answer(live, client, &text);
}

void client_answer_error(struct live *live, struct client *client, enum vt_code code)
{
	struct strbuf text;

	strbuf_init(&text, live->ctx.arena, 512);
	answer_error(&text, code);
	client_answer(live, client, &text);
}

/* --- Beginning --------------------------------------------------------------------------------- */

static void answer_health(struct live *live, struct client *client)
{
	struct strbuf text;
	bool fresh = live->known && live->now_ms - live->tail_done_ms < 5000;

	strbuf_init(&text, live->ctx.arena, 256);
	answer_json(&text, arena_printf(live->ctx.arena,
		"{\"database\":%s,\"parked\":%zu,\"connections\":%zu,\"room\":%zu,\"topics\":%zu,"
		"\"tail_age_ms\":%" PRId64 "}", fresh ? "true" : "false", live->parked_count,
		live->client_count, live->client_max, topics_count(live->topics),
		live->known ? live->now_ms - live->tail_done_ms : -1));
	client_answer(live, client, &text);
}

/* The request is whole. */
static void serve(struct live *live, struct client *client)
{
	struct ask ask;

	client->request_id = client->reader->request_id;
	if (ask_read(&live->ctx, client->reader, live->config.secure_cookies, &ask) < 0) {
		enum vt_code code = live->ctx.error.code;
		vt_error_clear(&live->ctx);
		client_answer_error(live, client, code);
	} else if (ask.kind == ASK_HEALTH) {
		answer_health(live, client);
	} else if (live->draining) {
		client_answer_nothing(live, client);
	} else if (live->client_count > live->client_max) {
		log_event(NULL, LOG_LEVEL_WARN, "full", "connections=%zu", live->client_count);
		client_answer_error(live, client, VT_E_UNAVAILABLE);
	} else {
		release_reader(client);
		authorise_begin(live, client, &ask);
	}
}

/* A parked peer says nothing more: whatever comes is its end. */
void client_ready(struct live *live, struct client *client)
{
	static uint8_t bytes[READ_BYTES];

	if (client->state == CLIENT_DEAD || client->state == CLIENT_GONE)
		return;
	for (;;) {
		ssize_t size = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size <= 0 || client->state != CLIENT_READING) {
			client_drop(live, client);
			return;
		}
		switch (record_feed(client->reader, bytes, (size_t)size)) {
		case RECORD_MORE:
			continue;
		case RECORD_WHOLE:
			serve(live, client);
			return;
		case RECORD_BAD:
		default:
			log_event(NULL, LOG_LEVEL_WARN, "fastcgi", "peer=unexpected");
			client_drop(live, client);
			return;
		}
	}
}

void client_open(struct live *live, int fd)
{
	struct client *client = calloc(1, sizeof(*client));

	VT_BUG_ON(!client);
	client->fd = fd;
	client->reader = calloc(1, sizeof(*client->reader));
	VT_BUG_ON(!client->reader);
	client->next = live->clients;
	if (live->clients)
		live->clients->previous = client;
	live->clients = client;
	live->client_count++;
	timer_set(&live->wheel, &client->timer, live->now_ms + LIVE_READ_MS);
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = client };
	if (epoll_ctl(live->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		client_drop(live, client);
	else
		client_ready(live, client);
}
