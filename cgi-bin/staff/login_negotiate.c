#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/id.h"
#include "net/guard.h"
#include "net/negotiate.h"
#include "people/login_directory.h"
#include "web/csrf.h"
#include "web/form.h"
#include "cgi-bin/staff/login.h"

#define SCHEME "Negotiate "

/* The name in our address, as a browser's ticket has it. */
static const char *own_host(struct vt_ctx *ctx)
{
	const char *host = strstr(program_config()->base_url, "://") + 3;

	return arena_strndup(ctx->arena, host, strcspn(host, ":/"));
}

static int network_check(struct vt_ctx *ctx, const struct login_provider *provider)
{
	struct networks *networks;

	if (networks_parse(ctx, provider->values[LOGIN_KERBEROS_NETWORKS], &networks) < 0)
		return -1;
	if (!networks_contain(networks, ctx->remote_address))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.network", "not from a network of its");
	return 0;
}

/* Names and groups are the directory's; so are the rules that give a role. */
static int person_find(struct vt_ctx *ctx, const struct login_provider *provider, const char *name,
		       struct login_directory *directory, struct login_person *person)
{
	struct login_provider *found;
	int64_t id = 0;

	if (id_parse(provider->values[LOGIN_KERBEROS_DIRECTORY], 1, INT64_MAX, &id) < 0 ||
	    login_provider_load_any(ctx, program_key(), id, &found) < 0 || found->kind != LOGIN_LDAP)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.kerberos.directory", "its directory is gone");
	if (login_directory_open(ctx, found, directory) < 0)
		return -1;
	if (login_directory_person(ctx, directory, name, person) == 0)
		return 0;
	if (ctx->error.code != VT_E_NOT_FOUND)
		return -1;
	return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.login.unknown", "not in the directory");
}

static int enter(struct vt_ctx *ctx, const struct login_provider *provider, const char *token,
		 const char **reply, char session[SECRET_TOKEN_TEXT])
{
	const struct negotiate_settings settings = {
		.realm = provider->values[LOGIN_KERBEROS_REALM],
		.keytab = provider->values[LOGIN_KERBEROS_KEYTAB], .host = own_host(ctx),
	};
	struct login_person person = { 0 };
	struct login_directory directory;
	const char *name = "";

	if (negotiate(ctx, &settings, token, &name, reply) < 0 ||
	    person_find(ctx, provider, name, &directory, &person) < 0) {
		login_refused(ctx, provider, name, NULL);
		return -1;
	}
	person.way = provider->name;
	return login_admit(ctx, program_key(), directory.provider, &person, session);
}

/* Only here is a browser ever asked for its ticket, and only from where there are some. */
static int ask(struct vt_ctx *ctx, const struct request *request, struct response *response,
	       const char *seed, const char *next)
{
	response_header(response, "WWW-Authenticate", "Negotiate");
	(void)vt_fail_key(ctx, VT_E_UNAUTHENTICATED, "error.kerberos.none", "no ticket yet");
	return login_show_error(ctx, request, response, seed, next);
}

int negotiate_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *seed = csrf_anonymous_seed(ctx, request, response), *next = login_next(request);
	const char *authorization = request_header(request, "AUTHORIZATION"), *reply = "";
	char token[SECRET_TOKEN_TEXT];
	struct login_provider *provider;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    login_provider_load(ctx, program_key(), id, LOGIN_KERBEROS, &provider) < 0)
		return -1;
	if (network_check(ctx, provider) < 0)
		return login_show_error(ctx, request, response, seed, next);
	if (strncmp(authorization, SCHEME, strlen(SCHEME)) != 0)
		return ask(ctx, request, response, seed, next);
	if (enter(ctx, provider, authorization + strlen(SCHEME), &reply, token) < 0)
		return login_show_error(ctx, request, response, seed, next);
	if (*reply)
		response_header(response, "WWW-Authenticate", arena_printf(ctx->arena, SCHEME "%s", reply));
	login_enter(ctx, request, response, token, next);
	return 0;
}
