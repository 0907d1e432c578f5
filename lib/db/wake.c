#include "base/vt.h"
#include "db/connection-private.h"
#include "db/wake.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DATAGRAM_MAX 60000
#define NOTIFY_MAX 7900

static char run_folder[80];
static int wake_socket = -1;

/* One row, and a notice for other hosts unless another transaction is just sending one. */
static const struct sql wake_row = {
	"wake_row",
	"WITH w AS (INSERT INTO wake (topics) VALUES ($1) RETURNING xid), "
	"n AS (SELECT pg_notify('wake', w.xid || ' ' || $2) FROM w "
	"WHERE $2 <> '' AND pg_try_advisory_xact_lock(1987, 1)) "
	"SELECT w.xid::text, (SELECT count(*) FROM n) FROM w", 2 };

void wake_init(const char *run_directory)
{
	snprintf(run_folder, sizeof(run_folder), "%s", run_directory);
	if (wake_socket < 0)
		wake_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Loss is allowed: whoever listens also looks once a second. */
static void hint(const char *name, const char *text, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", run_folder, name);

	if (wake_socket < 0 || !*run_folder || length >= (int)sizeof(address.sun_path))
		return;
	(void)!sendto(wake_socket, text, size, MSG_DONTWAIT | MSG_NOSIGNAL,
		      (struct sockaddr *)&address, sizeof(address));
}

void wake_forget(struct db *db)
{
	db->topics_size = 0;
	db->worker_count = 0;
	db->wake_xid[0] = '\0';
}

/* " c26112300000001": topics are kept with a space in front, so that a search finds whole ones. */
void wake_add(struct vt_ctx *ctx, char kind, int64_t id)
{
	struct db *db = ctx->db;
	char topic[24];
	size_t size = (size_t)snprintf(topic, sizeof(topic), " %c%" PRId64 " ", kind, id);

	VT_BUG_ON(!db->in_transaction);
	if (!db->topics_size && db->topics_room)
		db->topics[db->topics_size++] = ' ';
	if (db->topics_size && memmem(db->topics, db->topics_size, topic, size))
		return;
	if (db->topics_size + size + 2 > db->topics_room) {
		db->topics_room = 2 * (db->topics_room + size + 32);
		db->topics = realloc(db->topics, db->topics_room);
		VT_BUG_ON(!db->topics);
		if (!db->topics_size)
			db->topics[db->topics_size++] = ' ';
	}
	memcpy(db->topics + db->topics_size, topic + 1, size - 1);
	db->topics_size += size - 1;
}

void wake_worker(struct vt_ctx *ctx, const char *command, int lane)
{
	struct db *db = ctx->db;

	for (int i = 0; i < db->worker_count; i++) {
		if (db->workers[i].lane == lane && !strcmp(db->workers[i].command, command))
			return;
	}
	if (db->worker_count == WAKE_WORKERS_MAX)
		return;
	db->workers[db->worker_count].command = command;
	db->workers[db->worker_count++].lane = lane;
}

void wake_worker_now(const char *command, int lane)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%d.wake", command, lane);
	hint(name, "k", 1);
}

void wake_typing(struct vt_ctx *ctx, int64_t conversation_id, int64_t visitor_id, char who)
{
	char text[80];

	(void)ctx;
	int size = snprintf(text, sizeof(text), "t c%" PRId64 " v%" PRId64 " %c", conversation_id,
			    visitor_id, who);
	hint("live.wake", text, (size_t)size);
}

/* Without the spaces around: "c1 o2". */
static const char *topics_text(struct vt_ctx *ctx, const struct db *db)
{
	return arena_strndup(ctx->arena, db->topics + 1, db->topics_size - 2);
}

int wake_queue_row(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (db->topics_size < 3)
		return 0;
	const char *topics = topics_text(ctx, db);
	const char *const values[] = { topics, strlen(topics) < NOTIFY_MAX ? topics : "" };
	return db_send_values(ctx, ENTRY_WAKE, 0, &wake_row, values);
}

void wake_send(struct db *db)
{
	static char text[DATAGRAM_MAX];

	if (db->topics_size >= 3 && *db->wake_xid && db->topics_size + 32 < sizeof(text)) {
		int size = snprintf(text, sizeof(text), "w %s %.*s", db->wake_xid,
				    (int)(db->topics_size - 2), db->topics + 1);
		hint("live.wake", text, (size_t)size);
	}
	for (int i = 0; i < db->worker_count; i++)
		wake_worker_now(db->workers[i].command, db->workers[i].lane);
	wake_forget(db);
}
