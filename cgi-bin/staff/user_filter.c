#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "web/format.h"
#include "cgi-bin/staff/user_filter.h"

#define PAGE_MAX 10000
#define SEARCH_MAX 400                 /* bytes */

static int64_t id_or_any(const char *text)
{
	int64_t id = 0;

	(void)!id_parse(text, 1, INT64_MAX, &id);
	return id;
}

static const char *yes_no_or_any(const char *text)
{
	return !strcmp(text, "1") || !strcmp(text, "0") ? text : "";
}

void user_filter_read(const struct request *request,
		      const char *(*read)(const struct request *request, const char *name),
		      struct user_filter *out)
{
	out->words = read(request, "q");
	if (strlen(out->words) > SEARCH_MAX)
		out->words = "";
	out->enabled = yes_no_or_any(read(request, "enabled"));
	out->attends = yes_no_or_any(read(request, "attends"));
	out->role = id_or_any(read(request, "role"));
	out->queue = id_or_any(read(request, "queue"));
	out->channel = id_or_any(read(request, "channel"));
}

const char *user_filter_query(struct vt_ctx *ctx, const struct user_filter *filter)
{
	struct strbuf query;

	strbuf_init(&query, ctx->arena, 128);
	strbuf_printf(&query, "role=%" PRId64 "&queue=%" PRId64 "&channel=%" PRId64
		      "&enabled=%s&attends=%s&q=", filter->role, filter->queue, filter->channel,
		      filter->enabled, filter->attends);
	strbuf_url(&query, filter->words);
	return query.data;
}

void user_filter_fill(struct vt_ctx *ctx, const struct user_filter *filter,
		      const struct db_result *choices, struct t_node *page)
{
	struct t_node *node = t_child(page, "filter");

	t_set(node, "q", filter->words);
	t_set(node, "enabled", filter->enabled);
	t_set(node, "attends", filter->attends);
	t_set_i64(node, "role", filter->role);
	t_set_i64(node, "queue", filter->queue);
	t_set_i64(node, "channel", filter->channel);
	t_set(node, "query", user_filter_query(ctx, filter));
	for (size_t row = 0; row < db_rows(choices); row++) {
		const char *kind = db_text(choices, row, "kind");
		int64_t id = db_i64(choices, row, "id");
		int64_t wanted = !strcmp(kind, "role") ? filter->role
			: !strcmp(kind, "queue") ? filter->queue
			: !strcmp(kind, "channel") ? filter->channel : 0;
		struct t_node *option = t_item(t_child(node, arena_printf(ctx->arena, "%ss", kind)));
		t_set_i64(option, "key", id);
		t_set(option, "label", db_text(choices, row, "name"));
		t_set_bool(option, "chosen", id == wanted);
	}
}

int64_t user_page_number(const struct request *request)
{
	int64_t number = 1;

	(void)!id_parse(request_query(request, "page"), 1, PAGE_MAX, &number);
	return number;
}

static void page_link(struct vt_ctx *ctx, const char *name, const char *list, int64_t number,
		      struct t_node *page)
{
	t_set(page, name, arena_printf(ctx->arena, "%s&page=%" PRId64, list, number));
}

void user_pages_fill(struct vt_ctx *ctx, const struct db_result *rows, int64_t number, int64_t size,
		     const char *list, struct t_node *page)
{
	int64_t count = (int64_t)db_rows(rows), total = count ? db_i64(rows, 0, "total") : 0;
	int64_t first = (number - 1) * size;

	if (!count)
		return;
	t_set(page, "pages.range", arena_printf(ctx->arena, "%" PRId64 "–%" PRId64, first + 1,
						first + count));
	t_set(page, "pages.total", format_number(ctx, total));
	if (number > 1)
		page_link(ctx, "pages.previous", list, number - 1, page);
	if (first + count < total)
		page_link(ctx, "pages.next", list, number + 1, page);
}

void user_words(struct vt_ctx *ctx, struct user_import_words *words)
{
	for (int column = 0; column < USER_COLUMN_MAX; column++) {
		const char *key = user_column_key((enum user_column)column);
		words->titles[column] = locale_text(ctx, arena_printf(ctx->arena, "users.column.%s", key), NULL);
	}
	words->yes = locale_text(ctx, "admin.yes", NULL);
	words->no = locale_text(ctx, "admin.no", NULL);
}
