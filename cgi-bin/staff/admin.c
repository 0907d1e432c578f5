#include "base/vt.h"
#include "base/id.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/help.h"
#include "web/form.h"
#include "web/format.h"

static const struct { const char *key, *group; enum permission permission; const char *icon; } sections[] = {
#define ADMIN_SECTION(key, group, permission, icon) { key, group, permission, icon },
#include "cgi-bin/staff/admin_sections.def"
#undef ADMIN_SECTION
};

bool admin_may(const struct session *session)
{
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		if (staff_may(session, sections[i].permission))
			return true;
	}
	return false;
}

bool admin_section(const struct session *session, size_t i, const char **key)
{
	if (i >= VT_COUNT(sections))
		return false;
	*key = staff_may(session, sections[i].permission) ? sections[i].key : NULL;
	return true;
}

static void navigation(struct vt_ctx *ctx, const struct session *session, const char *section,
		       struct t_node *page)
{
	struct t_node *group = NULL;
	const char *last = "";

	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		const char *key = sections[i].key;
		if (!staff_may(session, sections[i].permission))
			continue;
		if (strcmp(last, sections[i].group) != 0) {
			group = t_item(t_child(page, "groups"));
			t_set(group, "key", sections[i].group);
			last = sections[i].group;
		}
		struct t_node *entry = t_item(t_child(group, "sections"));
		t_set(entry, "key", key);
		t_set(entry, "icon", sections[i].icon);
		t_set(entry, "href", arena_printf(ctx->arena, "/admin/%s", key));
		t_set_bool(entry, "current", !strcmp(key, section));
	}
}

int admin_home(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	for (size_t i = 0; i < VT_COUNT(sections); i++) {
		if (staff_may(request->session, sections[i].permission)) {
			response_redirect(response, arena_printf(ctx->arena, "/admin/%s", sections[i].key));
			return 0;
		}
	}
	return vt_fail(ctx, VT_E_FORBIDDEN, "no section of the administration");
}

/* A word of ours or nothing: it becomes the name of a text. */
static bool is_word(const char *text)
{
	return *text && strlen(text) < 20 && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz_")];
}

void admin_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *shell,
		const char *section, struct t_node *page)
{
	const char *done = request_query(request, "done");

	shell_fill(ctx, request, shell, "admin", page);
	navigation(ctx, request->session, section, page);
	t_set(page, "section", section);
	t_set(page, "help", help_page_key(ctx, arena_printf(ctx->arena, "administrador.%s", section)));
	t_set(page, "once", staff_once(ctx));
	t_set(page, "q", request_query(request, "q"));
	if (is_word(done))
		t_set(page, "done", done);
}

int admin_route_id(struct vt_ctx *ctx, const struct request *request, int64_t *id)
{
	*id = 0;
	if (!strcmp(request_route(request, "id"), "new"))
		return 0;
	return request_route_id(ctx, request, "id", id);
}

void admin_done(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *section, const char *what)
{
	staff_done(ctx, request, response, arena_printf(ctx->arena, "/admin/%s?done=%s", section, what));
}
