#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/agent.h"
#include "people/audit.h"
#include "people/seat.h"
#include "people/session.h"
#include "sql_password.h"
#include "sql_people.h"

struct login {
	const char *name;              /* as typed */
	int64_t user_id;
	const char *new_hash;          /* when the parameters grew */
	uint8_t token_hash[SECRET_HASH_SIZE];
	int64_t session_id;
};

static int login_failed(struct vt_ctx *ctx, void *arg)
{
	const struct login *login = arg;
	const struct audit audit = { .action = "login.failed", .entity = login->user_id ? "user" : NULL,
				     .entity_id = login->user_id };

	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_FAILED_NAME, "s", login->name) < 0)
		return -1;
	if (ctx->remote_address && *ctx->remote_address &&
	    db_pipe_add(ctx, 0, &SQL_LOGIN_FAILED_ADDRESS, "s", ctx->remote_address) < 0)
		return -1;
	if (audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int login_succeeded(struct vt_ctx *ctx, void *arg)
{
	struct login *login = arg;
	struct db_result *result;
	const struct audit audit = { .action = "login", .entity = "user", .entity_id = login->user_id };

	if (db_one(ctx, &result, &SQL_SESSION_INSERT, "yiss", login->token_hash,
		   sizeof(login->token_hash), login->user_id, ctx->remote_address,
		   ctx->user_agent) < 0)
		return -1;
	login->session_id = db_i64(result, 0, "session_id");
	ctx->user_id = login->user_id;
	ctx->session_id = login->session_id;
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_NAME_CLEAR, "i", login->user_id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PASSWORD_RENEW, "is", login->user_id, login->new_hash) < 0 ||
	    audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

/* Wrong pair, unknown, disabled and locked people take the same time and, but
 * for the delay's own message, get the same words. */
static int login_check(struct vt_ctx *ctx, const char *name, const char *password,
		       struct login *login, bool *attends)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_LOGIN_FIND, "ss", name, ctx->remote_address) < 0)
		return -1;
	if (db_bool(result, 0, "locked") || db_bool(result, 0, "address_locked"))
		return vt_fail_key(ctx, VT_E_RATE, "error.login.locked", "log-in delayed");
	bool rehash = false;
	bool matches = secret_password_verify(db_text_or_null(result, 0, "password_hash"), password,
					      &rehash);
	login->user_id = db_i64(result, 0, "user_id");
	if (!matches || !db_bool(result, 0, "enabled")) {
		if (db_transaction(ctx, login_failed, login) < 0)
			return -1;
		return vt_fail_field(ctx, "password", "error.login", "log-in refused");
	}
	char *hash = NULL;
	if (rehash && secret_password_hash(ctx, password, &hash) < 0)
		return -1;
	login->new_hash = hash;
	*attends = db_bool(result, 0, "attends");
	return 0;
}

/* Available, unless something is to be done first (sql/functions/session_duty.sql). */
static int begin_work(struct vt_ctx *ctx, int64_t session_id, int64_t user_id)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_SESSION_DUTY, "i", session_id) < 0)
		return -1;
	if (*db_text(result, 0, "duty"))
		return 0;
	return agent_set_state(ctx, user_id, AGENT_AVAILABLE, 0, user_id, "login");
}

int session_open(struct vt_ctx *ctx, const char *name, const char *password,
		 char token[SECRET_TOKEN_TEXT])
{
	struct login login = { .name = name };
	bool attends = false;

	if (login_check(ctx, name, password, &login, &attends) < 0)
		return -1;
	secret_token(ctx, token);
	secret_sha256(token, strlen(token), login.token_hash);
	if (db_transaction(ctx, login_succeeded, &login) < 0)
		return seat_refused(ctx, login.user_id);
	return attends ? begin_work(ctx, login.session_id, login.user_id) : 0;
}

int session_duty_done(struct vt_ctx *ctx, const struct session *session)
{
	if (!*session->duty || !session->attends)
		return 0;
	return begin_work(ctx, session->session_id, session->user_id);
}

/* Who looks as another role has its screens, but sees of the agency's conversations and records no
 * more than before. */
static uint64_t permissions_viewed(uint64_t own, uint64_t role)
{
	const uint64_t empty_screens = UINT64_C(1) << PERM_DESK_ATTEND | UINT64_C(1) << PERM_BOARD_VIEW;

	return role & (own | empty_screens);
}

static uint64_t permissions_of(const struct db_result *result, const char *column)
{
	return permission_bits(db_text(result, 0, column));
}

int session_find(struct vt_ctx *ctx, const char *token, bool touch, struct session **out)
{
	struct db_result *result;
	uint8_t hash[SECRET_HASH_SIZE];

	if (!token || strlen(token) != SECRET_TOKEN_TEXT - 1)
		return vt_fail(ctx, VT_E_UNAUTHENTICATED, "no session token");
	secret_sha256(token, strlen(token), hash);
	if (db_query(ctx, &result, &SQL_SESSION_FIND, "yb", hash, sizeof(hash),
		     (int)touch) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail(ctx, VT_E_UNAUTHENTICATED, "no such session");

	struct session *session = arena_alloc(ctx->arena, sizeof(*session));
	session->session_id = db_i64(result, 0, "session_id");
	session->user_id = db_i64(result, 0, "user_id");
	session->user_version_id = db_i64(result, 0, "user_version_id");
	session->login = db_text(result, 0, "login");
	session->name = db_text(result, 0, "name");
	session->display_name = db_text(result, 0, "display_name");
	session->permissions = permissions_of(result, "permissions");
	field_sight_read(&session->sight, db_text(result, 0, "sight"));
	session->view_name = db_text_or_null(result, 0, "view_name");
	if (session->view_name)
		session->permissions = permissions_viewed(session->permissions,
							  permissions_of(result, "view_permissions"));
	session->attends = db_bool(result, 0, "attends");
	session->sound = db_bool(result, 0, "sound");
	session->agent_state = (int)db_i64(result, 0, "agent_state");
	session->break_type_id = db_i64(result, 0, "break_type_id");
	session->agent_state_since = db_time_us(result, 0, "agent_state_since");
	session->csrf_seed = db_text(result, 0, "csrf_seed");
	session->snapshot = db_text(result, 0, "snapshot");
	session->duty = db_text(result, 0, "duty");
	ctx->user_id = session->user_id;
	ctx->session_id = session->session_id;
	*out = session;
	return 0;
}

struct logout { const struct session *session; const char *reason; bool last; };

static int logout(struct vt_ctx *ctx, void *arg)
{
	struct logout *change = arg;
	struct db_result *result;
	const struct audit audit = { .action = "logout", .entity = "user",
				     .entity_id = change->session->user_id };

	if (db_exec(ctx, NULL, &SQL_SESSION_CLOSE, "is", change->session->session_id,
		    change->reason) < 0 ||
	    db_one(ctx, &result, &SQL_SESSION_OTHER_OPEN, "ii", change->session->user_id,
		   change->session->session_id) < 0)
		return -1;
	change->last = db_i64(result, 0, "others") == 0;
	return audit_alone(ctx, &audit);
}

int session_close(struct vt_ctx *ctx, const struct session *session, const char *reason)
{
	struct logout change = { .session = session, .reason = reason };

	if (db_transaction(ctx, logout, &change) < 0)
		return -1;
	if (!change.last || !session->attends)
		return 0;
	return agent_set_state(ctx, session->user_id, AGENT_OUT, 0, session->user_id, reason);
}
