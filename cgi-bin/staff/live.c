#include "base/vt.h"
#include "base/id.h"
#include "cgi-bin/staff/staff.h"
#include "sql_desk.h"

#define PARTS_MAX 12

static const struct live_view views[] = {
#define LIVE_VIEW(name, permission, statements, prefix) \
	{ name, permission, statements, prefix##_ask, prefix##_answer },
#include "cgi-bin/staff/live_views.def"
#undef LIVE_VIEW
};

struct poll {
	const struct live_view *views[PARTS_MAX];
	struct live_part parts[PARTS_MAX];
	size_t count;
};

static const struct live_view *view_find(const char *name, int64_t *id)
{
	*id = 0;
	for (size_t i = 0; i < VT_COUNT(views); i++) {
		if (!strcmp(views[i].name, name))
			return views[i].name[1] ? &views[i] : NULL;
		if (!views[i].name[1] && views[i].name[0] == *name &&
		    id_parse(name + 1, 1, INT64_MAX, id) == 0)
			return &views[i];
	}
	return NULL;
}

/* "shell,desk:1764012345678901,c26112300000001:57". What is unknown or not allowed is left out:
 * a page of an older version goes on. */
static void read_views(struct vt_ctx *ctx, const struct request *request, struct poll *poll)
{
	char *next = arena_strdup(ctx->arena, request_query(request, "v"));

	while (next && *next && poll->count < PARTS_MAX) {
		char *name = next;
		next = strchr(name, ',');
		if (next)
			*next++ = '\0';
		char *mark = strchr(name, ':');
		if (mark)
			*mark++ = '\0';
		struct live_part *part = &poll->parts[poll->count];
		*part = (struct live_part){ .request = request };
		const struct live_view *view = view_find(name, &part->id);
		if (!view || !staff_may(request->session, view->permission))
			continue;
		if (mark && id_parse(mark, 0, INT64_MAX, &part->mark) < 0)
			part->mark = 0;
		poll->views[poll->count++] = view;
	}
}

/* Does the page show this conversation: open (*open), or as a row of the desk's list? */
static bool shows(const struct poll *poll, int64_t id, bool *open)
{
	bool listed = false;

	*open = false;
	for (size_t i = 0; i < poll->count; i++) {
		*open |= poll->parts[i].id == id;
		listed |= !strcmp(poll->views[i]->name, "desk");
	}
	return *open || listed;
}

static int answer_typing(struct vt_ctx *ctx, int64_t id, struct strbuf *out)
{
	struct t_node *page = t_new(ctx);

	t_set_i64(page, "id", id);
	return template_render(ctx, "desk/live_typing.cs", page, out);
}

/* "c26112300000001:v": a visitor writes. Signs of typing change nothing that is stored: who may see
 * them is asked, nothing else. */
static int answer_sign(struct vt_ctx *ctx, const struct request *request, const struct poll *poll,
		       const char *sign, struct strbuf *out)
{
	const char *colon = strchr(sign, ':');
	struct db_result *seen;
	int64_t id;
	bool open;

	if (*sign != 'c' || !colon || strcmp(colon, ":v") != 0 ||
	    id_parse(arena_strndup(ctx->arena, sign + 1, (size_t)(colon - sign - 1)), 1, INT64_MAX, &id) < 0 ||
	    !shows(poll, id, &open))
		return 0;
	if (db_query(ctx, &seen, &SQL_DESK_MINE, "ibbin", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	if (!db_rows(seen) || (!open && !db_bool(seen, 0, "mine")))
		return 0;
	return answer_typing(ctx, id, out);
}

static int answer_signs(struct vt_ctx *ctx, const struct request *request, const struct poll *poll,
			struct strbuf *out)
{
	char *rest = arena_strdup(ctx->arena, request_query(request, "y"));

	for (char *sign = strsep(&rest, ","); sign; sign = strsep(&rest, ",")) {
		if (answer_sign(ctx, request, poll, sign, out) < 0)
			return -1;
	}
	return 0;
}

static int answer_views(struct vt_ctx *ctx, struct poll *poll, struct strbuf *out)
{
	struct db_result **results;
	size_t first = 0;

	if (!poll->count)
		return 0;
	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (size_t i = 0; i < poll->count; i++) {
		poll->parts[i].first = first;
		first += poll->views[i]->statements;
		if (poll->views[i]->ask(ctx, &poll->parts[i]) < 0)
			return -1;
	}
	if (db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	for (size_t i = 0; i < poll->count; i++) {
		if (poll->views[i]->answer(ctx, &poll->parts[i], results, out) < 0)
			return -1;
	}
	return 0;
}

/* A snapshot as PostgreSQL writes it: "740:745:741,743". */
bool staff_is_cursor(const char *text)
{
	return *text && !text[strspn(text, "0123456789:,")];
}

/*
 * A woken poll is answered with every part the page shows, not only with those that woke: the new
 * cursor stands for all that this request could see, so all of it has to be in the answer. When
 * somebody merely types, nothing is read and the cursor stays what it was.
 */
int live_answer(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *cursor = request_query(request, "c");
	struct poll poll = { 0 };
	bool only_signs = *request_query(request, "y") && !*request_query(request, "w") &&
			  staff_is_cursor(cursor);

	read_views(ctx, request, &poll);
	if (!only_signs && answer_views(ctx, &poll, &response->body) < 0)
		return -1;
	response_header(response, "X-Cursor", only_signs ? cursor : request->session->snapshot);
	return answer_signs(ctx, request, &poll, &response->body);
}
