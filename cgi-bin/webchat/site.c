/* The widget as its site sees it: the frame, and what the loader must know to draw the bubble. */
#include "base/vt.h"

#include "channel/webchat/webchat.h"
#include "db/db.h"
#include "routing/hours.h"
#include "sql_webchat.h"
#include "web/template.h"
#include "cgi-bin/webchat/webchat.h"

#define COLOR_DEFAULT "#1d56c9"

int site_find(struct vt_ctx *ctx, const char *key, struct site *site)
{
	struct db_result *result;
	struct hours hours;
	const char *settings;

	if (db_query(ctx, &result, &SQL_WEBCHAT_CHANNEL, "s", key) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail_key(ctx, VT_E_NOT_FOUND, "webchat.error.channel", "no such channel");
	settings = db_text(result, 0, "settings");
	site->key = key;
	site->name = db_text(result, 0, "name");
	if (hours_load(ctx, db_i64(result, 0, "channel_id"), &hours) < 0)
		return -1;
	site->open = hours_open(&hours, HOURS_CHANNEL, db_i64(result, 0, "channel_id"), ctx->now_us);
	return json_parse(ctx, settings, strlen(settings), WEBCHAT_BODY_MAX, &site->settings);
}

static bool origin_matches(const char *allowed, const char *origin)
{
	size_t length = strlen(allowed);

	if (length > 2 && !strcmp(allowed + length - 2, ":*"))
		return !strncmp(allowed, origin, length - 1) &&
			origin[length - 1 + strspn(origin + length - 1, "0123456789")] == '\0';
	return !strcmp(allowed, origin);
}

bool site_allows(const struct site *site, const char *origin)
{
	struct json *origins = json_at(site->settings, "origins");

	for (size_t i = 0; i < json_array_size(origins); i++)
		if (origin_matches(json_str(json_array_at(origins, i), "", ""), origin))
			return true;
	return false;
}

static const char *frame_policy(struct vt_ctx *ctx, const struct site *site)
{
	struct json *origins = json_at(site->settings, "origins");
	struct strbuf policy;

	strbuf_init(&policy, ctx->arena, 512);
	strbuf_puts(&policy, "default-src 'none'; style-src 'self'; script-src 'self'; "
		    "img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
		    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
	for (size_t i = 0; i < json_array_size(origins); i++) {
		const char *origin = json_str(json_array_at(origins, i), "", "");
		if (webchat_origin_valid(origin))
			strbuf_printf(&policy, " %s", origin);
	}
	return policy.data;
}

static const char *setting(const struct site *site, const char *name, const char *fallback)
{
	const char *value = json_str(site->settings, name, NULL);

	return value && *value ? value : fallback;
}

static const char *subtitle(struct vt_ctx *ctx, const struct site *site)
{
	if (!site->open)
		return setting(site, "closed_subtitle",
			       locale_text(ctx, "webchat.closed_now", NULL));
	return setting(site, "subtitle", locale_text(ctx, "webchat.open_now", NULL));
}

static const char *site_json(struct vt_ctx *ctx, const struct site *site)
{
	struct json *out = json_new_object(ctx), *texts = json_new_object(ctx);
	const char *color = setting(site, "color", COLOR_DEFAULT);
	const char *position = setting(site, "position", "right");

	json_set_str(out, "key", site->key);
	json_set_str(out, "title", setting(site, "title", site->name));
	json_set_str(out, "subtitle", subtitle(ctx, site));
	json_set_str(out, "bubble", setting(site, "bubble",
					    locale_text(ctx, "webchat.bubble", NULL)));
	json_set_str(out, "color", webchat_color_valid(color) ? color : COLOR_DEFAULT);
	json_set_str(out, "position", strcmp(position, "left") ? "right" : "left");
	json_set_bool(out, "open", site->open);
	json_set_bool(out, "form", json_array_size(json_at(site->settings, "form")) > 0);
	json_set_str(texts, "unread", locale_text(ctx, "webchat.unread", NULL));
	json_set_str(texts, "unread_one", locale_text(ctx, "webchat.unread_one", NULL));
	json_set_node(out, "texts", texts);
	return json_text(ctx, out);
}

int config_show(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *origin = request_header(request, "ORIGIN");
	struct site site;

	if (site_find(ctx, request_query(request, "key"), &site) < 0)
		return -1;
	response_header(response, "Vary", "Origin");
	response_header(response, "Cache-Control", "public, max-age=5");
	if (*origin && webchat_origin_valid(origin) && site_allows(&site, origin))
		response_header(response, "Access-Control-Allow-Origin", origin);
	response_json(response, site_json(ctx, &site));
	return 0;
}

/* Known fields only, in the order of the setting. */
static void view_form(struct t_node *data, const struct site *site)
{
	struct json *form = json_at(site->settings, "form");

	for (size_t i = 0; i < json_array_size(form); i++) {
		struct json *field = json_array_at(form, i);
		struct t_node *item = t_item(t_child(data, "Form"));
		struct json *options = json_at(field, "options");

		t_set(item, "Field", json_str(field, "field", ""));
		t_set(item, "Label", json_str(field, "label", NULL));
		t_set_bool(item, "Required", json_bool(field, "required", false));
		for (size_t k = 0; k < json_array_size(options); k++) {
			struct t_node *option = t_item(t_child(item, "Options"));
			t_set(option, "Key", json_str(json_array_at(options, k), "key", ""));
			t_set(option, "Label", json_str(json_array_at(options, k), "label", ""));
		}
	}
}

static const char *frame_mode(const struct request *request)
{
	const char *mode = request_query(request, "mode");

	return !strcmp(mode, "popout") || !strcmp(mode, "page") ? mode : "inline";
}

int frame_show(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *parent = request_query(request, "o");
	struct t_node *data = t_new(ctx);
	struct site site;

	if (site_find(ctx, request_query(request, "key"), &site) < 0)
		return -1;
	t_set(data, "Title", setting(&site, "title", site.name));
	t_set(data, "Subtitle", subtitle(ctx, &site));
	t_set(data, "Greeting", setting(&site, "greeting", NULL));
	t_set(data, "Footer", setting(&site, "footer", NULL));
	t_set(data, "Mode", frame_mode(request));
	t_set(data, "Config", site_json(ctx, &site));
	if (site_allows(&site, parent))
		t_set(data, "Parent", parent);
	view_form(data, &site);
	response->policy = frame_policy(ctx, &site);
	return template_render(ctx, "webchat/frame.cs", data, &response->body);
}
