/*
 * The ways to log in, as an administrator arranges them: kind, order, settings
 * (login_field.def), rules from the provider's groups to our roles. The kind
 * "local" is our own passwords; there is always exactly one, and it can always
 * be used, whatever the page puts forward.
 */
#ifndef VT_PEOPLE_LOGIN_PROVIDER_H
#define VT_PEOPLE_LOGIN_PROVIDER_H

#include "base/vt.h"
#include "base/secret.h"
#include "people/edit.h"

#define LOGIN_NAME_MAX 60
#define LOGIN_SECRET_MAX 500
#define LOGIN_RULES_MAX 100
#define LOGIN_RULE_VALUE_MAX 500

enum login_field {
#define LOGIN_FIELD(constant, kind, key, type, standard, min, max, options) constant,
#include "people/login_field.def"
#undef LOGIN_FIELD
	LOGIN_FIELD_MAX
};

enum login_field_type {
	LOGIN_TYPE_TEXT, LOGIN_TYPE_AUTHORITY, LOGIN_TYPE_URL, LOGIN_TYPE_CHOICE, LOGIN_TYPE_BOOL,
	LOGIN_TYPE_FILTER,
	LOGIN_TYPE_PATH, LOGIN_TYPE_NETWORKS, LOGIN_TYPE_GUARD, LOGIN_TYPE_PROVIDER
};

struct login_field_kind {
	int kind;                     /* LOGIN_* of codes.h */
	const char *key;
	enum login_field_type type;
	const char *standard;
	int64_t min, max;
	const char *options;
};

/* The group or claim value that gives a role. */
struct login_rule {
	const char *value;
	int64_t role_id;
};

struct login_provider {
	int64_t id;
	int kind;                     /* LOGIN_* */
	const char *name;
	int64_t position;
	bool preferred, enabled, down;
	int64_t revision;             /* of its settings, as they were read */
	const char *values[LOGIN_FIELD_MAX];  /* of its kind's fields; NULL of others */
	const char *secret;           /* in the clear; saving: NULL keeps what is stored */
	const struct login_rule *rules;       /* saving only, in their order */
	size_t rule_count;
};

const struct login_field_kind *login_field_kind(enum login_field field);

/* Settings of a provider from their stored JSON; what is not there is at its default. */
int login_values_read(struct vt_ctx *ctx, int kind, const char *settings,
		      const char *values[LOGIN_FIELD_MAX]) VT_MUST_CHECK;
/* Is text a value of the field? VT_E_INVALID with the field's key. */
int login_value_check(struct vt_ctx *ctx, enum login_field field, const char *text) VT_MUST_CHECK;

/* One that is enabled, of the kind wanted (0: any), with its secret in the clear. key: the key file's.
 * VT_E_NOT_FOUND else. One statement. */
int login_provider_load(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], int64_t id, int kind,
			struct login_provider **out) VT_MUST_CHECK;
/* The same whether it is enabled or not, for the test of an administrator. */
int login_provider_load_any(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], int64_t id,
			    struct login_provider **out) VT_MUST_CHECK;

/* It hung or could not be reached: for ten seconds nobody else waits for it
 * (login_provider.down), unless its settings were changed meanwhile. Own transaction; its own failure is only logged. */
void login_provider_is_down(struct vt_ctx *ctx, const struct login_provider *provider);

/* Make or change it with its rules; values checked before. VT_E_INVALID on "name" (error.taken). Own
 * transaction (edit_run), audited as "login.save". */
int login_provider_save(struct vt_ctx *ctx, struct edit *edit, const uint8_t key[SECRET_KEY_SIZE],
			const struct login_provider *provider) VT_MUST_CHECK;
/* Remove it, and end the sessions that hang on it. VT_E_CONFLICT (error.login.local) for the local
 * one, (error.login.used) while a Kerberos one looks people up in it. */
int login_provider_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* A text under a key of its own of the key file's, for what we keep of a provider. NULL stays NULL. */
char *login_seal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text);
int login_unseal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *sealed,
		 const char **out) VT_MUST_CHECK;

#endif
