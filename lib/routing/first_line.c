#include "base/vt.h"
#include "base/json.h"
#include "db/db.h"
#include "routing/first_line.h"
#include "sql_start.h"

#define SITE_MAX 200

static const struct edit_kind kind = { "channel", &SQL_START_CHANNEL_SNAPSHOT };

/* What a host, and a port behind it, is made of; a word alone is none. */
static bool is_host(const char *text)
{
	size_t host = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-");
	size_t port;

	if (!host || text[0] == '.' || text[0] == '-' ||
	    (!memchr(text, '.', host) && strncmp(text, "localhost", host) != 0))
		return false;
	if (!text[host])
		return true;
	port = strspn(text + host + 1, "0123456789");
	return text[host] == ':' && port && port <= 5 && !text[host + 1 + port];
}

const char *first_line_site(struct vt_ctx *ctx, const char *text)
{
	const char *scheme = "https://";
	char *site;

	if (!strncasecmp(text, "https://", 8)) {
		text += 8;
	} else if (!strncasecmp(text, "http://", 7)) {
		scheme = "http://";
		text += 7;
	}
	site = arena_strndup(ctx->arena, text, strcspn(text, "/?#"));
	for (char *c = site; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	if (strlen(site) > SITE_MAX || !is_host(site))
		return NULL;
	return arena_printf(ctx->arena, "%s%s", scheme, site);
}

static const char *settings(struct vt_ctx *ctx, const struct first_line *line)
{
	struct json *out = json_new_object(ctx), *sites = json_new_array(ctx);

	for (size_t i = 0; i < line->site_count; i++)
		json_append_str(sites, line->sites[i]);
	json_set_str(out, "title", line->title);
	json_set_node(out, "origins", sites);
	return json_text(ctx, out);
}

static int make(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct first_line *line = data;
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_START_WEBCHAT, "isjsii", *id, line->name, settings(ctx, line),
		   line->greeting, line->queue_id, ctx->user_id) < 0)
		return -1;
	*id = db_i64(result, 0, "channel_id");
	if (!*id)
		return vt_fail_field(ctx, "queue", "error.invalid", "no such queue");
	return 0;
}

int first_line_make(struct vt_ctx *ctx, struct edit *edit, const struct first_line *line)
{
	struct first_line data = *line;

	if (edit_run(ctx, edit, &kind, "channel.save", make, &data) < 0)
		return edit_taken(ctx, "name");
	return 0;
}
