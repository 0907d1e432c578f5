#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "people/session.h"
#include "web/cookie.h"
#include "web/urlencoded.h"
#include "cgi-bin/live/ask.h"

#define TOKEN_LENGTH (SECRET_TOKEN_TEXT - 1)

static const char *value_of(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (!strcmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	}
	return "";
}

static int take_token(struct vt_ctx *ctx, const char *token, struct ask *ask)
{
	if (strlen(token) != TOKEN_LENGTH)
		return vt_fail(ctx, VT_E_UNAUTHENTICATED, "no token");
	secret_sha256(token, TOKEN_LENGTH, ask->token_hash);
	return 0;
}

/* "desk", "desk:1764012345678901", "c26112300000001:57": a name, and the page's mark, which is
 * the renderer's business. */
static bool view_valid(const char *view, size_t *name_size)
{
	size_t name = strspn(view, "abcdefghijklmnopqrstuvwxyz");

	if (!name || name > 20)
		return false;
	name += strspn(view + name, "0123456789_");
	*name_size = name;
	if (view[name] == ':')
		return !view[name + 1 + strspn(view + name + 1, "0123456789")];
	return !view[name] && name <= 40;
}

static int read_views(struct vt_ctx *ctx, const char *text, struct ask *ask)
{
	struct strbuf names;
	size_t count = 0, name_size;

	if (strlen(text) > ASK_VIEWS_BYTES)
		return vt_fail_field(ctx, "v", "error.live.views", "too long");
	strbuf_init(&names, ctx->arena, strlen(text) + 1);
	char *next = arena_strdup(ctx->arena, text);
	while (next && *next) {
		char *view = next;
		next = strchr(view, ',');
		if (next)
			*next++ = '\0';
		if (count == ASK_VIEWS_MAX || !view_valid(view, &name_size))
			return vt_fail_field(ctx, "v", "error.live.views", "not a list of views");
		if (count++)
			strbuf_putc(&names, ' ');
		strbuf_add(&names, view, name_size);
	}
	ask->views = names.data;
	ask->page = arena_printf(ctx->arena, "v=%s", text);
	return 0;
}

static int read_cursor(struct vt_ctx *ctx, const struct pairs *query, struct ask *ask)
{
	struct snapshot snapshot;

	ask->cursor = value_of(query, "c");
	if (*ask->cursor && (strlen(ask->cursor) > SNAPSHOT_TEXT_MAX ||
			     snapshot_parse(ask->cursor, &snapshot) < 0))
		return vt_fail_field(ctx, "c", "error.live.cursor", "not a cursor");
	return 0;
}

static int read_number(struct vt_ctx *ctx, const struct pairs *query, const char *name, int64_t *out)
{
	const char *text = value_of(query, name);

	*out = 0;
	if (*text && id_parse(text, 0, INT64_MAX, out) < 0)
		return vt_fail_field(ctx, name, "error.number", "not a number");
	return 0;
}

static int read_staff(struct vt_ctx *ctx, const struct record_reader *reader, bool secure,
		      const struct pairs *query, struct ask *ask)
{
	struct pairs cookies;

	ask->kind = ASK_STAFF;
	cookie_parse(ctx, record_param(ctx, reader, "HTTP_COOKIE"), secure, &cookies);
	if (take_token(ctx, value_of(&cookies, SESSION_COOKIE), ask) < 0 ||
	    read_views(ctx, value_of(query, "v"), ask) < 0)
		return -1;
	return read_cursor(ctx, query, ask);
}

static int read_visitor(struct vt_ctx *ctx, const struct record_reader *reader,
			const struct pairs *query, struct ask *ask)
{
	int64_t conversation_id, since;

	ask->kind = ASK_VISITOR;
	if (take_token(ctx, record_param(ctx, reader, "HTTP_X_VISITOR_TOKEN"), ask) < 0 ||
	    read_number(ctx, query, "k", &conversation_id) < 0 ||
	    read_number(ctx, query, "since", &since) < 0)
		return -1;
	ask->page = arena_printf(ctx->arena, "k=%" PRId64 "&since=%" PRId64, conversation_id, since);
	return read_cursor(ctx, query, ask);
}

int ask_read(struct vt_ctx *ctx, const struct record_reader *reader, bool secure, struct ask *ask)
{
	const char *path = record_param(ctx, reader, "DOCUMENT_URI");
	const char *text = record_param(ctx, reader, "QUERY_STRING");
	struct pairs query;

	*ask = (struct ask){ .kind = ASK_HEALTH, .views = "", .page = "", .cursor = "" };
	if (strcmp(record_param(ctx, reader, "REQUEST_METHOD"), "GET") != 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "only GET");
	if (!strcmp(path, "/live/health"))
		return 0;
	if (urlencoded_parse(ctx, text, strlen(text), &query) < 0)
		return -1;
	if (!strcmp(path, "/live"))
		return read_staff(ctx, reader, secure, &query, ask);
	if (!strcmp(path, "/live/visitor"))
		return read_visitor(ctx, reader, &query, ask);
	return vt_fail(ctx, VT_E_NOT_FOUND, "no such address");
}
