#include "base/vt.h"
#include "base/id.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "web/cookie.h"
#include "web/multipart.h"
#include "web/request.h"
#include "web/urlencoded.h"

#include <ctype.h>
#include <strings.h>

#define REQUEST_ID_MAX 64
#define USER_AGENT_MAX 200         /* characters: it goes into audit rows */

static const char *find(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (!strcmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	}
	return "";
}

const char *request_query(const struct request *request, const char *name)
{
	return find(&request->query, name);
}

const char *request_form(const struct request *request, const char *name)
{
	return find(&request->form, name);
}

const char *request_cookie(const struct request *request, const char *name)
{
	return find(&request->cookies, name);
}

const char *request_route(const struct request *request, const char *name)
{
	return find(&request->route, name);
}

const char *request_header(const struct request *request, const char *name)
{
	const struct pairs *parameters = &request->parameters;

	for (size_t i = 0; i < parameters->count; i++) {
		const char *full = parameters->items[i].name;

		if (!strncmp(full, "HTTP_", 5) && !strcmp(full + 5, name))
			return parameters->items[i].value;
	}
	return "";
}

int request_route_id(struct vt_ctx *ctx, const struct request *request, const char *name,
		     int64_t *out)
{
	if (id_parse(request_route(request, name), 1, INT64_MAX, out) < 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no id in :%s", name);
	return 0;
}

static int __attribute__((noinline)) malformed(struct vt_ctx *ctx, const char *what)
{
	return vt_fail_key(ctx, VT_E_INVALID, "error.malformed", "malformed request: %s", what);
}

/* A client's "Proxy:" header must not become anybody's HTTP_PROXY. */
static void read_parameters(struct vt_ctx *ctx, char *const *environment, struct pairs *out)
{
	size_t count = 0;

	while (environment[count])
		count++;
	out->items = arena_calloc(ctx->arena, count, sizeof(*out->items));
	for (; *environment; environment++) {
		char *name = utf8_repair(ctx->arena, *environment, strlen(*environment));
		char *equals = strchr(name, '=');

		if (!equals || !strncmp(name, "HTTP_PROXY=", strlen("HTTP_PROXY=")))
			continue;
		*equals = '\0';
		out->items[out->count++] = (struct pair){ name, equals + 1 };
	}
}

static bool request_id_usable(const char *id)
{
	size_t length = 0;

	while (isalnum((unsigned char)id[length]) || id[length] == '-')
		length++;
	return !id[length] && length > 0 && length <= REQUEST_ID_MAX;
}

static void identify(struct vt_ctx *ctx, const struct request *request)
{
	const char *agent = request_header(request, "USER_AGENT");
	uint8_t random[16];

	ctx->request_id = find(&request->parameters, "REQUEST_ID");
	if (!request_id_usable(ctx->request_id)) {
		ctx->random_bytes(random, sizeof(random));
		ctx->request_id = secret_hex(ctx->arena, random, sizeof(random));
	}
	ctx->remote_address = find(&request->parameters, "REMOTE_ADDR");
	ctx->user_agent = arena_strndup(ctx->arena, agent, utf8_prefix(agent, USER_AGENT_MAX));
}

/* DOCUMENT_URI comes decoded and normalised, and after an internal redirect it is where the
 * request went, while REQUEST_URI stays what the client asked for. */
static int read_path(struct vt_ctx *ctx, struct request *request)
{
	request->path = find(&request->parameters, "DOCUMENT_URI");
	if (*request->path != '/')
		return malformed(ctx, "path");
	return 0;
}

static int read_content_length(struct vt_ctx *ctx, struct request *request)
{
	const struct pairs *parameters = &request->parameters;
	int64_t length = 0;
	int seen = 0;

	for (size_t i = 0; i < parameters->count; i++) {
		const struct pair *parameter = &parameters->items[i];

		if (strcmp(parameter->name, "CONTENT_LENGTH"))
			continue;
		if (seen++)
			return malformed(ctx, "two content lengths");
		if (*parameter->value && id_parse(parameter->value, 0, INT64_MAX, &length) < 0)
			return malformed(ctx, "content length");
	}
	request->body_size = (size_t)length;
	return 0;
}

/* What utf8_repair would have had to change in a query or a path is not taken as data. */
static bool environment_text_valid(char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; *environment; environment++) {
		if (!strncmp(*environment, name, length) && (*environment)[length] == '=' &&
		    !utf8_valid(*environment, strlen(*environment)))
			return false;
	}
	return true;
}

int request_read_head(struct vt_ctx *ctx, struct request *request, char *const *environment,
		      bool secure)
{
	memset(request, 0, sizeof(*request));
	read_parameters(ctx, environment, &request->parameters);
	identify(ctx, request);
	request->method = find(&request->parameters, "REQUEST_METHOD");
	request->path = "";
	request->query_string = find(&request->parameters, "QUERY_STRING");
	request->content_type = find(&request->parameters, "CONTENT_TYPE");
	request->wants_json = strstr(request_header(request, "ACCEPT"), "application/json");
	request->wants_fragment = *request_header(request, "X_FRAGMENT");
	request->body = (const uint8_t *)"";
	cookie_parse(ctx, request_header(request, "COOKIE"), secure, &request->cookies);

	if (!*request->method)
		return malformed(ctx, "no method");
	if (!environment_text_valid(environment, "DOCUMENT_URI") ||
	    !environment_text_valid(environment, "QUERY_STRING"))
		return malformed(ctx, "not UTF-8");
	if (read_path(ctx, request) < 0 || read_content_length(ctx, request) < 0)
		return -1;
	return urlencoded_parse(ctx, request->query_string, strlen(request->query_string),
				&request->query);
}

static bool is_content_type(const struct request *request, const char *type)
{
	size_t length = strlen(type);
	const char *given = request->content_type;

	return !strncasecmp(given, type, length) &&
	       (!given[length] || strchr("; \t", given[length]));
}

int request_read_form(struct vt_ctx *ctx, struct request *request)
{
	if (is_content_type(request, "multipart/form-data"))
		return multipart_parse(ctx, request);
	if (!is_content_type(request, "application/x-www-form-urlencoded"))
		return 0;
	if (request->body_size > REQUEST_TEXT_MAX)
		return vt_fail(ctx, VT_E_TOO_LARGE, "form of %zu bytes", request->body_size);
	return urlencoded_parse(ctx, (const char *)request->body, request->body_size,
				&request->form);
}
