#include "base/vt.h"
#include "base/log.h"
#include "db/db.h"
#include "sql_live.h"
#include "cgi-bin/live/live.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DATAGRAM_BYTES ((size_t)64 * 1024)
#define DATAGRAMS_A_TURN 256
#define TAIL_MS 1000
#define TAIL_REACH_S 60                /* older events are not asked for: every page re-reads */

/* --- Events ------------------------------------------------------------------------------------ */

static bool read_xid(const char **text, uint64_t *xid)
{
	char *end;

	*xid = strtoull(*text, &end, 10);
	if (end == *text || (*end && *end != ' '))
		return false;
	*text = end;
	return *xid > 0;
}

/* FNV-1a over a row: a transaction may write several. */
static uint64_t row_key(uint64_t xid, const char *topics)
{
	uint64_t key = UINT64_C(14695981039346656037) ^ xid;

	for (; *topics; topics++)
		key = (key ^ (unsigned char)*topics) * UINT64_C(1099511628211);
	return key;
}

/* A row is told up to three times: by a datagram, by a notice, by the tail. */
static void event(struct live *live, uint64_t xid, const char *topics)
{
	uint64_t key = row_key(xid, topics);
	uint64_t *seen = &live->seen[key % VT_COUNT(live->seen)], topic;

	if (*seen == key)
		return;
	*seen = key;
	while (topic_next(&topics, &topic))
		park_event(live, topic, xid);
}

void news_notice(struct live *live, const char *payload)
{
	uint64_t xid;

	if (read_xid(&payload, &xid))
		event(live, xid, payload);
}

/* "c26112300000001 v17 v": the desk hears of visitors, the visitor of operators. */
static void typing(struct live *live, const char *text)
{
	uint64_t conversation, visitor;

	if (!topic_next(&text, &conversation) || !topic_next(&text, &visitor))
		return;
	text += strspn(text, " ");
	if (!strcmp(text, "v"))
		park_typing(live, conversation);
	else if (!strcmp(text, "a"))
		park_typing(live, visitor);
}

/* --- Datagrams --------------------------------------------------------------------------------- */

int news_open(struct live *live)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/live.wake",
			      live->config.run_directory);

	if (length >= (int)sizeof(address.sun_path))
		return vt_fail(&live->ctx, VT_E_INVALID, "VT_RUN is too long for a socket");
	unlink(address.sun_path);
	live->datagrams = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (live->datagrams < 0 ||
	    bind(live->datagrams, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(address.sun_path, 0660) < 0)
		return vt_fail(&live->ctx, VT_E_UNAVAILABLE, "%s: %m", address.sun_path);
	return 0;
}

void news_receive(struct live *live)
{
	static char text[DATAGRAM_BYTES];

	for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
		ssize_t size = recv(live->datagrams, text, sizeof(text) - 1, MSG_DONTWAIT | MSG_TRUNC);

		if (size < 0)
			return;
		if ((size_t)size >= sizeof(text))
			continue;
		text[size] = '\0';
		if (!strncmp(text, "w ", 2))
			news_notice(live, text + 2);
		else if (!strncmp(text, "t ", 2))
			typing(live, text + 2);
	}
}

/* --- The tail ---------------------------------------------------------------------------------- */

static void keep_snapshot(struct live *live, const char *text)
{
	char *copy = strdup(text);

	VT_BUG_ON(!copy);
	free(live->latest_text);
	live->latest_text = copy;
	live->tail_done = live->tails_sent;
	live->tail_done_ms = live->now_ms;
	live->known = true;
}

/* Read all rows; -1 when they cannot be believed. */
static int take_rows(struct live *live, const struct db_result *result)
{
	struct snapshot snapshot;

	if (snapshot_parse(db_text(result, 0, "snapshot"), &snapshot) < 0) {
		log_event(NULL, LOG_LEVEL_ERROR, "tail", "snapshot=unreadable");
		return -1;
	}
	if (live->known && snapshot.xmax < live->latest.xmax) {
		log_event(NULL, LOG_LEVEL_ERROR, "tail", "database=another");
		live->restart = true;
		return -1;
	}
	for (size_t row = 0; row < db_rows(result); row++) {
		const char *text = db_text(result, row, "xid");
		uint64_t xid;
		if (read_xid(&text, &xid))
			event(live, xid, db_text(result, row, "topics"));
	}
	live->latest = snapshot;
	keep_snapshot(live, db_text(result, 0, "snapshot"));
	return 0;
}

static void tail_came(struct vt_ctx *ctx, void *arg, const struct db_result *result)
{
	struct live *live = arg;

	(void)ctx;
	live->tail_under_way = false;
	if (result)
		(void)take_rows(live, result);
}

/* The first one, or the first after a silence in which rows may have been removed. */
static void start_came(struct vt_ctx *ctx, void *arg, const struct db_result *result)
{
	struct live *live = arg;
	bool resumed = live->known;

	(void)ctx;
	live->tail_under_way = false;
	if (!result || take_rows(live, result) < 0)
		return;
	topics_raise_floor(live->topics, (uint64_t)db_i64(result, 0, "floor"));
	if (resumed)
		park_wake_all(live);
	log_event(NULL, LOG_LEVEL_INFO, "tail.start", "rows=%zu", db_rows(result));
}

void news_tail(struct live *live)
{
	bool start = !live->known || live->now_ms - live->tail_done_ms > TAIL_REACH_S * 1000;
	int status;

	if (live->now_ms < live->tail_due_ms || live->tail_under_way || !db_async_ready(live->db))
		return;
	live->tail_due_ms = live->now_ms + TAIL_MS;
	if (start)
		status = db_async_send(&live->ctx, live->db, start_came, live, &SQL_LIVE_TAIL_START, "i",
				       (int64_t)TAIL_REACH_S);
	else
		status = db_async_send(&live->ctx, live->db, tail_came, live, &SQL_LIVE_TAIL, "s",
				       live->latest_text);
	if (status < 0) {
		vt_error_clear(&live->ctx);
		return;
	}
	live->tail_under_way = true;
	live->tails_sent++;
}
