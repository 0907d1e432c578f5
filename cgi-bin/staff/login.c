#include "base/vt.h"
#include "web/csrf.h"
#include "web/form.h"
#include "cgi-bin/staff/staff.h"

#define LOGIN_MAX 100
#define PASSWORD_MAX 200

/* Where to after log-in: a path of ours, or "". */
static const char *next_path(const struct request *request)
{
	const char *next = *request_form(request, "next") ? request_form(request, "next")
		: request_query(request, "next");

	return response_path_is_local(next) ? next : "";
}

static int login_render(struct vt_ctx *ctx, const struct request *request,
			struct response *response, const char *seed, struct t_node *page)
{
	t_set(page, "csrf", csrf_token(ctx, seed));
	t_set(page, "next", next_path(request));
	t_set(page, "login", request_form(request, "login"));
	return staff_render(ctx, request, response, "login/page.cs", "login/_form.cs", page);
}

int login_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return login_render(ctx, request, response, csrf_anonymous_seed(ctx, request, response),
			    t_new(ctx));
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
		return login_render(ctx, request, response, seed, page);
	}
	response_cookie(response, SESSION_COOKIE, token, 0);
	secret_wipe(token, sizeof(token));
	staff_done(ctx, request, response, *next_path(request) ? next_path(request) : "/");
	return 0;
}

int logout_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (session_close(ctx, request->session, "logout") < 0)
		return -1;
	response_cookie(response, SESSION_COOKIE, "", -1);
	staff_done(ctx, request, response, "/login");
	return 0;
}

int logout_everywhere(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (session_end_all(ctx, request->session) < 0)
		return -1;
	response_cookie(response, SESSION_COOKIE, "", -1);
	staff_done(ctx, request, response, "/login");
	return 0;
}

int home_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *home = staff_home(request->session);

	if (!home)
		return vt_fail(ctx, VT_E_FORBIDDEN, "a role without any screen");
	response_redirect(response, home);
	return 0;
}
