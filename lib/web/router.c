#include "base/vt.h"
#include "base/strbuf.h"
#include "web/router.h"

#define CAPTURES_MAX 8

struct capture {
	const char *name, *value;
	size_t name_size, value_size;
};

/* How many :name parts path has when it is of the form of pattern, else -1. */
static int match(const char *pattern, const char *path, struct capture captures[CAPTURES_MAX])
{
	int count = 0;

	while (*pattern == '/' && *path == '/') {
		size_t wanted = strcspn(++pattern, "/"), given = strcspn(++path, "/");

		if (*pattern == ':' && given) {
			VT_BUG_ON(count == CAPTURES_MAX);
			captures[count++] = (struct capture){ pattern + 1, path, wanted - 1,
							      given };
		} else if (given != wanted || memcmp(pattern, path, given)) {
			return -1;
		}
		pattern += wanted;
		path += given;
	}
	return *pattern || *path ? -1 : count;
}

bool router_fits(const char *pattern, const char *path)
{
	struct capture captures[CAPTURES_MAX];

	return match(pattern, path, captures) >= 0;
}

static bool method_fits(const struct route *route, const char *method)
{
	if (!strcmp(method, "HEAD"))
		method = "GET";
	return !strcmp(route->method, method);
}

static void keep(struct vt_ctx *ctx, const struct capture *captures, size_t count,
		 struct pairs *out)
{
	out->count = count;
	out->items = arena_calloc(ctx->arena, count, sizeof(*out->items));
	for (size_t i = 0; i < count; i++) {
		out->items[i].name = arena_strndup(ctx->arena, captures[i].name,
						   captures[i].name_size);
		out->items[i].value = arena_strndup(ctx->arena, captures[i].value,
						    captures[i].value_size);
	}
}

const struct route *router_find(struct vt_ctx *ctx, const struct route *routes, size_t count,
				struct request *request, bool *method_allowed)
{
	struct capture captures[CAPTURES_MAX];

	*method_allowed = true;
	for (size_t i = 0; i < count; i++) {
		int captured = match(routes[i].path, request->path, captures);

		if (captured < 0)
			continue;
		*method_allowed = method_fits(&routes[i], request->method);
		if (!*method_allowed)
			continue;
		keep(ctx, captures, (size_t)captured, &request->route);
		return &routes[i];
	}
	return NULL;
}

const char *router_allowed(struct vt_ctx *ctx, const struct route *routes, size_t count,
			   const char *path)
{
	struct capture captures[CAPTURES_MAX];
	struct strbuf allowed;

	strbuf_init(&allowed, ctx->arena, 0);
	for (size_t i = 0; i < count; i++) {
		if (match(routes[i].path, path, captures) < 0 ||
		    strstr(allowed.data, routes[i].method))
			continue;
		if (allowed.size)
			strbuf_puts(&allowed, ", ");
		strbuf_puts(&allowed, routes[i].method);
		if (!strcmp(routes[i].method, "GET"))
			strbuf_puts(&allowed, ", HEAD");
	}
	return allowed.data;
}
