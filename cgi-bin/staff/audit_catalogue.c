#include "base/vt.h"
#include "cgi-bin/staff/audit.h"

#define ACTIONS_MAX 500

static const char *const others[] = {
#define AUDIT_ACTION(action) action,
#include "people/audit_action.def"
#undef AUDIT_ACTION
};

static const char *const of_routes[] = {
#define ROUTE(method, path, handler, permission, template, audit, flags) audit,
#include "cgi-bin/staff/routes.def"
#undef ROUTE
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A route may name several, with a space between. */
static void add(struct vt_ctx *ctx, const char **actions, size_t *count, const char *names)
{
	char *rest = arena_strdup(ctx->arena, names);

	for (char *name = strsep(&rest, " "); name; name = strsep(&rest, " ")) {
		VT_BUG_ON(*count == ACTIONS_MAX);
		actions[(*count)++] = name;
	}
}

const char *const *audit_catalogue(struct vt_ctx *ctx, size_t *count)
{
	const char **actions = arena_calloc(ctx->arena, ACTIONS_MAX, sizeof(*actions));
	size_t all = 0;

	for (size_t i = 0; i < VT_COUNT(others); i++)
		add(ctx, actions, &all, others[i]);
	for (size_t i = 0; i < VT_COUNT(of_routes); i++) {
		if (of_routes[i] && strcmp(of_routes[i], AUDIT_NONE) != 0)
			add(ctx, actions, &all, of_routes[i]);
	}
	qsort(actions, all, sizeof(*actions), by_name);
	*count = 0;
	for (size_t i = 0; i < all; i++) {
		if (!i || strcmp(actions[i], actions[i - 1]) != 0)
			actions[(*count)++] = actions[i];
	}
	return actions;
}

const char *audit_module(struct vt_ctx *ctx, const char *action)
{
	return arena_strndup(ctx->arena, action, strcspn(action, "."));
}

static const char *name_of(struct vt_ctx *ctx, const char *section, const char *key)
{
	const char *name = template_locale(arena_printf(ctx->arena, "%s.%s", section, key));

	return name ? arena_strdup(ctx->arena, name) : key;
}

const char *audit_action_name(struct vt_ctx *ctx, const char *action)
{
	return name_of(ctx, "audit_action", action);
}

const char *audit_module_name(struct vt_ctx *ctx, const char *module)
{
	return name_of(ctx, "audit_module", module);
}

const char *audit_entity_name(struct vt_ctx *ctx, const char *entity)
{
	return name_of(ctx, "audit_entity", entity);
}

const char *audit_program_name(struct vt_ctx *ctx, const char *program)
{
	return name_of(ctx, "audit_program", program);
}
