#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "base/id.h"
#include "people/login_provider.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_login.h"

#define SECTION "access"
#define POSITION_MAX 9999
#define BLANK_RULES 3

enum part { PART_SHELL, PART_PROVIDER, PART_RULES, PART_ROLES, PART_DIRECTORIES };

static const int kinds[] = { LOGIN_OIDC, LOGIN_LDAP, LOGIN_KERBEROS };

int access_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_LIST, "") < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	for (size_t i = 0; i < VT_COUNT(kinds); i++)
		t_set(t_item(t_child(page, "kinds")), "key", code_name("login_kind", kinds[i]));
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(rows, row, "login_provider_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "kind", code_name("login_kind", (int)db_i64(rows, row, "kind")));
		t_set_bool(item, "preferred", db_bool(rows, row, "preferred"));
		t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
		t_set_bool(item, "down", db_bool(rows, row, "down"));
		t_set_i64(item, "people", db_i64(rows, row, "people"));
		t_set_bool(item, "no_rules", db_i64(rows, row, "kind") != LOGIN_LOCAL &&
			   !db_i64(rows, row, "rules"));
	}
	return staff_render(ctx, request, response, "access/page.cs", NULL, page);
}

/* --- the form ------------------------------------------------------------------------------ */

static const char *type_name(enum login_field_type type)
{
	switch (type) {
	case LOGIN_TYPE_AUTHORITY:
	case LOGIN_TYPE_GUARD:
	case LOGIN_TYPE_NETWORKS:
		return "area";
	case LOGIN_TYPE_CHOICE:
	case LOGIN_TYPE_PROVIDER:
		return "choice";
	case LOGIN_TYPE_BOOL:
		return "bool";
	case LOGIN_TYPE_FILTER:
	case LOGIN_TYPE_PATH:
	case LOGIN_TYPE_TEXT:
	case LOGIN_TYPE_URL:
		break;
	}
	return "text";
}

static void options_fill(struct vt_ctx *ctx, const struct request *request,
			 const struct login_field_kind *kind, const char *stored, struct t_node *item)
{
	for (const char *word = kind->options; *word; word += strspn(word, " ")) {
		size_t length = strcspn(word, " ");
		char *key = arena_strndup(ctx->arena, word, length);
		char *text = arena_printf(ctx->arena, "login_option.%s.%s", kind->key, key);
		admin_option(request, t_child(item, "options"), kind->key, key,
			     locale_text(ctx, text, NULL), !strcmp(stored, key));
		word += length;
	}
}

static void directories_fill(const struct request *request, const struct login_field_kind *kind,
			     const struct db_result *directories, const char *stored, struct t_node *item)
{
	for (size_t row = 0; row < db_rows(directories); row++) {
		const char *id = db_text(directories, row, "login_provider_id");
		admin_option(request, t_child(item, "options"), kind->key, id,
			     db_text(directories, row, "name"), !strcmp(stored, id));
	}
}

static void field_fill(struct vt_ctx *ctx, const struct request *request,
		       const struct login_field_kind *kind, const char *stored,
		       const struct db_result *directories, struct t_node *item)
{
	const char *help = template_locale(arena_printf(ctx->arena, "login_help.%s", kind->key));

	t_set(item, "key", kind->key);
	t_set(item, "type", type_name(kind->type));
	t_set(item, "label", locale_text(ctx, arena_printf(ctx->arena, "field.login.%s", kind->key), NULL));
	t_set(item, "help", help ? help : "");
	t_set_i64(item, "max", kind->max ? kind->max : 2000);
	/* The secret stands beside the name that it is the secret of. */
	t_set_bool(item, "secret", !strcmp(kind->key, "auth") || !strcmp(kind->key, "bind_dn"));
	if (kind->type == LOGIN_TYPE_CHOICE) {
		options_fill(ctx, request, kind, stored, item);
	} else if (kind->type == LOGIN_TYPE_PROVIDER) {
		directories_fill(request, kind, directories, stored, item);
	} else if (kind->type == LOGIN_TYPE_BOOL) {
		t_set_bool(item, "value", admin_sent(request) ? form_checked(request, kind->key)
			   : !strcmp(stored, "1"));
	} else {
		t_set(item, "value", admin_sent(request) ? request_form(request, kind->key) : stored);
	}
}

static void rule_fill(const struct db_result *roles, const char *value, const char *role_id,
		      struct t_node *rules)
{
	struct t_node *item = t_item(rules);

	t_set(item, "value", value);
	for (size_t row = 0; row < db_rows(roles); row++) {
		struct t_node *option = t_item(t_child(item, "roles"));
		t_set(option, "key", db_text(roles, row, "role_id"));
		t_set(option, "label", db_text(roles, row, "name"));
		t_set_bool(option, "chosen", !strcmp(db_text(roles, row, "role_id"), role_id));
	}
}

/* The next field of that name from *at on, or NULL. */
static const char *sent_next(const struct request *request, const char *name, size_t *at)
{
	for (; *at < request->form.count; (*at)++) {
		if (!strcmp(request->form.items[*at].name, name))
			return request->form.items[(*at)++].value;
	}
	return NULL;
}

static void rules_fill(const struct request *request, const struct db_result *stored,
		       const struct db_result *roles, struct t_node *fields)
{
	struct t_node *rules = t_child(fields, "rules");
	size_t value_at = 0, role_at = 0;
	const char *value;

	if (admin_sent(request)) {
		while ((value = sent_next(request, "rule_value", &value_at))) {
			const char *role = sent_next(request, "rule_role", &role_at);
			rule_fill(roles, value, role ? role : "", rules);
		}
		return;
	}
	for (size_t row = 0; row < db_rows(stored); row++)
		rule_fill(roles, db_text(stored, row, "value"), db_text(stored, row, "role_id"), rules);
	for (int i = 0; i < BLANK_RULES; i++)
		rule_fill(roles, "", "", rules);
}

/* What the provider's administrator has to be told. */
static void addresses_fill(struct vt_ctx *ctx, int kind, int64_t id, struct t_node *fields)
{
	const char *base = program_config()->base_url;

	if (kind != LOGIN_OIDC || !id)
		return;
	t_set(fields, "callback", arena_printf(ctx->arena, "%s/login/oidc/%" PRId64 "/callback", base, id));
	t_set(fields, "back_channel", arena_printf(ctx->arena, "%s/login/oidc/%" PRId64 "/logout", base, id));
	t_set(fields, "home", arena_printf(ctx->arena, "%s/login", base));
}

static int kind_by_name(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(code_name("login_kind", kinds[i]), name))
			return kinds[i];
	}
	return 0;
}

/* Of a stored one its own; a new one says it in the address or, sent back, in the form. */
static int kind_of(const struct request *request, const struct db_result *row)
{
	if (db_rows(row))
		return (int)db_i64(row, 0, "kind");
	return kind_by_name(admin_sent(request) ? request_form(request, "kind")
			    : request_query(request, "kind"));
}

/* Only of a provider within the agency's own network. */
static bool is_inner(const struct login_field_kind *field)
{
	return field->type == LOGIN_TYPE_GUARD || field->type == LOGIN_TYPE_AUTHORITY;
}

static int form_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		     int64_t id, struct t_node *fields)
{
	const struct db_result *row = parts[PART_PROVIDER];
	int kind = kind_of(request, row);
	const char *values[LOGIN_FIELD_MAX];

	if (!kind)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such kind of provider");
	if (login_values_read(ctx, kind, id ? db_text(row, 0, "settings") : "{}", values) < 0)
		return -1;
	if (id) {
		t_set_i64(fields, "id", id);
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set_bool(fields, "has_secret", db_bool(row, 0, "has_secret"));
	}
	t_set(fields, "kind", code_name("login_kind", kind));
	t_set_bool(fields, "local", kind == LOGIN_LOCAL);
	t_set_bool(fields, "who", kind == LOGIN_LDAP || kind == LOGIN_KERBEROS);
	t_set_bool(fields, "wants_secret", kind == LOGIN_OIDC || kind == LOGIN_LDAP);
	t_set_bool(fields, "wants_rules", kind == LOGIN_OIDC || kind == LOGIN_LDAP);
	admin_field(request, fields, "name", id ? db_text(row, 0, "name") : "");
	admin_field_i64(request, fields, "position", id ? db_i64(row, 0, "position") : 0);
	admin_check(request, fields, "preferred", id && db_bool(row, 0, "preferred"));
	admin_check(request, fields, "enabled", id && db_bool(row, 0, "enabled"));
	t_set_bool(fields, "no_directory", kind == LOGIN_KERBEROS && !db_rows(parts[PART_DIRECTORIES]));
	for (int i = 0; i < LOGIN_FIELD_MAX; i++) {
		const struct login_field_kind *field = login_field_kind((enum login_field)i);
		if (values[i])
			field_fill(ctx, request, field, values[i], parts[PART_DIRECTORIES],
				   t_item(t_child(fields, is_inner(field) ? "inner" : "settings")));
		if (values[i] && is_inner(field) && (*values[i] || admin_sent(request)))
			t_set_bool(fields, "inner_open", true);
	}
	rules_fill(request, parts[PART_RULES], parts[PART_ROLES], fields);
	addresses_fill(ctx, kind, id, fields);
	return 0;
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_FORM, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_RULES, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_ROLES, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_LOGIN_PROVIDER_DIRECTORIES, "") < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_PROVIDER]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no log-in provider %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	if (form_fill(ctx, request, parts, id, t_child(page, "form")) < 0)
		return -1;
	return staff_render(ctx, request, response, "access/form.cs", "access/_form.cs", page);
}

/* --- what was sent ------------------------------------------------------------------------- */

static int settings_read(struct vt_ctx *ctx, const struct request *request,
			 struct login_provider *provider)
{
	for (int i = 0; i < LOGIN_FIELD_MAX; i++) {
		const struct login_field_kind *kind = login_field_kind((enum login_field)i);
		const char *text;

		if (kind->kind != provider->kind)
			continue;
		if (form_text(ctx, request, kind->key, (size_t)(kind->max ? kind->max : 2000),
			      FORM_OPTIONAL, &text) < 0)
			return -1;
		if (kind->type == LOGIN_TYPE_BOOL)
			text = form_checked(request, kind->key) ? "1" : "0";
		if (login_value_check(ctx, (enum login_field)i, text) < 0)
			return -1;
		provider->values[i] = text;
	}
	return 0;
}

static int rules_read(struct vt_ctx *ctx, const struct request *request,
		      struct login_provider *provider)
{
	struct login_rule *rules = arena_calloc(ctx->arena, LOGIN_RULES_MAX, sizeof(*rules));
	size_t value_at = 0, role_at = 0;
	const char *value;

	provider->rules = rules;
	while ((value = sent_next(request, "rule_value", &value_at))) {
		const char *role = sent_next(request, "rule_role", &role_at);
		int64_t role_id = 0;
		if (!*value && (!role || !*role))
			continue;
		if (!*value || strlen(value) > LOGIN_RULE_VALUE_MAX || provider->rule_count == LOGIN_RULES_MAX)
			return vt_fail_field(ctx, "rules", "error.login.rule", "no rule");
		if (!role || id_parse(role, 1, INT64_MAX, &role_id) < 0)
			return vt_fail_field(ctx, "rules", "error.login.rule", "a rule without a role");
		rules[provider->rule_count++] = (struct login_rule){ value, role_id };
	}
	return 0;
}

static int secret_read(struct vt_ctx *ctx, const struct request *request,
		       struct login_provider *provider)
{
	const char *secret;

	if (form_text(ctx, request, "secret", LOGIN_SECRET_MAX, FORM_OPTIONAL | FORM_RAW, &secret) < 0)
		return -1;
	/* An empty field keeps what is there: it is never shown. */
	provider->secret = *secret ? secret : NULL;
	return 0;
}

static int kind_read(struct vt_ctx *ctx, const struct request *request, int64_t id, int *kind)
{
	struct db_result *row;

	*kind = kind_by_name(request_form(request, "kind"));
	if (!id)
		return *kind ? 0 : vt_fail_field(ctx, "kind", "error.invalid", "no kind");
	if (db_one(ctx, &row, &SQL_LOGIN_PROVIDER_FORM, "i", id) < 0)
		return -1;
	*kind = (int)db_i64(row, 0, "kind");
	return 0;
}

/* Where a Kerberos provider looks people up must be a directory that is there. */
static int directory_check(struct vt_ctx *ctx, const struct login_provider *provider)
{
	struct db_result *directories;

	if (provider->kind != LOGIN_KERBEROS)
		return 0;
	if (db_query(ctx, &directories, &SQL_LOGIN_PROVIDER_DIRECTORIES, "") < 0)
		return -1;
	for (size_t row = 0; row < db_rows(directories); row++) {
		if (!strcmp(db_text(directories, row, "login_provider_id"),
			    provider->values[LOGIN_KERBEROS_DIRECTORY]))
			return 0;
	}
	return vt_fail_field(ctx, "directory", "error.invalid", "no directory of that id");
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct login_provider provider = {
		.preferred = form_checked(request, "preferred"), .enabled = form_checked(request, "enabled"),
	};

	if (kind_read(ctx, request, edit->id, &provider.kind) < 0 ||
	    form_text(ctx, request, "name", LOGIN_NAME_MAX, 0, &provider.name) < 0 ||
	    form_i64(ctx, request, "position", 0, POSITION_MAX, FORM_OPTIONAL, &provider.position) < 0 ||
	    settings_read(ctx, request, &provider) < 0 || secret_read(ctx, request, &provider) < 0 ||
	    rules_read(ctx, request, &provider) < 0 || directory_check(ctx, &provider) < 0)
		return -1;
	return login_provider_save(ctx, edit, program_key(), &provider);
}

static const struct admin_form form = { SECTION, "login", render, save, login_provider_remove };

int access_form_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int access_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int access_remove(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
