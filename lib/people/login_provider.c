#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "net/guard.h"
#include "net/ldap.h"
#include "people/login_provider.h"
#include "people/outgoing.h"
#include "sql_login.h"

#define SETTINGS_MAX (256 * 1024)

static const struct login_field_kind kinds[LOGIN_FIELD_MAX] = {
#define LOGIN_FIELD(constant, kind, key, type, standard, min, max, options) \
	[constant] = { kind, key, LOGIN_TYPE_##type, standard, min, max, options },
#include "people/login_field.def"
#undef LOGIN_FIELD
};

static const struct edit_kind edited = { "login", &SQL_LOGIN_PROVIDER_SNAPSHOT };

const struct login_field_kind *login_field_kind(enum login_field field)
{
	return &kinds[field];
}

/* --- secrets ------------------------------------------------------------------------------- */

static void own_key(const uint8_t key[SECRET_KEY_SIZE], uint8_t out[SECRET_KEY_SIZE])
{
	secret_key_derive(key, "login-provider", out);
}

char *login_seal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text)
{
	uint8_t own[SECRET_KEY_SIZE];
	char *sealed;

	if (!text)
		return NULL;
	own_key(key, own);
	sealed = secret_encrypt(ctx, own, text);
	secret_wipe(own, sizeof(own));
	return sealed;
}

int login_unseal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *sealed,
		 const char **out)
{
	uint8_t own[SECRET_KEY_SIZE];
	char *text = NULL;
	int result;

	*out = NULL;
	if (!sealed)
		return 0;
	own_key(key, own);
	result = secret_decrypt(ctx, own, sealed, &text);
	secret_wipe(own, sizeof(own));
	*out = text;
	return result;
}

/* --- settings ------------------------------------------------------------------------------ */

int login_values_read(struct vt_ctx *ctx, int kind, const char *settings,
		      const char *values[LOGIN_FIELD_MAX])
{
	struct json *stored;

	if (json_parse(ctx, settings, strlen(settings), SETTINGS_MAX, &stored) < 0)
		return vt_note(ctx, "settings of a log-in provider");
	for (int i = 0; i < LOGIN_FIELD_MAX; i++)
		values[i] = kinds[i].kind == kind ? json_str(stored, kinds[i].key, kinds[i].standard) : NULL;
	return 0;
}

static bool is_option(const char *options, const char *text)
{
	size_t size = strlen(text);

	for (; *options; options += strspn(options, " ")) {
		size_t length = strcspn(options, " ");
		if (length == size && !strncmp(options, text, size))
			return true;
		options += length;
	}
	return false;
}

/* scheme://host..., of the schemes the field takes, with nothing that could confuse a parser. */
static bool is_url(const char *schemes, const char *text)
{
	const char *colon = strstr(text, "://");
	char scheme[12];

	if (!colon || colon - text >= (ptrdiff_t)sizeof(scheme) || !colon[3] ||
	    strpbrk(text, " \t\"<>\\^`{|}#") || strchr(text, '@'))
		return false;
	snprintf(scheme, sizeof(scheme), "%.*s", (int)(colon - text), text);
	return is_option(schemes, scheme);
}

/* The list's own error names no field. */
static int guard_check(struct vt_ctx *ctx, const char *key, const char *text)
{
	struct guard *guard;

	if (guard_parse(ctx, text, &guard) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, key, "error.guard.entry", "not a list of host:port:CIDR");
}

static int networks_check(struct vt_ctx *ctx, const char *key, const char *text)
{
	struct networks *networks;

	if (networks_parse(ctx, text, &networks) == 0)
		return 0;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, key, "error.networks.entry", "not a list of CIDRs");
}

int login_value_check(struct vt_ctx *ctx, enum login_field field, const char *text)
{
	const struct login_field_kind *kind = &kinds[field];
	size_t length = utf8_length(text);
	int64_t id;

	if (kind->min > 0 && !length)
		return vt_fail_field(ctx, kind->key, "error.required", "missing");
	if (kind->max > 0 && length > (size_t)kind->max)
		return vt_fail_field(ctx, kind->key, "error.too_long", "too long");
	switch (kind->type) {
	case LOGIN_TYPE_URL:
		if (!is_url(kind->options, text))
			return vt_fail_field(ctx, kind->key, "error.login.url", "no URL of its kind");
		break;
	case LOGIN_TYPE_CHOICE:
		if (!is_option(kind->options, text))
			return vt_fail_field(ctx, kind->key, "error.invalid", "no option");
		break;
	case LOGIN_TYPE_BOOL:
		if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
			return vt_fail_field(ctx, kind->key, "error.invalid", "neither 0 nor 1");
		break;
	case LOGIN_TYPE_FILTER:
		if (!directory_filter_valid(text, kind->options))
			return vt_fail_field(ctx, kind->key, "error.ldap.filter", "no filter");
		break;
	case LOGIN_TYPE_GUARD:
		return guard_check(ctx, kind->key, text);
	case LOGIN_TYPE_NETWORKS:
		return networks_check(ctx, kind->key, text);
	case LOGIN_TYPE_AUTHORITY:
		return outgoing_check_authority(ctx, kind->key, text);
	case LOGIN_TYPE_PATH:
		if (*text != '/' || strstr(text, ".."))
			return vt_fail_field(ctx, kind->key, "error.login.path", "no path of a file");
		break;
	case LOGIN_TYPE_PROVIDER:
		if (id_parse(text, 1, INT64_MAX, &id) < 0)
			return vt_fail_field(ctx, kind->key, "error.required", "no provider");
		break;
	case LOGIN_TYPE_TEXT:
		break;
	}
	return 0;
}

/* --- reading ------------------------------------------------------------------------------- */

static int from_row(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		    const struct db_result *row, struct login_provider **out)
{
	struct login_provider *provider = arena_alloc(ctx->arena, sizeof(*provider));

	provider->id = db_i64(row, 0, "login_provider_id");
	provider->kind = (int)db_i64(row, 0, "kind");
	provider->name = db_text(row, 0, "name");
	provider->enabled = db_bool(row, 0, "enabled");
	provider->revision = db_i64(row, 0, "revision");
	provider->down = db_bool(row, 0, "down");
	if (login_values_read(ctx, provider->kind, db_text(row, 0, "settings"), provider->values) < 0 ||
	    login_unseal(ctx, key, db_text_or_null(row, 0, "secret"), &provider->secret) < 0)
		return vt_note(ctx, "log-in provider %" PRId64, provider->id);
	*out = provider;
	return 0;
}

int login_provider_load_any(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], int64_t id,
			    struct login_provider **out)
{
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_LOGIN_PROVIDER_GET, "i", id) < 0)
		return -1;
	return from_row(ctx, key, row, out);
}

int login_provider_load(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], int64_t id, int kind,
			struct login_provider **out)
{
	if (login_provider_load_any(ctx, key, id, out) < 0)
		return -1;
	if (!(*out)->enabled || (kind && (*out)->kind != kind))
		return vt_fail(ctx, VT_E_NOT_FOUND, "log-in provider %" PRId64 " is not offered", id);
	return 0;
}

void login_provider_is_down(struct vt_ctx *ctx, const struct login_provider *provider)
{
	struct vt_error error = ctx->error;

	if (db_exec(ctx, NULL, &SQL_LOGIN_PROVIDER_DOWN, "ii", provider->id, provider->revision) < 0)
		log_error(ctx, "login.down");
	ctx->error = error;
}

/* --- saving -------------------------------------------------------------------------------- */

struct change {
	const struct login_provider *provider;
	const char *settings, *sealed;
};

static const char *settings_text(struct vt_ctx *ctx, const struct login_provider *provider)
{
	struct json *settings = json_new_object(ctx);

	for (int i = 0; i < LOGIN_FIELD_MAX; i++) {
		if (provider->values[i])
			json_set_str(settings, kinds[i].key, provider->values[i]);
	}
	return json_text(ctx, settings);
}

static int rules_set(struct vt_ctx *ctx, const struct login_provider *provider, int64_t id)
{
	size_t count = provider->rule_count;
	const char **values = arena_calloc(ctx->arena, count + 1, sizeof(*values));
	int64_t *roles = arena_calloc(ctx->arena, count + 1, sizeof(*roles));

	for (size_t i = 0; i < count; i++) {
		values[i] = provider->rules[i].value;
		roles[i] = provider->rules[i].role_id;
	}
	return db_query(ctx, NULL, &SQL_LOGIN_RULES_SET, "iSI", id, values, count, roles, count);
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct change *change = data;
	const struct login_provider *provider = change->provider;
	struct db_result *result;

	if (db_one(ctx, &result, *id ? &SQL_LOGIN_PROVIDER_UPDATE : &SQL_LOGIN_PROVIDER_INSERT,
		   "iisibbjs", *id, (int64_t)provider->kind, provider->name, provider->position,
		   (int)provider->preferred, (int)provider->enabled, change->settings, change->sealed) < 0)
		return -1;
	*id = db_i64(result, 0, "login_provider_id");
	if (provider->preferred &&
	    db_exec(ctx, NULL, &SQL_LOGIN_PROVIDER_PREFERRED, "i", *id) < 0)
		return -1;
	if (db_exec(ctx, NULL, &SQL_LOGIN_DOCUMENTS_FORGET, "i", *id) < 0)
		return -1;
	return rules_set(ctx, provider, *id);
}

int login_provider_save(struct vt_ctx *ctx, struct edit *edit, const uint8_t key[SECRET_KEY_SIZE],
			const struct login_provider *provider)
{
	struct change change = {
		.provider = provider, .settings = settings_text(ctx, provider),
		.sealed = login_seal(ctx, key, provider->secret),
	};

	if (edit_run(ctx, edit, &edited, "login.save", save, &change) < 0)
		return edit_taken(ctx, "name");
	return 0;
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	struct db_result *result;

	(void)data;
	if (db_one(ctx, &result, &SQL_LOGIN_PROVIDER_USE, "i", *id) < 0)
		return -1;
	if (db_i64(result, 0, "kind") == LOGIN_LOCAL)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.login.local", "the local way stays");
	if (db_bool(result, 0, "used"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.login.used", "another provider uses it");
	if (db_query(ctx, &result, &SQL_LOGIN_PROVIDER_SESSIONS_CLOSE, "i", *id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(result); row++)
		wake_add(ctx, 's', db_i64(result, row, "session_id"));
	return db_exec(ctx, NULL, &SQL_LOGIN_PROVIDER_REMOVE, "i", *id);
}

int login_provider_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &edited, "login.remove", remove_it, NULL);
}
