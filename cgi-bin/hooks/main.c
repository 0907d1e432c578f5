#include "base/vt.h"
#include "db/db.h"
#include "people/permission.h"
#include "web/router.h"
#include "sql_hooks.h"
#include "cgi-bin/hooks/door.h"

#define BODY_MAX (4 * 1024 * 1024 - 1)

static int hooks_health(struct vt_ctx *ctx, struct request *request, struct response *response);

static const struct route routes[] = {
#define ROUTE(method, path, handler, permission, template, audit, flags) \
	{ method, path, handler, permission, template, audit, flags },
#include "cgi-bin/hooks/routes.def"
#undef ROUTE
};

static int hooks_health(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)request;
	if (db_one(ctx, NULL, &SQL_HOOKS_ALIVE, "") < 0)
		return -1;
	response_json(response, "{\"ok\":true}");
	return 0;
}

int main(void)
{
	static const struct program program = {
		.name = "hooks", .routes = routes, .route_count = VT_COUNT(routes), .body_max = BODY_MAX,
		.session_options = "-c statement_timeout=5s",
	};

	return program_run(&program);
}
