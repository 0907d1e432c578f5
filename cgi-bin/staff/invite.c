#include "base/vt.h"
#include "base/config.h"
#include "base/log.h"
#include "people/invitation.h"
#include "people/mailer.h"
#include "people/password.h"
#include "web/csrf.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_invitation.h"

/* --- Inviting somebody ------------------------------------------------------------------------- */

static int send_it(struct vt_ctx *ctx, const struct settings *settings, const struct invitation *invitation,
		   const char *link)
{
	const char *agency = setting_text(settings, SETTING_AGENCY_NAME);
	const char *until = format_date_time(ctx, invitation->expires_at);
	const struct mail mail = {
		.to = invitation->email,
		.subject = locale_text(ctx, "invite.mail.subject", agency, NULL),
		.text = arena_printf(ctx->arena, "%s\n\n%s\n\n%s\n\n%s\n\n%s\n",
				     locale_text(ctx, "invite.mail.hello", invitation->name, NULL),
				     locale_text(ctx, "invite.mail.text", agency, invitation->login, NULL), link,
				     locale_text(ctx, "invite.mail.until", until, NULL),
				     locale_text(ctx, "invite.mail.ignore", NULL)),
	};

	return mailer_send(ctx, program_key(), settings, &mail);
}

/* What came of the mail is on the page and with the invitation; the link is there either way. */
static int deliver(struct vt_ctx *ctx, const struct settings *settings, const struct invitation *invitation,
		   const char *link, struct t_node *page)
{
	if (!mailer_ready(settings) || !*invitation->email) {
		t_set(page, "unsent", *invitation->email ? "no_server" : "no_address");
		return 0;
	}
	if (invitation->repeat) {
		t_set(page, invitation->sent_to ? "sent_to" : "unsent",
		      invitation->sent_to ? invitation->sent_to : "failed");
		return 0;
	}
	if (send_it(ctx, settings, invitation, link) < 0) {
		const char *why = arena_strdup(ctx->arena, ctx->error.message);
		log_error(ctx, "invite.mail");
		t_set(page, "unsent", "failed");
		t_set(page, "why", response_error_text(ctx));
		vt_error_clear(ctx);
		return invitation_sent(ctx, invitation->id, "", why);
	}
	t_set(page, "sent_to", invitation->email);
	return invitation_sent(ctx, invitation->id, invitation->email, "");
}

int invite_person(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, const char *once, const char *section)
{
	struct t_node *page = t_new(ctx);
	struct invitation invitation;
	struct settings settings;
	struct db_result **results;

	if (invitation_make(ctx, program_key(), once, id, &invitation) < 0 ||
	    setting_load(ctx, &settings) < 0)
		return -1;
	const char *link = arena_printf(ctx->arena, "%s/invite?t=%s", program_config()->base_url,
					invitation.token);
	if (deliver(ctx, &settings, &invitation, link, page) < 0 || db_pipe_begin(ctx) < 0 ||
	    shell_ask(ctx, request) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], section, page);
	t_set(page, "link", link);
	t_set(page, "person", invitation.name);
	t_set(page, "until", format_date_time(ctx, invitation.expires_at));
	secret_wipe(invitation.token, sizeof(invitation.token));
	return staff_render(ctx, request, response, "users/invited.cs", NULL, page);
}

int user_invite(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || form_once(ctx, request, &once) < 0)
		return -1;
	return invite_person(ctx, request, response, id, once,
			     *request_form(request, "listed") ? "invitations" : "users");
}

/* --- Who is invited ---------------------------------------------------------------------------- */

static void pending_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *item)
{
	t_set(item, "id", db_text(rows, row, "invitation_id"));
	t_set(item, "user", db_text(rows, row, "user_id"));
	t_set(item, "name", db_text(rows, row, "name"));
	t_set(item, "login", db_text(rows, row, "login"));
	t_set(item, "email", db_text(rows, row, "email"));
	t_set(item, "by", db_text(rows, row, "invited_by"));
	t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "created_at")));
	t_set(item, "until", format_date_time(ctx, db_time_us(rows, row, "expires_at")));
	t_set(item, "sent_to", db_text(rows, row, "sent_to"));
	t_set_bool(item, "failed", db_bool(rows, row, "failed"));
	t_set_bool(item, "over", db_bool(rows, row, "over"));
	t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
}

int invitations_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INVITATION_PENDING, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], "invitations", page);
	for (size_t row = 0; row < db_rows(results[1]); row++)
		pending_fill(ctx, results[1], row, t_item(t_child(page, "items")));
	return staff_render(ctx, request, response, "invitations/page.cs", NULL, page);
}

int invitation_revoke_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || invitation_revoke(ctx, id) < 0)
		return -1;
	admin_done(ctx, request, response, "invitations", "revoked");
	return 0;
}

/* --- Being invited ----------------------------------------------------------------------------- */

static int show(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *token, struct t_node *page)
{
	struct invitation invitation;

	if (invitation_find(ctx, token, &invitation) == 0) {
		t_set(page, "csrf", csrf_token(ctx, csrf_anonymous_seed(ctx, request, response)));
		t_set(page, "token", token);
		t_set(page, "person", invitation.name);
		t_set(page, "login", invitation.login);
	} else if (ctx->error.code == VT_E_NOT_FOUND) {
		vt_error_clear(ctx);
		response->status = vt_code_http_status(VT_E_NOT_FOUND);
	} else {
		return -1;
	}
	return staff_render(ctx, request, response, "invite/page.cs", NULL, page);
}

int invite_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	const char *token = request_query(request, "t");

	if (*request_query(request, "done")) {
		t_set_bool(page, "done", true);
		return staff_render(ctx, request, response, "invite/page.cs", NULL, page);
	}
	if (!*token) {
		response_redirect(response, "/login");
		return 0;
	}
	return show(ctx, request, response, token, page);
}

static int use(struct vt_ctx *ctx, const struct request *request, const char *token)
{
	const char *password;

	if (form_text(ctx, request, "password", PASSWORD_MAX, FORM_RAW, &password) < 0)
		return -1;
	if (strcmp(password, request_form(request, "again")) != 0)
		return vt_fail_field(ctx, "again", "error.password.again", "not the same twice");
	return invitation_use(ctx, token, password);
}

int invite_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response);
	const char *token = request_form(request, "t");

	if (csrf_check(ctx, request, seed) < 0)
		return -1;
	if (use(ctx, request, token) < 0) {
		struct t_node *page = t_new(ctx);
		if (ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_NOT_FOUND)
			return -1;
		staff_form_error(ctx, response, page);
		return show(ctx, request, response, token, page);
	}
	response_redirect(response, "/invite?done=1");
	return 0;
}
