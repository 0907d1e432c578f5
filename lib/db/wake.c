#include "base/vt.h"
#include "db/connection-private.h"
#include "db/wake.h"
#include "sql_db.h"

#include <sys/socket.h>
#include <sys/un.h>

/* What "w " and a transaction's number leave. */
#define TOPICS_MAX (WAKE_HINT_MAX - 24)

static char run_folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
static int wake_socket = -1;

void wake_init(const char *run_directory)
{
	VT_BUG_ON(strlen(run_directory) >= sizeof(run_folder));
	snprintf(run_folder, sizeof(run_folder), "%s", run_directory);
	if (wake_socket < 0)
		wake_socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Loss is allowed: whoever listens also looks once a second. */
static void hint(const char *name, const char *text, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", run_folder, name);

	if (wake_socket < 0 || length >= (int)sizeof(address.sun_path))
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

bool wake_pending(const struct db *db)
{
	return db->topics_size > 0;
}

/* Topics stand between spaces, " c26112300000001 o4 ", so that a search finds whole ones. */
void wake_add(struct vt_ctx *ctx, char kind, int64_t id)
{
	struct db *db = ctx->db;
	char topic[32];
	size_t size = (size_t)snprintf(topic, sizeof(topic), " %c%" PRId64 " ", kind, id);

	VT_BUG_ON(!db->in_transaction || db->commit_queued);
	if (db->topics_size && memmem(db->topics, db->topics_size, topic, size))
		return;
	if (db->topics_size + size > db->topics_room) {
		db->topics_room = 2 * (db->topics_room + size);
		db->topics = realloc(db->topics, db->topics_room);
		VT_BUG_ON(!db->topics);
	}
	if (db->topics_size)
		db->topics_size--;
	memcpy(db->topics + db->topics_size, topic, size);
	db->topics_size += size;
}

/* "c1 o2", without the spaces around. */
static const char *topics_text(struct vt_ctx *ctx)
{
	return arena_strndup(ctx->arena, ctx->db->topics + 1, ctx->db->topics_size - 2);
}

static bool fits_a_hint(const struct db *db)
{
	return db->topics_size <= TOPICS_MAX;
}

int wake_queue_row(struct vt_ctx *ctx)
{
	struct db *db = ctx->db;

	if (!wake_pending(db))
		return 0;
	const char *topics = topics_text(ctx);
	const char *const values[] = { topics, fits_a_hint(db) ? topics : NULL };
	return db_send_values(ctx, ENTRY_WAKE, 0, &SQL_WAKE_ROW, values);
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
	int size = snprintf(text, sizeof(text), "t c%" PRId64 " v%" PRId64 " %c", conversation_id,
			    visitor_id, who);

	(void)ctx;
	hint("live.wake", text, (size_t)size);
}

void wake_send(struct db *db)
{
	char text[WAKE_HINT_MAX + 1];

	if (wake_pending(db) && fits_a_hint(db)) {
		int size = snprintf(text, sizeof(text), "w %s%.*s", db->wake_xid,
				    (int)db->topics_size - 1, db->topics);
		hint("live.wake", text, (size_t)size);
	}
	for (int i = 0; i < db->worker_count; i++)
		wake_worker_now(db->workers[i].command, db->workers[i].lane);
	wake_forget(db);
}
