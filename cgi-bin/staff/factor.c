#include "base/vt.h"
#include "people/totp.h"
#include "web/form.h"
#include "web/format.h"
#include "web/qr.h"
#include "cgi-bin/staff/admin.h"
#include "sql_factor.h"

/* A seed to be taken: the one that the form came with, or a new one. */
static int offer_fill(struct vt_ctx *ctx, const struct request *request, struct t_node *page)
{
	const char *sealed = request_form(request, "offer");
	struct totp_offer offer;
	int64_t size;

	if (*sealed ? totp_offer_read(ctx, program_key(), request->session, sealed, &offer) < 0
		    : totp_offer(ctx, program_key(), request->session, &offer) < 0)
		return -1;
	t_set(page, "offer.sealed", offer.sealed);
	t_set(page, "offer.secret", offer.secret);
	t_set(page, "offer.path", qr_path(ctx, offer.uri, &size));
	t_set_i64(page, "offer.size", size);
	return 0;
}

/* What the page is about: to show it, to get one, or what there is. */
static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  struct t_node *page)
{
	const struct session *session = request->session;
	struct db_result *factor;

	if (db_one(ctx, &factor, &SQL_FACTOR_FIND, "i", session->user_id) < 0)
		return -1;
	bool there = !db_is_null(factor, 0, "totp_seed");
	if (!there && offer_fill(ctx, request, page) < 0)
		return -1;
	staff_bare_fill(ctx, session, page);
	t_set(page, "part", !there ? "enrol" : !strcmp(session->duty, "factor") ? "show" : "have");
	t_set_bool(page, "due", *session->duty);
	t_set_bool(page, "required", db_bool(factor, 0, "required"));
	t_set(page, "codes", db_text(factor, 0, "codes"));
	if (there)
		t_set(page, "since", format_date_time(ctx, db_time_us(factor, 0, "totp_since")));
	return staff_render(ctx, request, response, "factor/page.cs", NULL, page);
}

int factor_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

static int again(struct vt_ctx *ctx, const struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);

	if (staff_form_again(ctx, request, response, page) < 0)
		return -1;
	return render(ctx, request, response, page);
}

int factor_enrol(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	char codes[TOTP_RECOVERY_CODES][TOTP_RECOVERY_TEXT];
	struct t_node *page = t_new(ctx);
	const char *code;

	if (form_text(ctx, request, "code", TOTP_CODE_MAX, 0, &code) < 0 ||
	    totp_enrol(ctx, program_key(), request->session, request_form(request, "offer"), code, codes) < 0)
		return again(ctx, request, response);
	for (size_t i = 0; i < TOTP_RECOVERY_CODES; i++)
		t_set(t_item(t_child(page, "recovery")), "code", codes[i]);
	secret_wipe(codes, sizeof(codes));
	t_set(page, "part", "codes");
	return staff_render(ctx, request, response, "factor/page.cs", NULL, page);
}

int factor_show(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *code;

	if (form_text(ctx, request, "code", TOTP_CODE_MAX, 0, &code) < 0 ||
	    totp_show(ctx, program_key(), request->session, code) < 0)
		return again(ctx, request, response);
	staff_done(ctx, request, response, "/");
	return 0;
}

int factor_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *code;

	if (form_text(ctx, request, "code", TOTP_CODE_MAX, 0, &code) < 0 ||
	    totp_remove(ctx, program_key(), request->session, code) < 0)
		return again(ctx, request, response);
	staff_done(ctx, request, response, "/factor");
	return 0;
}

int user_factor(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 || totp_take_away(ctx, id) < 0)
		return -1;
	admin_done(ctx, request, response, "users", "saved");
	return 0;
}
