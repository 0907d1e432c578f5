/*
 * A directory (LDAP, Active Directory): is somebody there, with that password,
 * in which groups? Only over TLS that verifies, ldaps or StartTLS, through the
 * guard of net/guard.h; every wait ends within three seconds. Referrals are not
 * followed. Never inside a transaction.
 *
 * Errors: VT_E_INVALID settings that make no sense (error.ldap.url, .filter,
 * .base); VT_E_FORBIDDEN (error.http.address) the guard; VT_E_UNAVAILABLE it
 * does not answer in time; VT_E_PROVIDER it answers wrongly (error.ldap.tls,
 * .bind, .answer). Messages hold no name of a person and no password.
 */
#ifndef VT_NET_LDAP_H
#define VT_NET_LDAP_H

#include "base/vt.h"
#include "net/guard.h"

#define LDAP_GROUPS_MAX 500

enum directory_groups {
	DIRECTORY_MEMBER_OF,          /* what the entry's memberOf says */
	DIRECTORY_SEARCH,             /* those that group_filter finds */
	DIRECTORY_NESTED,             /* Active Directory: also groups within groups */
};

struct directory_settings {
	const char *url;              /* ldaps://host[:port], or ldap:// with StartTLS */
	const char *bind_dn, *password;       /* the service account's; "" both: anonymous */
	const char *base;
	const char *user_filter;      /* %u stands for the name, escaped (RFC 4515) */
	const char *id_attribute, *login_attribute, *name_attribute, *mail_attribute;
	enum directory_groups groups;
	const char *group_base;       /* "": base */
	const char *group_filter;     /* %d stands for the entry's name, %u for the person's */
	const char *ca_pem;           /* authorities to trust; "": the system's */
	const struct guard *guard;
};

struct directory_entry {
	const char *dn;
	const char *id;               /* binary ones in hexadecimal */
	const char *login, *name, *email;
	const char *const *groups;
	size_t group_count;
};

struct directory;

/* Connect and bind as the service account. settings must outlive it; closed with ctx->arena. */
int directory_open(struct vt_ctx *ctx, const struct directory_settings *settings,
		   struct directory **out) VT_MUST_CHECK;
/* The one entry for a name, with its groups. VT_E_NOT_FOUND: none, or more than one. */
int directory_find(struct vt_ctx *ctx, struct directory *directory, const char *login,
		   struct directory_entry *out) VT_MUST_CHECK;
/* Is it the password of the entry dn? On a connection of its own. VT_E_INVALID (error.login) when
 * it is not, or is empty: to many directories that would be no question at all. */
int directory_password(struct vt_ctx *ctx, const struct directory_settings *settings, const char *dn,
		       const char *password) VT_MUST_CHECK;
/* Is the base there? For the test of an administrator. */
int directory_base(struct vt_ctx *ctx, struct directory *directory) VT_MUST_CHECK;

/* text with what has a meaning in a filter as \xx. In arena. */
char *directory_escape(struct arena *arena, const char *text);
/* May it be a filter: parentheses that match, and the place for the name? */
bool directory_filter_valid(const char *filter, const char *place);

#endif
