#include "base/vt.h"
#include "base/clock.h"
#include "people/login_directory.h"

#define HUNG_US CLOCK_SECOND

static enum directory_groups groups_mode(const char *text)
{
	return !strcmp(text, "memberof") ? DIRECTORY_MEMBER_OF
		: !strcmp(text, "nested") ? DIRECTORY_NESTED : DIRECTORY_SEARCH;
}

static int settings_fill(struct vt_ctx *ctx, const struct login_provider *provider,
			 struct directory_settings *out)
{
	const char *const *values = provider->values;
	struct guard *guard;

	if (guard_parse(ctx, values[LOGIN_LDAP_NETWORK], &guard) < 0)
		return -1;
	*out = (struct directory_settings){
		.url = values[LOGIN_LDAP_URL], .bind_dn = values[LOGIN_LDAP_BIND],
		.password = provider->secret ? provider->secret : "", .base = values[LOGIN_LDAP_BASE],
		.user_filter = values[LOGIN_LDAP_USER_FILTER], .id_attribute = values[LOGIN_LDAP_ID],
		.login_attribute = values[LOGIN_LDAP_LOGIN], .name_attribute = values[LOGIN_LDAP_NAME],
		.mail_attribute = values[LOGIN_LDAP_MAIL],
		.groups = groups_mode(values[LOGIN_LDAP_GROUPS]),
		.group_base = values[LOGIN_LDAP_GROUP_BASE],
		.group_filter = values[LOGIN_LDAP_GROUP_FILTER], .ca_pem = values[LOGIN_LDAP_CA],
		.guard = guard,
	};
	return 0;
}

/* Nobody else is to wait for one that hangs. */
static int waited(struct vt_ctx *ctx, const struct login_directory *directory, int64_t began_us, int result)
{
	if (result < 0 && ctx->error.code == VT_E_UNAVAILABLE &&
	    clock_monotonic_us() - began_us > HUNG_US)
		login_provider_is_down(ctx, directory->provider);
	return result;
}

int login_directory_open(struct vt_ctx *ctx, const struct login_provider *provider,
			 struct login_directory *out)
{
	int64_t began_us = clock_monotonic_us();

	out->provider = provider;
	if (provider->down)
		return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away",
				   "it did not answer a moment ago");
	if (settings_fill(ctx, provider, &out->settings) < 0)
		return -1;
	return waited(ctx, out, began_us, directory_open(ctx, &out->settings, &out->directory));
}

static void person_fill(const struct directory_entry *entry, const char *login, struct login_person *out)
{
	out->issuer = "";
	out->subject = entry->id;
	out->login = *entry->login ? entry->login : login;
	out->name = entry->name;
	out->email = entry->email;
	out->groups = entry->groups;
	out->group_count = entry->group_count;
}

static int find(struct vt_ctx *ctx, struct login_directory *directory, const char *login,
		struct directory_entry *entry)
{
	int64_t began_us = clock_monotonic_us();

	return waited(ctx, directory, began_us, directory_find(ctx, directory->directory, login, entry));
}

int login_directory_person(struct vt_ctx *ctx, struct login_directory *directory, const char *login,
			   struct login_person *out)
{
	struct directory_entry entry;

	if (find(ctx, directory, login, &entry) < 0)
		return -1;
	person_fill(&entry, login, out);
	return 0;
}

int login_directory_enter(struct vt_ctx *ctx, struct login_directory *directory, const char *login,
			  const char *password, struct login_person *out)
{
	struct directory_entry entry;
	bool nobody = false;

	if (!*password)
		return vt_fail_field(ctx, "password", "error.login", "an empty password");
	if (find(ctx, directory, login, &entry) < 0) {
		if (ctx->error.code != VT_E_NOT_FOUND)
			return -1;
		vt_error_clear(ctx);
		nobody = true;
		/* The question is asked all the same, so that the time tells nothing. */
		entry.dn = arena_printf(ctx->arena, "cn=nobody,%s", directory->settings.base);
	}
	int64_t began_us = clock_monotonic_us();
	if (waited(ctx, directory, began_us,
		   directory_password(ctx, &directory->settings, entry.dn, password)) < 0)
		return -1;
	if (nobody)
		return vt_fail_field(ctx, "password", "error.login", "nobody of that name");
	person_fill(&entry, login, out);
	return 0;
}
