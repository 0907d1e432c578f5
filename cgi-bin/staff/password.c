#include "base/vt.h"
#include "people/password.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"

/* --- One's own --------------------------------------------------------------------------------- */

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  struct t_node *page)
{
	const struct session *session = request->session;

	staff_bare_fill(ctx, session, page);
	t_set(page, "login", session->login);
	t_set_bool(page, "due", !strcmp(session->duty, "password"));
	t_set_bool(page, "done", *request_query(request, "done"));
	return staff_render(ctx, request, response, "password/page.cs", NULL, page);
}

int password_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

static int submit(struct vt_ctx *ctx, const struct request *request)
{
	const char *current, *password;

	if (form_text(ctx, request, "current", PASSWORD_MAX, FORM_RAW, &current) < 0 ||
	    form_text(ctx, request, "password", PASSWORD_MAX, FORM_RAW, &password) < 0)
		return -1;
	if (strcmp(password, request_form(request, "again")) != 0)
		return vt_fail_field(ctx, "again", "error.password.again", "not the same twice");
	return password_change(ctx, request->session, current, password);
}

int password_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	if (submit(ctx, request) < 0) {
		struct t_node *page = t_new(ctx);
		if (staff_form_again(ctx, request, response, page) < 0)
			return -1;
		return render(ctx, request, response, page);
	}
	staff_done(ctx, request, response, *request->session->duty ? "/" : "/password?done=1");
	return 0;
}

/* --- Somebody else's, for once ----------------------------------------------------------------- */

int user_password(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	char password[PASSWORD_TEMPORARY_TEXT];
	struct t_node *page = t_new(ctx);
	struct db_result **results;
	const char *once, *name;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0 ||
	    password_give(ctx, program_key(), once, id, password, &name) < 0)
		return -1;
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], "users", page);
	t_set(page, "person", name);
	t_set(page, "password", password);
	secret_wipe(password, sizeof(password));
	return staff_render(ctx, request, response, "users/temporary.cs", NULL, page);
}
