/*
 * Pages: ClearSilver templates, html escaping always on. Parsed once per
 * process, at first use: most processes never show most pages, at 100 kB each.
 * Only template.c touches ClearSilver.
 *
 * A page's data is a tree: t_set(node, "Name", value). Names are constants of
 * ours; data never becomes a name. Lists are children numbered by t_item.
 * Locale texts are read by the template as L.some.key, from
 * templates/locale/es_AR/ (texts.h). templates/<screen>/<name>.cs; _name.cs is a
 * fragment. In developer mode a changed file is parsed again within 200 ms.
 *
 * What a template may say is in tools/template-lint. Functions of ours, beside
 * url_validate and url_escape: u8_slice(text, #from, #count) in characters,
 * fill(L.key, a) and fill2(L.key, a, b), which put values for {0} and {1}, and
 * uvar:part("shell/begin.cs"), another template with the same data, parsed once
 * for all pages (an include is parsed into each: 100 KB and more for a shell).
 */
#ifndef VT_WEB_TEMPLATE_H
#define VT_WEB_TEMPLATE_H

#include "base/vt.h"
#include "web/response.h"

struct t_node;          /* a node of the page's data */

/* Once in main; share_directory holds templates/. Lints nothing: the build and dev do. */
int template_init(struct vt_ctx *ctx, const char *share_directory, bool developer) VT_MUST_CHECK;
void template_close(void);

struct t_node *t_new(struct vt_ctx *ctx);               /* released with ctx->arena */
struct t_node *t_child(struct t_node *node, const char *name);  /* "A" or "A.B": created */
struct t_node *t_item(struct t_node *list);             /* appends a numbered child */
void t_set(struct t_node *node, const char *name, const char *value); /* NULL: not set */
void t_set_i64(struct t_node *node, const char *name, int64_t value); /* as text */
void t_set_bool(struct t_node *node, const char *name, bool value);   /* "1" or not set */

/* Render templates/<path> ("desk/page.cs") into out. On an error (VT_E_BUG) out is as before. */
int template_render(struct vt_ctx *ctx, const char *path, struct t_node *data,
		    struct strbuf *out) VT_MUST_CHECK;

/* A text of the locale, {0} {1} replaced; the key itself when there is none.
 * In ctx->arena. "error.required" -> "Completá este dato." */
const char *locale_text(struct vt_ctx *ctx, const char *key, ...) __attribute__((sentinel));
/* The same with the values in an array. */
const char *locale_fill(struct arena *arena, const char *text, const char *const *values,
			size_t count);
/* The text as it stands in the locale; NULL when there is none. Lives until the next render. */
const char *template_locale(const char *key);
/* The keys of a section that has no texts but those, in the order of its file; NULL after the last. In ctx->arena. */
const char *const *template_locale_keys(struct vt_ctx *ctx, const char *section);

#endif
