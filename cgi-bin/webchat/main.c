#include "base/vt.h"

#include "people/permission.h"
#include "web/router.h"
#include "web/template.h"
#include "cgi-bin/webchat/webchat.h"

static const struct route routes[] = {
#define ROUTE(method, path, handler, permission, template, audit, flags) \
	{ method, path, handler, permission, template, audit, flags },
#include "cgi-bin/webchat/routes.def"
#undef ROUTE
};

/* Shown inside somebody else's page, where the frame would have been. */
static void error_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *key = ctx->error.key[0] ? ctx->error.key : "error.unavailable";
	int status = vt_code_http_status(ctx->error.code);
	struct t_node *data = t_new(ctx);

	(void)request;
	t_set(data, "Title", locale_text(ctx, "webchat.title", NULL));
	t_set(data, "Message", locale_text(ctx, key, NULL));
	vt_error_clear(ctx);
	if (template_render(ctx, "webchat/error.cs", data, &response->body) < 0)
		strbuf_puts(&response->body, "Ventanilla");
	response->status = status;
}

int main(void)
{
	static const struct program program = {
		.name = "webchat",
		.routes = routes,
		.route_count = VT_COUNT(routes),
		.error_page = error_page,
		.body_max = WEBCHAT_UPLOAD_MAX,
		.session_options = "-c statement_timeout=5s",
	};

	return program_run(&program);
}
