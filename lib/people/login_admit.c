#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/agent.h"
#include "people/audit.h"
#include "people/login_admit.h"
#include "people/permission.h"
#include "people/seat.h"
#include "people/session.h"
#include "sql_login.h"
#include "sql_people.h"

#define LOGIN_MAX 100
#define PERSON_NAME_MAX 120

struct admission {
	const uint8_t *key;
	const struct login_provider *provider;
	const struct login_person *person;
	const char *login, *name;
	uint8_t token_hash[SECRET_HASH_SIZE];
	int64_t user_id, role_id, identity_id;
	bool attends;
};

static char *shortened(struct arena *arena, const char *text, size_t characters)
{
	return arena_strndup(arena, text, utf8_prefix(text, characters));
}

/* --- which role ---------------------------------------------------------------------------- */

static int role_find(struct vt_ctx *ctx, const struct login_provider *provider,
		     const struct login_person *person, int64_t *role_id)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_LOGIN_ROLE_FIND, "iS", provider->id, person->groups,
		     person->group_count) < 0)
		return -1;
	*role_id = db_rows(result) ? db_i64(result, 0, "role_id") : 0;
	return 0;
}

static int role_give(struct vt_ctx *ctx, int64_t user_id, int64_t role_id)
{
	return db_query(ctx, NULL, &SQL_LOGIN_ROLE_SET, "ii", user_id, role_id);
}

/* --- which user ---------------------------------------------------------------------------- */

static bool setting_is(const struct login_provider *provider, const char *word)
{
	for (int i = 0; i < LOGIN_FIELD_MAX; i++) {
		if (provider->values[i] && !strcmp(login_field_kind((enum login_field)i)->key, "people"))
			return !strcmp(provider->values[i], word);
	}
	return false;
}

static int user_make(struct vt_ctx *ctx, struct admission *admission)
{
	struct db_result *result;

	if (setting_is(admission->provider, "known"))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.unknown", "somebody we do not know");
	if (db_one(ctx, &result, &SQL_LOGIN_USER_INSERT, "sssi", admission->login, admission->name,
		   admission->person->email, admission->role_id) < 0)
		return -1;
	admission->user_id = db_i64(result, 0, "user_id");
	return db_query(ctx, NULL, &SQL_LOGIN_USER_EVERYTHING, "i", admission->user_id);
}

/* The first time: somebody who is here under that name already, or somebody new. */
static int user_first(struct vt_ctx *ctx, struct admission *admission)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_LOGIN_USER_FIND, "ss", admission->login,
		     permission_key(PERM_LOGIN_MANAGE)) < 0)
		return -1;
	if (!db_rows(result))
		return user_make(ctx, admission);
	if (setting_is(admission->provider, "create"))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.unknown", "the name is another's");
	if (db_bool(result, 0, "guarded"))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.guarded",
				   "somebody who can arrange log-ins");
	admission->user_id = db_i64(result, 0, "user_id");
	return 0;
}

static int user_of(struct vt_ctx *ctx, struct admission *admission)
{
	const struct login_person *person = admission->person;
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_LOGIN_IDENTITY_FIND, "iss", admission->provider->id,
		     person->issuer, person->subject) < 0)
		return -1;
	if (db_rows(result))
		admission->user_id = db_i64(result, 0, "user_id");
	else if (user_first(ctx, admission) < 0)
		return -1;
	if (db_one(ctx, &result, &SQL_LOGIN_IDENTITY_SEEN, "issis", admission->provider->id,
		   person->issuer, person->subject, admission->user_id, admission->login) < 0)
		return -1;
	admission->identity_id = db_i64(result, 0, "login_identity_id");
	if (db_one(ctx, &result, &SQL_LOGIN_USER_LOCK, "i", admission->user_id) < 0)
		return -1;
	if (!db_bool(result, 0, "enabled"))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.disabled", "disabled here");
	return 0;
}

/* --- the session --------------------------------------------------------------------------- */

static int session_bind(struct vt_ctx *ctx, const struct admission *admission, int64_t session_id)
{
	const struct login_person *person = admission->person;

	return db_pipe_add(ctx, 0, &SQL_LOGIN_SESSION_BIND, "iisssst", session_id,
			   admission->identity_id, person->provider_session,
			   login_seal(ctx, admission->key, person->id_token),
			   login_seal(ctx, admission->key, person->access_token),
			   login_seal(ctx, admission->key, person->refresh_token),
			   person->access_expires_at);
}

static int session_make(struct vt_ctx *ctx, struct admission *admission)
{
	struct json *after = json_new_object(ctx);
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_SESSION_INSERT, "yiss", admission->token_hash,
		   sizeof(admission->token_hash), admission->user_id, ctx->remote_address,
		   ctx->user_agent) < 0)
		return -1;
	ctx->user_id = admission->user_id;
	ctx->session_id = db_i64(result, 0, "session_id");
	json_set_str(after, "provider", admission->person->way ? admission->person->way
		     : admission->provider->name);
	json_set_str(after, "login", admission->login);
	const struct audit audit = { .action = "login", .entity = "user",
				     .entity_id = admission->user_id, .after = json_text(ctx, after) };
	if (db_pipe_begin(ctx) < 0 || session_bind(ctx, admission, ctx->session_id) < 0 ||
	    audit_write(ctx, &audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int admit(struct vt_ctx *ctx, void *arg)
{
	struct admission *admission = arg;
	struct db_result *result;

	if (role_find(ctx, admission->provider, admission->person, &admission->role_id) < 0)
		return -1;
	if (!admission->role_id)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.role", "no group gives a role");
	if (user_of(ctx, admission) < 0 || role_give(ctx, admission->user_id, admission->role_id) < 0)
		return -1;
	if (db_one(ctx, &result, &SQL_LOGIN_USER_UPDATE, "iss", admission->user_id, admission->name,
		   admission->person->email) < 0)
		return -1;
	admission->attends = db_bool(result, 0, "attends");
	return session_make(ctx, admission);
}

int login_admit(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		const struct login_provider *provider, const struct login_person *person,
		char token[SECRET_TOKEN_TEXT])
{
	const char *login = *person->login ? person->login : person->subject;
	struct admission admission = {
		.key = key, .provider = provider, .person = person,
		.login = shortened(ctx->arena, login, LOGIN_MAX),
		.name = shortened(ctx->arena, *person->name ? person->name : login, PERSON_NAME_MAX),
	};

	secret_token(ctx, token);
	secret_sha256(token, strlen(token), admission.token_hash);
	if (db_transaction(ctx, admit, &admission) < 0) {
		(void)seat_refused(ctx, admission.user_id);
		if (ctx->error.code == VT_E_CONFLICT && !*ctx->error.key)
			(void)vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.unknown", "the name is another's");
		if (ctx->error.code == VT_E_FORBIDDEN)
			login_refused(ctx, provider, admission.login, NULL);
		return -1;
	}
	if (!admission.attends)
		return 0;
	return agent_set_state(ctx, admission.user_id, AGENT_AVAILABLE, 0, admission.user_id, "login");
}

/* --- refusals ------------------------------------------------------------------------------ */

struct refusal {
	const struct login_provider *provider;
	const char *login, *why, *counted;
};

static int refuse(struct vt_ctx *ctx, void *arg)
{
	const struct refusal *refusal = arg;
	struct json *after = json_new_object(ctx);
	const struct audit audit = { .action = "login.failed", .entity = "login",
				     .entity_id = refusal->provider->id };
	struct audit full = audit;

	json_set_str(after, "provider", refusal->provider->name);
	json_set_str(after, "login", refusal->login);
	json_set_str(after, "why", refusal->why);
	full.after = json_text(ctx, after);
	if (db_pipe_begin(ctx) < 0)
		return -1;
	if (refusal->counted && db_pipe_add(ctx, 0, &SQL_LOGIN_FAILED_NAME, "s", refusal->counted) < 0)
		return -1;
	if (refusal->counted && ctx->remote_address && *ctx->remote_address &&
	    db_pipe_add(ctx, 0, &SQL_LOGIN_FAILED_ADDRESS, "s", ctx->remote_address) < 0)
		return -1;
	if (audit_write(ctx, &full) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

void login_refused(struct vt_ctx *ctx, const struct login_provider *provider, const char *login,
		   const char *counted)
{
	struct vt_error error = ctx->error;
	struct refusal refusal = {
		.provider = provider, .login = shortened(ctx->arena, login, LOGIN_MAX),
		.why = arena_strdup(ctx->arena, *error.key ? error.key : vt_code_name(error.code)),
		.counted = counted,
	};

	vt_error_clear(ctx);
	if (db_transaction(ctx, refuse, &refusal) < 0)
		log_error(ctx, "login.refused");
	ctx->error = error;
}

/* --- while it lives ------------------------------------------------------------------------- */

struct recheck {
	int64_t identity_id;
	const struct login_provider *provider;
	const struct login_person *person;
	bool out;
};

static int recheck(struct vt_ctx *ctx, void *arg)
{
	struct recheck *again = arg;
	struct db_result *result;
	int64_t role_id;

	if (role_find(ctx, again->provider, again->person, &role_id) < 0 ||
	    db_query(ctx, &result, &SQL_LOGIN_IDENTITY_USER, "i", again->identity_id) < 0)
		return -1;
	again->out = !role_id || !db_rows(result) || !db_bool(result, 0, "enabled");
	if (again->out)
		return 0;
	return role_give(ctx, db_i64(result, 0, "user_id"), role_id);
}

int login_recheck(struct vt_ctx *ctx, int64_t identity_id, const struct login_provider *provider,
		  const struct login_person *person)
{
	struct recheck again = { identity_id, provider, person, false };

	if (db_transaction(ctx, recheck, &again) < 0)
		return -1;
	return again.out;
}

struct ending {
	int64_t session_id;
	const char *reason;
	int64_t user_id;
	bool last;
};

static int end_it(struct vt_ctx *ctx, void *arg)
{
	struct ending *ending = arg;
	struct db_result *result;

	ending->last = false;
	if (db_query(ctx, &result, &SQL_LOGIN_SESSION_END, "is", ending->session_id, ending->reason) < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	ending->user_id = db_i64(result, 0, "user_id");
	ending->last = db_bool(result, 0, "last") && db_bool(result, 0, "attends");
	const struct audit audit = {
		.action = "logout", .entity = "user", .entity_id = ending->user_id,
		.after = arena_printf(ctx->arena, "{\"reason\":\"%s\"}", ending->reason),
	};
	wake_add(ctx, 's', ending->session_id);
	return audit_alone(ctx, &audit);
}

int login_session_end(struct vt_ctx *ctx, int64_t session_id, const char *reason)
{
	struct ending ending = { .session_id = session_id, .reason = reason };

	if (db_transaction(ctx, end_it, &ending) < 0)
		return -1;
	if (!ending.last)
		return 0;
	return agent_set_state(ctx, ending.user_id, AGENT_OUT, 0, 0, reason);
}
