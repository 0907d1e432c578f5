#include "base/vt.h"
#include "base/utf8.h"
#include "web/markdown.h"
#include "cgi-bin/staff/help.h"
#include "cgi-bin/staff/staff.h"
#include "base/config.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_SIZE_MAX ((size_t)256 * 1024)
#define PAGES_MAX 200
#define KEY_MAX 80

/* Letters only, at most one dot: no key leads out of the manual. */
static const char *path_of(struct vt_ctx *ctx, const char *key)
{
	const char *dot = strchr(key, '.');
	size_t room = dot ? (size_t)(dot - key) : 0;
	const char *name = dot ? dot + 1 : key;

	if (!*name || strlen(key) > KEY_MAX || (dot && !room) ||
	    key[strspn(key, "abcdefghijklmnopqrstuvwxyz_.")] || strchr(name, '.'))
		return NULL;
	return arena_printf(ctx->arena, "%s/docs/manual/%.*s%s%s.md", program_config()->share_directory,
			    (int)room, key, room ? "/" : "", name);
}

const char *help_page_key(struct vt_ctx *ctx, const char *key)
{
	const char *path = path_of(ctx, key);

	return path && access(path, R_OK) == 0 ? key : NULL;
}

/* The whole file; NULL when there is none or it is too large to be a page. */
static const char *page_text(struct vt_ctx *ctx, const char *key)
{
	const char *path = path_of(ctx, key);
	FILE *file = path ? fopen(path, "re") : NULL;
	char *text;
	size_t size;

	if (!file)
		return NULL;
	text = arena_alloc(ctx->arena, PAGE_SIZE_MAX + 1);
	size = fread(text, 1, PAGE_SIZE_MAX, file);
	bool whole = feof(file) && !ferror(file);
	fclose(file);
	return whole && utf8_valid(text, size) ? text : NULL;
}

struct index { const char *keys[PAGES_MAX]; size_t count; };

/* Keys of the pages in one folder of the manual. room: "" or "administrador". */
static void list_room(struct vt_ctx *ctx, const char *room, struct index *index)
{
	DIR *folder = opendir(arena_printf(ctx->arena, "%s/docs/manual/%s", program_config()->share_directory, room));

	if (!folder)
		return;
	for (struct dirent *entry = readdir(folder); entry && index->count < PAGES_MAX; entry = readdir(folder)) {
		size_t size = strlen(entry->d_name);
		if (size <= 3 || strcmp(entry->d_name + size - 3, ".md") != 0)
			continue;
		const char *key = arena_printf(ctx->arena, "%s%s%.*s", room, *room ? "." : "",
					       (int)size - 3, entry->d_name);
		if (path_of(ctx, key))
			index->keys[index->count++] = key;
	}
	closedir(folder);
}

struct entry { const char *key, *title, *folded; };

static int by_title(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->folded, ((const struct entry *)b)->folded);
}

/* The pages of a room whose title has the words looked for. */
static void room_fill(struct vt_ctx *ctx, const char *room, const char *wanted, struct t_node *page)
{
	struct index index = { .count = 0 };
	struct entry *entries = arena_calloc(ctx->arena, PAGES_MAX, sizeof(*entries));
	struct t_node *group = NULL;
	size_t count = 0;

	list_room(ctx, room, &index);
	for (size_t i = 0; i < index.count; i++) {
		const char *text = page_text(ctx, index.keys[i]);
		struct entry *entry = &entries[count];
		if (!text)
			continue;
		entry->key = index.keys[i];
		entry->title = markdown_title(ctx, text);
		entry->folded = utf8_fold(ctx->arena, entry->title);
		count += strstr(entry->folded, wanted) != NULL;
	}
	qsort(entries, count, sizeof(*entries), by_title);
	for (size_t i = 0; i < count; i++) {
		if (!group) {
			group = t_item(t_child(page, "rooms"));
			t_set(group, "key", *room ? room : "general");
		}
		struct t_node *item = t_item(t_child(group, "pages"));
		t_set(item, "key", entries[i].key);
		t_set(item, "title", entries[i].title);
	}
}

static int frame(struct vt_ctx *ctx, const struct request *request, struct t_node *page)
{
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, results[0], "help", page);
	return 0;
}

int help_index(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *wanted = request_query(request, "q");
	struct t_node *page = t_new(ctx);

	if (frame(ctx, request, page) < 0)
		return -1;
	t_set(page, "q", wanted);
	room_fill(ctx, "", utf8_fold(ctx->arena, wanted), page);
	room_fill(ctx, "supervisor", utf8_fold(ctx->arena, wanted), page);
	room_fill(ctx, "administrador", utf8_fold(ctx->arena, wanted), page);
	return staff_render(ctx, request, response, "help/page.cs", NULL, page);
}

int help_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *key = request_route(request, "id");
	const char *text = page_text(ctx, key);
	struct t_node *page = t_new(ctx);

	if (!text)
		return vt_fail(ctx, VT_E_NOT_FOUND, "the manual has no such page");
	if (frame(ctx, request, page) < 0)
		return -1;
	t_set(page, "title", markdown_title(ctx, text));
	/* What the library made of the manual stands between the two halves of the page. */
	if (template_render(ctx, "help/_before.cs", page, &response->body) < 0)
		return -1;
	markdown_html(ctx, text, &response->body);
	return template_render(ctx, "help/_after.cs", page, &response->body);
}
