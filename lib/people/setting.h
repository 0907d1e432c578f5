/*
 * General settings: one row each in table setting, the list in setting.def.
 * What has no row is at its default. Read anew by each request that needs
 * them, so that a change is in force at once everywhere.
 */
#ifndef VT_PEOPLE_SETTING_H
#define VT_PEOPLE_SETTING_H

#include "base/secret.h"
#include "base/vt.h"

struct db_result;

enum setting {
#define SETTING(constant, key, kind, standard, min, max, options) constant,
#include "people/setting.def"
#undef SETTING
	SETTING_MAX
};

enum setting_kind {
	SETTING_KIND_NUMBER, SETTING_KIND_BOOL, SETTING_KIND_TEXT, SETTING_KIND_SECRET, SETTING_KIND_CHOICE,
};

struct setting_type {
	const char *key;               /* "session.idle_min" */
	enum setting_kind kind;
	const char *standard;          /* the default, as text */
	int64_t min, max;
	const char *options;           /* CHOICE: "one two three" */
};

struct settings { const char *values[SETTING_MAX]; };

const struct setting_type *setting_type(enum setting setting);
/* -1 when there is no such key. */
int setting_by_key(const char *key);

/* All of them, in one statement; strings in ctx->arena. */
int setting_load(struct vt_ctx *ctx, struct settings *out) VT_MUST_CHECK;
/* The same in a pipeline: queue it, and read its result. */
int setting_ask(struct vt_ctx *ctx) VT_MUST_CHECK;
void setting_from_result(struct settings *out, const struct db_result *result);

const char *setting_text(const struct settings *settings, enum setting setting);
int64_t setting_i64(const struct settings *settings, enum setting setting);

/* A SECRET as it is stored, and back ("" for none), with a key of its own derived from the
 * installation's. VT_E_CONFLICT (error.setting.secret) when it was altered or sealed with another. */
const char *setting_seal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text);
int setting_secret(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct settings *settings,
		   enum setting setting, const char **out) VT_MUST_CHECK;

/* Is text a value of this setting (of a SECRET: sealed)? VT_E_INVALID with its key as the field. */
int setting_check(struct vt_ctx *ctx, enum setting setting, const char *text) VT_MUST_CHECK;

/* Change the given ones (NULL: left as it is), checked before. One audit row "setting.save" with
 * the old and the new values. revision: setting_revision's when the form was made; VT_E_CONFLICT
 * (error.edited) when any of them changed since. Own transaction. */
int setting_save(struct vt_ctx *ctx, const struct settings *changes, int64_t revision,
		 const char *once) VT_MUST_CHECK;
/* Grows with each change of any setting. */
int64_t setting_revision(const struct db_result *result);

#endif
