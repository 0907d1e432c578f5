#include "base/vt.h"
#include "base/id.h"
#include "base/utf8.h"
#include "db/db.h"
#include "people/edit.h"
#include "people/setting.h"
#include "sql_people.h"

#define SETTINGS_ID 1           /* all of them are one thing to the record of changes */

static const struct setting_type types[SETTING_MAX] = {
#define SETTING(constant, key, kind, standard, min, max, options) \
	[constant] = { key, SETTING_KIND_##kind, standard, min, max, options },
#include "people/setting.def"
#undef SETTING
};

const struct setting_type *setting_type(enum setting setting)
{
	return &types[setting];
}

int setting_by_key(const char *key)
{
	for (int i = 0; i < SETTING_MAX; i++) {
		if (!strcmp(types[i].key, key))
			return i;
	}
	return -1;
}

int setting_ask(struct vt_ctx *ctx)
{
	return db_pipe_add(ctx, 0, &SQL_SETTING_LIST, "");
}

void setting_from_result(struct settings *out, const struct db_result *result)
{
	for (int i = 0; i < SETTING_MAX; i++)
		out->values[i] = types[i].standard;
	for (size_t row = 0; row < db_rows(result); row++) {
		int setting = setting_by_key(db_text(result, row, "key"));
		if (setting >= 0)
			out->values[setting] = db_text(result, row, "value");
	}
}

int setting_load(struct vt_ctx *ctx, struct settings *out)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_SETTING_LIST, "") < 0)
		return -1;
	setting_from_result(out, result);
	return 0;
}

int64_t setting_revision(const struct db_result *result)
{
	int64_t sum = 0;

	for (size_t row = 0; row < db_rows(result); row++)
		sum += db_i64(result, row, "revision");
	return sum;
}

const char *setting_text(const struct settings *settings, enum setting setting)
{
	return settings->values[setting];
}

int64_t setting_i64(const struct settings *settings, enum setting setting)
{
	int64_t value = 0;

	/* What is stored was checked; a default that is no number is ours to find. */
	VT_BUG_ON(types[setting].kind != SETTING_KIND_NUMBER);
	if (id_parse(settings->values[setting], INT64_MIN, INT64_MAX, &value) < 0)
		VT_BUG_ON(id_parse(types[setting].standard, INT64_MIN, INT64_MAX, &value) < 0);
	return value;
}

static void own_key(const uint8_t key[SECRET_KEY_SIZE], uint8_t out[SECRET_KEY_SIZE])
{
	secret_key_derive(key, "setting", out);
}

const char *setting_seal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text)
{
	uint8_t own[SECRET_KEY_SIZE];
	const char *sealed;

	if (!*text)
		return "";
	own_key(key, own);
	sealed = secret_encrypt(ctx, own, text);
	secret_wipe(own, sizeof(own));
	return sealed;
}

int setting_secret(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct settings *settings,
		   enum setting setting, const char **out)
{
	const char *sealed = settings->values[setting];
	uint8_t own[SECRET_KEY_SIZE];
	char *text = NULL;
	int status;

	VT_BUG_ON(types[setting].kind != SETTING_KIND_SECRET);
	*out = "";
	if (!*sealed)
		return 0;
	own_key(key, own);
	status = secret_decrypt(ctx, own, sealed, &text);
	secret_wipe(own, sizeof(own));
	if (status < 0) {
		vt_error_clear(ctx);
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.setting.secret", "%s was encrypted with another key",
				   types[setting].key);
	}
	*out = text;
	return 0;
}

static bool is_option(const struct setting_type *type, const char *text)
{
	size_t size = strlen(text);

	for (const char *option = type->options; *option; option += strspn(option, " ")) {
		size_t length = strcspn(option, " ");
		if (length == size && !strncmp(option, text, size))
			return true;
		option += length;
	}
	return false;
}

int setting_check(struct vt_ctx *ctx, enum setting setting, const char *text)
{
	const struct setting_type *type = &types[setting];
	int64_t number;

	switch (type->kind) {
	case SETTING_KIND_NUMBER:
		if (id_parse(text, INT64_MIN, INT64_MAX, &number) < 0)
			return vt_fail_field(ctx, type->key, "error.number", "not a number");
		if (number < type->min || number > type->max)
			return vt_fail_field(ctx, type->key, "error.range", "out of range");
		break;
	case SETTING_KIND_BOOL:
		if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
			return vt_fail_field(ctx, type->key, "error.invalid", "neither 0 nor 1");
		break;
	case SETTING_KIND_TEXT:
		if (!*text && type->min > 0)
			return vt_fail_field(ctx, type->key, "error.required", "missing");
		if (utf8_length(text) > (size_t)type->max)
			return vt_fail_field(ctx, type->key, "error.too_long", "too long");
		break;
	case SETTING_KIND_SECRET:
		break;
	case SETTING_KIND_CHOICE:
		if (!is_option(type, text))
			return vt_fail_field(ctx, type->key, "error.invalid", "no option");
		break;
	}
	return 0;
}

static int apply(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct settings *changes = data;

	*id = SETTINGS_ID;
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (int i = 0; i < SETTING_MAX; i++) {
		if (changes->values[i] &&
		    db_pipe_add(ctx, 0, &SQL_SETTING_SET, "sss", types[i].key, changes->values[i],
				types[i].standard) < 0)
			return -1;
	}
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int setting_save(struct vt_ctx *ctx, const struct settings *changes, int64_t revision,
		 const char *once)
{
	static const struct edit_kind kind = { "setting", &SQL_SETTING_SNAPSHOT };
	struct edit edit = { .once = once, .id = SETTINGS_ID, .revision = revision };
	struct settings data = *changes;

	for (int i = 0; i < SETTING_MAX; i++) {
		if (changes->values[i] &&
		    setting_check(ctx, (enum setting)i, changes->values[i]) < 0)
			return -1;
	}
	return edit_run(ctx, &edit, &kind, "setting.save", apply, &data);
}
