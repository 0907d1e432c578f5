#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/agent.h"
#include "people/audit.h"
#include "people/session.h"
#include "sql_people.h"
#include "sql_session.h"

int session_of_token(struct vt_ctx *ctx, const char *token, int64_t *session_id)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *result;

	*session_id = 0;
	if (!token || strlen(token) != SECRET_TOKEN_TEXT - 1)
		return 0;
	secret_sha256(token, strlen(token), hash);
	if (db_query(ctx, &result, &SQL_SESSION_OF_TOKEN, "y", hash, sizeof(hash)) < 0)
		return -1;
	if (db_rows(result))
		*session_id = db_i64(result, 0, "session_id");
	return 0;
}

struct ending {
	int64_t session_id;
	int64_t user_id;               /* 0: it was closed already */
	bool last, attends;            /* nothing else of theirs is open; they attend */
};

static int record(struct vt_ctx *ctx, const struct ending *ending, const struct db_result *closed)
{
	const struct audit audit = {
		.action = "session.close", .entity = "user", .entity_id = ending->user_id,
		.before = arena_printf(ctx->arena, "{\"session\":%" PRId64 ",\"since\":%" PRId64
				       ",\"address\":\"%s\"}", ending->session_id,
				       db_i64(closed, 0, "since"), db_text(closed, 0, "address")),
	};

	return audit_alone(ctx, &audit);
}

static int end(struct vt_ctx *ctx, void *arg)
{
	struct ending *ending = arg;
	struct db_result *closed, *result;

	ending->user_id = 0;
	if (db_query(ctx, &closed, &SQL_SESSION_END, "is", ending->session_id, "closed") < 0)
		return -1;
	if (!db_rows(closed)) {
		if (db_one(ctx, &result, &SQL_SESSION_EXISTS, "i", ending->session_id) < 0)
			return -1;
		return db_bool(result, 0, "there") ? 0 :
			vt_fail(ctx, VT_E_NOT_FOUND, "no session %" PRId64, ending->session_id);
	}
	ending->user_id = db_i64(closed, 0, "user_id");
	ending->attends = db_bool(closed, 0, "attends");
	if (db_one(ctx, &result, &SQL_SESSION_OTHER_OPEN, "ii", ending->user_id, ending->session_id) < 0)
		return -1;
	ending->last = db_i64(result, 0, "others") == 0;
	return record(ctx, ending, closed);
}

int session_end(struct vt_ctx *ctx, int64_t session_id)
{
	struct ending ending = { .session_id = session_id };

	if (db_transaction(ctx, end, &ending) < 0)
		return -1;
	if (!ending.user_id || !ending.last || !ending.attends)
		return 0;
	return agent_set_state(ctx, ending.user_id, AGENT_OUT, 0, ctx->user_id, "closed");
}

static int end_all(struct vt_ctx *ctx, void *arg)
{
	const struct session *session = arg;
	struct db_result *closed;

	if (db_query(ctx, &closed, &SQL_SESSION_END_ALL, "is", session->user_id, "logout") < 0)
		return -1;
	const struct audit audit = {
		.action = "logout", .entity = "user", .entity_id = session->user_id,
		.after = arena_printf(ctx->arena, "{\"sessions\":%zu}", db_rows(closed)),
	};
	return audit_alone(ctx, &audit);
}

int session_end_all(struct vt_ctx *ctx, const struct session *session)
{
	struct session whose = *session;

	if (db_transaction(ctx, end_all, &whose) < 0)
		return -1;
	if (!session->attends)
		return 0;
	return agent_set_state(ctx, session->user_id, AGENT_OUT, 0, session->user_id, "logout");
}
