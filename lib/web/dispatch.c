#include "base/vt.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "db/db.h"
#include "web/dispatch.h"

#define RETRY_AFTER_S "5"
#define STRICT_POLICY \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
	"media-src 'self' blob:; connect-src 'self'; font-src 'self'; frame-src 'self'; " \
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

static int find_route(struct vt_ctx *ctx, struct exchange *exchange)
{
	const struct program *program = exchange->program;
	struct request *request = &exchange->request;
	bool method_allowed;

	exchange->route = router_find(ctx, program->routes, program->route_count, request,
				      &method_allowed);
	if (exchange->route)
		return 0;
	if (method_allowed)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such path");
	exchange->error_status = 405;
	return vt_fail_key(ctx, VT_E_INVALID, "error.method", "method not allowed");
}

/* After X-Accel-Redirect the path differs from what the client asked for. nginx keeps clients
 * out of /internal/ too; this holds when its configuration does not. */
static bool is_redirected(const struct request *request)
{
	for (size_t i = 0; i < request->parameters.count; i++) {
		const struct pair *parameter = &request->parameters.items[i];
		size_t length = strlen(request->path);

		if (!strcmp(parameter->name, "REQUEST_URI"))
			return strncmp(parameter->value, request->path, length) ||
			       (parameter->value[length] && parameter->value[length] != '?');
	}
	return false;
}

int dispatch_begin(struct vt_ctx *ctx, struct exchange *exchange, const struct program *program,
		   char *const *environment)
{
	struct request *request = &exchange->request;

	memset(exchange, 0, sizeof(*exchange));
	exchange->program = program;
	exchange->started_us = clock_monotonic_us();
	response_init(ctx, &exchange->response);
	if (ctx->db)
		db_statements_reset(ctx->db);
	exchange->error_status = 400;
	if (request_read_head(ctx, request, environment, program_config()->secure_cookies) < 0)
		return -1;
	exchange->error_status = 0;
	if (find_route(ctx, exchange) < 0)
		return -1;
	if (exchange->route->flags & ROUTE_INTERNAL && !is_redirected(request))
		return vt_fail(ctx, VT_E_NOT_FOUND, "internal route asked for from outside");
	if (request->body_size > program->body_max)
		return vt_fail(ctx, VT_E_TOO_LARGE, "body of %zu bytes", request->body_size);
	return 0;
}

int dispatch_run(struct vt_ctx *ctx, struct exchange *exchange)
{
	const struct program *program = exchange->program;
	struct request *request = &exchange->request;

	if (request_read_form(ctx, request) < 0) {
		if (ctx->error.code == VT_E_INVALID)
			exchange->error_status = 400;
		return -1;
	}
	if (program->authorise && program->authorise(ctx, exchange->route, request) < 0)
		return -1;
	return exchange->route->handler(ctx, request, &exchange->response);
}

static bool answers_json(const struct exchange *exchange)
{
	return !exchange->program->error_page || exchange->request.wants_json ||
	       (exchange->route && exchange->route->flags & ROUTE_JSON);
}

static void show_error_page(struct vt_ctx *ctx, struct exchange *exchange)
{
	struct response *response = &exchange->response;
	const char *text = response_error_text(ctx);

	exchange->program->error_page(ctx, &exchange->request, response);
	if (response->body.size || response_has_header(response, "Location"))
		return;
	response->content_type = "text/plain; charset=utf-8";
	strbuf_puts(&response->body, text);
}

void dispatch_refuse(struct vt_ctx *ctx, struct exchange *exchange)
{
	const struct program *program = exchange->program;
	struct request *request = &exchange->request;
	struct response *response = &exchange->response;
	enum vt_code code = ctx->error.code;
	int status = exchange->error_status ? exchange->error_status : vt_code_http_status(code);

	log_error(ctx, "refused");
	response_init(ctx, response);
	if (answers_json(exchange))
		response_json_error(ctx, response);
	else
		show_error_page(ctx, exchange);
	if (!response_has_header(response, "Location"))
		response->status = status;
	if (code == VT_E_UNAVAILABLE)
		response_header(response, "Retry-After", RETRY_AFTER_S);
	if (status == 405)
		response_header(response, "Allow",
				router_allowed(ctx, program->routes, program->route_count,
					       request->path));
}

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 204, "No Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < VT_COUNT(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Other";
}

static void add_policies(const struct response *response, struct strbuf *head)
{
	strbuf_printf(head, "Content-Security-Policy: %s\r\n",
		      response->policy ? response->policy : STRICT_POLICY);
	strbuf_puts(head, "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n");
	if (program_config()->secure_cookies)
		strbuf_puts(head, "Strict-Transport-Security: max-age=31536000\r\n");
	if (!response_has_header(response, "Cache-Control"))
		strbuf_puts(head, "Cache-Control: no-store\r\n");
}

void dispatch_end(struct vt_ctx *ctx, struct exchange *exchange, struct strbuf *head)
{
	const struct response *response = &exchange->response;
	unsigned statements = ctx->db ? db_statements(ctx->db) : 0;
	double ms = (double)(clock_monotonic_us() - exchange->started_us) / 1000;

	strbuf_printf(head, "Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
		      response->status, reason(response->status), response->content_type,
		      response->body.size);
	add_policies(response, head);
	if (program_config()->developer)
		strbuf_printf(head, "Server-Timing: db;desc=%u, app;dur=%.3f\r\n", statements, ms);
	strbuf_add(head, response->headers.data, response->headers.size);
	strbuf_puts(head, "\r\n");
	log_event(ctx, LOG_LEVEL_INFO, "http",
		  "method=%.8s route=%s status=%d dur_ms=%.3f db=%u bytes=%zu",
		  exchange->request.method ? exchange->request.method : "-",
		  exchange->route ? exchange->route->path : "-", response->status, ms, statements,
		  response->body.size);
}
