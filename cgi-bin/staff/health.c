#include "base/vt.h"
#include "base/config.h"
#include "report/health.h"
#include "cgi-bin/staff/staff.h"

static bool wants_page(const struct request *request)
{
	return strstr(request_header(request, "ACCEPT"), "text/html") != NULL;
}

static void check_fill(struct vt_ctx *ctx, const struct health_check *check, struct t_node *item)
{
	const char *key = arena_printf(ctx->arena, "health.finding.%s", check->finding);
	const char *const *values = check->values;

	t_set(item, "name", check->name);
	t_set(item, "finding", locale_text(ctx, key, values[0], values[1], values[2], NULL));
	t_set_bool(item, "good", check->good);
}

/* For probes JSON, for people a page; 503 when something does not work. */
int health_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct health health;

	health_read(ctx, program_config()->files_directory, &health);
	response->status = health.good ? 200 : 503;
	if (!wants_page(request)) {
		response_json(response, health_json(ctx, &health));
		return 0;
	}
	struct t_node *page = t_new(ctx);
	t_set_bool(page, "good", health.good);
	for (int i = 0; i < HEALTH_CHECKS; i++)
		check_fill(ctx, &health.checks[i], t_item(t_child(page, "checks")));
	return template_render(ctx, "health/page.cs", page, &response->body);
}
