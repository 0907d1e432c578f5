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

/* Whom a page is for: its folder, and the page beside the folder that begins it. "": everybody. */
static const char *const rooms[] = { "operador", "supervisor", "administrador", "" };

/* Letters only, at most one dot: no key leads out of the manual. */
const char *help_path(struct vt_ctx *ctx, const char *key)
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
	const char *path = help_path(ctx, key);

	return path && access(path, R_OK) == 0 ? key : NULL;
}

/* The whole file; NULL when there is none or it is too large to be a page. */
static const char *page_text(struct vt_ctx *ctx, const char *key)
{
	const char *path = help_path(ctx, key);
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

struct entry { const char *key, *title, *folded; };
struct index { struct entry entries[PAGES_MAX]; size_t count; };

/* Put a page into the index when its title has the words looked for. */
static void index_add(struct vt_ctx *ctx, struct index *index, const char *key, const char *wanted)
{
	const char *text = index->count < PAGES_MAX ? page_text(ctx, key) : NULL;

	if (!text)
		return;
	const char *title = markdown_title(ctx, text);
	const char *folded = utf8_fold(ctx->arena, title);
	if (strstr(folded, wanted))
		index->entries[index->count++] = (struct entry){ key, title, folded };
}

static bool begins_a_room(const char *key)
{
	for (size_t i = 0; i < VT_COUNT(rooms); i++) {
		if (!strcmp(rooms[i], key))
			return true;
	}
	return false;
}

/* The pages in one folder of the manual. */
static void index_folder(struct vt_ctx *ctx, const char *room, const char *wanted, struct index *index)
{
	DIR *folder = opendir(arena_printf(ctx->arena, "%s/docs/manual/%s", program_config()->share_directory, room));

	if (!folder)
		return;
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		size_t size = strlen(entry->d_name);
		if (size <= 3 || strcmp(entry->d_name + size - 3, ".md") != 0)
			continue;
		const char *key = arena_printf(ctx->arena, "%s%s%.*s", room, *room ? "." : "",
					       (int)size - 3, entry->d_name);
		if (!begins_a_room(key))
			index_add(ctx, index, key, wanted);
	}
	closedir(folder);
}

static int by_title(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->folded, ((const struct entry *)b)->folded);
}

/* The pages of a room: the one it begins with, and the others by their titles. */
static void room_fill(struct vt_ctx *ctx, const char *room, const char *wanted, struct t_node *page)
{
	struct index *index = arena_alloc(ctx->arena, sizeof(*index));

	index_add(ctx, index, room, wanted);
	size_t first = index->count;
	index_folder(ctx, room, wanted, index);
	qsort(index->entries + first, index->count - first, sizeof(*index->entries), by_title);
	if (!index->count)
		return;
	struct t_node *group = t_item(t_child(page, "rooms"));
	t_set(group, "key", *room ? room : "general");
	for (size_t i = 0; i < index->count; i++) {
		struct t_node *item = t_item(t_child(group, "pages"));
		t_set(item, "key", index->entries[i].key);
		t_set(item, "title", index->entries[i].title);
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
	for (size_t i = 0; i < VT_COUNT(rooms); i++)
		room_fill(ctx, rooms[i], utf8_fold(ctx->arena, wanted), page);
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
	if (template_render(ctx, "help/_before.cs", page, &response->body) < 0 ||
	    help_text(ctx, key, text, &response->body) < 0)
		return -1;
	return template_render(ctx, "help/_after.cs", page, &response->body);
}
