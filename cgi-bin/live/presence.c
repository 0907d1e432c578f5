#include "base/vt.h"
#include "db/db.h"
#include "sql_live.h"
#include "cgi-bin/live/live.h"

#define BEAT_MS 15000
#define SLICE 500                      /* ids of each kind in one statement: a few milliseconds */

struct ids { int64_t *items; size_t count, room; };

struct presence {
	struct ids sessions, visitors; /* who came since the last beat */
	struct ids beat_sessions, beat_visitors;     /* the beat under way */
	size_t sent;                   /* of each */
	bool under_way;
	int64_t due_ms;
};

struct presence *presence_new(int64_t now_ms)
{
	struct presence *presence = calloc(1, sizeof(*presence));

	VT_BUG_ON(!presence);
	presence->due_ms = now_ms + BEAT_MS / 5;
	return presence;
}

void presence_free(struct presence *presence)
{
	free(presence->sessions.items);
	free(presence->visitors.items);
	free(presence->beat_sessions.items);
	free(presence->beat_visitors.items);
	free(presence);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_out(struct ids *ids)
{
	size_t kept = 0;

	if (!ids->count)
		return;
	qsort(ids->items, ids->count, sizeof(*ids->items), by_number);
	for (size_t i = 1; i < ids->count; i++) {
		if (ids->items[i] != ids->items[kept])
			ids->items[++kept] = ids->items[i];
	}
	ids->count = kept + 1;
}

/* Repeats are dropped before the list grows. */
static void add(struct ids *ids, int64_t id)
{
	if (ids->count == ids->room) {
		sort_out(ids);
		if (2 * ids->count >= ids->room) {
			ids->room = ids->room ? 2 * ids->room : 256;
			ids->items = realloc(ids->items, ids->room * sizeof(*ids->items));
			VT_BUG_ON(!ids->items);
		}
	}
	ids->items[ids->count++] = id;
}

static void add_client(struct presence *presence, const struct client *client)
{
	add(client->kind == ASK_STAFF ? &presence->sessions : &presence->visitors, client->id);
}

void presence_note(struct live *live, const struct client *client)
{
	add_client(live->presence, client);
}

/* What comes next of the beat; how many. */
static size_t slice(const struct ids *ids, size_t sent, const int64_t **items)
{
	size_t left = ids->count > sent ? ids->count - sent : 0;

	*items = left ? ids->items + sent : NULL;
	return left < SLICE ? left : SLICE;
}

static void slice_done(struct vt_ctx *ctx, void *arg, const struct db_result *result);

static void send_slice(struct live *live)
{
	struct presence *presence = live->presence;
	const int64_t *sessions, *visitors;
	size_t session_count = slice(&presence->beat_sessions, presence->sent, &sessions);
	size_t visitor_count = slice(&presence->beat_visitors, presence->sent, &visitors);

	presence->under_way = db_async_send(&live->ctx, live->db, slice_done, live,
					    &SQL_LIVE_HEARTBEAT, "II", sessions, session_count,
					    visitors, visitor_count) == 0;
	if (!presence->under_way)
		vt_error_clear(&live->ctx);
	presence->sent += SLICE;
}

static void beat_done(struct vt_ctx *ctx, void *arg, const struct db_result *result)
{
	struct live *live = arg;

	(void)ctx;
	(void)result;
	live->presence->under_way = false;
}

/* Only a beat that is written whole says that we listen: nobody of it counts as gone by our fault. */
static void send_whole(struct live *live)
{
	struct presence *presence = live->presence;

	presence->under_way = db_async_send(&live->ctx, live->db, beat_done, live, &SQL_LIVE_BEAT, "si",
					    live->host, (int64_t)presence->beat_sessions.count) == 0;
	if (!presence->under_way)
		vt_error_clear(&live->ctx);
}

static void slice_done(struct vt_ctx *ctx, void *arg, const struct db_result *result)
{
	struct live *live = arg;
	struct presence *presence = live->presence;

	(void)ctx;
	presence->under_way = false;
	if (!result)
		return;
	if (presence->sent < presence->beat_sessions.count || presence->sent < presence->beat_visitors.count)
		send_slice(live);
	else
		send_whole(live);
}

static void begin(struct ids *beat, struct ids *noted)
{
	struct ids old = *beat;

	sort_out(noted);
	*beat = *noted;
	*noted = old;
	noted->count = 0;
}

/* Those who came since the last beat, and those who have been here all the time. */
void presence_beat(struct live *live)
{
	struct presence *presence = live->presence;

	if (live->now_ms < presence->due_ms || presence->under_way || !db_async_ready(live->db))
		return;
	presence->due_ms = live->now_ms + BEAT_MS;
	for (const struct client *client = live->clients; client; client = client->next) {
		if (client->state == CLIENT_PARKED)
			add_client(presence, client);
	}
	begin(&presence->beat_sessions, &presence->sessions);
	begin(&presence->beat_visitors, &presence->visitors);
	presence->sent = 0;
	send_slice(live);
}
