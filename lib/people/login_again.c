#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/log.h"
#include "db/db.h"
#include "people/login_again.h"
#include "people/login_directory.h"
#include "people/oidc.h"
#include "sql_login_again.h"

#define DUE_MAX 100                  /* the statement's limit */
#define PASS_US (6 * CLOCK_SECOND)

enum verdict { WELCOME, GONE, UNKNOWN };

/* The provider whose sessions are being looked at. */
struct asked {
	const uint8_t *key;
	const char *base_url;
	int64_t id;
	struct login_provider *provider;
	bool ready;                     /* it can be asked; else nothing can be told now */
	struct oidc oidc;
	struct login_directory directory;
};

static void ask_open(struct vt_ctx *ctx, struct asked *asked, int64_t id)
{
	asked->id = id;
	asked->ready = login_provider_load_any(ctx, asked->key, id, &asked->provider) == 0 &&
		       (asked->provider->kind == LOGIN_OIDC
			? oidc_open(ctx, asked->key, asked->provider, asked->base_url, &asked->oidc)
			: login_directory_open(ctx, asked->provider, &asked->directory)) == 0;
	if (!asked->ready)
		log_error(ctx, "login.again");
	vt_error_clear(ctx);
}

static enum verdict look_oidc(struct vt_ctx *ctx, struct asked *asked, const struct db_result *due,
			      size_t row, struct login_person *person)
{
	const char *access, *refresh;
	int result;

	if (login_unseal(ctx, asked->key, db_text_or_null(due, row, "access_token"), &access) < 0 ||
	    login_unseal(ctx, asked->key, db_text_or_null(due, row, "refresh_token"), &refresh) < 0)
		return UNKNOWN;
	oidc_patience(&asked->oidc);
	result = oidc_look_again(ctx, &asked->oidc, db_text(due, row, "subject"), access,
				 db_bool(due, row, "access_over"), refresh, person);
	return result < 0 ? UNKNOWN : result ? GONE : WELCOME;
}

/* Still there under the name they had, and still the same person. */
static enum verdict look_ldap(struct vt_ctx *ctx, struct asked *asked, const struct db_result *due,
			      size_t row, struct login_person *person)
{
	if (login_directory_person(ctx, &asked->directory, db_text(due, row, "login"), person) < 0)
		return ctx->error.code == VT_E_NOT_FOUND ? GONE : UNKNOWN;
	return strcmp(person->subject, db_text(due, row, "subject")) ? GONE : WELCOME;
}

static enum verdict look(struct vt_ctx *ctx, struct asked *asked, const struct db_result *due,
			 size_t row, struct login_person *person)
{
	if (db_bool(due, row, "gone"))
		return GONE;
	if (asked->id != db_i64(due, row, "login_provider_id"))
		ask_open(ctx, asked, db_i64(due, row, "login_provider_id"));
	if (!asked->ready)
		return UNKNOWN;
	return asked->provider->kind == LOGIN_OIDC ? look_oidc(ctx, asked, due, row, person)
		: look_ldap(ctx, asked, due, row, person);
}

static int checked(struct vt_ctx *ctx, const struct asked *asked, int64_t session_id,
		   const struct login_person *person)
{
	return db_exec(ctx, NULL, &SQL_LOGIN_CHECKED, "isst", session_id,
		       login_seal(ctx, asked->key, person->access_token),
		       login_seal(ctx, asked->key, person->refresh_token), person->access_expires_at);
}

static int look_at(struct vt_ctx *ctx, struct asked *asked, const struct db_result *due, size_t row)
{
	struct login_person person = { .login = "", .name = "", .email = "" };
	int64_t session_id = db_i64(due, row, "session_id");
	enum verdict verdict = look(ctx, asked, due, row, &person);
	int out = 0;

	if (verdict == UNKNOWN) {
		if (ctx->error.code == VT_E_UNAVAILABLE)
			asked->ready = false;
		if (ctx->error.code != VT_OK)
			log_error(ctx, "login.again");
	}
	vt_error_clear(ctx);
	/* First what it gave: an old refresh token may be worth nothing by now. */
	if (verdict != GONE && checked(ctx, asked, session_id, &person) < 0)
		return -1;
	if (verdict == WELCOME) {
		out = login_recheck(ctx, db_i64(due, row, "login_identity_id"), asked->provider, &person);
		if (out < 0)
			return -1;
	}
	if (verdict != GONE && !out)
		return 0;
	return login_session_end(ctx, session_id, "provider");
}

int login_again(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *base_url,
		int64_t again_us, int64_t *done, bool *more)
{
	int64_t until_us = clock_monotonic_us() + PASS_US;
	struct asked asked = { .key = key, .base_url = base_url };
	struct db_result *due;
	size_t row = 0;

	if (db_exec(ctx, NULL, &SQL_LOGIN_TOKENS_FORGET, "") < 0 ||
	    db_query(ctx, NULL, &SQL_LOGIN_PRUNE, "") < 0 ||
	    db_query(ctx, &due, &SQL_LOGIN_DUE, "i", again_us / CLOCK_SECOND) < 0)
		return -1;
	for (; row < db_rows(due) && clock_monotonic_us() < until_us; row++) {
		if (look_at(ctx, &asked, due, row) < 0)
			return -1;
	}
	*done += (int64_t)row;
	*more = row < db_rows(due) || row == DUE_MAX;
	return 0;
}
