#include "base/vt.h"
#include "db/connection-private.h"
#include "sql_db.h"

int db_lock_try(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared, bool *got)
{
	struct db_result *result;

	if (db_one(ctx, &result, shared ? &SQL_DB_LOCK_TRY_SHARED : &SQL_DB_LOCK_TRY, "ii",
		   (int64_t)class_id, (int64_t)object_id) < 0)
		return -1;
	*got = db_bool(result, 0, "got");
	ctx->db->locks += *got;
	return 0;
}

int db_unlock(struct vt_ctx *ctx, int32_t class_id, int32_t object_id, bool shared)
{
	struct db_result *result;

	if (db_one(ctx, &result, shared ? &SQL_DB_UNLOCK_SHARED : &SQL_DB_UNLOCK, "ii",
		   (int64_t)class_id, (int64_t)object_id) < 0)
		return -1;
	ctx->db->locks -= db_bool(result, 0, "held");
	return 0;
}
