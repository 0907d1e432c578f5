#include "base/vt.h"
#include "web/markdown.h"

#include <cmark.h>

#define HEADING_LEVEL_MAX 6

static void release(void *document)
{
	cmark_node_free(document);
}

static cmark_node *parse(struct vt_ctx *ctx, const char *text)
{
	cmark_node *document = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);

	arena_defer(ctx->arena, release, document);
	return document;
}

const char *markdown_title(struct vt_ctx *ctx, const char *text)
{
	for (cmark_node *node = cmark_node_first_child(parse(ctx, text)); node; node = cmark_node_next(node)) {
		if (cmark_node_get_type(node) != CMARK_NODE_HEADING)
			continue;
		const char *literal = cmark_node_get_literal(cmark_node_first_child(node));
		return arena_strdup(ctx->arena, literal ? literal : "");
	}
	return "";
}

void markdown_html(struct vt_ctx *ctx, const char *text, struct strbuf *out)
{
	cmark_node *document = parse(ctx, text);

	for (cmark_node *node = cmark_node_first_child(document); node; node = cmark_node_next(node)) {
		int level = cmark_node_get_heading_level(node);
		if (level && level < HEADING_LEVEL_MAX)
			cmark_node_set_heading_level(node, level + 1);
	}
	char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
	strbuf_puts(out, html);
	free(html);
}
