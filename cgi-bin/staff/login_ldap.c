#include "base/vt.h"
#include "base/codes.h"
#include "db/db.h"
#include "people/login_directory.h"
#include "web/csrf.h"
#include "web/form.h"
#include "cgi-bin/staff/login.h"
#include "sql_login.h"
#include "sql_people.h"

#define LOGIN_MAX 100
#define PASSWORD_MAX 200

/* The delay that grows with failures is per name and provider, and per address: a directory must not
 * lock somebody's account because of what strangers try here. */
static const char *delay_name(struct vt_ctx *ctx, const struct login_provider *provider,
			      const char *login)
{
	return arena_printf(ctx->arena, "%" PRId64 ":%s", provider->id, login);
}

static int delay_check(struct vt_ctx *ctx, const struct login_provider *provider, const char *login)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_LOGIN_FIND, "ss", delay_name(ctx, provider, login),
		   ctx->remote_address) < 0)
		return -1;
	if (db_bool(row, 0, "locked") || db_bool(row, 0, "address_locked"))
		return vt_fail_key(ctx, VT_E_RATE, "error.login.locked", "log-in delayed");
	return 0;
}

static int enter(struct vt_ctx *ctx, const struct login_provider *provider, const char *login,
		 const char *password, char token[SECRET_TOKEN_TEXT])
{
	struct login_directory directory;
	struct login_person person = { 0 };

	if (delay_check(ctx, provider, login) < 0)
		return -1;
	if (login_directory_open(ctx, provider, &directory) < 0 ||
	    login_directory_enter(ctx, &directory, login, password, &person) < 0) {
		bool theirs = ctx->error.code == VT_E_INVALID;
		login_refused(ctx, provider, login, theirs ? delay_name(ctx, provider, login) : NULL);
		return -1;
	}
	if (login_admit(ctx, program_key(), provider, &person, token) < 0)
		return -1;
	return db_exec(ctx, NULL, &SQL_LOGIN_DELAY_FORGET, "s", delay_name(ctx, provider, login));
}

static int submit(struct vt_ctx *ctx, const struct request *request, const char *seed,
		  char token[SECRET_TOKEN_TEXT])
{
	struct login_provider *provider;
	const char *login, *password;
	int64_t id;

	if (csrf_check(ctx, request, seed) < 0 || request_route_id(ctx, request, "id", &id) < 0 ||
	    login_provider_load(ctx, program_key(), id, LOGIN_LDAP, &provider) < 0 ||
	    form_text(ctx, request, "login", LOGIN_MAX, 0, &login) < 0 ||
	    form_text(ctx, request, "password", PASSWORD_MAX, FORM_RAW, &password) < 0)
		return -1;
	return enter(ctx, provider, login, password, token);
}

int ldap_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response), *next = login_next(request);
	char token[SECRET_TOKEN_TEXT];

	if (submit(ctx, request, seed, token) < 0)
		return login_show_error(ctx, request, response, seed, next);
	login_enter(ctx, request, response, token, next);
	return 0;
}
