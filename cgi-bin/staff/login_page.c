#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/log.h"
#include "db/db.h"
#include "net/guard.h"
#include "people/setting.h"
#include "web/csrf.h"
#include "cgi-bin/staff/login.h"
#include "sql_login.h"

#define WAYS_MAX 20
#define AGENCY_SIZE (4 * 80 + 1)           /* setting.def */
#define NETWORKS_MAX 2000
#define KEPT_US (5 * CLOCK_SECOND)

/* What the page offers, kept by each process: the page must come out fast, and without a database. */
struct way {
	int64_t id;
	int kind;
	char name[4 * LOGIN_NAME_MAX + 1];
	char networks[NETWORKS_MAX + 1];     /* from where it is offered; "": everywhere */
};

static struct {
	int64_t read_at;
	size_t count;
	struct way ways[WAYS_MAX];
	char agency[AGENCY_SIZE];
} kept;

static void keep(const struct db_result *rows)
{
	kept.count = 0;
	for (size_t row = 0; row < db_rows(rows) && row < WAYS_MAX; row++) {
		struct way *way = &kept.ways[kept.count++];
		way->id = db_i64(rows, row, "login_provider_id");
		way->kind = (int)db_i64(rows, row, "kind");
		snprintf(way->name, sizeof(way->name), "%s", db_text(rows, row, "name"));
		snprintf(way->networks, sizeof(way->networks), "%s", db_text(rows, row, "networks"));
	}
}

static void refresh(struct vt_ctx *ctx)
{
	int64_t now = clock_monotonic_us();
	struct vt_error error = ctx->error;
	struct settings settings;
	struct db_result **parts;

	if (kept.read_at && now - kept.read_at < KEPT_US)
		return;
	kept.read_at = now;
	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_OFFERED, "") < 0 ||
	    setting_ask(ctx) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0) {
		log_error(ctx, "login.ways");
	} else {
		keep(parts[0]);
		setting_from_result(&settings, parts[1]);
		snprintf(kept.agency, sizeof(kept.agency), "%s", setting_text(&settings, SETTING_AGENCY_NAME));
	}
	ctx->error = error;
}

/* A ticket of the domain is asked for only where computers have one. */
static bool is_offered(struct vt_ctx *ctx, const struct way *way)
{
	struct networks *networks;

	if (way->kind != LOGIN_KERBEROS)
		return true;
	if (networks_parse(ctx, way->networks, &networks) < 0) {
		vt_error_clear(ctx);
		return false;
	}
	return networks_contain(networks, ctx->remote_address);
}

static const char *kind_path(int kind)
{
	return kind == LOGIN_OIDC ? "oidc" : kind == LOGIN_LDAP ? "ldap" : "negotiate";
}

static void way_fill(struct vt_ctx *ctx, const struct way *way, bool first, bool password,
		     struct t_node *item)
{
	t_set_i64(item, "id", way->id);
	t_set(item, "name", way->name);
	t_set_bool(item, "first", first);
	t_set_bool(item, "local", way->kind == LOGIN_LOCAL);
	if (way->kind != LOGIN_LOCAL)
		t_set(item, "suffix", arena_printf(ctx->arena, "-%" PRId64, way->id));
	/* One form of name and password is open, further ones are folded. */
	t_set_bool(item, "form", way->kind == LOGIN_LOCAL || way->kind == LOGIN_LDAP);
	t_set_bool(item, "folded", password);
	t_set(item, "path", way->kind == LOGIN_LOCAL ? "/login"
	      : arena_printf(ctx->arena, "/login/%s/%" PRId64, kind_path(way->kind), way->id));
}

static void ways_fill(struct vt_ctx *ctx, struct t_node *page)
{
	static const struct way own = { .kind = LOGIN_LOCAL };
	bool local = false, password = false;
	size_t shown = 0;

	refresh(ctx);
	for (size_t i = 0; i < kept.count; i++) {
		const struct way *way = &kept.ways[i];
		if (!is_offered(ctx, way))
			continue;
		way_fill(ctx, way, !shown++, password, t_item(t_child(page, "ways")));
		local |= way->kind == LOGIN_LOCAL;
		password |= way->kind == LOGIN_LOCAL || way->kind == LOGIN_LDAP;
	}
	/* Nobody is ever locked out by what an administrator, or an outage, took from the page. */
	if (!local) {
		struct t_node *item = t_item(t_child(page, "ways"));
		way_fill(ctx, &own, !shown, shown > 0, item);
		t_set_bool(item, "emergency", shown++ > 0);
	}
	t_set_bool(page, "several", shown > 1);
	t_set(page, "agency", kept.agency);
}

const char *login_next(const struct request *request)
{
	const char *next = *request_form(request, "next") ? request_form(request, "next")
		: request_query(request, "next");

	return response_path_is_local(next) ? next : "";
}

int login_show(struct vt_ctx *ctx, const struct request *request, struct response *response,
	       const char *seed, const char *next, struct t_node *page)
{
	t_set(page, "csrf", csrf_token(ctx, seed));
	t_set(page, "next", next);
	t_set(page, "login", request_form(request, "login"));
	ways_fill(ctx, page);
	return staff_render(ctx, request, response, "login/page.cs", "login/_form.cs", page);
}

int login_show_error(struct vt_ctx *ctx, const struct request *request, struct response *response,
		     const char *seed, const char *next)
{
	struct t_node *page = t_new(ctx);

	if (request->wants_json || (!*ctx->error.key && ctx->error.code != VT_E_INVALID))
		return -1;
	log_error(ctx, "login.refused");
	staff_form_error(ctx, response, page);
	return login_show(ctx, request, response, seed, next, page);
}

/* The log-in stands whatever comes of it: what is left open idles out. */
static void close_earlier(struct vt_ctx *ctx, const struct request *request)
{
	int64_t earlier;

	if (session_of_token(ctx, request_cookie(request, SESSION_COOKIE), &earlier) == 0 &&
	    (!earlier || login_session_end(ctx, earlier, "again") == 0))
		return;
	log_error(ctx, "login.earlier");
	vt_error_clear(ctx);
}

void login_enter(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 char token[SECRET_TOKEN_TEXT], const char *next)
{
	close_earlier(ctx, request);
	response_cookie(response, SESSION_COOKIE, token, 0);
	secret_wipe(token, SECRET_TOKEN_TEXT);
	staff_done(ctx, request, response, *next ? next : "/");
}
