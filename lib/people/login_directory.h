/*
 * Log-in with a name and a password of a directory (LDAP, Active Directory),
 * and who somebody is there without a password (Kerberos, looking again).
 * Errors as net/ldap.h.
 */
#ifndef VT_PEOPLE_LOGIN_DIRECTORY_H
#define VT_PEOPLE_LOGIN_DIRECTORY_H

#include "net/ldap.h"
#include "people/login_admit.h"

struct login_directory {
	const struct login_provider *provider;
	struct directory_settings settings;
	struct directory *directory;
};

/* Connected and bound as the service account. VT_E_UNAVAILABLE at once while it is marked as down. */
int login_directory_open(struct vt_ctx *ctx, const struct login_provider *provider,
			 struct login_directory *out) VT_MUST_CHECK;
/* Who goes by that name, with their groups. VT_E_NOT_FOUND: nobody, or several. */
int login_directory_person(struct vt_ctx *ctx, struct login_directory *directory, const char *login,
			   struct login_person *out) VT_MUST_CHECK;
/* The same when the password is theirs. VT_E_INVALID (error.login) alike for nobody, several and a
 * wrong or empty password, in the same time. */
int login_directory_enter(struct vt_ctx *ctx, struct login_directory *directory, const char *login,
			  const char *password, struct login_person *out) VT_MUST_CHECK;

#endif
