#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "web/template.h"
#include "web/texts.h"

#include <ClearSilver/ClearSilver.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCES_MAX 32             /* files of one page: itself and what it includes */
#define DEPTH_MAX 4                /* of parts within parts */
#define SOURCE_SIZE_MAX (1024 * 1024)
#define KEY_MAX 128                /* bytes of a text's key */
#define LOOK_US 200000             /* a developer's files are looked at this often: there are a hundred of them */
#define LOCALE "locale/es_AR"         /* a file for each screen */

struct source {
	char *name;
	struct timespec changed;
};

/* A parsed template. Escape mode and includes are fixed when it is parsed; a render gives it its
 * data and takes it away again. */
struct page {
	struct page *next;
	char *path;
	CSPARSE *parse;
	struct source sources[SOURCES_MAX];
	size_t source_count;
};

static struct {
	char root[PATH_MAX];       /* .../templates/ */
	bool developer;
	int64_t looked_us;         /* when the files were looked at */
	HDF *settings;             /* what a page sees while it has no data: Config */
	struct texts texts;
	HDF *named;                /* L.*: the texts that parsed pages name, read-only behind every page's data */
	struct timespec texts_changed;
	struct page *pages;
	struct vt_ctx *rendering;  /* whose page is rendered now */
	int depth;                 /* of parts within parts */
} templates;

/* Our error from ClearSilver's, which is consumed. */
static int __attribute__((noinline)) failed(struct vt_ctx *ctx, NEOERR *error, const char *what)
{
	STRING text;

	string_init(&text);
	nerr_error_string(error, &text);
	vt_fail(ctx, VT_E_BUG, "template %s: %s", what, text.buf ? text.buf : "?");
	string_clear(&text);
	nerr_ignore(&error);
	return -1;
}

static void must(NEOERR *error)
{
	VT_BUG_ON(error != STATUS_OK);    /* only for want of memory */
}

static void full_path(const char *name, char out[PATH_MAX])
{
	int size = snprintf(out, PATH_MAX, "%s%s", templates.root, name);

	VT_BUG_ON(size < 0 || size >= PATH_MAX);
}

static struct timespec change_time(const char *name)
{
	char path[PATH_MAX];
	struct stat info = { 0 };

	full_path(name, path);
	if (stat(path, &info) < 0)
		info.st_mtim.tv_sec = 0;
	return info.st_mtim;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* The file's bytes and a NUL, for free(); NULL with errno. */
static char *read_whole(const char *name)
{
	char path[PATH_MAX];
	struct stat info;
	char *text = NULL;
	ssize_t size = -1;
	int fd;

	full_path(name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	errno = EFBIG;
	if (!fstat(fd, &info) && info.st_size <= SOURCE_SIZE_MAX)
		text = malloc((size_t)info.st_size + 1);
	if (text)
		size = read(fd, text, (size_t)info.st_size);
	close(fd);
	if (size < 0) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	return text;
}

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The texts that a template names as L.some.key, and all below L.some where the rest is data. */
static void give_texts(const char *source)
{
	char name[KEY_MAX + 3] = "L.";
	size_t size, first, count;

	for (const char *at = strstr(source, "L."); at; at = strstr(at + 1, "L.")) {
		if (at > source && (in_name(at[-1]) || at[-1] == '.'))
			continue;
		for (size = 0; size < KEY_MAX && (in_name(at[size + 2]) || at[size + 2] == '.'); size++)
			name[size + 2] = at[size + 2];
		name[size + 2] = '\0';
		count = texts_below(&templates.texts, name + 2, &first);
		for (size_t i = first; i < first + count; i++) {
			snprintf(name + 2, sizeof(name) - 2, "%s", texts_key(&templates.texts, i));
			must(hdf_set_value(templates.named, name, texts_text(&templates.texts, i)));
		}
	}
}

/* ClearSilver asks here for the page and for each include. */
static NEOERR *load_file(void *ctx, HDF *hdf, const char *name, char **contents)
{
	struct page *page = ctx;
	struct source *source;

	(void)hdf;
	if (*name == '/' || strstr(name, ".."))
		return nerr_raise(NERR_ASSERT, "%s leads out of the templates", name);
	if (page->source_count == SOURCES_MAX)
		return nerr_raise(NERR_ASSERT, "more than %d files", SOURCES_MAX);
	*contents = read_whole(name);
	if (!*contents)
		return nerr_raise(NERR_NOT_FOUND, "%s: %s", name, strerror(errno));
	give_texts(*contents);
	source = &page->sources[page->source_count++];
	source->name = strdup(name);
	VT_BUG_ON(!source->name);
	source->changed = change_time(name);
	return STATUS_OK;
}

static NEOERR *answer(CSARG *result, char *text)
{
	if (!text)
		return nerr_raise(NERR_NOMEM, "no memory for a function's text");
	result->op_type = CS_TYPE_STRING;
	result->s = text;
	result->alloc = 1;
	return STATUS_OK;
}

static NEOERR *function_u8_slice(CSPARSE *parse, CS_FUNCTION *function, CSARG *args,
				 CSARG *result)
{
	char *text = NULL, *slice;
	long from = 0, count = 0;
	size_t start;
	NEOERR *error = cs_arg_parse(parse, args, "sii", &text, &from, &count);

	(void)function;
	if (error)
		return nerr_pass(error);
	if (!text || from < 0 || count < 0) {
		free(text);
		return answer(result, strdup(""));
	}
	start = utf8_prefix(text, (size_t)from);
	slice = strndup(text + start, utf8_prefix(text + start, (size_t)count));
	free(text);
	return answer(result, slice);
}

static NEOERR *fill(CSARG *result, char *text, const char *const *values, size_t count)
{
	struct arena *arena = arena_new();
	char *filled = strdup(locale_fill(arena, text ? text : "", values, count));

	arena_free(arena);
	return answer(result, filled);
}

static NEOERR *function_fill(CSPARSE *parse, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	char *text = NULL, *value = NULL;
	NEOERR *error = cs_arg_parse(parse, args, "ss", &text, &value);
	const char *values[] = { value ? value : "" };

	(void)function;
	error = error ? nerr_pass(error) : fill(result, text, values, 1);
	free(text);
	free(value);
	return error;
}

static NEOERR *function_fill2(CSPARSE *parse, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	char *text = NULL, *a = NULL, *b = NULL;
	NEOERR *error = cs_arg_parse(parse, args, "sss", &text, &a, &b);
	const char *values[] = { a ? a : "", b ? b : "" };

	(void)function;
	error = error ? nerr_pass(error) : fill(result, text, values, 2);
	free(text);
	free(a);
	free(b);
	return error;
}

static NEOERR *function_part(CSPARSE *parse, CS_FUNCTION *function, CSARG *args, CSARG *result);

static NEOERR *prepare(struct page *page)
{
	NEOERR *error = cs_init(&page->parse, templates.settings);

	if (error)
		return nerr_pass(error);
	page->parse->global_hdf = templates.named;
	cs_register_fileload(page->parse, page, load_file);
	error = cgi_register_strfuncs(page->parse);
	if (!error)
		error = cs_register_function(page->parse, "u8_slice", 3, function_u8_slice);
	if (!error)
		error = cs_register_function(page->parse, "fill", 2, function_fill);
	if (!error)
		error = cs_register_function(page->parse, "fill2", 3, function_fill2);
	if (!error)
		error = cs_register_function(page->parse, "part", 1, function_part);
	if (!error)
		error = cs_parse_file(page->parse, page->path);
	return error ? nerr_pass(error) : STATUS_OK;
}

static void page_free(struct page *page)
{
	cs_destroy(&page->parse);
	for (size_t i = 0; i < page->source_count; i++)
		free(page->sources[i].name);
	free(page->path);
	free(page);
}

static void forget(struct page *page)
{
	struct page **link = &templates.pages;

	while (*link != page)
		link = &(*link)->next;
	*link = page->next;
	page_free(page);
}

static bool page_changed(const struct page *page)
{
	for (size_t i = 0; i < page->source_count; i++) {
		if (!same_time(page->sources[i].changed, change_time(page->sources[i].name)))
			return true;
	}
	return false;
}

static int page_parse(struct vt_ctx *ctx, const char *path, struct page **out)
{
	struct page *page = calloc(1, sizeof(*page));
	NEOERR *error;

	VT_BUG_ON(!page);
	page->path = strdup(path);
	VT_BUG_ON(!page->path);
	error = prepare(page);
	if (error) {
		failed(ctx, error, path);
		page_free(page);
		return -1;
	}
	page->next = templates.pages;
	templates.pages = page;
	*out = page;
	/* What parsing needed for a moment is given back: a page is parsed once, and the process lives long. */
	malloc_trim(0);
	return 0;
}

/* When the newest of the locale's files changed, or one came or went. */
static struct timespec texts_time(const glob_t *files)
{
	struct timespec latest = change_time(LOCALE);

	for (size_t i = 0; i < files->gl_pathc; i++) {
		struct timespec one = change_time(files->gl_pathv[i] + strlen(templates.root));
		if (one.tv_sec > latest.tv_sec ||
		    (one.tv_sec == latest.tv_sec && one.tv_nsec > latest.tv_nsec))
			latest = one;
	}
	return latest;
}

static int texts_files(struct vt_ctx *ctx, glob_t *files)
{
	char pattern[PATH_MAX];

	full_path(LOCALE "/*.hdf", pattern);
	if (glob(pattern, 0, NULL, files) != 0)
		return vt_fail(ctx, VT_E_BUG, "no texts in %s", pattern);
	return 0;
}

/* Each text below a node, by its whole key. */
static void keep_texts(HDF *node, const char *above)
{
	char key[KEY_MAX + 1];

	for (HDF *child = hdf_obj_child(node); child; child = hdf_obj_next(child)) {
		int size = snprintf(key, sizeof(key), "%s%s%s", above, *above ? "." : "", hdf_obj_name(child));
		VT_BUG_ON(size < 0 || (size_t)size >= sizeof(key));
		if (hdf_obj_value(child))
			texts_add(&templates.texts, key, hdf_obj_value(child));
		keep_texts(child, key);
	}
}

/* Anew, with every page that named some of the old ones. */
static NEOERR *load_texts(const glob_t *files)
{
	NEOERR *error = STATUS_OK;
	HDF *tree;

	while (templates.pages)
		forget(templates.pages);
	must(hdf_remove_tree(templates.named, "L"));
	texts_clear(&templates.texts);
	must(hdf_init(&tree));
	for (size_t i = 0; i < files->gl_pathc && !error; i++)
		error = hdf_read_file(tree, files->gl_pathv[i]);
	keep_texts(tree, "");
	hdf_destroy(&tree);
	texts_sort(&templates.texts);
	malloc_trim(0);
	return error;
}

/* As far as anything changed. */
static int read_texts(struct vt_ctx *ctx)
{
	struct timespec changed;
	NEOERR *error = STATUS_OK;
	glob_t files;

	if (texts_files(ctx, &files) < 0)
		return -1;
	changed = texts_time(&files);
	if (!same_time(templates.texts_changed, changed))
		error = load_texts(&files);
	templates.texts_changed = changed;
	globfree(&files);
	return error ? failed(ctx, error, LOCALE) : 0;
}

/* For a developer: what has changed is read again. */
static int look_again(struct vt_ctx *ctx)
{
	int64_t now_us = clock_monotonic_us();

	if (!templates.developer || now_us - templates.looked_us < LOOK_US)
		return 0;
	templates.looked_us = now_us;
	for (struct page *page = templates.pages, *next; page; page = next) {
		next = page->next;
		if (page_changed(page))
			forget(page);
	}
	return read_texts(ctx);
}

static int page_find(struct vt_ctx *ctx, const char *path, struct page **out)
{
	struct page *page = templates.pages;

	while (page && strcmp(page->path, path))
		page = page->next;
	*out = page;
	return page ? 0 : page_parse(ctx, path, out);
}

int template_init(struct vt_ctx *ctx, const char *share_directory, bool developer)
{
	must(nerr_init());
	snprintf(templates.root, sizeof(templates.root), "%s/templates/", share_directory);
	templates.developer = developer;
	must(hdf_init(&templates.settings));
	must(hdf_set_value(templates.settings, "Config.VarEscapeMode", "html"));
	must(hdf_init(&templates.named));
	return read_texts(ctx);
}

void template_close(void)
{
	while (templates.pages)
		forget(templates.pages);
	hdf_destroy(&templates.settings);
	hdf_destroy(&templates.named);
	texts_clear(&templates.texts);
	templates.texts_changed = (struct timespec){ 0 };
	templates.looked_us = 0;
}

static NEOERR *append(void *ctx, char *text)
{
	strbuf_puts(ctx, text);
	return STATUS_OK;
}

/* Render with the data of whoever asks, which is left as it was. */
static NEOERR *page_render(struct page *page, HDF *data, struct strbuf *out)
{
	NEOERR *error;

	page->parse->hdf = data;
	error = cs_render(page->parse, out, append);
	page->parse->hdf = templates.settings;
	return error ? nerr_pass(error) : STATUS_OK;
}

/* part("shell/begin.cs"): another template's text with this one's data. Many pages share one parsed
 * part, where an include is parsed into each of them. */
static NEOERR *function_part(CSPARSE *parse, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	struct vt_ctx *ctx = templates.rendering;
	struct strbuf out;
	struct page *page;
	char *path = NULL;
	NEOERR *error = cs_arg_parse(parse, args, "s", &path);

	(void)function;
	if (error)
		return nerr_pass(error);
	strbuf_init(&out, ctx->arena, 8 * 1024);
	templates.depth++;
	if (!path || templates.depth > DEPTH_MAX || page_find(ctx, path, &page) < 0)
		error = nerr_raise(NERR_ASSERT, "no part %s", path ? path : "without a name");
	else
		error = page_render(page, parse->hdf, &out);
	templates.depth--;
	free(path);
	/* The newline at the file's end is not the text's. */
	if (out.size && out.data[out.size - 1] == '\n')
		strbuf_truncate(&out, out.size - 1);
	return error ? nerr_pass(error) : answer(result, strdup(out.data));
}

int template_render(struct vt_ctx *ctx, const char *path, struct t_node *data,
		    struct strbuf *out)
{
	size_t before = out->size;
	struct page *page;
	NEOERR *error;

	if (look_again(ctx) < 0 || page_find(ctx, path, &page) < 0)
		return -1;
	templates.rendering = ctx;
	error = page_render(page, (HDF *)data, out);
	templates.rendering = NULL;
	if (!error)
		return 0;
	strbuf_truncate(out, before);
	failed(ctx, error, path);
	forget(page);
	return -1;
}

const char *template_locale(const char *key)
{
	return texts_find(&templates.texts, key);
}

static int by_place(const void *a, const void *b)
{
	const char *one = *(const char *const *)a, *other = *(const char *const *)b;

	return one < other ? -1 : one > other;
}

const char *const *template_locale_keys(struct vt_ctx *ctx, const char *section)
{
	size_t first, count = texts_below(&templates.texts, section, &first), skip = strlen(section) + 1;
	const char **keys = arena_calloc(ctx->arena, count + 1, sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		keys[i] = texts_key(&templates.texts, first + i) + skip;
	qsort(keys, count, sizeof(*keys), by_place);
	for (size_t i = 0; i < count; i++)
		keys[i] = arena_strdup(ctx->arena, keys[i]);
	return keys;
}

static void release(void *object)
{
	HDF *hdf = object;

	hdf_destroy(&hdf);
}

struct t_node *t_new(struct vt_ctx *ctx)
{
	HDF *hdf;

	must(hdf_init(&hdf));
	arena_defer(ctx->arena, release, hdf);
	return (struct t_node *)hdf;
}

struct t_node *t_child(struct t_node *node, const char *name)
{
	HDF *child;

	must(hdf_get_node((HDF *)node, name, &child));
	return (struct t_node *)child;
}

struct t_node *t_item(struct t_node *list)
{
	const HDF *last = ((HDF *)list)->last_child;
	char name[24];

	snprintf(name, sizeof(name), "%ld", last ? strtol(last->name, NULL, 10) + 1 : 0L);
	return t_child(list, name);
}

void t_set(struct t_node *node, const char *name, const char *value)
{
	if (value)
		must(hdf_set_value((HDF *)node, name, value));
}

void t_set_i64(struct t_node *node, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	t_set(node, name, text);
}

void t_set_bool(struct t_node *node, const char *name, bool value)
{
	if (value)
		t_set(node, name, "1");
}
