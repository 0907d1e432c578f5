#include "base/vt.h"
#include "base/clock.h"
#include "db/db.h"
#include "people/login_check.h"
#include "people/login_directory.h"
#include "sql_login.h"

static void role_step(struct vt_ctx *ctx, const struct login_provider *provider,
		      const struct login_person *person, struct login_steps *steps)
{
	struct db_result *role;

	if (db_query(ctx, &role, &SQL_LOGIN_ROLE_FIND, "iS", provider->id, person->groups,
		     person->group_count) < 0)
		login_step_failed(ctx, steps, "role");
	else if (!db_rows(role))
		login_step(ctx, steps, "role", LOGIN_STEP_BAD, "error.login.role", "%zu grupos",
			   person->group_count);
	else
		login_step(ctx, steps, "role", LOGIN_STEP_GOOD, NULL, "%s", db_text(role, 0, "name"));
}

/* Somebody the administrator names: are they found, and what would they be here? */
static void person_step(struct vt_ctx *ctx, struct login_directory *directory, const char *who,
			struct login_steps *steps)
{
	struct login_person person = { 0 };

	if (login_directory_person(ctx, directory, who, &person) == 0) {
		login_step(ctx, steps, "person", LOGIN_STEP_GOOD, NULL, "%s, %zu grupos", person.name,
			   person.group_count);
		role_step(ctx, directory->provider, &person, steps);
		return;
	}
	if (ctx->error.code == VT_E_NOT_FOUND)
		snprintf(ctx->error.key, sizeof(ctx->error.key), "access.no_person");
	login_step_failed(ctx, steps, "person");
}

/* The filter is tried with a name that is nobody's. */
static bool filter_step(struct vt_ctx *ctx, struct login_directory *directory, struct login_steps *steps)
{
	struct login_person person = { 0 };

	if (login_directory_person(ctx, directory, "nadie-con-este-nombre", &person) < 0 &&
	    ctx->error.code != VT_E_NOT_FOUND) {
		login_step_failed(ctx, steps, "filter");
		return false;
	}
	vt_error_clear(ctx);
	login_step(ctx, steps, "filter", LOGIN_STEP_GOOD, NULL, "%s", directory->settings.user_filter);
	return true;
}

void ldap_check(struct vt_ctx *ctx, const struct login_provider *provider, const char *who,
		struct login_steps *steps)
{
	struct login_provider now = *provider;
	struct login_directory directory;
	int64_t began_us = clock_monotonic_us();

	now.down = false;
	if (login_directory_open(ctx, &now, &directory) < 0) {
		login_step_failed(ctx, steps, !strcmp(ctx->error.key, "error.ldap.bind") ? "bind" : "directory");
		return;
	}
	login_step(ctx, steps, "directory", LOGIN_STEP_GOOD, NULL, "%s, %" PRId64 " ms",
		   directory.settings.url, (clock_monotonic_us() - began_us) / 1000);
	login_step(ctx, steps, "bind", LOGIN_STEP_GOOD, NULL, "%s", directory.settings.bind_dn);
	if (directory_base(ctx, directory.directory) < 0) {
		login_step_failed(ctx, steps, "base");
		return;
	}
	login_step(ctx, steps, "base", LOGIN_STEP_GOOD, NULL, "%s", directory.settings.base);
	if (filter_step(ctx, &directory, steps) && *who)
		person_step(ctx, &directory, who, steps);
	login_step_rules(ctx, provider, steps);
}
