#include "base/vt.h"
#include "cgi-bin/live/answer.h"
#include "cgi-bin/live/live.h"

#define ALL_PER_SECOND 500             /* when everybody re-reads */
#define ALL_SPREAD_MS 20000

static int64_t random_ms(struct live *live, int64_t below)
{
	uint32_t number;

	live->ctx.random_bytes(&number, sizeof(number));
	return below > 0 ? number % below : 0;
}

static uint64_t board(void)
{
	return topic_key('b', 0);
}

/* --- Waking ------------------------------------------------------------------------------------ */

static void wake(struct live *live, struct client *client)
{
	if (client->listed)
		return;
	client->listed = true;
	client_list_add(&live->woken, client);
}

void park_event(struct live *live, uint64_t topic, uint64_t xid)
{
	topic_event(live->topics, topic, xid, live->now_ms);
	for (struct subscription *at = topic_watchers(live->topics, topic); at; at = at->next) {
		if (xid < at->client->xmin)
			continue;
		at->news = true;
		if (topic == board())
			live->board_waits = true;
		else
			wake(live, at->client);
	}
}

void park_typing(struct live *live, uint64_t topic)
{
	for (struct subscription *at = topic_watchers(live->topics, topic); at; at = at->next) {
		at->typing = true;
		wake(live, at->client);
	}
}

void park_wake_all(struct live *live)
{
	int64_t spread = (int64_t)live->parked_count * 1000 / ALL_PER_SECOND;

	if (spread > ALL_SPREAD_MS)
		spread = ALL_SPREAD_MS;
	for (struct client *client = live->clients; client; client = client->next) {
		if (client->state != CLIENT_PARKED)
			continue;
		client->forgotten = true;
		timer_set(&live->wheel, &client->timer, live->now_ms + random_ms(live, spread));
	}
}

/* The board is wide and always moving: all its watchers at once, at most once a second. */
static void wake_board(struct live *live)
{
	if (!live->board_waits || live->now_ms < live->board_due_ms)
		return;
	live->board_waits = false;
	for (struct subscription *at = topic_watchers(live->topics, board()); at; at = at->next) {
		if (!at->news)
			continue;
		live->board_due_ms = live->now_ms + LIVE_BOARD_MS;
		wake(live, at->client);
	}
}

/* --- Answering --------------------------------------------------------------------------------- */

/* Topics of the client that have the mark, joined by commas; false when none has. */
static bool list_news(const struct client *client, struct strbuf *out)
{
	const char *before = "&w=";
	char name[TOPIC_TEXT];

	for (size_t i = 0; i < client->subscription_count; i++) {
		if (!client->subscriptions[i].news)
			continue;
		topic_format(topic_of(&client->subscriptions[i]), name);
		strbuf_printf(out, "%s%s", before, name);
		before = ",";
	}
	return *before == ',';
}

static void list_typing(const struct client *client, struct strbuf *out)
{
	const char *before = "&y=";
	char name[TOPIC_TEXT];

	for (size_t i = 0; i < client->subscription_count; i++) {
		if (!client->subscriptions[i].typing)
			continue;
		topic_format(topic_of(&client->subscriptions[i]), name);
		if (client->kind == ASK_VISITOR)
			strbuf_printf(out, "%s1", before);
		else
			strbuf_printf(out, "%s%s:v", before, name);
		before = ",";
	}
}

static uint64_t page_of(const struct client *client)
{
	return pace_hash((uint64_t)client->id << 1 | (client->kind == ASK_STAFF), client->page,
			 strlen(client->page));
}

static uint64_t cursor_of(const struct client *client)
{
	return pace_hash(0, client->cursor, strlen(client->cursor));
}

/* Hand it over to the program that renders. */
static void redirect(struct live *live, struct client *client)
{
	struct strbuf address, text;

	strbuf_init(&address, live->ctx.arena, 512);
	strbuf_printf(&address, "/internal/%s/live?%s&c=%s",
		      client->kind == ASK_STAFF ? "staff" : "webchat", client->page, client->cursor);
	if (client->forgotten)
		strbuf_puts(&address, "&w=all");
	if (client->forgotten || list_news(client, &address))
		pace_note(&live->pace, page_of(client), cursor_of(client), live->now_ms);
	list_typing(client, &address);
	strbuf_init(&text, live->ctx.arena, address.size + 32);
	answer_redirect(&text, address.data);
	client_answer(live, client, &text);
}

void park_answer_woken(struct live *live)
{
	struct client *client;

	wake_board(live);
	while ((client = client_list_take(&live->woken))) {
		client->listed = false;
		if (client->state == CLIENT_PARKED)
			redirect(live, client);
		else
			client_list_add(&live->dead, client);
	}
}

static bool has_news(const struct client *client)
{
	for (size_t i = 0; i < client->subscription_count; i++) {
		if (client->subscriptions[i].news)
			return true;
	}
	return client->forgotten;
}

/* All that the last tail saw has been told: a client that was here the whole time and was not
 * woken has missed nothing up to there, and moves on. */
void park_expired(struct live *live, struct client *client)
{
	struct strbuf text;
	bool news = has_news(client);

	if (news && !live->draining) {
		wake(live, client);
		return;
	}
	strbuf_init(&text, live->ctx.arena, 256);
	answer_nothing(&text, !news && live->tail_done > client->tail ? live->latest_text : "");
	client_answer(live, client, &text);
}

/* --- Parking ----------------------------------------------------------------------------------- */

static void watch(struct live *live, struct client *client, const char *topics)
{
	const char *at = topics;
	uint64_t key;

	while (topic_next(&at, &key))
		client->subscription_count++;
	client->subscriptions = calloc(client->subscription_count + 1, sizeof(*client->subscriptions));
	VT_BUG_ON(!client->subscriptions);
	at = topics;
	for (size_t i = 0; topic_next(&at, &key); i++) {
		client->subscriptions[i].client = client;
		topic_watch(live->topics, &client->subscriptions[i], key);
	}
}

void park_release(struct live *live, struct client *client)
{
	for (size_t i = 0; i < client->subscription_count; i++)
		topic_unwatch(live->topics, &client->subscriptions[i], live->now_ms);
	free(client->subscriptions);
	client->subscriptions = NULL;
	client->subscription_count = 0;
	live->parked_count--;
}

/* Does the page's cursor miss something already? The board's news wait for the board's turn. */
static bool look_back(struct live *live, struct client *client)
{
	struct snapshot cursor;
	bool news = false;

	if (snapshot_parse(client->cursor, &cursor) < 0) {
		client->forgotten = true;
		return true;
	}
	client->xmin = cursor.xmin;
	client->forgotten = topics_forgot(live->topics, &cursor, &live->latest);
	for (size_t i = 0; i < client->subscription_count; i++) {
		struct subscription *subscription = &client->subscriptions[i];
		subscription->news = topic_has_news(subscription, &cursor, &live->latest);
		if (subscription->news && topic_of(subscription) == board())
			live->board_waits = true;
		else if (subscription->news)
			news = true;
	}
	return news || client->forgotten;
}

void park_client(struct live *live, struct client *client, int64_t id, const char *topics)
{
	int64_t hold_ms = LIVE_HOLD_MS * 9 / 10 + random_ms(live, LIVE_HOLD_MS / 5);

	client->id = id;
	client->state = CLIENT_PARKED;
	client->tail = live->tails_sent;
	live->parked_count++;
	watch(live, client, topics);
	presence_note(live, client);
	if (look_back(live, client)) {
		hold_ms = pace_wait(&live->pace, page_of(client), cursor_of(client), live->now_ms);
		if (!hold_ms) {
			wake(live, client);
			return;
		}
	}
	timer_set(&live->wheel, &client->timer, live->now_ms + hold_ms);
}
