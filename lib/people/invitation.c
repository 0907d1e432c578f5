#include "base/vt.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/invitation.h"
#include "people/password.h"
#include "people/setting.h"
#include "people/user.h"
#include "sql_invitation.h"

static void hash_of(const char *token, uint8_t hash[SECRET_HASH_SIZE])
{
	secret_sha256(token, strlen(token), hash);
}

static int record(struct vt_ctx *ctx, const char *action, int64_t user_id)
{
	const struct audit audit = { .action = action, .entity = "user", .entity_id = user_id };

	return audit_alone(ctx, &audit);
}

/* --- Made -------------------------------------------------------------------------------------- */

struct making { int64_t user_id; struct invitation *out; };

static void derive(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once, int64_t user_id,
		   char token[SECRET_TOKEN_TEXT])
{
	const char *what = arena_printf(ctx->arena, "%" PRId64 ":%" PRId64 ":%s", ctx->user_id, user_id, once);
	uint8_t own[SECRET_KEY_SIZE], mac[SECRET_HASH_SIZE];

	secret_key_derive(key, "invitation", own);
	secret_hmac_sha256(own, sizeof(own), what, strlen(what), mac);
	secret_wipe(own, sizeof(own));
	snprintf(token, SECRET_TOKEN_TEXT, "%s", secret_base64url(ctx->arena, mac, sizeof(mac)));
}

static int person_read(struct vt_ctx *ctx, int64_t user_id, struct invitation *out)
{
	struct db_result *person;

	if (db_one(ctx, &person, &SQL_INVITATION_PERSON, "i", user_id) < 0)
		return -1;
	out->name = db_text(person, 0, "name");
	out->login = db_text(person, 0, "login");
	out->email = db_text(person, 0, "email");
	if (!db_bool(person, 0, "enabled"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.invite.disabled", "who is invited may not log in");
	return user_check_reach(ctx, user_id);
}

static int make(struct vt_ctx *ctx, void *arg)
{
	const struct making *making = arg;
	struct invitation *out = making->out;
	uint8_t hash[SECRET_HASH_SIZE];
	struct settings settings;
	struct db_result *made, *row;

	hash_of(out->token, hash);
	if (person_read(ctx, making->user_id, out) < 0 || setting_load(ctx, &settings) < 0 ||
	    db_query(ctx, &made, &SQL_INVITATION_INSERT, "iyii", making->user_id, hash, sizeof(hash),
		     ctx->user_id, setting_i64(&settings, SETTING_INVITE_HOURS)) < 0 ||
	    db_one(ctx, &row, &SQL_INVITATION_GET, "y", hash, sizeof(hash)) < 0)
		return -1;
	out->id = db_i64(row, 0, "invitation_id");
	out->expires_at = db_time_us(row, 0, "expires_at");
	out->sent_to = db_text_or_null(row, 0, "sent_to");
	out->repeat = !db_rows(made);
	if (out->repeat)
		return 0;
	if (db_exec(ctx, NULL, &SQL_INVITATION_REVOKE, "iy", making->user_id, hash, sizeof(hash)) < 0)
		return -1;
	return record(ctx, "user.invite", making->user_id);
}

int invitation_make(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once,
		    int64_t user_id, struct invitation *out)
{
	struct making making = { user_id, out };

	*out = (struct invitation){ 0 };
	derive(ctx, key, once, user_id, out->token);
	return db_transaction(ctx, make, &making);
}

static int revoke(struct vt_ctx *ctx, void *arg)
{
	const int64_t *invitation_id = arg;
	struct db_result *row, *ended;

	if (db_one(ctx, &row, &SQL_INVITATION_LOCK, "i", *invitation_id) < 0)
		return -1;
	int64_t user_id = db_i64(row, 0, "user_id");
	if (db_bool(row, 0, "used"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.invite.used", "it was used");
	if (user_check_reach(ctx, user_id) < 0 ||
	    db_query(ctx, &ended, &SQL_INVITATION_END, "i", *invitation_id) < 0)
		return -1;
	return db_rows(ended) ? record(ctx, "invitation.revoke", user_id) : 0;
}

int invitation_revoke(struct vt_ctx *ctx, int64_t invitation_id)
{
	return db_transaction(ctx, revoke, &invitation_id);
}

int invitation_sent(struct vt_ctx *ctx, int64_t invitation_id, const char *to, const char *why)
{
	return db_exec(ctx, NULL, &SQL_INVITATION_SENT, "iss", invitation_id, to, why);
}

/* --- Used -------------------------------------------------------------------------------------- */

static int find(struct vt_ctx *ctx, const char *token, int64_t *user_id, struct invitation *out)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *row;

	hash_of(token, hash);
	if (db_one(ctx, &row, &SQL_INVITATION_FIND, "y", hash, sizeof(hash)) < 0)
		return -1;
	*user_id = db_i64(row, 0, "user_id");
	*out = (struct invitation){ .name = db_text(row, 0, "name"), .login = db_text(row, 0, "login") };
	return 0;
}

int invitation_find(struct vt_ctx *ctx, const char *token, struct invitation *out)
{
	int64_t user_id;

	return find(ctx, token, &user_id, out);
}

struct using { const char *token; const char *password_hash; int64_t user_id; };

static int use(struct vt_ctx *ctx, void *arg)
{
	const struct using *using = arg;
	uint8_t hash[SECRET_HASH_SIZE];

	hash_of(using->token, hash);
	/* Of two who use it at once one waits here and finds it used. */
	if (db_one(ctx, NULL, &SQL_INVITATION_USE, "y", hash, sizeof(hash)) < 0 ||
	    password_put(ctx, using->user_id, using->password_hash, false, 0) < 0)
		return -1;
	return record(ctx, "invitation.use", using->user_id);
}

int invitation_use(struct vt_ctx *ctx, const char *token, const char *password)
{
	struct using using = { .token = token };
	struct invitation invitation;
	char *hash;

	if (find(ctx, token, &using.user_id, &invitation) < 0 ||
	    password_check(ctx, "password", using.user_id, password) < 0 ||
	    secret_password_hash(ctx, password, &hash) < 0)
		return -1;
	using.password_hash = hash;
	ctx->user_id = using.user_id;
	return db_transaction(ctx, use, &using);
}
