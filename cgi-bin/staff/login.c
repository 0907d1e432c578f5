#include "base/vt.h"
#include "web/csrf.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/login.h"

#define LOGIN_MAX 100
#define PASSWORD_MAX 200

int login_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return login_show(ctx, request, response, csrf_anonymous_seed(ctx, request, response),
			  login_next(request), t_new(ctx));
}

static int log_in(struct vt_ctx *ctx, const struct request *request, const char *seed,
		  char token[SECRET_TOKEN_TEXT])
{
	const char *login, *password;

	if (csrf_check(ctx, request, seed) < 0 ||
	    form_text(ctx, request, "login", LOGIN_MAX, 0, &login) < 0 ||
	    form_text(ctx, request, "password", PASSWORD_MAX, FORM_RAW, &password) < 0)
		return -1;
	return session_open(ctx, login, password, token);
}

int login_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response);
	char token[SECRET_TOKEN_TEXT];

	if (log_in(ctx, request, seed, token) < 0) {
		bool theirs = ctx->error.code == VT_E_INVALID || ctx->error.code == VT_E_RATE ||
			(ctx->error.code == VT_E_CONFLICT && *ctx->error.key);
		if (!theirs || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		return login_show(ctx, request, response, seed, login_next(request), page);
	}
	login_enter(ctx, request, response, token, login_next(request));
	return 0;
}

int logout_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *away = request->wants_json ? NULL : login_away(ctx, request->session);

	if (session_close(ctx, request->session, "logout") < 0)
		return -1;
	response_cookie(response, SESSION_COOKIE, "", -1);
	if (!away) {
		staff_done(ctx, request, response, "/login");
		return 0;
	}
	/* The policy of the page that sent the form lets it lead nowhere but here. */
	struct t_node *page = t_new(ctx);
	t_set(page, "away", away);
	response_header(response, "Refresh", arena_printf(ctx->arena, "0; url=%s", away));
	return staff_render(ctx, request, response, "login/gone.cs", NULL, page);
}

int logout_everywhere(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (session_end_all(ctx, request->session) < 0)
		return -1;
	response_cookie(response, SESSION_COOKIE, "", -1);
	staff_done(ctx, request, response, "/login");
	return 0;
}

/* Somebody who may open no screen: what happened, what to do, and the way out. */
static int norole(struct vt_ctx *ctx, const struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);

	response->status = vt_code_http_status(VT_E_FORBIDDEN);
	t_set(page, "csrf", csrf_token(ctx, request->session->csrf_seed));
	t_set(page, "person", request->session->name);
	t_set(page, "login", request->session->login);
	return staff_render(ctx, request, response, "login/norole.cs", NULL, page);
}

int home_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *home = staff_home(request->session);
	bool first;

	if (start_needed(ctx, request, &first) < 0)
		return -1;
	if (first)
		home = "/admin/start";
	if (!home)
		return norole(ctx, request, response);
	response_redirect(response, home);
	return 0;
}
