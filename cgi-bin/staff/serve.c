#include "base/vt.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "web/csrf.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/transcript.h"

/* A body holds one file of 25 MiB and its form. */
#define BODY_MAX (101 * 1024 * 1024)   /* a file as large as any network takes, and its fields */

static const struct route routes[] = {
#define ROUTE(method, path, handler, permission, template, audit, flags) \
	{ method, path, handler, permission, template, audit, flags },
#include "cgi-bin/staff/routes.def"
#undef ROUTE
};

bool staff_may(const struct session *session, enum permission permission)
{
	return session && permission_allows(permission, true, session->permissions);
}

const char *staff_home(const struct session *session)
{
	if (staff_may(session, PERM_DESK_ATTEND))
		return "/desk";
	if (staff_may(session, PERM_BOARD_VIEW))
		return "/board";
	if (staff_may(session, PERM_QUARANTINE_MANAGE))
		return "/quarantine";
	if (admin_may(session))
		return "/admin";
	return NULL;
}

static const char *duty_page(const char *duty)
{
	return !strcmp(duty, "password") ? "/password" : "/factor";
}

/* Log-out, and the page of the very duty: who has to show the second factor must not change the
 * password instead. */
static bool open_while_due(const struct route *route, const char *duty)
{
	const char *page = duty_page(duty);

	return (route->flags & ROUTE_DUTY) &&
		(!strncmp(route->path, page, strlen(page)) || !strncmp(route->path, "/logout", 7));
}

/* A poll that is answered anew is no act of a person: it does not keep the session from idling. */
static int authorise(struct vt_ctx *ctx, const struct route *route, struct request *request)
{
	struct session *session;

	if (route->permission == PERM_PUBLIC)
		return 0;
	if (session_find(ctx, request_cookie(request, SESSION_COOKIE),
			 !(route->flags & ROUTE_INTERNAL), &session) < 0)
		return -1;
	request->session = session;
	if (*session->duty && !open_while_due(route, session->duty))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.duty", "%s is to be done first", session->duty);
	if (!permission_allows((enum permission)route->permission, true, session->permissions))
		return vt_fail(ctx, VT_E_FORBIDDEN, "no permission %s",
			       permission_key((enum permission)route->permission));
	if (strcmp(route->method, "GET") != 0 && session->view_name && !(route->flags & ROUTE_READER))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.view_as", "looks as another role");
	if (strcmp(route->method, "GET") != 0 && !(route->flags & ROUTE_NO_CSRF))
		return csrf_check(ctx, request, session->csrf_seed);
	return 0;
}

static void to_login(struct vt_ctx *ctx, const struct request *request, struct response *response)
{
	struct strbuf path;

	strbuf_init(&path, ctx->arena, 128);
	strbuf_puts(&path, "/login");
	if (!strcmp(request->method, "GET") && strcmp(request->path, "/") != 0) {
		strbuf_puts(&path, "?next=");
		strbuf_url(&path, request->path);
		if (*request->query_string) {
			strbuf_puts(&path, "%3F");
			strbuf_url(&path, request->query_string);
		}
	}
	response_redirect(response, path.data);
}

/* No database, no session: this page must come out when nothing else does. */
static void error_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (request->wants_json || request->wants_fragment) {
		response_json_error(ctx, response);
		return;
	}
	if (ctx->error.code == VT_E_UNAUTHENTICATED) {
		to_login(ctx, request, response);
		return;
	}
	if (!strcmp(ctx->error.key, "error.duty")) {
		response_redirect(response, duty_page(request->session->duty));
		return;
	}
	struct t_node *page = t_new(ctx);
	response->status = vt_code_http_status(ctx->error.code);
	t_set_i64(page, "status", response->status);
	t_set(page, "code", vt_code_name(ctx->error.code));
	t_set(page, "text", response_error_text(ctx));
	t_set_bool(page, "again", ctx->error.code == VT_E_UNAVAILABLE);
	/* Whoever may not may be somebody else in a moment. */
	if (ctx->error.code == VT_E_FORBIDDEN && request->session)
		t_set(page, "csrf", csrf_token(ctx, request->session->csrf_seed));
	t_set(page, "request_id", ctx->request_id);
	strbuf_truncate(&response->body, 0);
	if (template_render(ctx, "error/page.cs", page, &response->body) < 0)
		log_error(ctx, "error.page");
}

int staff_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 const char *template, const char *fragment, struct t_node *page)
{
	return template_render(ctx, request->wants_fragment && fragment ? fragment : template, page,
			       &response->body);
}

void staff_told(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *text, const char *path)
{
	struct strbuf json;

	if (!request->wants_json) {
		response_redirect(response, path);
		return;
	}
	strbuf_init(&json, ctx->arena, 128);
	strbuf_putc(&json, '{');
	if (text) {
		strbuf_puts(&json, "\"text\":\"");
		strbuf_json(&json, text);
		strbuf_puts(&json, "\",");
	}
	strbuf_puts(&json, "\"next\":\"");
	strbuf_json(&json, path);
	strbuf_puts(&json, "\"}");
	response_json(response, json.data);
}

void staff_done(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *path)
{
	staff_told(ctx, request, response, NULL, path);
}

void staff_form_error(struct vt_ctx *ctx, struct response *response, struct t_node *page)
{
	response->status = vt_code_http_status(ctx->error.code);
	t_set(page, "error.field", ctx->error.field);
	t_set(page, "error.text", response_error_text(ctx));
	vt_error_clear(ctx);
}

int staff_form_again(struct vt_ctx *ctx, const struct request *request, struct response *response,
		     struct t_node *page)
{
	bool theirs = ctx->error.code == VT_E_INVALID ||
		((ctx->error.code == VT_E_RATE || ctx->error.code == VT_E_CONFLICT) && *ctx->error.key);

	if (!theirs || request->wants_json)
		return -1;
	staff_form_error(ctx, response, page);
	return 0;
}

void staff_bare_fill(struct vt_ctx *ctx, const struct session *session, struct t_node *page)
{
	t_set(page, "csrf", csrf_token(ctx, session->csrf_seed));
	t_set(page, "person", session->name);
}

const char *staff_once(struct vt_ctx *ctx)
{
	char *once = arena_alloc(ctx->arena, SECRET_TOKEN_TEXT);

	secret_token(ctx, once);
	return once;
}

int staff_serve(transcript_draw draw)
{
	static const struct program program = {
		.name = "staff",
		.routes = routes,
		.route_count = VT_COUNT(routes),
		.authorise = authorise,
		.error_page = error_page,
		.body_max = BODY_MAX,
		.session_options = "-c statement_timeout=5s -c lock_timeout=3s"
			" -c idle_in_transaction_session_timeout=10s"
			" -c plan_cache_mode=force_generic_plan",
	};

	staff_transcript_draw = draw;
	return program_run(&program);
}
