#include "base/vt.h"
#include "base/utf8.h"
#include "people/setting.h"
#include "cgi-bin/staff/admin.h"

#define WORDS_MAX 10
#define WANTED_MAX 100

/* Every word that is looked for, without case and accents. */
struct wanted { const char *words[WORDS_MAX]; size_t count; };

static void wanted_read(struct vt_ctx *ctx, const char *text, struct wanted *out)
{
	char *rest = utf8_fold(ctx->arena, arena_strndup(ctx->arena, text, utf8_prefix(text, WANTED_MAX)));

	out->count = 0;
	for (char *word = strsep(&rest, " "); word && out->count < WORDS_MAX; word = strsep(&rest, " ")) {
		if (*word)
			out->words[out->count++] = word;
	}
}

/* The words of a text of the locale; "" when there is none. */
static const char *words(struct vt_ctx *ctx, const char *section, const char *key)
{
	const char *text = template_locale(arena_printf(ctx->arena, "%s.%s", section, key));

	return text ? arena_strdup(ctx->arena, text) : "";
}

static bool has(struct vt_ctx *ctx, const struct wanted *wanted, const char *text)
{
	const char *folded = utf8_fold(ctx->arena, text);

	for (size_t i = 0; i < wanted->count; i++) {
		if (!strstr(folded, wanted->words[i]))
			return false;
	}
	return wanted->count > 0;
}

static void screens(struct vt_ctx *ctx, const struct session *session, const struct wanted *wanted,
		    struct t_node *page)
{
	const char *key;

	for (size_t i = 0; admin_section(session, i, &key); i++) {
		if (!key)
			continue;
		const char *name = words(ctx, "admin.section", key);
		const char *about = words(ctx, key, "about");
		if (!has(ctx, wanted, arena_printf(ctx->arena, "%s %s", name, about)))
			continue;
		struct t_node *item = t_item(t_child(page, "screens"));
		t_set(item, "href", arena_printf(ctx->arena, "/admin/%s", key));
		t_set(item, "name", name);
		t_set(item, "about", about);
	}
}

static void settings(struct vt_ctx *ctx, const struct wanted *wanted, struct t_node *page)
{
	for (int i = 0; i < SETTING_MAX; i++) {
		const char *key = setting_type((enum setting)i)->key;
		const char *name = words(ctx, "setting", key), *about = words(ctx, "setting_help", key);
		const char *group = words(ctx, "setting_group",
					  arena_strndup(ctx->arena, key, strcspn(key, ".")));
		if (!has(ctx, wanted, arena_printf(ctx->arena, "%s %s %s", group, name, about)))
			continue;
		struct t_node *item = t_item(t_child(page, "settings"));
		t_set(item, "key", key);
		t_set(item, "group", group);
		t_set(item, "name", name);
		t_set(item, "about", about);
	}
}

int find_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;
	struct wanted wanted;

	if (!admin_may(request->session))
		return vt_fail(ctx, VT_E_FORBIDDEN, "no section of the administration");
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], "find", page);
	wanted_read(ctx, request_query(request, "q"), &wanted);
	screens(ctx, request->session, &wanted, page);
	if (staff_may(request->session, PERM_SETTING_MANAGE))
		settings(ctx, &wanted, page);
	return staff_render(ctx, request, response, "find/page.cs", NULL, page);
}
