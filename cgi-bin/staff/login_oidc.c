#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/log.h"
#include "db/db.h"
#include "people/oidc.h"
#include "web/csrf.h"
#include "web/form.h"
#include "cgi-bin/staff/login.h"
#include "sql_login.h"

/* The provider of the address, ready to be asked. */
static int open_route(struct vt_ctx *ctx, const struct request *request, struct oidc *oidc)
{
	struct login_provider *provider;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    login_provider_load(ctx, program_key(), id, LOGIN_OIDC, &provider) < 0)
		return -1;
	return oidc_open(ctx, program_key(), provider, program_config()->base_url, oidc);
}

int oidc_start(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response), *next = login_next(request), *url;
	struct oidc oidc;

	if (open_route(ctx, request, &oidc) < 0 || oidc_begin(ctx, &oidc, seed, next, &url) < 0)
		return login_show_error(ctx, request, response, seed, next);
	response_redirect_away(response, url);
	return 0;
}

static int finish(struct vt_ctx *ctx, const struct request *request, const struct oidc *oidc,
		  const char *seed, const char **next, char token[SECRET_TOKEN_TEXT])
{
	const struct oidc_answer answer = {
		.code = request_query(request, "code"), .state = request_query(request, "state"),
		.issuer = request_query(request, "iss"), .error = request_query(request, "error"),
	};
	struct login_person person = { .login = "", .name = "", .email = "" };

	if (oidc_finish(ctx, oidc, seed, &answer, &person, next) < 0) {
		login_refused(ctx, oidc->provider, "", NULL);
		return -1;
	}
	return login_admit(ctx, program_key(), oidc->provider, &person, token);
}

int oidc_callback(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response), *next = "";
	char token[SECRET_TOKEN_TEXT];
	struct oidc oidc;

	if (open_route(ctx, request, &oidc) < 0 ||
	    finish(ctx, request, &oidc, seed, &next, token) < 0)
		return login_show_error(ctx, request, response, seed, next);
	login_enter(ctx, request, response, token, next);
	return 0;
}

/* OpenID Connect Back-Channel Logout 1.0, 2.8: 200 when it was done, 400 for a bad token. */
int oidc_logout(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct oidc oidc;

	if (open_route(ctx, request, &oidc) < 0)
		return -1;
	if (oidc_logout_taken(ctx, &oidc, request_form(request, "logout_token")) == 0) {
		response_json(response, "{}");
		return 0;
	}
	if (ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_PROVIDER)
		return -1;
	log_error(ctx, "login.logout");
	login_refused(ctx, oidc.provider, "", NULL);
	vt_error_clear(ctx);
	response->status = 400;
	response_json(response, "{\"error\":\"invalid_request\"}");
	return 0;
}

/* From what is kept: log-out waits for nobody. */
static const char *away(struct vt_ctx *ctx, const struct db_result *row)
{
	struct login_provider *provider;
	const char *id_token;
	struct oidc oidc;

	if (db_is_null(row, 0, "id_token") ||
	    login_provider_load(ctx, program_key(), db_i64(row, 0, "login_provider_id"), LOGIN_OIDC,
				&provider) < 0 ||
	    login_unseal(ctx, program_key(), db_text_or_null(row, 0, "id_token"), &id_token) < 0 ||
	    oidc_open_kept(ctx, program_key(), provider, program_config()->base_url, &oidc) < 0)
		return NULL;
	return oidc_logout_url(ctx, &oidc, id_token);
}

const char *login_away(struct vt_ctx *ctx, const struct session *session)
{
	struct db_result *row;
	const char *url = NULL;

	if (db_query(ctx, &row, &SQL_LOGIN_SESSION_PROVIDER, "i", session->session_id) == 0 &&
	    db_rows(row))
		url = away(ctx, row);
	if (ctx->error.code != VT_OK)
		log_error(ctx, "login.away");
	vt_error_clear(ctx);
	return url;
}
