#include "base/vt.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/seat.h"
#include "sql_session.h"

/* What sql/functions/session.sql raises. */
#define NO_SEAT "VS001"
#define NO_NAMED_SEAT "VS002"

static int record_refusal(struct vt_ctx *ctx, void *arg)
{
	const int64_t user_id = *(const int64_t *)arg;
	const struct audit audit = { .action = "login.no_seat", .entity = "user", .entity_id = user_id };

	return audit_alone(ctx, &audit);
}

int seat_refused(struct vt_ctx *ctx, int64_t user_id)
{
	bool named = !strcmp(ctx->error.sqlstate, NO_NAMED_SEAT);

	if (!named && strcmp(ctx->error.sqlstate, NO_SEAT) != 0)
		return -1;
	vt_error_clear(ctx);
	/* The session that was not opened left them as who acts. */
	ctx->user_id = user_id;
	ctx->session_id = 0;
	if (db_transaction(ctx, record_refusal, &user_id) < 0)
		return -1;
	return vt_fail_key(ctx, VT_E_CONFLICT, named ? "error.login.seats_named" : "error.login.seats",
			   "no seat for user %" PRId64, user_id);
}

struct choice { const int64_t *user_ids; size_t count; };

static int choose(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct choice *choice = data;

	(void)id;
	return db_query(ctx, NULL, &SQL_SEAT_CHOOSE, "I", choice->user_ids, choice->count);
}

int seat_choose(struct vt_ctx *ctx, struct edit *edit, const int64_t *user_ids, size_t count)
{
	static const struct edit_kind kind = { "seat", &SQL_SEAT_SNAPSHOT };
	struct choice choice = { user_ids, count };

	if (edit_run(ctx, edit, &kind, "seat.save", choose, &choice) == 0)
		return 0;
	if (strcmp(ctx->error.sqlstate, NO_SEAT) != 0)
		return -1;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, "users", "error.seat.too_many", "more people than seats");
}
