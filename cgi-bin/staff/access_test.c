#include "base/vt.h"
#include "base/config.h"
#include "people/audit.h"
#include "people/login_check.h"
#include "cgi-bin/staff/admin.h"
#include "sql_login.h"

#define WHO_MAX 100

static int record(struct vt_ctx *ctx, void *arg)
{
	const struct login_provider *provider = arg;
	const struct audit audit = { .action = "login.test", .entity = "login", .entity_id = provider->id };

	return audit_alone(ctx, &audit);
}

static void steps_fill(struct vt_ctx *ctx, const struct login_steps *steps, struct t_node *page)
{
	static const char *const results[] = { "good", "note", "bad" };

	for (size_t i = 0; i < steps->count; i++) {
		const struct login_step *step = &steps->items[i];
		struct t_node *item = t_item(t_child(page, "steps"));
		t_set(item, "name", locale_text(ctx, arena_printf(ctx->arena, "access.step.%s", step->key), NULL));
		t_set(item, "result", results[step->result]);
		t_set(item, "text", step->text ? locale_text(ctx, step->text, NULL) : NULL);
		t_set(item, "detail", step->detail);
	}
}

int access_test(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct login_provider *provider;
	struct db_result **results;
	struct login_steps steps;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    login_provider_load_any(ctx, program_key(), id, &provider) < 0 ||
	    db_transaction(ctx, record, provider) < 0)
		return -1;
	const char *who = request_form(request, "who");
	login_check(ctx, program_key(), provider, program_config()->base_url,
		    strlen(who) <= WHO_MAX ? who : "", &steps);
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], "access", page);
	t_set_i64(page, "id", id);
	t_set(page, "name", provider->name);
	t_set(page, "who", who);
	steps_fill(ctx, &steps, page);
	return staff_render(ctx, request, response, "access/test.cs", NULL, page);
}
