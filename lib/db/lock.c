#include "base/vt.h"
#include "db/connection-private.h"

static const struct sql lock_try = { "db_lock_try", "SELECT pg_try_advisory_lock($1::int, $2::int) AS got", 2 };
static const struct sql lock_try_shared = {
	"db_lock_try_shared", "SELECT pg_try_advisory_lock_shared($1::int, $2::int) AS got", 2 };
static const struct sql unlock = { "db_unlock", "SELECT pg_advisory_unlock($1::int, $2::int) AS got", 2 };
static const struct sql unlock_shared = {
	"db_unlock_shared", "SELECT pg_advisory_unlock_shared($1::int, $2::int) AS got", 2 };

int db_lock_try(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared, bool *got)
{
	struct db_result *result;

	if (db_one(ctx, &result, shared ? &lock_try_shared : &lock_try, "ii", (int64_t)class_id,
		   (int64_t)object_id) < 0)
		return -1;
	*got = db_bool(result, 0, "got");
	return 0;
}

int db_unlock(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared)
{
	return db_one(ctx, NULL, shared ? &unlock_shared : &unlock, "ii", (int64_t)class_id,
		      (int64_t)object_id);
}
